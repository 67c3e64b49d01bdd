#!/usr/bin/env bash
# gpu-check.sh --first|--full [--limit SECONDS] [--images DIR] [--output FILE]
#   builds, then finds out on a GPU, in stages, the most telling first: whether anything runs, whether the numbers are
#   right, how fast each network and the whole program are, and PyTorch beside them. Needs no network. Each line of the
#   table is printed as soon as it is known; the JSON object of all of them comes at the end, also when this script is
#   ended by TERM or has no time left.
#   --first        the first minutes on a kind of GPU: 410 s without building
#   --full         an hour: also compiled PyTorch, races, the times of each kernel, longer measurements
#   --limit N      seconds for all stages together; each gets its share
#   --images DIR   a dataset with image/ and GAN/ to measure the whole program with (datasets/demo, whose pictures are drawn
#                  and decode three times as fast as photographs)
#   --output FILE  the JSON object; beside it FILE.rows, FILE.log and the tables of single measurements
# gpu-check.sh --pack FILE
#   for a GPU machine without the libraries that a build needs: builds here, where no GPU is needed, and packs programs,
#   tests and shared libraries into FILE, a tar.gz of some 30 MB. There, in the same revision of the source and with a C
#   library no older than here's: tar -xzf FILE && BUILD_DIR=gpu-check-build scripts/gpu-check.sh --first
# $BUILD_DIR: another build folder than build/release. $PYTHON: a Python with torch, torchvision and Pillow (python3); its
# cuDNN is used where none is installed. For trying this script out: $GPU_CHECK_MODULE, a module in place of the one that
# was built, such as tests/fake_cuda.so; $GPU_CHECK_IMAGES, how many pictures a folder has for the whole program (2000).
# Exit status: 0 all as it should be, 1 something is not, 2 wrong arguments, 3 it does not build, 4 no GPU can be used,
# 143 ended by TERM. What cannot be checked on a machine, or in the time, is SKIP in the table: neither good nor bad.
# shellcheck disable=SC2317 # what stages and traps call
set -uo pipefail
export LC_ALL=C # a decimal comma would break the arithmetic
start_dir=$PWD
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

images=$source_dir/datasets/demo mode='' limit='' output='' pack=''
usage() { sed -n '2,/^# shellcheck/{/^# shellcheck/d; s/^# \{0,1\}//; p;}' "${BASH_SOURCE[0]}" >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
    --first | --full) mode=${1#--}; shift; continue ;;
  esac
  [ $# -ge 2 ] || usage
  case $1 in
    --images) images=$(cd "$start_dir" && realpath -- "$2") ;;
    --limit) limit=$2 ;;
    --output) output=$(cd "$start_dir" && realpath -m -- "$2") ;;
    --pack) pack=$(cd "$start_dir" && realpath -m -- "$2") ;;
    *) echo "gpu-check.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
[ -n "$mode$pack" ] || usage
[[ ${limit:=$([ "$mode" = full ] && echo 3600 || echo 410)} =~ ^[1-9][0-9]*$ ]] || usage
for folder in image GAN; do
  [ -n "$(find -L "$images/$folder" -type f -print -quit 2>/dev/null)" ] || {
    echo "gpu-check.sh: ${images:-that folder} has no pictures in $folder/" >&2
    exit 2
  }
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
base=${output:-$scratch/result}

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
  printf 'them and the CUDA toolkit with cuDNN 9, bring FILE here, and run\n  tar -xzf FILE && BUILD_DIR=gpu-check-build scripts/gpu-check.sh --first\n'
}

