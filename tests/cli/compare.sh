# compare: the same numbers as fid and lpips, in one table, and what may go wrong.
. "$SOURCE_DIR/tests/cli/lib.sh"
make_folders 3
unset XDG_DATA_HOME TORCH_HOME XDG_CACHE_HOME
export HOME=$scratch/home
mkdir home
fid='--protocol alexnet'

# ---- every value is that of the single commands, bit for bit ----
vtonmetrics fid $fid image LADI GAN --value --quiet >fid.value
vtonmetrics lpips image LADI GAN --value --per-image single.csv >lpips.value
run vtonmetrics compare $fid image LADI GAN --sort given --format csv --per-image pairs.csv
expect_status 0
column() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } NR > 1 { print $c }' "$2"; }
column 'FD(alexnet)' "$stdout" | cmp -s - fid.value || complain 'the values of fid'
column 'LPIPS(alex)' "$stdout" | cmp -s - lpips.value || complain 'the values of lpips'
for name in 'LPIPS(alex)' 'LPIPS(alex)_layer1' 'LPIPS(alex)_layer5'; do
  single=${name#*_}
  [ "$single" = "$name" ] && single=value
  diff <(column "$name" pairs.csv) <(column $single single.csv) >/dev/null || complain "pairs.csv: $name"
done
[ "$(cut -d, -f1,2 pairs.csv | tail -1)" = GAN,00003_00 ] || complain 'pairs.csv: each pair of each model'

remember
# ---- formats ----
run vtonmetrics compare $fid image LADI GAN
expect_status 0
expect_no_stderr
expect_stdout_has '2 models against image, 3 images each'
expect_stdout_has 'FD(alexnet), lower is better'
expect_stdout_has 'LPIPS(alex), lower is better'
cp "$stdout" text
run vtonmetrics compare $fid image LADI GAN -o table.txt
expect_no_stdout
cmp -s text table.txt || complain '--output writes what standard output would get'
for format in tsv markdown latex; do
  run vtonmetrics compare $fid image LADI GAN --format $format
  expect_status 0
  expect_stdout_has LADI
done
run vtonmetrics compare $fid image LADI GAN --json
expect_stdout_has '"schema":	"vtonmetrics/3"'
expect_stdout_has '"ranking":	[{'
cp "$stdout" scores.json
run vtonmetrics diff scores.json "$scratch/scores.json"
expect_status 0
expect_stdout_has 'the same'
run vtonmetrics compare $fid image LADI GAN --baseline GAN
expect_stdout_has 'less GAN'

# ---- metrics ----
run vtonmetrics compare image LADI GAN
expect_status 0
expect_stderr_has 'warning: fid is skipped: inception_v3_google-0cc3c7bd.pth: not found'
expect_stderr_has "Get it with 'vtonmetrics weights fetch inception-torchvision'"
expect_stderr_has '--protocol alexnet needs no download'
expect_stdout_has 'LPIPS(alex)'
run vtonmetrics compare image LADI GAN --metrics fid
expect_status 3
expect_no_stdout
run vtonmetrics compare image LADI GAN --metrics lpips --lpips-size native --match stem --lpips-skip-broken
expect_status 0
expect_no_stderr
expect_stdout_has 'resize          none'
run vtonmetrics compare image LADI --metrics lpips,fit
expect_error 2 "vtonmetrics compare: unknown metric 'fit' (did you mean 'fid'?); known are fid, kid, lpips, ssim, ms-ssim, psnr, mse, rmse, mae"
run vtonmetrics compare image LADI --metrics lpips,lpips
expect_error 2 'vtonmetrics compare: --metrics: lpips is named twice'
run vtonmetrics compare image LADI --metrics lpips $fid
expect_error 2 'vtonmetrics compare: --protocol: has no effect: none of the compared metrics has it'
run vtonmetrics compare $fid image LADI --weights x.pth
expect_error 2 'vtonmetrics compare: --weights: ambiguous, each metric has its own: --fid-weights or --lpips-weights'
run vtonmetrics compare image LADI --metrics lpips --lpips-weights nowhere.pth
expect_status 3
expect_stderr_has 'nowhere.pth'

# ---- what is wrong is said before the work ----
run vtonmetrics compare
expect_error 2 'vtonmetrics compare: give REFERENCE MODEL..., for example: vtonmetrics compare image/ GAN/ LADI/ PROMPT/'
run vtonmetrics compare image
expect_status 2
run vtonmetrics compare $fid image LADY GAN
expect_error 3 'vtonmetrics compare: LADY: no such folder; did you mean LADI?'
mkdir empty
run vtonmetrics compare $fid image empty GAN
expect_status 3
expect_stderr_has 'vtonmetrics compare: empty: the folder is empty'
run vtonmetrics compare $fid image LADI --sort kid
expect_error 2 'vtonmetrics compare: --sort: kid is none of the metrics compared'
run vtonmetrics compare $fid image LADI --baseline PROMPT
expect_error 2 'vtonmetrics compare: --baseline: PROMPT is none of the models compared'
run vtonmetrics compare $fid image LADI --fail-above cid=3
expect_error 2 'vtonmetrics compare: --fail-above cid=3: there is no metric of that name'
run vtonmetrics compare $fid image LADI --fail-below psnr=3
expect_error 2 'vtonmetrics compare: --fail-below: psnr is none of the metrics compared'
run vtonmetrics compare $fid image LADI --fail-above fid
expect_error 2 'vtonmetrics compare: --fail-above fid: METRIC=NUMBER or MODEL:METRIC=NUMBER is needed, for example fid=40'
run vtonmetrics compare $fid image LADI --tolerance fid=1
expect_error 2 'vtonmetrics compare: --tolerance goes with --fail-if-worse-than FILE'
run vtonmetrics compare $fid image LADI --each --intersect
expect_error 2 'vtonmetrics compare: only one of --intersect and --each can be given'
run vtonmetrics compare $fid image LADI --json --format csv
expect_error 2 'vtonmetrics compare: only one of --format and --json can be given'
run vtonmetrics compare $fid image LADI --report GAN
expect_status 2
expect_stderr_has 'vtonmetrics compare: GAN: exists already'
run vtonmetrics compare $fid image LADI --fail-if-worse-than nowhere.json
expect_status 3
expect_stderr_has 'nowhere.json'
run vtonmetrics compare $fid image LADI -o nowhere/x
expect_error 3 'vtonmetrics compare: nowhere/x: cannot be written: the folder nowhere does not exist'
run vtonmetrics compare $fid image =LADI
expect_error 2 "vtonmetrics compare: '=LADI': NAME=FOLDER needs both a name and a folder"
run vtonmetrics compare $fid image LADI GAN LADI
expect_error 2 'vtonmetrics compare: LADI: is given twice'
run vtonmetrics compare $fid image A=LADI A=GAN
expect_error 2 'vtonmetrics compare: two models are called A: give each a name of its own'
run vtonmetrics compare $fid image LADI --names a,b
expect_error 2 'vtonmetrics compare: --names a,b: 2 names for 1 models'
run vtonmetrics compare $fid image LADI GAN --dry-run
expect_status 0
expect_stdout_has 'LADI against image'
run vtonmetrics compare $fid image LADI GAN --dry-run --json
expect_status 0
expect_stdout_has '"schema":	"vtonmetrics/plan/1"'
[ "$(grep -c '"scheme":	"stem"' "$stdout")" = 2 ] || complain 'both models'

# ---- limits ----
run vtonmetrics compare $fid image LADI GAN --fail-above fid=9999 --fail-above lpips=9999 -q
expect_status 0
run vtonmetrics compare $fid image LADI GAN --fail-above fid=9999 --fail-above lpips=0 -q
expect_status 1
expect_stderr_has 'vtonmetrics compare: LADI: LPIPS(alex) is '
expect_stderr_lacks 'FD(alexnet) is'
run vtonmetrics compare $fid image LADI GAN --fail-if-worse-than scores.json -q
expect_status 0

# ---- a file that cannot be written does not cost the others ----
if [ -c /dev/full ]; then
  run vtonmetrics compare $fid image LADI GAN --per-image /dev/full
  expect_status 3
  cmp -s text "$stdout" || complain 'the table all the same'
  expect_stderr_has '/dev/full: cannot write: No space left on device'
fi

# ---- the report, and interruption ----
export SOURCE_DATE_EPOCH=86401
run vtonmetrics compare $fid image LADI GAN --report report
unset SOURCE_DATE_EPOCH
expect_status 0
[ -s report/report.html ] || complain 'report.html'
sed '2,6d' report/scores.json | cmp -s - scores.json || complain 'scores.json is what --json prints, and how it was made'
cat >made.expected <<JSON
	"made":	{
		"program":	"$(vtonmetrics --version | head -1)",
		"date":	"1970-01-02T00:00:01Z",
		"command":	"vtonmetrics compare --protocol alexnet image LADI GAN"
	},
JSON
sed -n '2,6p' report/scores.json | cmp -s - made.expected || complain "how it was made: $(sed -n '2,6p' report/scores.json)"
run vtonmetrics diff scores.json report/scores.json
expect_status 0
ls -A >before
command='vtonmetrics compare, interrupted'
VTONMETRICS_STORE=none vtonmetrics compare $fid image LADI GAN --report other --per-image other.csv -o other.txt >"$stdout" 2>"$stderr" &
sleep 0.05
kill -TERM $! 2>/dev/null
wait $!
status=$?
if [ "$status" != 0 ]; then # else it was done before
  ls -A | cmp -s - before || complain 'nothing partial is left'
fi

# ---- names of models, and models without some people ----
run vtonmetrics compare $fid image ours=LADI GAN --format csv
expect_status 0
expect_stdout_has 'ours,'
run vtonmetrics compare $fid image LADI GAN --names 'a "<script>,b' --format csv
expect_status 0
expect_stdout_has '"a ""<script>",'
expect_stdout_has $'\nb,'
rm LADI/00001_00.ppm
run vtonmetrics compare $fid image LADI GAN
expect_status 0
[ "$(sed -n 1,2p "$stdout")" = '2 models against image, 2 images each
Note: 2 of 3 people are compared: those of whom all 2 models have a result' ] || complain 'how many people, first'
run vtonmetrics compare $fid image LADI GAN --each
expect_status 0
expect_stdout_has '2 models against image, 2 to 3 images'
expect_stdout_has 'Note: the models are scored on different people: only 2 of 3 have a result of every model'
vtonmetrics fid $fid image GAN --value --quiet >each.value
run vtonmetrics compare $fid image LADI GAN --each --sort given --format csv
[ "$(column 'FD(alexnet)' "$stdout" | tail -1)" = "$(cat each.value)" ] || complain '--each: GAN on all of its people'
