#!/usr/bin/env bash
# check.sh DRAW_DEMO DEMO: drawing twice gives the same bytes, and the same files as are committed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" "$work/first" 3
"$1" "$work/second" 3
diff -r "$work/first" "$work/second"
cd "$work/first"
for file in */*; do
  [ -s "$2/$file" ] || { echo "$file is not in $2"; exit 1; }
done
