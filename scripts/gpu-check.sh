#!/usr/bin/env bash
# gpu-check.sh [--images DIR] [--seconds N] [--output FILE]
#   builds, runs the tests on the GPU, compares the GPU's features, FID and LPIPS with the processor's and PyTorch's, and
#   measures the network alone, in each precision, and the whole program against PyTorch and against decoding. Ends with
#   a table and one JSON object (also in FILE). Needs no network.
#   --images DIR   a dataset with image/ and GAN/ to measure the whole program with (datasets/demo)
#   --seconds N    for each measurement of the network alone (10)
# gpu-check.sh --pack FILE
#   for a GPU machine without the libraries that a build needs: builds here, where no GPU is needed, and packs programs,
#   tests and shared libraries into FILE, a tar.gz of some 30 MB. There, in the same revision of the source and with a C
#   library no older than here's: tar -xzf FILE && BUILD_DIR=gpu-check-build scripts/gpu-check.sh
# $BUILD_DIR: another build folder than build/release. $PYTHON: a Python with torch, torchvision and Pillow (python3); its
# cuDNN is used where none is installed. $INCEPTION: a file of torchvision's Inception weights, for FID itself; else
# FD(alexnet) alone is compared. $GPU_CHECK_MODULE, $GPU_CHECK_IMAGES: for trying this script out, a module in place of the
# one that was built, such as tests/fake_cuda.so, and how many pictures a folder has for the whole program (10000).
# Exit status: 0 all as it should be, 1 something is not, 2 wrong arguments, 3 it does not build, 4 no GPU can be used.
# What cannot be checked on a machine is SKIP in the table: neither good nor bad.
set -uo pipefail
export LC_ALL=C # a decimal comma would break the arithmetic
start_dir=$PWD
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

images=$source_dir/datasets/demo seconds=10 output='' pack=''
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || { sed -n 's/^# \{0,1\}//; 2,19p' "${BASH_SOURCE[0]}" >&2; exit 2; }
  case $1 in
    --images) images=$(cd "$start_dir" && realpath -- "$2") ;;
    --seconds) seconds=$2 ;;
    --output) output=$(cd "$start_dir" && realpath -m -- "$2") ;;
    --pack) pack=$(cd "$start_dir" && realpath -m -- "$2") ;;
    *) echo "gpu-check.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
for folder in image GAN; do
  [ -n "$(find -L "$images/$folder" -type f -print -quit 2>/dev/null)" ] || {
    echo "gpu-check.sh: ${images:-that folder} has no pictures in $folder/" >&2
    exit 2
  }
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# ---- building, here or elsewhere ----
python=${PYTHON:-python3}

# cuDNN of a Python package, for CMake and for the loader.
cudnn=$("$python" -c 'import nvidia.cudnn; print(list(nvidia.cudnn.__path__)[0])' 2>/dev/null) || cudnn=
if [ -n "$cudnn" ] && [[ $(PATH=$PATH:/sbin:/usr/sbin ldconfig -p) != *libcudnn.so.9* ]]; then
  export CMAKE_PREFIX_PATH=$cudnn${CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}
  export LD_LIBRARY_PATH=$cudnn/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
fi

