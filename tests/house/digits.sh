#!/usr/bin/env bash
# digits.sh: which edits change the hash of what decides digits (cmake/Digits.cmake), tried on a copy of the sources in a
# folder with spaces, Cyrillic letters and quotation marks.
set -uo pipefail
export LC_ALL=C.UTF-8
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# shellcheck disable=SC1111 # such quotation marks are what is tried
copy="$scratch/исходный “код” 'тут' \"и\" \$5 (100%)"
failures=0
complain() { echo "$1"; failures=$((failures + 1)); }

mkdir -p "$copy"
cp -r "$SOURCE_DIR"/{src,include,cmake} "$copy/"

# digits ROOT [VERSIONS]: the hash of the sources in ROOT
digits() {
  cmake -DOUTPUT="$scratch/digits.h" -DLIST="$scratch/list" -DVERSIONS="${2:-some version}" -P "$1/cmake/Digits.cmake" &&
    sed -n 's/^#define VTM_DIGITS "\([0-9a-f]\{16\}\)"$/\1/p' "$scratch/digits.h"
}

# hash_after FILE: with one more comment at the end of FILE
hash_after() {
  cp "$copy/$1" "$scratch/before" || complain "$1 is not there: this test wants another file"
  echo '/* another word */' >>"$copy/$1"
  digits "$copy"
  cp "$scratch/before" "$copy/$1"
}

unchanged=$(digits "$copy")
[ "${#unchanged}" = 16 ] || complain "no hash was made: $unchanged"
[ "$(digits "$SOURCE_DIR")" = "$unchanged" ] || complain "the hash depends on the sources' folder"
[ "$(digits "$copy" another)" != "$unchanged" ] || complain "the versions of libraries do not change the hash"

for file in src/base/denormals.h src/base/resampling.h src/nn/runner.c src/image/jpeg.c src/backend/cpu/f32/cost_model.c \
  src/backend/cpu/f32/cook_toom_generate.c src/backend/cuda/kernels.cu src/backend/cuda/half.h cmake/Compile.cmake; do
  [ "$(hash_after "$file")" != "$unchanged" ] || complain "an edit of $file does not change the hash"
done
for file in src/nn/bench.c src/nn/timeline.c src/base/json.c src/lint/scan.c src/metrics/fid.c include/vtonmetrics/report.h; do
  [ "$(hash_after "$file")" = "$unchanged" ] || complain "an edit of $file changes the hash"
done

echo 'static int a;' >"$copy/src/image/new.h"
[ "$(digits "$copy")" = "$unchanged" ] || complain "a header that nobody includes changes the hash"
echo '  #  include "image/new.h"' >>"$copy/src/image/jpeg.c"
[ "$(digits "$copy")" != "$unchanged" ] || complain "a new include does not change the hash"
grep -qx src/image/new.h "$scratch/list" || complain "a new header is not among the files"
rm "$copy/src/image/new.h"
digits "$copy" >"$scratch/missing" 2>&1 && complain "a header that is not there was not reported"
tr -s '\n ' ' ' <"$scratch/missing" | grep -q 'src/image/jpeg.c includes image/new.h, which is not there' ||
  complain "the file that includes what is not there is not named: $(cat "$scratch/missing")"

[ "$failures" = 0 ] || { echo "$failures expectations failed"; exit 1; }
