# What nvcc makes of the kernels: no division of 64 bits, which is a routine of a hundred instructions, and no copy of a job
# in each thread's memory.
set -euo pipefail
nvcc=$1 source_dir=$2
cd "$source_dir"
ptx=$("$nvcc" -std=c++17 -O3 --fmad=false -arch=sm_90 -Isrc -Iinclude -ptx src/backend/cuda/kernels.cu -o -)
grep -q '^\.visible \.entry\|^\.entry\|\.entry ' <<<"$ptx" || { echo 'there are no kernels'; exit 1; }
if grep -nE '(div|rem)\.[us]64|\.local |fma\.rn\.f' <<<"$ptx"; then
  echo 'the lines above are slow, or round otherwise than the processor'
  exit 1
fi
