#!/bin/bash
# check_reference.sh SHARED: compares fid and lpips with every figure of SHARED/reference/expected.json.
#
# Makes the seeded weights with reference.py (about 100 MB each, kept in $WORK_DIR), in each format that users
# have, runs the built programs on SHARED/data, and prints a table with relative errors. Exit status 1 when
# a figure is off: FID by more than 1e-4 relative, LPIPS by more than 1e-5.
# Needs Python with torch, torchvision, numpy, Pillow, safetensors ($PYTHON, else python3).
set -euo pipefail
source_dir=$(cd "$(dirname "$0")/.." && pwd)
shared=${1:-$source_dir/../shared}
python=${PYTHON:-python3}
bin=${BUILD_DIR:-$source_dir/build/release}/bin
work=${WORK_DIR:-${TMPDIR:-/tmp}/vtonmetrics-check-reference}
data=$shared/data/tryon28
mkdir -p "$work"
failures=0

weights() { # FILE ARCH SEED [--legacy]
  [ -s "$work/$1" ] && return
  "$python" "$shared/reference/reference.py" weights --arch "$2" --seed "$3" --images "$data/image" "${@:4}" \
    -o "$work/$1.part"
  mv "$work/$1.part" "$work/$1"
}

expected() { # PATH.IN.JSON MODEL
  "$python" - "$shared/reference/expected.json" "$1" "$2" <<'END'
import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2].split("/") + [sys.argv[3]]:
    value = value[key]
print(value)
END
}

compare() { # NAME VALUE EXPECTED TOLERANCE relative|absolute
  awk -v name="$1" -v value="$2" -v truth="$3" -v bound="$4" -v kind="$5" 'BEGIN {
    off = value - truth; if (off < 0) off = -off; if (kind == "relative") off /= truth
    ok = value != "" && off <= bound
    printf "%-58s %14.7f %14.7f  %8.1e  %s\n", name, value, truth, off, ok ? "pass" : "FAIL"
    exit !ok }' || failures=$((failures + 1))
}

check_fid() { # NAME EXPECTED_PATH OPTIONS...
  local name=$1 path=$2 values models=(GAN LADI PROMPT)
  shift 2
  mapfile -t values < <("$bin/vtonmetrics-fid" --quiet --value "$@" "$data/image" "$data"/{GAN,LADI,PROMPT})
  for i in 0 1 2; do
    compare "fid $name ${models[i]}" "${values[i]:-}" "$(expected "$path" "${models[i]}")" 1e-4 relative
  done
}

check_lpips_example() { # NAME
  local folder
  folder=$(mktemp -d)
  mkdir "$folder/reference" "$folder/generated"
  cp "$shared/data/lpips-example/ex_ref.png" "$folder/reference/a.png"
  cp "$shared/data/lpips-example/$1.png" "$folder/generated/a.png"
  compare "lpips --size native $1" \
    "$("$bin/vtonmetrics-lpips" --quiet --value --size native "$folder/reference" "$folder/generated")" \
    "$(expected lpips_example_native/alex "$1")" 1e-5 absolute
  rm -r "$folder"
}

weights torchvision.pth inception 1
weights torchvision-legacy.pth inception 1 --legacy
weights fid.pth fid-inception 3
weights fid-legacy.pth fid-inception 3 --legacy
for name in torchvision fid; do
  [ -s "$work/$name.safetensors" ] || "$python" - "$work/$name.pth" "$work/$name.safetensors" <<'END'
import sys, torch
from safetensors.torch import save_file
save_file({k: v.contiguous() for k, v in torch.load(sys.argv[1], map_location="cpu").items()}, sys.argv[2])
END
done

printf '%-58s %14s %14s  %8s\n' figure value expected off
for file in torchvision.pth torchvision-legacy.pth torchvision.safetensors; do
  check_fid "torchvision $file" fid_exact --weights "$work/$file"
done
check_fid "torchvision --pillow 13" fid_exact_pillow13_order --weights "$work/torchvision.pth" --pillow 13
for protocol in pytorch-fid clean-fid torch-fidelity; do
  check_fid "$protocol fid.pth" "fid_protocols/$protocol/exact" --protocol "$protocol" --weights "$work/fid.pth"
done
for file in fid-legacy.pth fid.safetensors; do
  check_fid "pytorch-fid $file" fid_protocols/pytorch-fid/exact --protocol pytorch-fid --weights "$work/$file"
done
models=(GAN LADI PROMPT)
mapfile -t values < <("$bin/vtonmetrics-lpips" --quiet --value "$data/image" "$data"/{GAN,LADI,PROMPT})
for i in 0 1 2; do
  compare "lpips ${models[i]}" "${values[i]:-}" "$(expected lpips_alex_256 "${models[i]}")" 1e-5 absolute
done
check_lpips_example ex_p0
check_lpips_example ex_p1
[ "$failures" -eq 0 ] || { echo "$failures figures are off" >&2; exit 1; }
echo "all figures agree"
