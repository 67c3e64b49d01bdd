#!/usr/bin/env bash
# check_abi.sh [--renew]: holds the core's interface (docs/api.md) against tests/api/core_abi.xml, with abidiff of Debian's
# abigail-tools. New functions are no difference; all else is, also what docs/api.md allows, such as a member at the end of a
# struct: somebody has to look whether it is that. --renew writes the file anew.
set -euo pipefail
cd "$(dirname "$0")/.."
baseline=tests/api/core_abi.xml
for program in abidw abidiff; do
  command -v "$program" >/dev/null || { echo "skipped: no $program here (Debian package abigail-tools)"; exit 77; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Types and functions are the headers' alone (that the library exports what they declare is looked at by api.install), so a
# library with a pointer to each function of the core says all, without a build for debugging of the real one.
{
  echo '#include <vtonmetrics/vtonmetrics.h>'
  cat include/vtonmetrics/*.h | grep -oE '^VTM_API [^;(]*\(' | grep -oE 'vtm_[a-z0-9_]+\($' | tr -d '(' | LC_ALL=C sort |
    sed 's/.*/__typeof__(\&&) pointer_to_&;/'
} >"$scratch/core.c"
"${CC:-cc}" -std=gnu11 -g -O0 -fPIC -shared -Iinclude "$scratch/core.c" -o "$scratch/core.so" -Wl,-soname,core.so
abidw --headers-dir include --drop-private-types --no-architecture --no-corpus-path --no-comp-dir-path --no-show-locs \
  --no-elf-needed --out-file "$scratch/core_abi.xml" "$scratch/core.so"

if [ "${1:-}" = --renew ]; then
  cp "$scratch/core_abi.xml" "$baseline"
  echo "$baseline: written anew"
  exit
fi
abidiff --no-show-locs --no-added-syms --harmless --leaf-changes-only "$baseline" "$scratch/core_abi.xml" || {
  echo "The core is not what $baseline says. Programs compiled before go on with this library only where a member was"
  echo "appended to a struct that has a struct_size or is made by the library, or a value to an enum. If so, or before 1.0 with"
  echo "a word in CHANGELOG.md: scripts/check_abi.sh --renew"
  exit 1
}
echo "programs compiled against $baseline run with this library"
