# Where the result goes, and that a file is written whole or not at all.
. "$SOURCE_DIR/tests/cli/lib.sh"
make_folders 3
remember

run vtonmetrics lpips image LADI GAN
expect_status 0
expect_no_stderr
expect_stdout_has 'LPIPS(alex) against image (lower is better)'
expect_stdout_has '  LADI '
expect_stdout_has '  GAN '
expect_stdout_has 'Computed with'
cp "$stdout" text
run vtonmetrics lpips image LADI GAN --output result.txt
expect_status 0
expect_no_stdout
cmp -s text result.txt || complain '--output writes what standard output would get'
expect_files . .stderr .stdout GAN LADI image result.txt text
run vtonmetrics lpips image LADI GAN --output -
cmp -s text "$stdout" || complain '--output - is standard output'

run vtonmetrics lpips image LADI GAN --format csv
[ "$(wc -l <"$stdout")" = 3 ] || complain 'a heading and two rows'
first=$(awk -F, 'NR == 2 {print $3}' "$stdout")
second=$(awk -F, 'NR == 3 {print $3}' "$stdout")
run vtonmetrics lpips image LADI GAN --value
expect_stdout "$first"$'\n'"$second"
run vtonmetrics lpips image LADI --json
expect_stdout_has '"schema":	"vtonmetrics/3"'
expect_stdout_has "\"value\":	$first,"
expect_stdout_has '"weights_sha256":'
run vtonmetrics lpips image LADI --format json
cp "$stdout" json
run vtonmetrics lpips image LADI --json
cmp -s "$stdout" json || complain '--json is --format json'
for format in tsv markdown latex; do
  run vtonmetrics lpips image LADI --format $format
  expect_status 0
  expect_stdout_has LADI
done
run vtonmetrics lpips image LADI --per-image pairs.csv --value
expect_status 0
[ "$(wc -l <pairs.csv)" = 4 ] || complain 'pairs.csv: a heading and three pairs'
[ "$(head -1 pairs.csv)" = model,name,value,layer1,layer2,layer3,layer4,layer5 ] || complain 'headings of pairs.csv'
awk -F, -v mean="$(cat "$stdout")" 'NR > 1 { s += $3; l = $4 + $5 + $6 + $7 + $8 - $3; if (l * l > 1e-20) bad = 1 }
  END { d = s / 3 - mean; exit bad || d * d > 1e-20 }' pairs.csv || complain 'layers sum to values, values to the mean'

# Thresholds
run vtonmetrics lpips image LADI GAN --fail-above 99
expect_status 0
run vtonmetrics lpips image LADI GAN --fail-above 0
expect_status 1
cmp -s text "$stdout" || complain 'the result is printed all the same'
expect_stderr_has 'vtonmetrics lpips: LADI: LPIPS(alex) is 0.'
expect_stderr_has ', above the limit of 0'

# ---- outputs that fail: found before the work where possible, nothing partial ----
run vtonmetrics lpips image LADI -o nowhere/result.txt
expect_error 3 'vtonmetrics lpips: nowhere/result.txt: cannot be written: the folder nowhere does not exist'
run vtonmetrics lpips image LADI --per-image text/x.csv
expect_error 3 'vtonmetrics lpips: text/x.csv: cannot be written: text is not a folder'
run vtonmetrics lpips image LADI -o GAN
expect_error 3 'vtonmetrics lpips: GAN: is a folder, cannot write a file of that name'
run vtonmetrics lpips image LADI -o /proc/result.txt
expect_status 3
expect_no_stdout
run vtonmetrics lpips image LADI -o /dev/full
expect_error 3 'vtonmetrics lpips: /dev/full: cannot write: No space left on device'
run vtonmetrics lpips image LADI -o /dev/null
expect_status 0
[ -c /dev/null ] || complain '/dev/null must stay a device'

for stream in /dev/full '&-'; do
  command="vtonmetrics lpips image LADI >$stream"
  : >"$stdout"
  eval "vtonmetrics lpips image LADI >$stream 2>'$stderr'"
  status=$?
  expect_status 3
  expect_stderr_has 'vtonmetrics lpips: standard output: cannot write the result: '
done

export VTONMETRICS_STORE=none
# A limit on the size of files stands for a full disk: the old file stays, no temporary one is left.
echo old >keep.csv
mkdir many-a many-b
for i in $(seq 40); do
  cp image/00001_00.ppm "many-a/$i-a-rather-long-name-so-that-the-table-grows.ppm"
  cp LADI/00001_00.ppm "many-b/$i-a-rather-long-name-so-that-the-table-grows.ppm"
done
command='ulimit -f 1; vtonmetrics lpips many-a many-b --per-image keep.csv'
(ulimit -f 1 && exec "$BIN_DIR/vtonmetrics-lpips" many-a many-b --per-image keep.csv) >"$stdout" 2>"$stderr"
status=$?
expect_error 3 'vtonmetrics lpips: keep.csv: cannot write: File too large'
[ "$(cat keep.csv)" = old ] || complain 'keep.csv must keep its old content'
expect_files . .stderr .stdout GAN LADI image json keep.csv many-a many-b pairs.csv result.txt text

# A reader that has gone: quiet, and not a success.
command='vtonmetrics lpips | true'
mkfifo gone
true <gone &
vtonmetrics lpips many-a many-b --json --no-lint >gone 2>"$stderr"
status=$?
wait
: >"$stdout"
expect_status 3
expect_no_stderr
rm gone
