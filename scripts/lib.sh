# shellcheck shell=bash disable=SC2034
# Shared by the scripts here; sourced, not run.
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 3
build_dir=$(realpath -m "${BUILD_DIR:-$source_dir/build/release}")
jobs=$(nproc)
cd "$source_dir" || exit 3
if [[ $source_dir$build_dir == *\\* ]]; then # CMakeLists.txt says so of other signs; here CMake would not find it
  echo "$source_dir, $build_dir: CMake can't build in a folder with a backslash in its name or in that of a folder above" >&2
  exit 3
fi

# build DIR PRESET [TARGET...]: configures once, then builds what has changed; quiet unless the compiler warns or it fails.
# Without targets, everything. All presets that scripts build with but `release` take warnings for errors.
build() {
  local dir=$1 preset=$2 log
  shift 2
  mkdir -p "$dir"
  log=$dir/build.log
  if [ ! -f "$dir/build.ninja" ] && [ ! -f "$dir/Makefile" ]; then
    echo "configuring $dir"
    cmake --preset "$preset" -B "$dir" >"$log" 2>&1 || { tail -n 30 "$log"; return 1; }
  elif [ "$preset" != release ] && ! grep -q '^VTM_WERROR:BOOL=ON' "$dir/CMakeCache.txt"; then
    cmake -DVTM_WERROR=ON "$dir" >"$log" 2>&1 || { tail -n 30 "$log"; return 1; }
  fi
  echo "building $dir"
  cmake --build "$dir" --parallel "$jobs" ${1:+--target "$@"} >"$log" 2>&1 || {
    grep -E 'error|warning|FAILED|CMake Error' "$log" | head -n 40
    echo "the whole output is in $log"
    return 1
  }
  grep -E 'warning:' "$log" | sort -u | head -n 40 || true
}
