# Results that are destroyed between two runs: the gate says so and fails, however little a mean shows of it, and --quiet
# does not hide it.
. "$SOURCE_DIR/tests/cli/lib.sh"
make_black() { { printf 'P6\n32 48\n255\n' && head -c 4608 /dev/zero; } >"$1"; }
mkdir image LADI
for i in $(seq 10 31); do
  make_image "image/$i.ppm" "$i"
  make_image "LADI/$i.ppm" "$((i + 100))"
done
remember
compare='vtonmetrics compare --metrics lpips --size 64 image --quiet'
$compare LADI --json -o good.json
cp -r LADI one
make_black one/11.ppm
cp -r one two
cp image/20.ppm two
cp -r one three
make_black three/12.ppm
$compare LADI=one --json -o one.json

gate() { # gate STATUS TEXT ARGUMENTS...; TEXT -: nothing
  local want=$1 text=$2
  shift 2
  run $compare "$@" --json -o now.json
  expect_status "$want"
  if [ "$text" = - ]; then expect_no_stderr; else expect_stderr_has "$text"; fi
}
gate 0 - LADI --fail-if-worse-than good.json
gate 1 'vtonmetrics compare: LADI: got worse: 1 of 22 results is black, for example 11.ppm' LADI=one --fail-if-worse-than good.json
gate 1 'LADI: got worse: 1 of 22 results is the photograph itself' LADI=two --fail-if-worse-than good.json --tolerance lpips=9
gate 1 'LADI: got worse: 2 of 22 results are black' LADI=three --fail-if-worse-than one.json --tolerance lpips=9
gate 1 'is the photograph itself' LADI=two --fail-if-worse-than one.json --tolerance lpips=9
# what was so before is warned of, and does not fail
gate 0 'warning: LADI: 1 of 22 results is black' LADI=one --fail-if-worse-than one.json
expect_stderr_lacks 'got worse'
# fewer than before are not worse
$compare LADI=three --json -o three.json
gate 0 'warning: LADI: 1 of 22 results is black' LADI=one --fail-if-worse-than three.json --tolerance lpips=9
expect_stderr_lacks 'got worse:'
# also where one is spoken of otherwise than many
cp -r LADI less
cp image/20.ppm less/19.ppm
cp -r less more
cp image/22.ppm more/21.ppm
$compare LADI=more --json -o more.json
gate 0 'warning: LADI: 1 of 22 results is the photograph of somebody else' LADI=less --fail-if-worse-than more.json --tolerance lpips=9
expect_stderr_lacks 'got worse:'
$compare LADI=less --json -o less.json
gate 1 'got worse: 2 of 22 results are the photograph of somebody else' LADI=more --fail-if-worse-than less.json --tolerance lpips=9
for tool in 'lpips --size 64' 'fid --protocol alexnet' 'score psnr'; do
  run vtonmetrics $tool image two --value --quiet
  expect_stderr_has 'warning: two: 1 of 22 results is black'
  expect_stderr_has 'warning: two: 1 of 22 results is the photograph itself'
done

# ---- scores that are infinite throughout are equal ----
cp -r image same
cp -r image copy
run vtonmetrics compare --metrics psnr image same copy
expect_status 0
expect_stdout_has 'same and copy have the same value'
! grep -q 'not known' "$stdout" || complain 'two infinite scores of the same pairs are equal'
run vtonmetrics compare --metrics psnr image same copy --json -o psnr.json
run vtonmetrics diff psnr.json psnr.json --fail-if-worse
expect_status 0
! grep -q 'incomparable' "$stdout" || complain 'nothing changed'
cp LADI/11.ppm copy
run vtonmetrics compare --metrics psnr image same copy
! grep -q 'same and copy have the same value' "$stdout" || complain 'one of them is not throughout'
