#!/usr/bin/env bash
# setup.sh [build|test]: installs the packages that are missing. `build` is what the programs need,
# `test` (the default) adds what scripts/test.sh needs. Asks nothing; does nothing when all is there.
set -euo pipefail

# package (or alternatives, the first known to apt is taken) | what for
build_packages='
build-essential|C compiler
cmake|build system, 3.25 or later
ninja-build|runs the build
pkg-config,pkgconf|finds the libraries
libjpeg62-turbo-dev,libjpeg-turbo8-dev|JPEG, with the same decoder as Pillow
libstb-dev|PNG, BMP, TGA, PNM, GIF
libwebp-dev|WebP (may be absent)
libtiff-dev|TIFF (may be absent)
zlib1g-dev|checksums of PNG
libopenblas-pthread-dev,libopenblas-dev|matrix products (the build that threads may share; the serial one has no locks)
liblapacke-dev|singular values and eigenvalues
libcjson-dev|JSON
libzip-dev|the containers of .pth and .npz
libssl-dev|SHA-256
libpcre2-dev|regular expressions for names
libutf8proc-dev|letter case and Unicode form of names
libsqlite3-dev|the store of computed values (may be absent)
libcurl4-openssl-dev,libcurl4-gnutls-dev|download of weights (may be absent)
libcairo2-dev|charts, grids, contact sheets, datasets/demo (may be absent)
libcmocka-dev|unit tests'
test_packages='
libopenblas0-serial|a BLAS without locks, which tests hold the program to
libopenblas0-openmp|one that takes its threads from OpenMP, likewise
abigail-tools|a test of what programs compiled before rely on (may be absent)
git|which files are the project
clang|fuzz targets
libclang-rt-dev,libclang-rt-14-dev|sanitizers and libFuzzer of clang
clang-format|formatting check
clang-tidy|static analysis
python3-jsonschema|a test of the JSON output against docs/schema (may be absent)'

case "${1:-test}" in
  build) wanted=$build_packages ;;
  test) wanted=$build_packages$test_packages ;;
  *) echo "usage: scripts/setup.sh [build|test]" >&2; exit 2 ;;
esac

if ! command -v apt-get >/dev/null; then
  echo "setup.sh: this system has no apt-get. Install what these Debian packages hold:" >&2
  sed -n 's/^\(..*\)|\(.*\)/  \1: \2/p' <<<"$wanted" >&2
  echo "then run the scripts with --no-install." >&2
  exit 3
fi

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
while IFS='|' read -r names _; do
  [ -n "$names" ] || continue
  found=
  for name in ${names//,/ }; do
    if installed "$name"; then found=1; fi
  done
  [ -n "$found" ] || missing+=("$names")
done <<<"$wanted"
[ ${#missing[@]} -gt 0 ] || exit 0

# choose: of each missing package's names the first that apt knows
choose() {
  local names name pick
  chosen=()
  for names in "${missing[@]}"; do
    pick=${names%%,*}
    for name in ${names//,/ }; do
      if apt-cache show "$name" >/dev/null 2>&1; then pick=$name; break; fi
    done
    chosen+=("$pick")
  done
}

root=()
if [ "$(id -u)" != 0 ]; then
  if ! { command -v sudo >/dev/null && sudo -v; }; then
    choose
    printf 'setup.sh: packages are missing, and only root may install them. An administrator does it with\n' >&2
    printf '  apt-get update\n  apt-get install --no-install-recommends %s\n' "${chosen[*]}" >&2
    printf 'then the scripts run without root.\n' >&2
    exit 3
  fi
  root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get update -qq
choose
echo "installing: ${chosen[*]}"
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${chosen[@]}" >/dev/null
