#!/usr/bin/env bash
# test.sh [--quick] [--no-install]: everything that CI checks.
#   --quick        formatting, build and tests only: no sanitizers, static analysis or fuzzing
#   --no-install   the packages are there already
# Warnings of the compiler are errors, but not with --quick, which is for any compiler: there they are printed.
# $FUZZ_SECONDS: for each reader of files, 10. Build folders are build/ci, build/sanitize, ..., with --quick build/release; $BUILD_DIR names another place for these two.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

quick=
install=1
for argument in "$@"; do
  case $argument in
    --quick) quick=1 ;;
    --no-install) install= ;;
    *) echo "usage: scripts/test.sh [--quick] [--no-install]" >&2; exit 2 ;;
  esac
done

preset=ci
if [ -n "$quick" ]; then preset=release; fi
build_dir=$(realpath -m "${BUILD_DIR:-$source_dir/build/$preset}")

fuzz_seconds=${FUZZ_SECONDS:-10}
summary=()

# section TITLE COMMAND...: runs one part and ends the whole run when it fails.
section() {
  local title=$1 start=$SECONDS
  shift
  printf '\n==== %s\n' "$title"
  if ! "$@"; then
    printf '\n==== FAILED: %s\n' "$title"
    exit 1
  fi
  summary+=("$(printf '%-34s %4d s' "$title" $((SECONDS - start)))")
}

# suite DIR PRESET TARGET [OPTIONS OF CTEST]: builds with a preset and runs the tests.
suite() {
  local dir=$1
  build "$1" "$2" "$3" || return 1
  shift 3
  ctest --test-dir "$dir" --parallel "$jobs" --output-on-failure --no-tests=error "$@" 2>&1 | tee "$dir/ctest.log"
}

check_format() {
  local tool
  tool=$(command -v clang-format-14 || command -v clang-format) || { echo "clang-format is missing: scripts/setup.sh"; return 1; }
  # Versions lay out the same code differently, so only one of them can be the judge.
  if [[ $("$tool" --version) != *"version 14."* ]]; then
    echo "skipped: the check needs clang-format 14, here is $("$tool" --version)"
    return 0
  fi
  git ls-files '*.c' '*.h' | xargs -r "$tool" --dry-run -Werror
}

# Each target starts from its committed cases and keeps what it learns in the build folder.
fuzz_one() {
  local name=$1 dir=$source_dir/build/fuzz
  local cases=("$source_dir/tests/fuzz/cases/$name")
  [ -d "${cases[0]}" ] || cases=()
  mkdir -p "$dir/corpus/$name" "$dir/findings"
  if "$(find "$dir" -name "fuzz_$name" -type f -perm -u+x | head -n 1)" \
      -max_total_time="$fuzz_seconds" -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 \
      -artifact_prefix="$dir/findings/$name-" "$dir/corpus/$name" \
      "${cases[@]}" >"$dir/$name.log" 2>&1; then
    echo "fuzz $name: $(sed -n 's/.*number_of_executed_units: *//p' "$dir/$name.log") inputs, nothing found"
  else
    tail -n 40 "$dir/$name.log"
    echo "fuzz $name: FOUND SOMETHING, input in build/fuzz/findings"
    return 1
  fi
}

fuzz_all() {
  local names=() file
  for file in tests/fuzz/fuzz_*.c; do
    [ -e "$file" ] || { echo "no fuzz targets in tests/fuzz"; return 1; }
    file=${file##*/fuzz_}
    names+=("${file%.c}")
  done
  build "$source_dir/build/fuzz" fuzz "${names[@]/#/fuzz_}" || return 1
  export -f fuzz_one
  export source_dir fuzz_seconds
  printf '%s\n' "${names[@]}" | xargs -P "$jobs" -I{} bash -c 'fuzz_one {}'
}

if [ -n "$install" ]; then
  section "packages" scripts/setup.sh test
fi
section "formatting" check_format
section "tests" suite "$build_dir" $preset all
if [ -z "$quick" ]; then
  section "odd folders, an ordinary user" scripts/check_places.sh "$build_dir"
  section "static analysis" scripts/check_static.sh "$build_dir"
  # What an input from outside can reach, and the parts; the same tests took most of their time in arithmetic, which is left out.
  section "tests, Address- and UBSanitizer" suite "$source_dir/build/sanitize" sanitize all \
    -L '^(unit|property|kernels|fuzz|hostile)$'
  # Tests with several threads or processes (tests/threads.cmake); the others have nothing to show it.
  section "tests, ThreadSanitizer" suite "$source_dir/build/tsan" tsan concurrent_tests -L '^concurrent$'
  section "fuzzing, $fuzz_seconds s a reader" fuzz_all
fi

printf '\n==== all passed\n'
printf '%s\n' "${summary[@]}"
grep -h 'tests passed' "$build_dir/ctest.log"
