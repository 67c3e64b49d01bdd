#!/usr/bin/env bash
# check_links.sh: links between the pages of the project lead to a file that is there, and to a heading that is in it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
failures=0

# headings PAGE: as a browser calls them, one a line
headings() { sed -n 's/^##* //p' "$1" | tr '[:upper:]' '[:lower:]' | sed "s/[^[:alnum:] _-]//g; s/ /-/g"; }

for page in *.md docs/*.md src/*.md datasets/*.md weights/*.md; do
  while IFS= read -r link; do
    file=${link%%#*}
    target=$page
    if [ -n "$file" ]; then target=$(dirname "$page")/$file; fi
    if [ ! -e "$target" ]; then
      echo "$page: $link: there is no $target"
      failures=1
    elif [[ $link = *#* ]] && ! headings "$target" | grep -qxF -- "${link#*#}"; then
      echo "$page: $link: $target has no such heading"
      failures=1
    fi
  done < <(grep -oE '\]\([^) ]+\)' "$page" | sed 's/^](//; s/)$//' | grep -vE '^[a-z]+:')
done
[ $failures = 0 ] && echo "links lead somewhere"
exit $failures