# What the check runs, and the shared libraries that it loads, without those of the C library and of CUDA.
pack_build() {
  local program test library folder=$scratch/gpu-check-build
  mkdir -p "$folder"/{tests,lib,bin}
  for program in vtonmetrics vtonmetrics-{devices,fid,lpips} bench_forward bench_engines; do
    cp "$build_dir/bin/$program" "$folder/bin/"
  done
  cp -r "$build_dir/lib/vtonmetrics" "$folder/lib/" || { echo "gpu-check.sh: the module was not built" >&2; exit 3; }
  while read -r test; do cp "$test" "$folder/tests/"; done < <(gpu_test_programs)
  while read -r library; do cp -L "$library" "$folder/lib/"; done < <(
    ldd "$folder"/bin/* "$folder"/tests/*_test_* | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | sort -u |
      grep -vE '/(libc|libm|libdl|librt|libpthread|libresolv|libcud[a-z]*|libcublas[a-zA-Z]*|libnv[a-z-]*)\.so')
  strip "$folder"/bin/* "$folder"/tests/*_test_* "$folder"/lib/*.so* 2>/dev/null
  : >"$folder/packed"
  tar -C "$scratch" -czf "$pack" gpu-check-build && echo "packed into $pack: $(du -m "$pack" | cut -f1) MB"
}
gpu_test_programs() { ctest --test-dir "$build_dir" -L gpu -N -V | sed -n 's/.*Test command: "\{0,1\}\([^" ]*\).*/\1/p' | sort -u; }

library_path=${LD_LIBRARY_PATH:-}
if [ -f "$build_dir/packed" ]; then
  library_path=$build_dir/lib${library_path:+:$library_path}
else
  build "$build_dir" release || { name_missing >&2; exit 3; }
fi
[ -z "$pack" ] || { pack_build; exit; }

bin=$build_dir/bin tests=$build_dir/tests
export VTONMETRICS_OFFLINE=1 VTM_TESTS_DIR=$source_dir/tests VTONMETRICS_WEIGHTS=$source_dir/weights
unset VTONMETRICS_CUDA_MODULE
[ -z "${GPU_CHECK_MODULE:-}" ] || export VTONMETRICS_CUDA_MODULE=$GPU_CHECK_MODULE
members=() failures=0 child='' watcher='' broken='' log=$base.log
: >"$log"
: >"$base.rows"

# ---- the table ----
# record NAME VALUE [GOOD|BAD|SKIP|-] [NOTE]: a line of the table and a member of the JSON object.
record() {
  local value=$2
  printf '%-38s %14s  %-4s %s\n' "$1" "$value" "${3:--}" "${4:-}" | tee -a "$base.rows"
  value=${value//[^A-Za-z0-9 ().,:_+-]/}
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
member() { grep -oE "\"$2\": *-?[0-9.eE+-]+" "$1" | head -n 1 | sed 's/.*: *//'; } # member FILE NAME

# Whatever ends this script, what is known is told.
finish() {
  trap - EXIT TERM INT
  [ -z "$child$watcher" ] || kill ${child:+"$child"} ${watcher:+"$watcher"} 2>/dev/null
  local json
  json=$(IFS=,; printf '{"schema": "vtonmetrics/gpu-check/3", "failures": %d, %s}\n' "$failures" "${members[*]}")
  printf '%s\n' "$json"
  [ -z "$output" ] || printf '%s\n' "$json" >"$output"
  rm -rf "$scratch"
  exit "$1"
}
trap 'record ended "by a signal" BAD; finish 143' TERM INT
trap 'finish $((failures > 0))' EXIT

# ---- time ----
deadline=$((SECONDS + limit)) stage_end=0

# What was packed is for our programs only: the system's may need newer libraries of the same name.
ours=(env "LD_LIBRARY_PATH=$library_path")

# limited SECONDS COMMAND...: no longer than that, nor than the stage and all stages have left. 124: it took longer. The
# command is waited for in a way that a signal to this script ends, so its output goes to a file, never into $(...).
limited() {
  local seconds=$1 left=$((stage_end - SECONDS)) status
  shift
  [ "$left" -ge "$seconds" ] || seconds=$left
  [ "$seconds" -gt 0 ] || return 124
  timeout -k 2 "$seconds" "$@" &
  child=$!
  wait "$child"
  status=$?
  child=
  [ "$status" -lt 128 ] || [ "$status" = 137 ] || echo "$1: ended by signal $((status - 128))" >>"$log"
  [ "$status" != 137 ] || status=124
  return "$status"
}

# What a status means, for a line of the table.
outcome() { case $1 in 0) echo passed ;; 77) echo skipped ;; 124) echo 'took too long' ;; 13[0-9]) echo crashed ;; *) echo failed ;; esac; }

# stage NAME FIRST FULL: runs the function of this name for so many seconds of 410 or 3600; 0: not at all.
stage() {
  local seconds=$2 whole=410 begin=$SECONDS
  if [ "$mode" = full ]; then seconds=$3 whole=3600; fi
  [ "$seconds" -gt 0 ] || return 0
  seconds=$(((seconds * limit + whole - 1) / whole))
  if [ $((deadline - SECONDS)) -lt 2 ]; then
    record "stage_$1" - SKIP 'no time was left'
    return
  fi
  printf '\n---- %s ----\n' "$1" >>"$log"
  stage_end=$((SECONDS + seconds))
  [ $stage_end -le $deadline ] || stage_end=$deadline
  "$1"
  record "seconds_$1" $((SECONDS - begin)) - "of $seconds"
}

