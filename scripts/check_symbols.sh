#!/usr/bin/env bash
# check_symbols.sh --library OBJECT... --cli OBJECT... --tool OBJECT...: every symbol of ours is defined once, and its prefix
# says where: vtm_ in the library, cli_ in tools/cli, neither in a single tool. A program that used both of two functions of
# one name would not link. And no files of the folders below form a circle, of which none could be understood or tested
# without the others. Called by the test house.symbols, which knows the objects.
set -uo pipefail
export LC_ALL=C

# list_symbols PART OBJECT...: lines "PART <tab> SYMBOL <tab> OBJECT" of what the objects define for others, but for main
# and for names that compilers make.
list_symbols() {
  local part=$1
  shift
  [ $# = 0 ] || nm -A -P -g --defined-only "$@" | sed -nE "s|^(.*CMakeFiles/)?(.*): ([^ ]+) [A-Z]( .*)?\$|$part\t\3\t\2|p" |
    grep -vE $'\t(main|__[^\t]*|\\.[^\t]*)\t'
}

declare -a library=() cli=() tool=()
declare -n current=library
for argument in "$@"; do
  case $argument in
    --library | --cli | --tool) declare -n current=${argument#--} ;;
    *) current+=("$argument") ;;
  esac
done
symbols=$(list_symbols library "${library[@]}" && list_symbols cli "${cli[@]}" && list_symbols tool "${tool[@]}")
[ -n "$symbols" ] || { echo "no symbols: nothing was checked" >&2; exit 3; }
findings=$(awk -F '\t' '
  $1 == "library" && $2 !~ /^vtm_/ {print $3 ": " $2 " is the library'\''s: it needs the prefix vtm_"}
  $1 == "cli" && $2 !~ /^cli_/ {print $3 ": " $2 " is what tools share: it needs the prefix cli_"}
  $1 == "tool" && $2 ~ /^(vtm|cli)_/ {print $3 ": " $2 " belongs to one tool and has a prefix of others"}
  $2 in first {print $3 ": " $2 " is defined in " first[$2] " too"}
  {first[$2] = $3}' <<<"$symbols")

# A circle is mostly a helper that stands in its caller's file: give it a file below both.
folders='base|dataset|draw|lint|report|store|weights'
circles=$(nm -A -P -g "${library[@]}" |
  sed -nE "s#^.*\.dir/(\./)?src/(($folders)/[^:]*)\.o: ([^ ]+) ([A-Z])( .*)?\$#\2\t\4\t\5#p" |
  awk -F '\t' '$3 == "U" {user[NR] = $1; used[NR] = $2} $3 != "U" {file[$2] = $1}
    END {for (i in user) if (used[i] in file) print user[i], file[used[i]]}' |
  tsort 2>&1 >/dev/null | sed -n 's/^tsort: \([a-z]*\/\)/\1/p')
[ -z "$circles" ] || findings+="${findings:+$'\n'}files that need each other:"$'\n'"$circles"
[ -z "$findings" ] || { echo "$findings"; exit 1; }
echo "each of $(wc -l <<<"$symbols") symbols is defined once"
