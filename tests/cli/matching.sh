# How lpips and fid find out which result belongs to which photograph.
. "$SOURCE_DIR/tests/cli/lib.sh"
make_folders 3
remember

run vtonmetrics lpips image LADI --value
expect_status 0
value=$(cat "$stdout")
expect_value() { [ "$status" = 0 ] && [ "$(cat "$stdout")" = "$value" ] || complain "the value $value was expected"; }

# Every way to name the same results gives the same number.
rename() { # rename FOLDER PATTERN: copies LADI, P standing for the photograph's name
  local name
  mkdir "$1"
  for name in 00001_00 00002_00 00003_00; do cp "LADI/$name.ppm" "$1/${2//P/$name}.ppm"; done
}
rename prompt P__P
rename stable P_P
rename gp upper_body___P.jpg___P
rename pasta P___P
rename mine try-P-end
mkdir hd
for name in 00001 00002 00003; do cp "LADI/${name}_00.ppm" "hd/${name}_${name}_00.ppm"; done
for folder in prompt stable gp pasta hd; do
  run vtonmetrics lpips image $folder --value
  expect_value
done
run vtonmetrics lpips image prompt
expect_stdout_has 'Note: prompt: matched by promptdresser: P__C.jpg, repeats P__C_k.jpg explains 3 of 3 names'
run vtonmetrics lpips image mine
expect_status 3
expect_stderr_has 'mine: no image has the same name (extension left out) as one of image'
run vtonmetrics lpips image mine --value --match 'regex:try-(?<person>.*)-end'
expect_value
run vtonmetrics lpips image prompt --match stem
expect_status 3
mkdir ootd
printf '00001_00 00001_00\n00002_00 00002_00\n00003_00 00003_00\n' >pairs.txt
for i in 1 2 3; do cp "LADI/0000${i}_00.ppm" "ootd/out_hd_$((i - 1)).ppm"; done
run vtonmetrics lpips image ootd
expect_status 3
expect_stderr_has 'Results of OOTDiffusion are numbered and do not say who is in them; a pair list can tell: --match pairs:FILE'
run vtonmetrics lpips image ootd --value --match pairs:pairs.txt
expect_value

# One suffix for all is no garment: a paired set. Several are not averaged over.
rename suffix P_result
run vtonmetrics lpips image suffix --value
expect_value
run vtonmetrics lpips image suffix
expect_stdout_has '_result at the end of 3 names is taken for a suffix, not for a garment'
run vtonmetrics lpips image suffix --value --match pairs:pairs.txt
expect_value
cp -r suffix suffixes
for name in 00001_00 00002_00 00003_00; do cp "GAN/$name.ppm" "suffixes/${name}_mask.ppm"; done
for tool in 'fid --protocol alexnet' lpips 'lpips --match pairs:pairs.txt'; do
  run vtonmetrics $tool image suffixes
  expect_status 3
  expect_no_stdout
  expect_stderr_has 'suffixes: several files of a person, told apart by endings that name no garment: _mask (3 files), _result (3 files)'
done
run vtonmetrics lpips image suffixes --value --match 'regex:(?<person>.+)_result'
expect_value

# A list leaves out what it does not name.
head -n 2 pairs.txt >two.txt
run vtonmetrics lpips image LADI --match pairs:two.txt --json
expect_status 0
expect_stdout_has '"n_generated":	2'
run vtonmetrics lpips image LADI --match pairs:gone.txt
expect_status 3
expect_stderr_has 'gone.txt: cannot open'

# Repeats: each counts, the photograph is one.
rename repeats P__P_0
for name in 00001_00 00002_00 00003_00; do cp "LADI/$name.ppm" "repeats/${name}__${name}_1.ppm"; done
run vtonmetrics lpips image repeats --json
expect_status 0
expect_stdout_has '"n_reference":	3'
expect_stdout_has '"n_generated":	6'
run vtonmetrics lpips image repeats GAN --per-image scores.csv
expect_status 0
expect_stdout_has 'Note: repeats: 6 results of 3 people, each result counts'
[ "$(grep -c '^repeats,' scores.csv)" = 6 ] || complain 'scores.csv should have six values of repeats'
[ "$(grep -c '^GAN,' scores.csv)" = 3 ] || complain 'scores.csv should have three values of GAN'
grep -q '^repeats,00001_00__00001_00_1,' scores.csv || complain 'scores.csv should name the results'
one=$(sed -n 's/^repeats,00002_00__00002_00_0,\([^,]*\),.*/\1/p' scores.csv)
two=$(sed -n 's/^repeats,00002_00__00002_00_1,\([^,]*\),.*/\1/p' scores.csv)
[ -n "$one" ] && [ "$one" = "$two" ] || complain 'equal results should have equal values'
run vtonmetrics lpips image GAN --value
gan=$(cat "$stdout")
run vtonmetrics lpips image repeats GAN --value
[ "$(tail -n 1 "$stdout")" = "$gan" ] || complain "the value of GAN beside repeats should be $gan"
run vtonmetrics fid image repeats --protocol alexnet --json
expect_status 0
expect_stdout_has '"n_reference":	3'
expect_stdout_has '"n_generated":	6'