# needs PROGRAM NAME: whether it is there; else a line of the table says that it is not.
needs() { command -v "$1" >/dev/null && return; record "$2" - SKIP "$1 is not there"; return 1; }

# ---- stages ----
machine() {
  limited 10 "${ours[@]}" "$bin/vtonmetrics" devices >"$scratch/devices" 2>>"$log"
  local status=$?
  cat "$scratch/devices"
  if [ "$status" != 0 ]; then
    echo "gpu-check.sh: nothing was checked, since no GPU can be used; the lines above say why" >&2
    finish 4
  fi
  device=$(sed -n '/^cuda:/{p;q}' "$scratch/devices")
  capability=$(sed -n 's/.*compute capability \([0-9.]*\).*/\1/p' <<<"$device")
  record device "$(sed 's/^cuda:[0-9]* *//; s/, compute.*//' <<<"$device")"
  record compute_capability "$capability"
  for name in driver toolkit cuDNN; do record "$name" "$(sed -n "s/^$name *\(CUDA up to \)\?//p" "$scratch/devices")"; done
  record processors "$(nproc)"
  record cudnn_of_python "${cudnn:+yes}${cudnn:-no}"
  precisions=(f32 tf32 fp16)
  [ "${capability%.*}" -ge 8 ] || precisions=(f32 fp16)
  if command -v nvidia-smi >/dev/null; then limited 5 nvidia-smi >>"$log" 2>&1; fi
}

image=$images/image generated=$images/GAN
# value SECONDS FILE TOOL OPTIONS...: the score of the pictures, into a file; a status as of limited.
value() {
  local seconds=$1 file=$2 tool=$3
  shift 3
  limited "$seconds" "${ours[@]}" "$bin/vtonmetrics" "$tool" "$image" "$generated" "$@" --value --quiet \
    --no-store --no-lint >"$file" 2>>"$log"
}

one_value() {
  value 20 "$scratch/cpu" lpips --device cpu
  CUDNN_LOGLEVEL_DBG=2 CUDNN_LOGDEST_DBG=$base.cudnn.log value 20 "$scratch/gpu" lpips --device cuda
  local status=$?
  record value_cpu "$(cat "$scratch/cpu")"
  record value_gpu "$(head -c 40 "$scratch/gpu")" "$([ "$status" = 0 ] && echo - || echo BAD)" "$(outcome "$status")"
  judge value_difference "$([ -s "$scratch/gpu" ] && absolute "$(cat "$scratch/gpu")" "$(cat "$scratch/cpu")")" 1e-5
  [ "$status" = 0 ] || broken=1
}

# device_test NAME PROGRAM PRECISION: one line of the table.
device_test() {
  local status
  VTM_TEST_DEVICE=cuda VTM_TEST_PRECISION=$3 limited 40 "${ours[@]}" "$tests/$2" >"$scratch/test.log" 2>&1
  status=$?
  cat "$scratch/test.log" >>"$log"
  [ "$status" = 0 ] || tail -n 5 "$scratch/test.log"
  record "$1" "$(outcome "$status")" "$(case $status in 0) echo GOOD ;; 77) echo SKIP ;; *) echo BAD ;; esac)"
  return "$status"
}

networks() { device_test test_networks golden_test_networks f32 || broken=1; }

operations() {
  local precision test
  device_test test_resample cuda_test_resample f32
  for precision in "${precisions[@]}"; do
    for test in pooling extreme convolution; do device_test "test_${test}_$precision" "kernels_test_$test" "$precision"; done
  done
}

# scores_of NAME LIMIT HOW TOOL OPTIONS...: against the processor, from run to run, and in other precisions.
scores_of() {
  local name=$1 most=$2 how=$3 run precision gpu
  shift 3
  : >"$scratch/cpu"
  value 20 "$scratch/cpu" "$@" --device cpu
  for run in gpu again; do value 20 "$scratch/$run" "$@" --device cuda; done
  gpu=$(cat "$scratch/gpu")
  record "${name}_gpu" "${gpu:-none}"
  judge "${name}_difference" "$([ -n "$gpu" ] && "$how" "$gpu" "$(cat "$scratch/cpu")")" "$most"
  judge "${name}_from_run_to_run" "$([ -n "$gpu" ] && absolute "$gpu" "$(cat "$scratch/again")")" 0
  for precision in "${precisions[@]:1}"; do
    value 20 "$scratch/other" "$@" --device cuda --precision "$precision"
    judge "${name}_shift_$precision" "$([ -s "$scratch/other" ] && relative "$(cat "$scratch/other")" "$gpu")" 0.01 \
      'of the value in float32'
  done
}
scores() {
  scores_of fd_alexnet 1e-4 relative fid --protocol alexnet
  scores_of lpips 1e-5 absolute lpips
}

