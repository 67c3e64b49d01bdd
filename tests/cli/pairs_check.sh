# pairs-check: datasets, lists and pairs of folders; what it prints, its exit status and what it writes.
. "$SOURCE_DIR/tests/cli/lib.sh"

put() { # put FOLDER NAME...: empty files, whose names alone count
  local folder=$1
  shift
  mkdir -p "$folder"
  for name; do : >"$folder/$name"; done
}
check() { run timeout 20 vtonmetrics pairs-check "$@"; }

# ---- a clean dataset ----
put data/image a.jpg b.jpg
put data/cloth a.jpg b.jpg
put LADI a.png b.png
printf 'a.jpg b.jpg\nb.jpg a.jpg\n' >data/test_pairs.txt
check data --results LADI
expect_status 0
expect_no_stderr
expect_stdout_has 'list      data/test_pairs.txt: 2 pairs in 2 lines'
expect_stdout_has "columns   cannot determine which is the person; use --order garment-person or person-garment"
expect_stdout_has '(lines that can only be garment, person: 0; only person, garment: 0; either: 2; neither: 0)'
expect_stdout_has 'set       unpaired'
expect_stdout_has 'no findings'
check data --order garment-person
expect_status 0
expect_stdout_has 'columns   garment-person, as you said'

# ---- findings: exit status 1, each with its line ----
printf '\xef\xbb\xbf# mine\r\na.jpg\ta.jpg \r\n\r\nb.png b\r\nb b.jpg\r\nz a\r\nlonely\r\n' >data/test_pairs.txt
put GAN a.png c.png
check data --results GAN
expect_status 1
expect_stdout_has 'with a byte-order mark; Windows line ends; tabs; comments;'
expect_stdout_has 'line 4: b.png: in data/image the file is b.jpg'
expect_stdout_has 'line 5: b b.jpg: the same pair as in line 4'
expect_stdout_has 'line 6: z: neither in data/image nor in data/cloth'
expect_stdout_has 'line 7: lonely: one name only; two are needed, person and garment'
expect_stdout_has 'line 4: GAN: no result of b.jpg'
expect_stdout_has 'GAN: c.png: its name leads to no photograph of data/image'
check data --json
expect_status 1
expect_stdout_has '"schema":	"vtonmetrics/pairs-check/2"'
expect_stdout_has '"rule":	"pairs-duplicate-pair"'
expect_stdout_has '"good":	false'

# ---- a verdict needs pairs: nothing found is no paired set ----
printf 'image/x.jpg cloth/y.jpg\nimage/z.jpg cloth/z.jpg\n' >strangers.txt
check strangers.txt --root data
expect_status 1
expect_stdout_has "set       can't tell: of no pair both names were found"
! grep -q 'suitable for LPIPS' "$stdout" || complain 'no verdict was expected'
check strangers.txt --root data --json
expect_status 1
expect_stdout_has '"set":	null'
printf 'image/a.jpg cloth/a.jpg\nimage/z.jpg cloth/z.jpg\n' >half-found.txt
check half-found.txt --root data
expect_status 1
expect_stdout_has 'set       paired'
expect_stdout_has '(of the 1 of 2 pairs of which both names were found)'
put none-alike q.png
check data/image none-alike --json
expect_status 1
expect_stdout_has '"unpaired":	null'
for names in 'image/a.jpg cloth/b.jpg' './a.jpg ./b.jpg' 'image\a.jpg cloth\b.jpg' 'C:\data\a.jpg D:b.jpg' '"a.jpg" "b.jpg"' \
  'a.jpg,b.jpg' '"image/a.jpg", "cloth/b.jpg"'; do
  printf '%s\r\n' "$names" >foreign.txt
  check foreign.txt --root data
  expect_stdout_has 'set       unpaired: each person wears another garment'
  [ "$(grep -c 'pairs-missing-name' "$stdout")" = 0 ] || complain "names that exist were expected: $names"
  check foreign.txt --root data --order person-garment --write plain.txt
  printf 'a.jpg b.jpg\n' | cmp - plain.txt || complain "plain names should have been written: $names"
done
expect_stdout_has 'with Windows line ends; commas; quotation marks; folders before names, which count for nothing;'

# ---- writing: whole or not at all, and then clean ----
printf 'a b\nb a\n' >turned.txt
check turned.txt --root data --write mended.txt --to viton-hd
expect_status 3
expect_stderr_has "cannot determine which column is the person"
[ ! -e mended.txt ] || complain 'nothing should have been written'
check data --order person-garment --write mended.txt
expect_status 1
printf 'a.jpg a.jpg\nb.jpg b.jpg\n' | cmp - mended.txt || complain 'mended.txt should be corrected'
check mended.txt --root data
expect_status 0
expect_stdout_has 'either order: each line names the same picture twice'
check data --pairs mended.txt --write other.txt --to dresscode
expect_status 0
printf 'a.jpg\ta.jpg\nb.jpg\tb.jpg\n' | cmp - other.txt || complain 'other.txt should have tabs'
check data --pairs mended.txt --write nowhere/x.txt
expect_status 3
check data --pairs test_pairs.txt # inside the dataset
expect_status 1
check data --to course
expect_error 2 'vtonmetrics pairs-check: --to course: says how to write a list, so --write FILE is needed too'
check data --to curse --write x.txt
expect_status 2
expect_stderr_has 'did you mean course?'

