#!/usr/bin/env bash
# check_places.sh [BUILD_DIR]: clone, demo, some tests, installation and installed programs where users have them: in folders
# with spaces, Cyrillic letters and quotation marks, as an ordinary user without sudo and with umask 077, the source tree
# read-only and the build folder elsewhere. Scores must be those of the programs in BUILD_DIR (build/release).
# It takes a build without tests. Started by root it goes on as nobody; started by another user, as that one.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
build_dir=$(realpath -m "${1:-$build_dir}")
scratch=$(mktemp -d)
# shellcheck disable=SC1111 # such quotation marks are what is tried
place="$scratch/Мои проекты «ВТОН» \$5 (100%)"
clone="$place/исходный код"
# shellcheck disable=SC1111
built="$place/сборка “тут”" # with ' Ninja would compile everything three times here (CMakeLists.txt says so)
# shellcheck disable=SC1111
prefix="$place/установка 'там' & “тут”"

finish() {
  local result=$?
  chmod -R u+rwx "$scratch"
  rm -rf "$scratch"
  exit "$result"
}
trap finish EXIT

step() { printf '== %s\n' "$1"; }
fail() { printf 'check_places.sh: %s\n' "$1" >&2; exit 1; }

# user COMMAND...: as the ordinary user, who finds nothing of ours and has no sudo
as=()
if [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid=65534 --regid=65534 --clear-groups --)
else
  echo "not root: everything is done as $(id -un), not as another user; umask 077 of root is left out"
fi
user() {
  (cd "$place" && umask 077 && exec "${as[@]}" env -i HOME="$scratch/home" PATH="$scratch/stubs:/usr/bin:/bin" "LC_ALL=${locale:-C}" \
    VTONMETRICS_OFFLINE=1 BUILD_DIR="$built" "$@")
}

# quiet NAME COMMAND...: the output only when it fails
quiet() {
  "${@:2}" >"$scratch/$1.log" 2>&1 || { tail -n 40 "$scratch/$1.log"; fail "$1 failed in $place"; }
}

# scores FILE: lines of a table of models
scores() { grep -E '^  (GAN|LADI|PROMPT) ' "$1"; }

step "the figures of $build_dir"
(cd datasets/demo && for metric in lpips 'fid --protocol alexnet'; do
  # shellcheck disable=SC2086 # options are words
  "$build_dir/bin/vtonmetrics" $metric --no-store image GAN LADI PROMPT
done) >"$scratch/expected.log" || fail "no programs in $build_dir: build there first"
scores "$scratch/expected.log" >"$scratch/expected"

