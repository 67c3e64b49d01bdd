# diff: what changed between two runs; and the limits of compare that rest on it.
. "$SOURCE_DIR/tests/cli/lib.sh"
demo=$SOURCE_DIR/datasets/demo
is_sanitized && people=12 || people=24
mkdir image GAN LADI later
for i in $(seq -f '%05.0f_00' $people); do
  cp "$demo/image/$i.jpg" image
  cp "$demo/GAN/$i.png" GAN
  cp "$demo/LADI/$i.jpg" LADI
done
cp -r image LADI later
cp -r LADI later/GAN # GAN has become as good as LADI
remember
compare() { vtonmetrics compare --protocol alexnet --quiet "$@"; }
compare image GAN LADI --json -o before.json
(cd later && compare image GAN LADI --json -o ../now.json)

run vtonmetrics diff before.json now.json --top 2
expect_status 0
expect_no_stderr
expect_stdout_has '  metric       model     before        now'
[ "$(grep -c 'better$' "$stdout")" = 2 ] || complain 'GAN got better by both metrics'
[ "$(grep -c 'the same$' "$stdout")" = 2 ] || complain 'LADI is as it was'
expect_stdout_has 'results got better; the most'
expect_stdout_has 'FD(alexnet), GAN: moved it most towards better, by influence'
[ "$(grep -A2 'results got better; the most' "$stdout" | grep -c ' to 0')" = 2 ] || complain 'two pictures'

# The change, and how sure it is, are those that compare gives for two models side by side.
interval() { # interval FILE LINE: value, low and high behind the first line that matches
  grep -A12 -- "$2" "$1" | grep -oE '"(value|change|low|high)":[[:space:]]*-?[0-9.e-]+' | head -3 | grep -oE '[-0-9.e]+$' | cut -c1-12
}
run vtonmetrics diff now.json before.json --json
cp "$stdout" changes.json
diff <(interval changes.json '"metric":	"fid"' | sed 1d) <(interval before.json '"differences":' | sed 1d) >/dev/null ||
  complain 'the interval of FID is that of the difference GAN - LADI'

run vtonmetrics diff now.json before.json --fail-if-worse --quiet -o /dev/null
expect_status 1
expect_stderr_has 'vtonmetrics diff: GAN: FD(alexnet) got worse by '
expect_stderr_has 'vtonmetrics diff: GAN: LPIPS(alex) got worse by '
expect_stderr_lacks 'LADI'
run vtonmetrics diff now.json before.json --fail-if-worse --tolerance fid=99 --tolerance lpips=9 -q -o /dev/null
expect_status 0
run vtonmetrics diff before.json now.json --fail-if-worse -o /dev/null
expect_status 0
run vtonmetrics diff before.json now.json --tolerance fid=1
expect_error 2 'vtonmetrics diff: --tolerance goes with --fail-if-worse'

run compare image GAN LADI --fail-if-worse-than now.json -o /dev/null
expect_status 1
expect_stderr_has 'vtonmetrics compare: GAN: LPIPS(alex) got worse by '
run compare image GAN LADI --fail-if-worse-than now.json --tolerance fid=99 --tolerance lpips=9 -o /dev/null
expect_status 0
run compare image GAN LADI --fail-if-worse-than now.json --tolerance fid=99 --tolerance GAN:lpips=9 \
  --fail-if-image-worse lpips=0.2 -o /dev/null
expect_status 1
expect_stderr_has 'results by more than 0.2: most for '
run compare image LADI --fail-if-worse-than now.json -o /dev/null
expect_status 3
expect_stderr_has 'vtonmetrics compare: GAN, LPIPS(alex): was scored before and is not now'

# Other forms of convolution round otherwise: that is no change, and no picture is blamed for it.
compare image GAN LADI --exact --json -o exact.json
for order in 'before exact' 'exact before'; do
  run vtonmetrics diff "${order% *}.json" "${order#* }.json" --fail-if-worse
  expect_status 0
  [ "$(grep -c 'the same but for rounding$' "$stdout")" = 4 ] || complain 'four scores are the same but for rounding'
  expect_stdout_has 'Computed otherwise, with little effect'
  ! grep -q 'results got' "$stdout" || complain 'no picture got worse by rounding'
done

# Numbers of different quantities are not subtracted, and CI does not pass on them.
compare image GAN --size 128 --no-interval --json -o native.json
run vtonmetrics diff before.json native.json
expect_status 0
expect_stdout_has 'incomparable: resize differs'
expect_stdout_has 'Why numbers cannot be compared'
expect_stdout_has 'resize (LPIPS(alex)): Pillow bicubic to 128x128'
expect_stdout_has 'Note: FD(alexnet), LADI: only in the earlier run'
run vtonmetrics diff before.json native.json --fail-if-worse -q
expect_status 3
expect_stderr_has 'GAN: LPIPS(alex) cannot be compared with what it was: resize differs'
rm image/00001_00.jpg
compare image GAN --json -o fewer.json
run vtonmetrics diff before.json fewer.json
expect_stdout_has "incomparable: $people photographs and $people results before, $((people - 1)) and $((people - 1)) now"
vtonmetrics lpips image LADI --json --quiet >single.json
run vtonmetrics diff before.json single.json
expect_status 0
expect_stdout_has 'LPIPS(alex)  LADI'
expect_stdout_has 'Note: LPIPS(alex), LADI: results in the earlier run only: 1; in the later one only: 0'
run vtonmetrics diff single.json now.json --fail-if-worse --quiet -o /dev/null
expect_status 0

# What is no scores.json
run vtonmetrics diff before.json
expect_status 2
run vtonmetrics diff before.json nowhere.json
expect_error 3 'vtonmetrics diff: nowhere.json: cannot open: No such file or directory'
run vtonmetrics diff before.json image
expect_status 3
expect_stderr_has 'image: is a folder'
head -c 1000 before.json >cut.json
run vtonmetrics diff before.json cut.json
expect_status 3
expect_stderr_has 'vtonmetrics diff: cut.json: no valid JSON'
echo '{"schema": "vtonmetrics/dataset-lint/2"}' >lint.json
run vtonmetrics diff before.json lint.json
expect_status 3
expect_stderr_has 'lint.json: line 1: the schema is another one than vtonmetrics/3'
run vtonmetrics diff before.json now.json -o nowhere/x
expect_error 3 'vtonmetrics diff: nowhere/x: cannot be written: the folder nowhere does not exist'