# ---- --max-missing counts what is missing, nothing else ----
printf 'a a\nb b\nz z\n' >missing.txt
check missing.txt --root data --max-missing 1
expect_status 1
check missing.txt --root data --max-missing 2
expect_status 0
printf 'a a\nb b\na a\n' >double.txt
check double.txt --root data --max-missing 9
expect_status 1

# ---- layouts ----
put hd/test/image 1_00.jpg && put hd/test/cloth 2_00.jpg && put hd/train/image 3_00.jpg && put hd/train/cloth 3_00.jpg
echo '1_00.jpg 2_00.jpg' >hd/test_pairs.txt
echo '3_00.jpg 3_00.jpg' >hd/train_pairs.txt
put hd-results 1_00_2_00.jpg
check hd --results hd-results
expect_status 0
expect_stdout_has 'list      hd/test_pairs.txt'
expect_stdout_has 'columns   person-garment'
expect_stdout_has 'list      hd/train_pairs.txt'
expect_stdout_has 'stableviton'
check hd --write x.txt
expect_status 2
expect_stderr_has 'the dataset has several lists (hd/test_pairs.txt, hd/train_pairs.txt); choose with --pairs which of them is to be rewritten'
check hd/test_pairs.txt --root hd
expect_status 0
expect_stdout_has 'people    hd/test/image'
check hd/train_pairs.txt --root hd
expect_stdout_has 'people    hd/train/image'
for category in dresses upper_body; do
  put dc/$category/images 01_0.jpg 01_1.jpg 02_0.jpg 02_1.jpg
  printf '01_0.jpg\t01_1.jpg\n02_0.jpg\t02_1.jpg\n' >dc/$category/test_pairs_paired.txt
  printf '01_0.jpg\t02_1.jpg\n02_0.jpg\t01_1.jpg\n' >dc/$category/test_pairs_unpaired.txt
done
check dc
expect_status 0
expect_stdout_has 'dc/upper_body/test_pairs_unpaired.txt'
expect_stdout_has 'set       paired'
expect_stdout_has 'set       unpaired'
expect_stdout_has 'people    dc/dresses/images: 2 pictures'
check dc --results LADI
expect_status 2
expect_stderr_has 'choose with --pairs which of them the results are for'

# ---- DressCode's root lists, and results by category ----
printf '01_0.jpg\t01_1.jpg\t2\n02_0.jpg\t02_1.jpg\t2\n' >dc/test_pairs_paired.txt
for id in 03 04; do mv "dc/upper_body/images/0$((id - 2))_0.jpg" "dc/upper_body/images/${id}_0.jpg"; done
for id in 03 04; do mv "dc/upper_body/images/0$((id - 2))_1.jpg" "dc/upper_body/images/${id}_1.jpg"; done
sed -i 's/01_/03_/g; s/02_/04_/g' dc/upper_body/*.txt
printf '03_0.jpg\t03_1.jpg\t0\n04_0.jpg\t04_1.jpg\t0\n' >>dc/test_pairs_paired.txt
put out/dresses 01_0.jpg 02_0.jpg && put out/upper_body 03_0.jpg
check dc --pairs test_pairs_paired.txt --results out
expect_status 1
expect_stdout_has 'people    dc/*/images: 4 pictures'
expect_stdout_has '1 finding, 1 of them about something missing'
expect_stdout_has 'line 4: out: no result of 04_0.jpg in garment 04_1'
put out/upper_body 04_0.jpg
check dc --pairs test_pairs_paired.txt --results out
expect_status 0

# ---- the order of the layout, where the names do not tell, and one category by itself ----
put vhd/test/image a.jpg b.jpg && put vhd/test/cloth a.jpg b.jpg && put vhd-results a_b.jpg b_a.jpg
printf 'a.jpg b.jpg\nb.jpg a.jpg\n' >vhd/test_pairs.txt
check vhd --results vhd-results
expect_status 0
expect_stdout_has 'columns   person-garment, as this layout has them: the names do not tell (--order says otherwise)'
check vhd --json
expect_stdout_has '"order":	"person-garment"'
expect_stdout_has '"order_by_layout":	true'
check vhd --order garment-person
expect_stdout_has 'columns   garment-person, as you said'
check dc/upper_body
expect_status 0
expect_stdout_has 'list      dc/upper_body/test_pairs_paired.txt'
expect_stdout_has 'people    dc/upper_body/images: 2 pictures'
expect_stdout_has 'set       unpaired'

