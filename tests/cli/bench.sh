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

run vtonmetrics bench --net vgg
expect_status 2
expect_stderr_has "inception"
run vtonmetrics bench folder
expect_status 2
run vtonmetrics bench --seconds 0
expect_status 2
