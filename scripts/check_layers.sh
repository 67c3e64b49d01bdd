#!/usr/bin/env bash
# check_layers.sh [ROOT]: each layer includes only what it may, tools see the public API only, no sources call each other
# in a circle, no two files of src have one name, and nothing large is committed. A file outside these rules is printed with
# the rule it breaks.
set -uo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$(dirname "$0")/..}" || exit 3
export LC_ALL=C
failures=0

complain() {
  echo "$1"
  failures=$((failures + 1))
}

# check FOLDER PATTERN RULE: every quoted include of the sources in FOLDER matches PATTERN.
check() {
  local file include
  [ -e "$1" ] || return 0
  while IFS=: read -r file include; do
    [[ $include =~ ^($2)$ ]] || complain "$file: includes $include; $3"
  done < <(grep -rHEo --include='*.c' --include='*.h' '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"][^>"]+[>"]' "$1" |
    sed -E 's/:[[:space:]]*#[[:space:]]*include[[:space:]]*/:/' |
    grep -E ':("|<(vtonmetrics|base|stats|dataset|image|weights|backend|nn|features|metrics|experiment|report|cli|compare|grid|bench|pairs-check)/)' | tr -d '"<>')
}

core='vtonmetrics/[a-z_]+\.h'
public='vtonmetrics/(tools/)?[a-z_]+\.h'
check src/base "base/.+|$public" "base depends on nothing of ours but the public headers"
for layer in dataset image weights backend; do
  check src/$layer "($layer|base)/.+|$public" "$layer may use base and the public headers"
done
check src/draw "(draw|base)/.+|$public" "draw may use base and the public headers"
check src/lint "(lint|draw|dataset|image|base)/.+|$public" \
  "lint may use base, dataset, image, draw and the public headers"
check src/nn "(nn|backend|base)/.+|vtonmetrics/(weights|context|status|tools/bench)\.h" \
  "nn may use base, backend and the public headers of weights, context, status and bench: it knows no files"
check src/store "(store|base)/.+|$public" "store may use base and the public headers: it knows no image and no network"
check src/stats "(stats|base)/.+|$public" "stats may use base and the public headers"
check src/features "(features|stats|nn|store|weights|image|dataset|base)/.+|metrics/digits\.h|$public" \
  "features may use base, stats, dataset, image, weights, nn, store and the public headers: backends are behind nn"
check src/metrics "(metrics|features|stats|nn|store|image|dataset|base)/.+|$public" \
  "metrics may use base, dataset, image, nn, store, stats, features and the public headers"
check src/experiment "(experiment|metrics|stats|base)/.+|$public" "experiment may use base, stats, metrics and the public headers"
check src/report "(report|draw|base)/.+|$public" \
  "report may use base, draw and the public headers: it knows no network"
check tools/cli "cli/.+|$public" "tools/cli may use the public headers"
for tool in tools/*.c; do
  name=$(basename "$tool" .c)
  for part in "$tool" "tools/$name"; do
    check "$part" "(cli|$name)/.+|$public" "a tool may use the public headers, tools/cli and its own folder tools/$name"
  done
done
check include "$public" "public headers may include public headers only"
for header in include/vtonmetrics/*.h; do
  check "$header" "$core" "the core may include the core only: vtonmetrics/tools/ has no promise"
done

for folder in src/*/; do
  case $folder in
    src/base/ | src/dataset/ | src/image/ | src/draw/ | src/lint/ | src/weights/ | src/backend/ | src/nn/ | src/store/ | src/stats/ | src/features/ | src/metrics/ | src/experiment/ | src/report/) ;;
    *) complain "$folder: no layer of that name; if it is one, give it a rule in scripts/check_layers.sh" ;;
  esac
done

# No source calls another that calls it, directly or by way of others: a circle mostly means that a helper which belongs
# below stands in its caller's file. Folders whose circles are still to be mended; take out each that is:
with_circles='none'
while read -r circle; do
  complain "a circle of calls: $circle"
done < <(find src -name '*.c' -print0 | sort -z | xargs -0 awk -f "$scripts/calls.awk" |
  grep -vE "^src/($with_circles)/[^ ]+ src/\\1/" | tsort 2>&1 >/dev/null |
  awk '/loop:$/ { if (circle) print circle; circle = ""; next } { circle = circle " " $2 } END { if (circle) print circle }' |
  sort -u)

# A file is found by its name alone. Backends are left out: their folders hold the same parts under the same names.
while read -r name; do
  complain "$(find src -not -path 'src/backend/*' -name "$name" | sort | tr '\n' ' '): one name for several files"
done < <(find src -not -path 'src/backend/*' -name '*.[ch]' -printf '%f\n' | sort | uniq -d)

if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
  total=0
  while read -r size name; do
    total=$((total + size))
    [ "$size" -le $((12 << 20)) ] || complain "$name: $size bytes; a committed file may have 12 MiB"
  done < <(git ls-files -z | xargs -0r stat -c '%s %n' 2>/dev/null)
  [ "$total" -lt $((40 << 20)) ] || complain "committed files: $total bytes together; the limit is 40 MiB"
fi

[ "$failures" = 0 ] || { echo "$failures findings"; exit 1; }
echo "layers and sizes are as they should be"
