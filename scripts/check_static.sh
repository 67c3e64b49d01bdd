#!/usr/bin/env bash
# check_static.sh [--deep] [BUILD_DIR]: clang-tidy over all sources, with the compiler's options of BUILD_DIR (build/release).
#   --deep   the analyzer follows each function as far as it does by itself: ten times as long. Without it up to 30,000 states
#            of a function instead of 225,000.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

options=(-extra-arg=-Xclang -extra-arg=-analyzer-config -extra-arg=-Xclang -extra-arg=max-nodes=30000)
if [ "${1:-}" = --deep ]; then
  options=()
  shift
fi
build_dir=$(realpath -m "${1:-$build_dir}")
if ! command -v run-clang-tidy >/dev/null; then
  echo "skipped: run-clang-tidy is not installed (Debian package clang-tidy)"
  exit 77
fi
folder=$(sed 's/[][().*+?^$\\|{}]/\\&/g' <<<"$source_dir") # in a regular expression
# shellcheck disable=SC2154 # jobs is from lib.sh
run-clang-tidy -quiet -j "$jobs" -p "$build_dir" "${options[@]}" "^$folder/(src|tools)/" >"$build_dir/clang-tidy.log" 2>&1 && exit 0
sed 's/\x1b\[[0-9;]*m//g' "$build_dir/clang-tidy.log" | grep -E '(warning|error):' | sort -u | head -n 40 || true
echo "the whole output is in $build_dir/clang-tidy.log"
exit 1
