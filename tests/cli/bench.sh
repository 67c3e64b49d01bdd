#!/usr/bin/env bash
# The table of layers: every layer of the network, near the truth, in text and JSON.
source "$(dirname "$0")/lib.sh"

run vtonmetrics bench --layers --net alexnet --seconds 1
expect_status 0
expect_no_stderr
expect_stdout_has "alexnet, f32, one thread of cpu"
[ "$(grep -c '^  features\.' "$stdout")" = 5 ] || complain "five convolutions were expected"
[ "$(grep -c '^  pool ' "$stdout")" = 2 ] || complain "two poolings were expected"
grep -qE '^[0-9.]+ ms an image: [0-9.]+ images a second and thread$' "$stdout" || complain "the sum of all layers"

for options in "" "--exact" "--cpu-mask avx2 --exact"; do
  # shellcheck disable=SC2086 # options are words
  run vtonmetrics bench --net alexnet --seconds 1 --json $options
  expect_status 0
  expect_stdout_has '"schema":	"vtonmetrics/bench/1"'
  worst=$(grep '"error"' "$stdout" | grep -oE '[0-9][0-9.e+-]*' | sort -g | tail -n 1)
  limit=3e-5
  [[ $options = *exact* ]] && limit=2e-6
  awk -v worst="$worst" -v limit=$limit 'BEGIN { exit !(worst > 0 && worst < limit) }' ||
    complain "a layer is off by $worst of its standard deviation, more than $limit"
  [ "$(grep -c '"error"' "$stdout")" = 5 ] || complain "an error for each convolution was expected"
done

# All forms of a layer, one of which is chosen; measured and modelled.
run vtonmetrics bench --forms --net alexnet --seconds 1 --cpu-mask avx2
expect_status 0
[ "$(grep -cE '^ +\* ' "$stdout")" = 5 ] || complain "a chosen form for each convolution was expected"
[ "$(grep -cE '^ +F\(2,3\) x F\(2,3\) +[0-9.]+ ms, modelled [0-9.]+, error [0-9.e-]+$' "$stdout")" -ge 1 ] ||
  complain "a form that is not chosen was expected"

# A folder: what each thread does, all of the time, and the first of it letter by letter.
make_folders 3
run vtonmetrics bench --pipeline image --net alexnet --threads 2
expect_status 0
expect_no_stderr
expect_stdout_has "alexnet, f32, 2 threads of cpu"
expect_stdout_has "3 images of image in"
awk '/^  (0|1|all) +[0-9]/ { rows++; sum = $2 + $3 + $4 + $5; if (sum < 99 || sum > 101) bad = 1 } END { exit bad || rows != 3 }' \
  "$stdout" || complain "the shares of each thread should add up to 100"
[ "$(grep -cE '^  [01]   [drf.]{90}$' "$stdout")" = 2 ] || complain "a line of letters for each thread was expected"
grep -qE '^  [01]   .*f' "$stdout" || complain "the network should be seen"
run vtonmetrics bench --pipeline image --net alexnet --threads 1 --json
expect_stdout_has '"schema":	"vtonmetrics/bench-pipeline/1"'
[ "$(grep -c '"decode"$\|"activity":.*"decode"' "$stdout")" = 3 ] || complain "three images are decoded"
echo broken >image/00002_00.ppm
run vtonmetrics bench --pipeline image --net alexnet
expect_status 3
expect_stderr_has "image/00002_00.ppm"
expect_no_stdout
run vtonmetrics bench --pipeline missing
expect_error 3 "vtonmetrics bench: missing: no such folder"
run vtonmetrics bench --pipeline image --layers
expect_error 2 "vtonmetrics bench: --layers and --pipeline are two tables: choose one"

run vtonmetrics bench --net vgg
expect_status 2
expect_stderr_has "inception"
run vtonmetrics bench folder
expect_status 2
run vtonmetrics bench --seconds 0
expect_status 2
