#!/usr/bin/env bash
# gpu-check.sh [--images DIR] [--seconds N] [--output FILE]
#   builds, runs the tests on the GPU, compares the GPU's features, FID and LPIPS with the processor's and PyTorch's, and
#   measures the network alone and the whole program against PyTorch and against decoding. Ends with a table and one
#   JSON object (also in FILE). Needs no network.
#   --images DIR   a dataset with image/ and GAN/ to measure the whole program with (datasets/demo)
#   --seconds N    for each measurement of the network alone (10)
# $BUILD_DIR: another build folder than build/release. $PYTHON: a Python with torch, torchvision and Pillow (python3).
# $INCEPTION: a file of torchvision's Inception weights, for FID itself; else FD(alexnet) alone is compared.
# Exit status: 0 all as it should be, 1 something is not, 2 wrong arguments, 3 it does not build, 4 no GPU can be used.
set -uo pipefail
start_dir=$PWD
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

images=$source_dir/datasets/demo seconds=10 output=
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || { sed -n 's/^# \{0,1\}//; 2,7p' "${BASH_SOURCE[0]}" >&2; exit 2; }
  case $1 in
    --images) images=$(cd "$start_dir" && realpath -- "$2") ;;
    --seconds) seconds=$2 ;;
    --output) output=$(cd "$start_dir" && realpath -m -- "$2") ;;
    *) echo "gpu-check.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bin=$build_dir/bin
export VTONMETRICS_OFFLINE=1
unset VTONMETRICS_CUDA_MODULE VTM_FAKE_CUDA
python=${PYTHON:-python3}
rows=() members=() failures=0

# record NAME VALUE [GOOD|BAD|-] [NOTE]: a line of the table and a member of the JSON object.
record() {
  local value=$2
  rows+=("$(printf '%-34s %14s  %-4s %s' "$1" "$value" "${3:--}" "${4:-}")")
  [[ $value =~ ^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$ ]] || value="\"$value\""
  members+=("\"$1\": $value")
  [ "${3:--}" != BAD ] || failures=$((failures + 1))
}

# judge NAME VALUE LIMIT [NOTE]: good when the value is a number of at most LIMIT.
judge() {
  local verdict=BAD
  awk -v a="$2" -v b="$3" 'BEGIN { exit !(a ~ /^[-+0-9.eE]+$/ && a + 0 <= b + 0) }' && verdict=GOOD
  record "$1" "$2" "$verdict" "at most $3${4:+, $4}"
}

relative() { awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; if (d < 0) d = -d; if (b < 0) b = -b; print (b > 0 ? d / b : d) }'; }
absolute() { awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; print (d < 0 ? -d : d) }'; }
member() { grep -oE "\"$2\": *-?[0-9.eE+-]+" <<<"$1" | head -n 1 | sed 's/.*: *//'; }

finish() {
  printf '\n%-34s %14s  %s\n' what value verdict
  printf '%s\n' "${rows[@]}"
  local json
  json=$(IFS=,; printf '{"schema": "vtonmetrics/gpu-check/1", "failures": %d, %s}\n' "$failures" "${members[*]}")
  printf '%s\n' "$json"
  [ -z "$output" ] || printf '%s\n' "$json" >"$output"
  [ "$failures" = 0 ] || exit 1
  exit 0
}

build "$build_dir" release || exit 3
devices=$("$bin/vtonmetrics" devices)
if [ $? != 0 ]; then
  printf '%s\n' "$devices"
  echo "gpu-check.sh: nothing was checked, since no GPU can be used; the lines above say why" >&2
  exit 4
fi
printf '%s\n' "$devices"
device=$(sed -n '/^cuda:/{p;q}' <<<"$devices")
record device "$(sed 's/^cuda:[0-9]* *//; s/, compute.*//' <<<"$device")"
record compute_capability "$(sed -n 's/.*compute capability \([0-9.]*\).*/\1/p' <<<"$device")"
for name in driver toolkit cuDNN; do record "$name" "$(sed -n "s/^$name *\(CUDA up to \)\?//p" <<<"$devices")"; done

# ---- tests ----
ctest --test-dir "$build_dir" -L gpu --output-on-failure >"$scratch/tests.log" 2>&1
result=$?
cat "$scratch/tests.log"
passed=$(grep -c ' Passed ' "$scratch/tests.log")
verdict=GOOD
[ "$result" = 0 ] && [ "$passed" -gt 0 ] && ! grep -q Skipped "$scratch/tests.log" || verdict=BAD
record gpu_tests_passed "$passed" "$verdict"

if command -v compute-sanitizer >/dev/null; then
  for tool in memcheck racecheck; do
    verdict=GOOD
    VTM_TEST_DEVICE=cuda compute-sanitizer --tool "$tool" --error-exitcode 9 \
      "$build_dir/tests/kernels_test_pooling" >"$scratch/$tool.log" 2>&1 || verdict=BAD
    [ "$verdict" = GOOD ] || tail -n 20 "$scratch/$tool.log"
    record "sanitizer_$tool" "$(tail -n 1 "$scratch/$tool.log" | tr -dc 'A-Za-z0-9: ')" "$verdict"
  done
