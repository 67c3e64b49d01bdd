# The figure of papers: which rows, which cells, which formats.
. "$(dirname "$0")/lib.sh"
vtonmetrics-grid --help >/dev/null || complain "--help fails"
vtonmetrics --version | grep -q '^cairo [0-9]' || skip "built without cairo"
make_folders 6
remember
mkdir cloth
for i in 1 2 3 4 5 6; do make_image "cloth/0000${i}_00.ppm" "$((i + 300))"; done

expect_rows() { # expect_rows FILE COUNT: cells are 48 points high, with 6 between them, 58 around
  local height
  height=$((16#$(od -An -j 20 -N 4 -t x1 "$1" | tr -d ' ')))
  [ "$height" = $((58 - 6 + $2 * 54)) ] || complain "$1 should have $2 rows, its height is $height"
}

run vtonmetrics-grid image cloth LADI GAN --cell 48
expect_status 0
expect_no_stdout
expect_no_stderr
expect_rows grid.png 5
run vtonmetrics-grid image cloth LADI GAN --cell 48 --rows 00002_00,00006_00.ppm -o named.png
expect_rows named.png 2
run vtonmetrics-grid image cloth LADI GAN --cell 48 --rows 100 -o all.png
expect_rows all.png 6

# the same every time, but not for every seed
for seed in 1 1 2; do
  run vtonmetrics-grid image LADI --rows 3 --order random --seed $seed --cell 48 -o "random$seed.png"
  expect_status 0
  [ ! -e "first$seed.png" ] || cmp -s "first$seed.png" "random$seed.png" || complain "seed $seed is not always the same"
  cp "random$seed.png" "first$seed.png"
done
! cmp -s random1.png random2.png || complain "seeds 1 and 2 give the same figure"

# by LPIPS: the result that is a copy of its photograph is the best one
cp image/00004_00.ppm LADI/00004_00.ppm
run vtonmetrics-grid image GAN LADI --rows 1 --order best --by LADI --cell 48 -o best.png
expect_status 0
run vtonmetrics-grid image GAN LADI --rows 1 --order worst --by LADI --cell 48 -o worst.png
run vtonmetrics-grid image GAN LADI --rows 1 --order best --by GAN --cell 48 -o best-gan.png
! cmp -s best.png worst.png || complain "best and worst are the same"
! cmp -s best.png best-gan.png || complain "--by changes nothing"
run vtonmetrics-grid image GAN LADI --rows 2 --order median --cell 48 -o median.svg
expect_status 0

# of several results the one that is asked for decides, and is drawn: the last one of the last person is another's
mkdir repeats
for name in 00001_00 00002_00 00003_00; do
  cp "image/$name.ppm" "repeats/${name}__${name}_1.ppm"
  cp "image/$name.ppm" "repeats/${name}__${name}_2.ppm"
done
cp LADI/00001_00.ppm repeats/00003_00__00003_00_2.ppm
run vtonmetrics-grid image repeats --rows 1 --order worst --cell 48 -o second.png
expect_status 0
cp image/00003_00.ppm repeats/00003_00__00003_00_2.ppm
run vtonmetrics-grid image repeats --rows 1 --order worst --cell 48 -o none.png
! cmp -s second.png none.png || complain "the second result of a person is not looked at"

# a cell that is missing, one that is damaged
rm GAN/00002_00.ppm
printf 'no picture' >GAN/00003_00.ppm
run vtonmetrics-grid image GAN --rows 00002_00,00003_00 --cell 48 -o holes.png
expect_status 0
expect_rows holes.png 2
run vtonmetrics-grid image GAN --rows 5 --cell 48 -o whole.png # whom all columns have come first
expect_rows whole.png 5

for ending in png svg pdf; do
  for again in 1 2; do
    run vtonmetrics-grid image LADI --rows 2 --cell 48 --names 'модель <&"' -o "$again.$ending"
    expect_status 0
  done
  cmp -s "1.$ending" "2.$ending" || complain "$ending differs from run to run"
done
[ "$(head -c 5 1.pdf)" = %PDF- ] || complain "1.pdf is none"
grep -q '<svg' 1.svg || complain "1.svg is none"

# garments by the names of unpaired results
mkdir unpaired
for i in 1 2 3; do make_image "unpaired/0000${i}_00__0000$((i + 1))_00.ppm" "$i"; done
run vtonmetrics-grid image cloth unpaired --rows 3 --cell 48 -o unpaired.png
expect_status 0
expect_rows unpaired.png 3

# garments of DressCode: ID_0 wears ID_1
mkdir people clothes results
for i in 1 2 3; do
  make_image "people/00000${i}_0.ppm" "$i"
  make_image "clothes/00000${i}_1.ppm" "$((i + 20))"
  make_image "results/00000${i}_0.ppm" "$((i + 40))"
done
run vtonmetrics-grid people clothes results --rows 3 --cell 48 -o own.png
expect_status 0
rm clothes/*3_1.ppm
run vtonmetrics-grid people clothes results --rows 000003_0 --cell 48 -o hole.png
expect_status 0
rm clothes/*
make_image clothes/000009_1.ppm 1
run vtonmetrics-grid people clothes results --cell 48 -o x.png
expect_status 3

run vtonmetrics-grid image
expect_status 2
run vtonmetrics-grid image LADI -o x.jpg
expect_error 2 "vtonmetrics grid: x.jpg: unknown extension: use .png, .svg or .pdf"
run vtonmetrics-grid image LADI --rows nobody -o x.png
expect_error 3 "vtonmetrics grid: image: has no photograph called nobody; the first is 00001_00.ppm"
run vtonmetrics-grid image LADI --rows 0 -o x.png
expect_error 2 "vtonmetrics grid: --rows 0: from 1 to 1000 rows can be drawn"
run vtonmetrics-grid image LADI --rows 00001_00 --order random -o x.png
expect_error 2 "vtonmetrics grid: --rows 00001_00 names people, so --order has nothing to choose"
run vtonmetrics-grid image LADI GAN --names one -o x.png
expect_error 2 "vtonmetrics grid: --names one: 1 names for the 2 folders after the photographs"
run vtonmetrics-grid image LADI --order worst --by nobody -o x.png
expect_error 2 "vtonmetrics grid: --by nobody: none of the columns is called so"
run vtonmetrics-grid image LADI --garments cloth -o x.png
expect_error 2 "vtonmetrics grid: cloth: was named as the folder of garments, but is none of the columns"
run vtonmetrics-grid image missing -o x.png
expect_status 3
run vtonmetrics-grid image LADI -o missing/x.png
expect_status 3
run vtonmetrics-grid image LADI --rows 6 --cell 4096 --order worst --metric fid -o x.png
expect_status 3
mkdir others
make_image others/somebody.ppm 9
run vtonmetrics-grid image others -o x.png
expect_status 3
expect_stderr_has "belongs to a person"
[ ! -e x.png ] || complain "a figure was written in spite of errors"
exit 0