# With two figures beside the network alone: recorded, and with images that are copied.
speed() {
  local network precision row own seconds=2 status
  [ "$mode" = first ] || seconds=10
  for network in inception alexnet; do
    for precision in "${precisions[@]}"; do
      row=${network}_${precision}
      limited $((4 * seconds + 10)) "${ours[@]}" "$bin/bench_forward" --precision "$precision" "$network" \
        "$seconds" 0 "" cuda >"$scratch/speed.$row" 2>>"$log"
      status=$?
      cat "$scratch/speed.$row" >>"$log"
      own=$(member "$scratch/speed.$row" img_s)
      record "${row}_img_s" "${own:-none}" "$([ -n "$own" ] && echo - || echo BAD)" "$(outcome "$status")"
      [ -n "$own" ] || continue
      record "${row}_img_s_with_images" "$(member "$scratch/speed.$row" img_s_with_images)"
      record "${row}_img_s_recorded" "$(member "$scratch/speed.$row" img_s_recorded)" - \
        "$(member "$scratch/speed.$row" recordings) recordings made, $(member "$scratch/speed.$row" recordings_failed) failed"
    done
  done
}

engines() {
  needs "$bin/bench_engines" engines || return
  limited 60 "${ours[@]}" "$bin/bench_engines" "${precisions[@]}" >"$base.engines.csv" 2>>"$log"
  record engines "$(outcome $?)" - "times of $(($(wc -l <"$base.engines.csv") - 1)) engines in ${output:+$base.engines.csv}"
  # the first engine of each convolution against its best
  for precision in "${precisions[@]}"; do
    record "engines_${precision}_best_over_first" "$(awk -F, -v p="$precision" '$1 == p && $NF > 0 {
        key = $2 FS $3 FS $4 FS $5 FS $7; if (!(key in first)) first[key] = best[key] = $NF; if ($NF < best[key]) best[key] = $NF }
      END { for (k in first) { a += first[k]; b += best[k] } print (a > 0 ? b / a : "none") }' "$base.engines.csv")" - \
      'summed time of the best engine of each convolution over that of the one taken'
  done
}

# Links to the same pictures under many names: each is decoded again, from memory. Two processes for each copy.
link_pictures() { # link_pictures FROM TO
  local copy=0 total
  mkdir "$2" "$2.once"
  find -L "$1" -type f -exec ln -s -t "$2.once" {} +
  total=$(find "$2.once" -type l | wc -l)
  while [ $((copy * total)) -lt "${GPU_CHECK_IMAGES:-2000}" ]; do
    copy=$((copy + 1))
    tar -C "$2.once" -c . | tar -C "$2" -x --transform="s|^\./|c${copy}_|"
  done
  count=$((count + copy * total))
}
program() {
  local begin tool=(fid) status
  count=0
  link_pictures "$image" "$scratch/image"
  link_pictures "$generated" "$scratch/GAN"
  if torch_says --weights "$scratch/inception.pth"; then
    tool+=(--weights "$scratch/inception.pth")
    record program_network inception - 'random weights'
  else
    tool+=(--protocol alexnet)
    record program_network alexnet - 'a seventh of the work of Inception, whose weights PyTorch would have made'
  fi
  if command -v nvidia-smi >/dev/null; then
    nvidia-smi --query-gpu=utilization.gpu --format=csv,noheader,nounits -lms 200 >"$scratch/use" 2>/dev/null &
    watcher=$!
  fi
  begin=$EPOCHREALTIME
  limited 60 "${ours[@]}" "$bin/vtonmetrics" "${tool[@]}" "$scratch/image" "$scratch/GAN" --device cuda --value --quiet \
    --no-store --no-lint >"$scratch/whole" 2>>"$log"
  status=$?
  if [ "$status" = 0 ]; then
    record program_img_s "$(awk -v n="$count" -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { print n / (b - a) }')" - \
      'decoding is most of it'
  else
    record program_img_s "$(outcome "$status")" BAD
  fi
  if [ -n "$watcher" ]; then
    kill "$watcher" 2>/dev/null
    wait "$watcher" 2>/dev/null
    watcher=
    record gpu_utilisation_percent "$(awk '$1 ~ /^[0-9]+$/ { s += $1; n++ } END { print (n ? s / n : "none") }' "$scratch/use")"
  fi
}

