#!/usr/bin/env bash
# bench.sh forward inception|alexnet [--precision f32|bf16x3|bf16] [SECONDS [THREADS [CPU_MASK]]]
#     the network alone: images in memory, seeded weights, all cores, best batch
# bench.sh peers inception|alexnet [--precision P] [--rounds N] [--seconds S] [--engines LIST] [--cpu-mask SETS]
#     the same beside other engines, interleaved over several rounds, as a table: see scripts/bench_peers.py.
#     PYTHON has the engines, PEERS is the program that measures them
# bench.sh fid|lpips DIR DIR... [OPTIONS OF THE METRIC]
#     the whole program, from files to number, wall time
# The last line is a JSON object with img_s, images a second. The programs come from $BUILD_DIR when it is
# set, else from build/release; they are built there when they are missing.
set -euo pipefail
start_dir=$PWD
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  sed -n 's/^# \{0,1\}//; 2,8p' "$source_dir/scripts/bench.sh" >&2
  exit 2
}

# need TARGET...: what stands in $BUILD_DIR is measured as it stands; our own folder is brought up to date.
need() {
  local target
  for target in "$@"; do
    if [ -z "${BUILD_DIR:-}" ] || [ ! -x "$build_dir/bin/$target" ]; then
      build "$build_dir" release "$@" >&2
      return
    fi
  done
}

# members NAME: the numbers that stand under NAME in the rows of the JSON on standard input.
members() { sed -n '/"results"/,$p' | grep -oE "\"$1\":[[:space:]]*[0-9]+" | grep -oE '[0-9]+$'; }

run_metric() {
  local metric=$1 begin end output generated reference
  shift
  need "vtonmetrics-$metric"
  cd "$start_dir"
  begin=$EPOCHREALTIME
  output=$("$build_dir/bin/vtonmetrics-$metric" --json --quiet "$@")
  end=$EPOCHREALTIME
  printf '%s\n' "$output"
  # One reference is shared by all rows, so its largest count is what was read of it.
  reference=$(members n_reference <<<"$output" | sort -n | tail -n 1)
  generated=$(members n_generated <<<"$output" | awk '{ sum += $1 } END { print sum }')
  awk -v metric="$metric" -v seconds="$(awk "BEGIN { print ${end/,/.} - ${begin/,/.} }")" \
    -v images=$((reference + generated)) 'BEGIN {
      printf "{\"metric\": \"%s\", \"images\": %d, \"seconds\": %.3f, \"img_s\": %.2f}\n",
        metric, images, seconds, images / seconds }'
}

[ $# -ge 2 ] || usage
case $1 in
  forward)
    case $2 in inception | alexnet) ;; *) usage ;; esac
    need bench_forward
    exec "$build_dir/bin/bench_forward" "${@:2}"
    ;;
  peers)
    need bench_forward
    export PEERS=${PEERS:-$source_dir/../shared/bench/peers.py}
    exec "${PYTHON:-python3}" "$source_dir/scripts/bench_peers.py" "${@:2}"
    ;;
  fid | lpips) run_metric "$@" ;;
  *) usage ;;
esac