# Everything that is missing at once, not one piece after the other.
name_missing() {
  local tool module package missing=()
  for tool in cc cmake ninja pkg-config nvcc; do command -v $tool >/dev/null || missing+=("$tool"); done
  while read -r module package; do
    pkg-config --exists "$module" 2>/dev/null || missing+=("$module ($package)")
  done < <(sed -n 's/^vtm_require([A-Z0-9]* \([^ ]*\) \([^ ]*\))$/\1 \2/p' cmake/Dependencies.cmake; echo cmocka libcmocka-dev)
  [ ${#missing[@]} -gt 0 ] || return 0
  printf 'gpu-check.sh: to build here there is missing:'
  printf ' %s;' "${missing[@]}"
  printf '\ninstall the packages (scripts/setup.sh build), or run scripts/gpu-check.sh --pack FILE on a machine that has\n'
  printf 'them and the CUDA toolkit with cuDNN 9, bring FILE here, and run\n  tar -xzf FILE && BUILD_DIR=gpu-check-build scripts/gpu-check.sh\n'
}

# What the check runs, and the shared libraries that it loads, without those of the C library and of CUDA.
pack_build() {
  local program test library folder=$scratch/gpu-check-build
  mkdir -p "$folder"/{tests,lib,bin}
  for program in vtonmetrics vtonmetrics-{devices,fid,lpips} bench_forward; do
    cp "$build_dir/bin/$program" "$folder/bin/"
  done
  cp -r "$build_dir/lib/vtonmetrics" "$folder/lib/" || { echo "gpu-check.sh: the module was not built" >&2; exit 3; }
  grep -v '^subdirs(' "$build_dir/tests/CTestTestfile.cmake" >"$folder/tests/CTestTestfile.cmake.packed"
  while read -r test; do cp "$test" "$folder/tests/"; done < <(gpu_test_programs)
  while read -r library; do cp -L "$library" "$folder/lib/"; done < <(
    ldd "$folder"/bin/* "$folder"/tests/*_test_* | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | sort -u |
      grep -vE '/(libc|libm|libdl|librt|libpthread|libresolv|libcud[a-z]*|libcublas[a-zA-Z]*|libnv[a-z-]*)\.so')
  strip "$folder"/bin/* "$folder"/tests/*_test_* "$folder"/lib/*.so* 2>/dev/null
  printf '%s\n' "$source_dir" "$build_dir" >"$folder/packed"
  tar -C "$scratch" -czf "$pack" gpu-check-build && echo "packed into $pack: $(du -m "$pack" | cut -f1) MB"
}
gpu_test_programs() { ctest --test-dir "$build_dir" -L gpu -N -V | sed -n 's/.*Test command: "\{0,1\}\([^" ]*\).*/\1/p' | sort -u; }

# What was packed with them is for our programs only: the system's may need newer libraries of the same name.
library_path=${LD_LIBRARY_PATH:-}
with_libraries() { LD_LIBRARY_PATH=$library_path "$@"; }
if [ -f "$build_dir/packed" ]; then
  library_path=$build_dir/lib${library_path:+:$library_path}
  { read -r packed_source && read -r packed_build; } <"$build_dir/packed"
  sed "s|$packed_build|$build_dir|g; s|$packed_source|$source_dir|g; s|ENVIRONMENT \"|&LD_LIBRARY_PATH=$library_path;|" \
    "$build_dir/tests/CTestTestfile.cmake.packed" >"$build_dir/tests/CTestTestfile.cmake"
else
  build "$build_dir" release || { name_missing >&2; exit 3; }
fi
[ -z "$pack" ] || { pack_build; exit; }

bin=$build_dir/bin
export VTONMETRICS_OFFLINE=1 VTM_TESTS_DIR=$source_dir/tests VTONMETRICS_WEIGHTS=$source_dir/weights
unset VTONMETRICS_CUDA_MODULE
[ -z "${GPU_CHECK_MODULE:-}" ] || export VTONMETRICS_CUDA_MODULE=$GPU_CHECK_MODULE
rows=() members=() failures=0

# record NAME VALUE [GOOD|BAD|SKIP|-] [NOTE]: a line of the table and a member of the JSON object.
record() {
  local value=$2
  rows+=("$(printf '%-38s %14s  %-4s %s' "$1" "$value" "${3:--}" "${4:-}")")
  [[ $value =~ ^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$ ]] || value="\"$value\""
  members+=("\"$1\": $value")
  [ "${3:--}" != BAD ] || failures=$((failures + 1))
}

# judge NAME VALUE LIMIT [NOTE]: good when the value is a number of at most LIMIT.
judge() {
  local verdict=BAD
  awk -v a="$2" -v b="$3" 'BEGIN { exit !(a ~ /^[-+0-9.eE]+$/ && a + 0 <= b + 0) }' && verdict=GOOD
  record "$1" "${2:-none}" "$verdict" "at most $3${4:+, $4}"
}

relative() { awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; if (d < 0) d = -d; if (b < 0) b = -b; print (b > 0 ? d / b : d) }'; }
absolute() { awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; print (d < 0 ? -d : d) }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { print (b + 0 > 0 ? a / b : "none") }'; }
member() { grep -oE "\"$2\": *-?[0-9.eE+-]+" <<<"$1" | head -n 1 | sed 's/.*: *//'; }

finish() {
  printf '\n%-38s %14s  %s\n' what value verdict
  printf '%s\n' "${rows[@]}"
  local json
  json=$(IFS=,; printf '{"schema": "vtonmetrics/gpu-check/2", "failures": %d, %s}\n' "$failures" "${members[*]}")
  printf '%s\n' "$json"
  [ -z "$output" ] || printf '%s\n' "$json" >"$output"
  [ "$failures" = 0 ] || exit 1
  exit 0
}

if ! devices=$(with_libraries "$bin/vtonmetrics" devices); then
  printf '%s\n' "$devices"
  echo "gpu-check.sh: nothing was checked, since no GPU can be used; the lines above say why" >&2
  exit 4
fi
printf '%s\n' "$devices"
device=$(sed -n '/^cuda:/{p;q}' <<<"$devices")
capability=$(sed -n 's/.*compute capability \([0-9.]*\).*/\1/p' <<<"$device")
record device "$(sed 's/^cuda:[0-9]* *//; s/, compute.*//' <<<"$device")"
record compute_capability "$capability"
for name in driver toolkit cuDNN; do record "$name" "$(sed -n "s/^$name *\(CUDA up to \)\?//p" <<<"$devices")"; done
precisions=(f32 tf32 fp16)
[ "${capability%.*}" -ge 8 ] || precisions=(f32 fp16)

# ---- tests ----
if command -v ctest >/dev/null; then
  ctest --test-dir "$build_dir/tests" -L gpu --output-on-failure >"$scratch/tests.log" 2>&1
  result=$?
  cat "$scratch/tests.log"
  passed=$(grep -c ' Passed ' "$scratch/tests.log")
  skipped=$(grep -c 'Skipped' "$scratch/tests.log")
  verdict=GOOD
  [ "$result" = 0 ] && [ "$passed" -gt 0 ] || verdict=BAD
  [ "${#precisions[@]}" -lt 3 ] || [ "$skipped" = 0 ] || verdict=BAD
  record gpu_tests_passed "$passed" "$verdict" "$skipped lines of skipped ones"
else
  record gpu_tests_passed - SKIP 'ctest, of CMake, is not installed'
fi

for tool in memcheck racecheck; do
  for test in pooling extreme; do
    name=sanitizer_${tool}_$test
    if ! command -v compute-sanitizer >/dev/null; then
      record "$name" - SKIP 'compute-sanitizer is not installed'
      continue
    fi
    log=$scratch/$name.log
    VTM_TEST_DEVICE=cuda VTM_TEST_PRECISION=fp16 with_libraries timeout 300 compute-sanitizer --tool "$tool" \
      --error-exitcode 9 "$build_dir/tests/kernels_test_$test" >"$log" 2>&1
    result=$?
    if grep -qiE 'not supported|unsupported' "$log"; then
      record "$name" - SKIP 'compute-sanitizer does not support this device or machine'
    else
      [ $result = 0 ] && grep -q 'ERROR SUMMARY: 0 errors\|RACECHECK SUMMARY: 0 hazards' "$log" && verdict=GOOD || verdict=BAD
      [ "$verdict" = GOOD ] || tail -n 20 "$log"
      record "$name" "$(tail -n 1 "$log" | tr -dc 'A-Za-z0-9: ')" "$verdict"
    fi
  done
done

# ---- the processor's numbers, and those of other precisions ----
image=$images/image generated=$images/GAN
value() { with_libraries "$bin/vtonmetrics" "$@" --value --quiet --no-store --no-lint; } # value TOOL REFERENCE GENERATED OPTIONS...
compare_values() { # compare_values NAME LIMIT HOW TOOL OPTIONS...
  local name=$1 limit=$2 how=$3 cpu gpu again precision other
  shift 3
  cpu=$(value "$1" "$image" "$generated" "${@:2}" --device cpu)
  gpu=$(value "$1" "$image" "$generated" "${@:2}" --device cuda)
  again=$(value "$1" "$image" "$generated" "${@:2}" --device cuda)
  record "${name}_cpu" "$cpu"
  record "${name}_gpu" "$gpu"
  judge "${name}_difference" "$([ -n "$gpu" ] && "$how" "$gpu" "$cpu")" "$limit"
  judge "${name}_from_run_to_run" "$([ -n "$gpu" ] && absolute "$gpu" "$again")" 0
  for precision in "${precisions[@]:1}"; do
    other=$(value "$1" "$image" "$generated" "${@:2}" --device cuda --precision "$precision")
    judge "${name}_shift_$precision" "$([ -n "$other" ] && relative "$other" "$gpu")" 0.01 'of the value in float32'
  done
}
compare_values lpips 1e-5 absolute lpips
compare_values fd_alexnet 1e-4 relative fid --protocol alexnet
if [ -n "${INCEPTION:-}" ]; then
  compare_values fid 1e-4 relative fid --weights "$INCEPTION"
else
  record fid - SKIP 'INCEPTION names no weights'
fi

# ---- two processes at once ----
value lpips "$image" "$generated" --device cuda >"$scratch/first" 2>&1 &
first=$!
value lpips "$image" "$generated" --device cuda >"$scratch/second" 2>&1
wait $first
verdict=BAD
[ -s "$scratch/first" ] && cmp -s "$scratch/first" "$scratch/second" &&
  [ "$(cat "$scratch/first")" = "$(value lpips "$image" "$generated" --device cuda)" ] && verdict=GOOD
record two_processes_at_once "$(head -n 1 "$scratch/first" | cut -c1-14)" $verdict 'both the value of one alone'

# ---- PyTorch: values, and the network alone ----
torch=$(GPU_CHECK_LIBRARY_PATH=$library_path "$python" "$source_dir/scripts/gpu_check_torch.py" "$bin/vtonmetrics" \
  "$image" "$generated" "$seconds" "${precisions[@]}" 2>"$scratch/torch.log") || { tail -n 5 "$scratch/torch.log"; torch=; }
if [ -n "$torch" ]; then
  judge torch_lpips_difference "$(member "$torch" lpips_difference)" 1e-5 "of any pair"
  judge torch_features_difference "$(member "$torch" features_difference)" 1e-3 "of a standard deviation"
  judge features_difference "$(member "$torch" gpu_features_difference)" 1e-3 "of a standard deviation, GPU from processor"
else
  record pytorch - SKIP "$python has no torch, torchvision and Pillow, or failed: see above"
fi
for network in inception alexnet; do
  for precision in "${precisions[@]}"; do
    row=${network}_${precision}
    ours=$(member "$(with_libraries "$bin/bench_forward" "$network" --precision "$precision" "$seconds" 0 "" cuda |
      tail -n 1)" img_s)
    record "${row}_img_s" "${ours:-none}" "$([ -n "$ours" ] && echo - || echo BAD)"
    for kind in eager compiled; do
      theirs=$(member "$torch" "${row}_$kind")
      if [ -z "$theirs" ]; then
        record "${row}_torch_$kind" - SKIP 'PyTorch did not say'
        continue
      fi
      record "${row}_img_s_torch_$kind" "$theirs"
      judge "${row}_time_over_torch_$kind" "$(ratio "$theirs" "${ours:-0}")" 1
    done
  done
done

# ---- the whole program, and how far decoding alone would get ----
# Links to the same pictures under many names: each is decoded again, from memory.
mkdir "$scratch/image" "$scratch/GAN"
copies=0
total=$(find -L "$image" -type f | wc -l)
while [ $((copies * total)) -lt "${GPU_CHECK_IMAGES:-10000}" ]; do
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
rate() { awk -v n="$count" -v s="$1" 'BEGIN { if (s + 0 > 0) print n / s; else print "none" }'; }
watcher=
if command -v nvidia-smi >/dev/null; then
  nvidia-smi --query-gpu=utilization.gpu --format=csv,noheader,nounits -lms 200 >"$scratch/use" 2>/dev/null &
  watcher=$!
fi
whole=$(timed value fid "$scratch/image" "$scratch/GAN" --protocol alexnet --device cuda)
if [ -n "$watcher" ]; then
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null
  record gpu_utilisation_percent "$(awk '$1 ~ /^[0-9]+$/ { s += $1; n++ } END { print (n ? s / n : "none") }' "$scratch/use")" - \
    'during the run of the whole program: low when decoding is the limit'
else
  record gpu_utilisation_percent - SKIP 'nvidia-smi is not there'
fi
# --skip-broken decodes each picture once more before it is used: the difference is decoding alone.
twice=$(timed value fid "$scratch/image" "$scratch/GAN" --protocol alexnet --device cuda --skip-broken)
decoding=$(awk -v a="$twice" -v b="$whole" 'BEGIN { print (b + 0 > 0 && a - b > 0 ? a - b : "none") }')
record whole_program_img_s "$(rate "$whole")" "$([ "$whole" = none ] && echo BAD || echo -)"
record decoding_alone_img_s "$(rate "$decoding")"
judge whole_time_over_decoding "$(ratio "$whole" "$decoding")" 1.5 "decoding, resizing and the start beside it"
finish