# An unpaired set is refused by LPIPS, not by FID.
mkdir unpaired
cp LADI/00001_00.ppm unpaired/00001_00__00002_00.ppm
cp LADI/00002_00.ppm unpaired/00002_00__00001_00.ppm
run vtonmetrics lpips image unpaired
expect_status 3
expect_no_stdout
expect_stderr_has 'vtonmetrics lpips: unpaired: an unpaired set: in 2 of 2 results the person wears another garment than in the photograph (00001_00__00002_00.ppm: 00001_00.ppm in garment 00002_00).'
run vtonmetrics lpips image unpaired --unpaired-anyway
expect_status 0
expect_stdout_has 'Warning: unpaired: an unpaired set: in 2 of 2 results'
run vtonmetrics fid image unpaired --protocol alexnet
expect_status 0
printf '00001_00 00002_00\n00002_00 00003_00\n00003_00 00001_00\n' >shuffled.txt
run vtonmetrics lpips image LADI --match pairs:shuffled.txt
expect_status 3 # cannot determine which column is the person, and either way the garment is another's
expect_stderr_has 'in 3 of 3 results the person wears another garment than in the photograph (00001_00.ppm: 00001_00.ppm)'
printf '00001_00 c1\n00002_00 c2\n00003_00 c3\n' >shuffled.txt
run vtonmetrics lpips image LADI --match pairs:shuffled.txt
expect_status 3
expect_stderr_has 'an unpaired set'

# --dry-run and --verbose say what each file became.
touch LADI/stray.jpg
run vtonmetrics lpips image LADI prompt --dry-run
expect_status 0
expect_no_stderr
expect_stdout_has 'LADI against image'
expect_stdout_has '  matched by    stem: P.jpg explains 3 of 4 names'
expect_stdout_has '  00001_00.ppm: shows 00001_00.ppm'
expect_stdout_has '  stray.jpg: skipped: no photograph of that name'
expect_stdout_has "  00001_00__00001_00.ppm: shows 00001_00.ppm in the person's own garment 00001_00"
run vtonmetrics fid image LADI --dry-run --weights nowhere.pth # looks for no weights and reads no image
expect_status 0
run vtonmetrics fid image saved.npz --dry-run
expect_status 0
expect_stdout_has 'saved statistics or features'
run vtonmetrics lpips image LADI --verbose
expect_status 0
expect_stderr_has '00001_00.ppm: shows 00001_00.ppm'
expect_stderr_has 'stray.jpg: skipped: no photograph of that name'

# Two ways that explain the names equally well are not guessed between.
mkdir tie-image tie
cp image/00001_00.ppm tie-image/1.ppm && cp image/00002_00.ppm tie-image/1_00.ppm && cp LADI/00001_00.ppm tie/1_x.ppm
run vtonmetrics lpips tie-image tie
expect_status 3
expect_stderr_has '--match stableviton or --match viton-hd'
run vtonmetrics lpips tie-image tie --match nonsense
expect_status 2
expect_stderr_has "unknown way 'nonsense'"

# Names that all look equal and are not: the error says in what they differ.
mkdir nfc nfd lower lower-pairs
for i in 1 2; do
  cp image/0000${i}_00.ppm $'nfc/mod\xc3\xa8le'$i.ppm && cp LADI/0000${i}_00.ppm $'nfd/mode\xcc\x80le'$i.ppm
  cp LADI/0000${i}_00.ppm $'lower/MOD\xc3\xa8le'$i.ppm && cp LADI/0000${i}_00.ppm $'lower-pairs/MOD\xc3\xa8le'${i}__x.ppm
done
run vtonmetrics lpips nfc nfd
expect_status 3
expect_stderr_has 'nfd: no image has the same name as one of nfc: 2 of 2 differ in Unicode form only ('
expect_stderr_has "Rename them, for example with 'convmv -r -f utf8 -t utf8 --nfc --notest' of both folders"
run vtonmetrics lpips nfc lower
expect_status 3
expect_stderr_has 'lower: no image has the same name as one of nfc: 2 of 2 differ in letter case only ('
run vtonmetrics lpips nfc lower-pairs # inside a scheme
expect_status 3
expect_stderr_has '2 of 2 differ in letter case or Unicode form only ('
run vtonmetrics fid nfc nfd --protocol alexnet
expect_stderr_has '2 of 2 differ in Unicode form only'

# A distance between sets can do without partners, and the error says so; LPIPS can't.
mkdir numbered && for i in 1 2 3; do cp LADI/0000${i}_00.ppm numbered/$i.ppm; done
for tool in 'fid --protocol alexnet' 'compare --metrics fid --protocol alexnet'; do
  run vtonmetrics $tool image numbered
  expect_status 3
  expect_stderr_has 'or --all-images takes all images of both sides, whatever their names'
done
run vtonmetrics fid --protocol alexnet image numbered --all-images
expect_status 0
for tool in lpips 'compare --protocol alexnet'; do
  run vtonmetrics $tool image numbered
  expect_status 3
  expect_stderr_lacks --all-images
done