# torch_says OPTIONS...: lines "NAME NUMBER" in $scratch/torch, as they come.
torch_says() {
  limited 600 "$python" "$source_dir/scripts/gpu_check_torch.py" --program "$bin/vtonmetrics" --images "$images" "$@" \
    >"$scratch/torch" 2>>"$log"
}
pytorch() {
  local options=(--seconds 2) name found own
  [ "$mode" = first ] || options=(--seconds 10 --compile)
  GPU_CHECK_LIBRARY_PATH=$library_path torch_says "${options[@]}" --values --speed "${precisions[@]}"
  record pytorch "$(outcome $?)" "$([ -s "$scratch/torch" ] && echo - || echo SKIP)" "$python has to have torch, torchvision and Pillow"
  while read -r name found; do
    case $name in
      lpips_difference) judge torch_lpips_difference "$found" 1e-5 'of any pair' ;;
      *features_difference) judge "torch_$name" "$found" 1e-3 'of a standard deviation' ;;
      *)
        record "torch_${name}_img_s" "$found"
        own=$([ ! -f "$scratch/speed.${name%_*}" ] || member "$scratch/speed.${name%_*}" img_s)
        [ -z "$own" ] || judge "${name}_torch_over_ours" "$(ratio "$found" "$own")" 1 'images a second'
        ;;
    esac
  done <"$scratch/torch"
}

# sanitizer TOOL TEST
sanitizer() {
  local name=sanitizer_$1_$2 program=kernels_test_$2 status
  [ "$2" != resample ] || program=cuda_test_resample
  needs compute-sanitizer "$name" || return
  VTM_TEST_DEVICE=cuda VTM_TEST_PRECISION=fp16 VTM_TEST_PRODUCTS=1e7 limited 600 "${ours[@]}" compute-sanitizer --tool "$1" \
    --error-exitcode 9 "$tests/$program" >"$scratch/sanitizer.log" 2>&1
  status=$?
  tail -n 40 "$scratch/sanitizer.log" >>"$log"
  if grep -qiE 'not supported|unsupported' "$scratch/sanitizer.log"; then
    record "$name" - SKIP 'compute-sanitizer does not support this device or machine'
  elif [ "$status" = 124 ]; then
    record "$name" - SKIP 'took too long'
  else
    record "$name" "$(outcome "$status")" "$([ "$status" = 0 ] && echo GOOD || echo BAD)"
  fi
}
memory_errors() { sanitizer memcheck resample; sanitizer memcheck pooling; }
races() { for test in pooling extreme; do sanitizer racecheck "$test"; done; sanitizer memcheck extreme; }

# Two processes at once say what one alone says.
two_processes() {
  local name verdict=BAD
  for name in first second; do value 60 "$scratch/$name" lpips --device cuda & done
  wait
  [ -s "$scratch/first" ] && cmp -s "$scratch/first" "$scratch/second" && verdict=GOOD
  record two_processes_at_once "$(head -c 14 "$scratch/first")" "$verdict"
}

kernel_times() {
  needs ncu kernel_times || return
  limited 600 "${ours[@]}" ncu --clock-control none --metrics gpu__time_duration.sum --csv --launch-count 200 "$bin/bench_forward" inception 0 0 "" \
    cuda >"$base.kernels.csv" 2>>"$log"
  record kernel_times "$(outcome $?)" - "${output:+$base.kernels.csv}"
}

# When nothing is right, what cuDNN says at length of one image, and where memory is touched that should not be.
diagnosis() {
  CUDNN_LOGLEVEL_DBG=3 CUDNN_LOGDEST_DBG=$base.cudnn.log limited 60 "${ours[@]}" "$bin/bench_forward" --batch 1 alexnet 0 0 "" cuda >>"$log" 2>&1
  record diagnosis "$(outcome $?)" - "${output:+$base.cudnn.log}"
  sanitizer memcheck convolution
}

stage machine 10 30
stage one_value 20 60
stage networks 40 200
stage operations 90 400
stage scores 35 120
if [ -n "$broken" ]; then
  stage diagnosis 150 600
else
  stage speed 60 300
  stage engines 25 120
  stage program 40 200
  stage pytorch 55 900
fi
stage memory_errors 35 300
stage two_processes 0 60
stage races 0 600
stage kernel_times 0 300
exit
