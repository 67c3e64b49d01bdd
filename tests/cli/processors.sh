#!/usr/bin/env bash
# Threads and batches never change a bit; each set of instructions gives the same values within rounding.
source "$(dirname "$0")/lib.sh"

for model in image LADI; do
  mkdir "$model"
  cp "$SOURCE_DIR/datasets/demo/$model"/0000[1-4]_00.* "$model"
done

run true # what complain shows
value() { # value METRIC OPTION...: the bare number
  vtonmetrics "$@" image LADI --value --quiet
}

for metric in "lpips --size 64x64" "fid --protocol alexnet"; do
  # The second one is slow under the sanitizers: fewer runs.
  runs=("--threads 2 --batch 1" "--threads 3 --batch 2" "--threads 7 --batch 16")
  [[ $metric = fid* ]] && runs=("--threads 3 --batch 2")
  # shellcheck disable=SC2086 # options are words
  expected=$(value $metric --threads 1)
  [ -n "$expected" ] || complain "$metric gives no value"
  for options in "${runs[@]}"; do
    # shellcheck disable=SC2086
    got=$(value $metric $options)
    [ "$got" = "$expected" ] || complain "$metric $options: $got instead of $expected"
  done
  [[ $metric = fid* ]] && continue
  for mask in amx avx512 avx2 avx512,avx2; do
    # shellcheck disable=SC2086
    got=$(value $metric --threads 3 --cpu-mask $mask)
    awk -v a="$got" -v b="$expected" 'BEGIN { d = a - b; exit !(a != "" && d < 1e-5 && d > -1e-5) }' ||
      complain "$metric --cpu-mask $mask: $got instead of about $expected"
  done
done
