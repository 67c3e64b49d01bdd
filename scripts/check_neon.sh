#!/usr/bin/env bash
# check_neon.sh [TEST]: builds everything for 64-bit ARM in build/neon and runs the tests whose names match TEST
# (a regular expression of CTest) under an emulator. That shows digits, not speed. Debian packages:
#   gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
# The libraries are downloaded into the build folder; this system stays as it is. Exit 77: something is not to be had.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
build_dir=$source_dir/build/neon
sysroot=$build_dir/sysroot
libraries=/usr/lib/aarch64-linux-gnu
tests=${1:-'^kernels\.|^golden\.networks$|^unit\.resize$'}

skip() {
  echo "skipped: $1"
  exit 77
}

for tool in aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu qemu-aarch64:qemu-user; do
  command -v "${tool%:*}" >/dev/null || skip "no ${tool%:*} here: install the Debian package ${tool#*:}"
done
command -v apt-get >/dev/null || skip "no apt-get here to fetch libraries for ARM with"

# An apt of its own, of an ARM system without any package, says and fetches all that ours need.
fetch_packages() {
  local apt=$build_dir/apt names run
  mkdir -p "$apt/lists/partial" "$apt/archives/partial"
  : >"$apt/status"
  names=$(sed -n '/^build_packages/,/^test_packages/s/^\(z\?lib[^,|]*-dev\)[,|].*/\1/p' scripts/setup.sh)
  run=(apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State="$apt"
    -o Dir::State::status="$apt/status" -o Dir::Cache="$apt")
  "${run[@]}" update || return 1
  # shellcheck disable=SC2086 # names are words
  "${run[@]}" install --download-only --yes --no-install-recommends libc6-dev $names
}

unpack_packages() {
  local package link
  rm -rf "$sysroot.part"
  mkdir -p "$sysroot.part/usr/lib"
  ln -s usr/lib "$sysroot.part/lib"
  for package in "$build_dir"/apt/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$sysroot.part" --keep-directory-symlink
  done
  find "$sysroot.part" -type l -lname '/*' -print0 | while IFS= read -r -d '' link; do
    ln -sfn "$sysroot$(readlink "$link")" "$link"
  done
  # what update-alternatives would do: BLAS and LAPACK are OpenBLAS's
  ln -s openblas-serial/libblas.so.3 openblas-serial/liblapack.so.3 "$sysroot.part$libraries"
  ln -s ../openblas-serial/pkgconfig/lapack-openblas.pc "$sysroot.part$libraries/pkgconfig/lapack.pc"
  rm -rf "$sysroot" "$build_dir/apt"
  mv "$sysroot.part" "$sysroot"
  touch "$sysroot"
}

mkdir -p "$build_dir"
if [ ! "$sysroot" -nt scripts/setup.sh ]; then # where the list of packages is
  fetch_packages >"$build_dir/apt.log" 2>&1 || skip "no libraries for ARM to be had, see $build_dir/apt.log"
  unpack_packages
fi

export PKG_CONFIG_SYSROOT_DIR=$sysroot
export PKG_CONFIG_LIBDIR=$sysroot$libraries/pkgconfig:$sysroot$libraries/openblas-serial/pkgconfig:$sysroot/usr/share/pkgconfig
[ -f "$build_dir/build.ninja" ] || cmake --preset release -B "$build_dir" -DVTM_WITH_CUDA=OFF \
  -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc \
  -DCMAKE_SYSROOT="$sysroot" -DCMAKE_FIND_ROOT_PATH_MODE_PROGRAM=NEVER \
  "-DCMAKE_CROSSCOMPILING_EMULATOR=qemu-aarch64;-L;$sysroot" >"$build_dir/configure.log"
build "$build_dir" release
ctest --test-dir "$build_dir" --parallel "$jobs" --output-on-failure --no-tests=error -R "$tests"