# ---- two folders ----
check data/image LADI
expect_status 0
expect_stdout_has 'matched by    stem: P.jpg explains 2 of 2 names'
check data/image GAN --verbose
expect_status 1
expect_stdout_has '  a.png: shows a.jpg'
expect_stdout_has '  c.png: skipped: no photograph of that name'
check data/image GAN --json
expect_status 1
expect_stdout_has '"outcome":	"no-partner"'
check data/image LADI --match 'regex:(?<person>[a'
expect_status 2
expect_stderr_has 'the expression is wrong at character 12: missing terminating ]'
put long aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.png
check data/image long --match 'regex:(?<person>(a+)+)[!?]'
expect_status 3
expect_stderr_has 'the expression was given up at the name'
check data/image LADI --match stm
expect_status 2
expect_stderr_has "unknown way 'stm'; did you mean stem?"
check data/image LADI --results GAN
expect_status 2

# ---- what cannot be used ----
check
expect_status 2
expect_stderr_has 'give DATASET'
check nowhere
expect_error 3 'vtonmetrics pairs-check: nowhere: cannot open the dataset: No such file or directory'
check mended.txt
expect_error 2 'vtonmetrics pairs-check: mended.txt: is a file; for a pair list give its dataset with --root'
mkdir hollow && check hollow
expect_status 3
expect_stderr_has 'hollow: no people and garments found: looked for image and cloth'
mkdir -p half/image half/cloth && check half
expect_error 3 'vtonmetrics pairs-check: half/image: the folder is empty; looked for .jpg .jpeg .jpe .jfif .png .apng .gif .bmp .dib .webp .ppm .pgm .pnm .pbm .tif .tiff .tga .icb .vda .vst'
check data --pairs gone.txt
expect_error 3 'vtonmetrics pairs-check: gone.txt: cannot open: No such file or directory'
check data --results gone
expect_status 3
expect_stderr_has 'gone: no such folder'
truncate -s 2G huge.txt && check huge.txt --root data
expect_status 3
expect_stderr_has 'huge.txt: larger than 64 MiB, which no pair list is'
head -c 4096 /dev/urandom >binary.txt && printf '\0' >>binary.txt
check binary.txt --root data
expect_status 3
mkfifo fifo.txt && check data --pairs fifo.txt
expect_error 3 'vtonmetrics pairs-check: fifo.txt: is a FIFO, a regular file was expected'
check data --pairs /dev/zero
expect_status 3
mkfifo data/image/d.jpg data/test_pairs_same.txt # neither read nor waited for
ln -s . data/image/loop && ln -s loop.jpg data/image/loop.jpg && ln -s ../../data data/cloth/up
check missing.txt --root data --results LADI
expect_status 1
expect_stdout_has 'data/image: loop.jpg: in no line of the list' # a link that leads nowhere is listed, never followed twice
rm data/image/loop.jpg

# ---- odd names are printed in one line and cannot harm the terminal ----
put odd/image $'new\nline.jpg' $'\xff\xfe.jpg' $'\e[31mred.jpg' 'with space.jpg' -x.jpg
put odd/cloth $'new\nline.jpg' $'\xff\xfe.jpg' $'\e[31mred.jpg' 'with space.jpg'
check odd
expect_status 1
expect_stdout_has 'odd/image: -x.jpg: no garment of that name'
put odd-results $'new\nline.png' $'\xff\xfe.png'
check odd/image odd-results --verbose
expect_status 1
expect_stdout_has '  new\nline.png: shows new\nline.jpg'
expect_stdout_has '  \xff\xfe.png: shows \xff\xfe.jpg'
expect_stdout_has '  \x1b[31mred.jpg: no result shows it'
check odd/image odd-results --json
expect_stdout_has '"name":	"new\\nline.png"'
check odd --write odd.txt
expect_status 3
expect_stderr_has 'cannot be written into a pair list'
check -- odd

# ---- an unreadable folder ----
put private/image a.jpg && put private/cloth a.jpg && chmod 000 private/cloth
if [ "$(id -u)" != 0 ]; then
  check private
  expect_status 3
  expect_stderr_has 'private/cloth: cannot open the folder: Permission denied'
elif chmod 755 "$scratch" &&
  setpriv --reuid 65534 --regid 65534 --clear-groups "$BIN_DIR/vtonmetrics-pairs-check" --version >/dev/null 2>&1; then
  run setpriv --reuid 65534 --regid 65534 --clear-groups "$BIN_DIR/vtonmetrics-pairs-check" private
  expect_status 3
  expect_stderr_has 'private/cloth: cannot open the folder: Permission denied'
fi

# ---- the demo ----
demo=$SOURCE_DIR/datasets/demo
check "$demo" --results "$demo/GAN" --results "$demo/LADI" --results "$demo/PROMPT"
expect_status 0
expect_stdout_has 'no findings'