chmod 755 "$scratch"
mkdir -p "$place" "$scratch/home" "$scratch/stubs" "$scratch/upstream"
# The files as they are now, committed or not.
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  [ ! -e "$file" ] || printf '%s\0' "$file"
done | tar -c --null -T - | tar -x -C "$scratch/upstream"
git -C "$scratch/upstream" init -q
git -C "$scratch/upstream" add -A
git -C "$scratch/upstream" -c user.name=check -c user.email=check@localhost commit -q -m "as it is now"
printf '#!/bin/sh\necho "sudo: you may not" >&2\nexit 1\n' >"$scratch/stubs/sudo"
chmod 755 "$scratch/stubs/sudo"
if [ ${#as[@]} -gt 0 ]; then chown -R 65534:65534 "$place" "$scratch/home" "$scratch/upstream"; fi

step "clone"
quiet clone user git clone -q "$scratch/upstream" "$clone"
user chmod -R a-w "$clone"
! user touch "$clone/src/base/new" 2>/dev/null || fail "the source tree was to be read-only, and is not"

step "packages: nothing to do, and without sudo a message that an administrator can use"
quiet setup user "$clone/scripts/setup.sh" build
# shellcheck disable=SC2016 # the stub's words
printf '#!/bin/sh\n[ "$3" != cmake ] || exit 1\nexec /usr/bin/dpkg-query "$@"\n' >"$scratch/stubs/dpkg-query"
chmod 755 "$scratch/stubs/dpkg-query"
! user "$clone/scripts/setup.sh" build >"$scratch/missing" 2>&1 || fail "setup.sh said nothing of a missing package"
grep -qx '  apt-get install --no-install-recommends cmake' "$scratch/missing" ||
  { cat "$scratch/missing"; fail "setup.sh did not say how cmake is installed"; }
rm "$scratch/stubs/dpkg-query"

step "demo"
quiet demo user "$clone/scripts/demo.sh"
scores "$scratch/demo.log" | cmp - "$scratch/expected" || { cat "$scratch/demo.log"; fail "the demo has other figures than $build_dir"; }
cmp "$built/generated/metrics/digits.h" "$build_dir/generated/metrics/digits.h" ||
  fail "the hash of the sources depends on their folder (cmake/Digits.cmake)"

! user ninja -C "$built" -n tools | grep -q Building || fail "a second run compiles again"

step "tests"
quiet tests_build user cmake --build "$built" --parallel "$jobs" --target unit_test_image unit_test_resize unit_test_device \
  golden_test_weights fake_cuda vtonmetrics_shared
quiet tests user ctest --test-dir "$built" --parallel "$jobs" --output-on-failure --no-tests=error \
  -R '^(unit\.(image|resize|device)|golden\.weights|cli\.(folders|options|devices)|house\.layers)$'
grep 'tests passed' "$scratch/tests.log"

step "installation"
quiet build user cmake --build "$built" --parallel "$jobs" --target vtonmetrics_man
quiet install user cmake --install "$built" --prefix "$prefix"
[ -z "$(find "$prefix" ! -type l ! -perm -o=r)" ] || fail "installed with umask 077, others can't read: $(find "$prefix" ! -perm -o=r)"
# What is installed needs neither sources nor build folder.
mv "$clone" "$scratch/clone.away"
mv "$built" "$scratch/built.away"
for metric in lpips 'fid --protocol alexnet'; do
  # shellcheck disable=SC2086
  locale=C.UTF-8 user "$prefix/bin/vtonmetrics" $metric --absolute-paths "$scratch/clone.away/datasets/demo/image" \
    "$scratch/clone.away/datasets/demo/"{GAN,LADI,PROMPT} >>"$scratch/installed.log" ||
    fail "an installed program failed"
done
scores "$scratch/installed.log" | cmp - "$scratch/expected" || { cat "$scratch/installed.log"; fail "an installed program has other figures"; }
grep -qF "$prefix/share/vtonmetrics/weights/" "$scratch/installed.log" || fail "an installed program does not say its own weights"

step "the installed library, by pkg-config and by CMake"
cp -r tests/api "$scratch/example"
chmod -R a+rX "$scratch/example"
# pkg-config writes words for a shell, and leaves ( ) $ & ' as they are: the package is moved to where there are none.
moved="$scratch/другая установка “там”"
cp -r "$prefix" "$moved"
chmod -R a+rX "$moved"
lib=$(dirname "$(find "$moved" -name libvtonmetrics.so)")
for package in vtonmetrics vtonmetrics-static; do
  # shellcheck disable=SC2016
  quiet pkg_config user env PKG_CONFIG_PATH="$lib/pkgconfig" sh -c \
    'source=$1 program=$3; eval "set -- $(pkg-config --cflags --libs "$2")"; cc "$source" "$@" -o "$program"' sh "$scratch/example/score_folders.c" $package "$place/пример $package"
  # the static library has no place of its own, beside which weights could be
  weights=()
  if [ "$package" = vtonmetrics-static ]; then weights=("VTONMETRICS_WEIGHTS=$moved/share/vtonmetrics/weights"); fi
  quiet example user env LD_LIBRARY_PATH="$lib" "${weights[@]}" "$place/пример $package" lpips "$scratch/clone.away/datasets/demo/"{image,LADI}
done
quiet find_package user cmake -S "$scratch/example" -B "$place/пример" -DCMAKE_PREFIX_PATH="$prefix"
quiet find_package user cmake --build "$place/пример"
quiet example user "$place/пример/score_shared" lpips "$scratch/clone.away/datasets/demo/"{image,LADI}

if [ "$(id -u)" = 0 ]; then
  step "an installation by root with umask 077, for all"
  mv "$scratch/clone.away" "$clone"
  mv "$scratch/built.away" "$built"
  (umask 077 && quiet install_by_root cmake --install "$built" --prefix "$scratch/root")
  quiet install_in_quotes user cmake --install "$built" --prefix "$place/\"кавычки\""
  user "$place/\"кавычки\"/bin/vtonmetrics" --version >"$scratch/version.log" || fail "a program in a folder with \" does not start"
  (cd / && user "$scratch/root/bin/vtonmetrics" weights list) >"$scratch/root.log" 2>&1 || { cat "$scratch/root.log"; fail "what root installs with umask 077 is not for others"; }
fi
echo "all the same"