else
  record sanitizer_memcheck "not installed"
fi

# ---- the processor's numbers ----
image=$images/image generated=$images/GAN
value() { "$bin/vtonmetrics" "$@" --value --quiet --no-store --no-lint; } # value TOOL REFERENCE GENERATED OPTIONS...
compare_values() { # compare_values NAME LIMIT HOW TOOL OPTIONS...
  local name=$1 limit=$2 how=$3 cpu gpu again
  shift 3
  cpu=$(value "$1" "$image" "$generated" "${@:2}" --device cpu)
  gpu=$(value "$1" "$image" "$generated" "${@:2}" --device cuda)
  again=$(value "$1" "$image" "$generated" "${@:2}" --device cuda)
  record "${name}_cpu" "$cpu"
  record "${name}_gpu" "$gpu"
  judge "${name}_difference" "$([ -n "$gpu" ] && "$how" "$gpu" "$cpu")" "$limit"
  judge "${name}_from_run_to_run" "$([ -n "$gpu" ] && absolute "$gpu" "$again")" 0
}
compare_values lpips 1e-5 absolute lpips
compare_values fd_alexnet 1e-4 relative fid --protocol alexnet
[ -z "${INCEPTION:-}" ] || compare_values fid 1e-4 relative fid --weights "$INCEPTION"

# ---- PyTorch: values, and the network alone ----
torch=$("$python" "$source_dir/scripts/gpu_check_torch.py" "$bin/vtonmetrics" "$image" "$generated" "$seconds" \
  2>"$scratch/torch.log") || { tail -n 5 "$scratch/torch.log"; torch=; }
if [ -n "$torch" ]; then
  judge torch_lpips_difference "$(member "$torch" lpips_difference)" 1e-5 "of any pair"
  judge torch_features_difference "$(member "$torch" features_difference)" 1e-3 "of a standard deviation"
  judge cpu_features_difference "$(member "$torch" cpu_features_difference)" 1e-3 "of a standard deviation"
else
  record pytorch "not there"
fi
for network in inception alexnet; do
  ours=$(member "$("$bin/bench_forward" "$network" "$seconds" 0 "" cuda | tail -n 1)" img_s)
  record "${network}_img_s" "${ours:-none}" "$([ -n "$ours" ] && echo - || echo BAD)"
  for kind in eager compiled; do
    theirs=$(member "$torch" "${network}_$kind")
    [ -n "$theirs" ] || continue
    record "${network}_img_s_torch_$kind" "$theirs"
    judge "${network}_time_over_torch_$kind" "$(awk -v a="$theirs" -v b="$ours" 'BEGIN { print (b > 0 ? a / b : "none") }')" 1
  done
done

# ---- the whole program, and how far decoding alone would get ----
# Links to the same pictures under many names: each is decoded again, from memory.
mkdir "$scratch/image" "$scratch/GAN"
copies=0
total=$(find -L "$image" -type f | wc -l)
while [ $((copies * total)) -lt 10000 ]; do
  copies=$((copies + 1))
  for folder in image GAN; do
    for file in "$images/$folder"/*; do ln -s "$file" "$scratch/$folder/c${copies}_${file##*/}"; done
  done
done
count=$((2 * copies * total))
timed() { # timed COMMAND...: seconds
  local begin=$EPOCHREALTIME
  "$@" >/dev/null 2>&1 || { echo none; return; }
  awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}
rate() { awk -v n="$count" -v s="$1" 'BEGIN { if (s > 0) print n / s; else print "none" }'; }
if command -v nvidia-smi >/dev/null; then
  nvidia-smi --query-gpu=utilization.gpu --format=csv,noheader,nounits -lms 200 >"$scratch/use" 2>/dev/null &
  watcher=$!
fi
whole=$(timed value fid "$scratch/image" "$scratch/GAN" --protocol alexnet --device cuda)
if [ -n "${watcher:-}" ]; then
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null
  record gpu_utilisation_percent "$(awk '{ s += $1; n++ } END { print (n ? s / n : 0) }' "$scratch/use")"
fi
# --skip-broken decodes each picture once more before it is used: the difference is decoding alone.
twice=$(timed value fid "$scratch/image" "$scratch/GAN" --protocol alexnet --device cuda --skip-broken)
decoding=$(awk -v a="$twice" -v b="$whole" 'BEGIN { print (a > b ? a - b : "none") }')
record whole_program_img_s "$(rate "$whole")" "$([ "$whole" = none ] && echo BAD || echo -)"
record decoding_alone_img_s "$(rate "$decoding")"
judge whole_time_over_decoding "$(awk -v a="$whole" -v b="$decoding" 'BEGIN { print (b > 0 ? a / b : "none") }')" 1.5 \
  "decoding, resizing and the start beside it"
finish
