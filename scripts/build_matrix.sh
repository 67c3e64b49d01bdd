#!/usr/bin/env bash
# build_matrix.sh [12|13|all] [COMPILER...]: builds, tests and runs the demo in a fresh Debian 12 and 13, with every gcc and
# clang that the release has, or with the named ones (gcc-14 clang-19), and prints a table of what it saw.
# What is committed is what is built. It needs root, for chroot, and the network once a release; it installs debootstrap when
# that is missing, and changes nothing else here. A release is half a minute and 2 GB, a compiler some minutes.
# $VTM_MATRIX_DIR: where the releases and the logs lie (vtonmetrics/matrix in $XDG_CACHE_HOME, which is ~/.cache unless set).
# $VTM_MATRIX_LABELS: which tests, a regular expression of CTest ("unit|kernels|golden|cli").
# Exit 1: something was not built, a test failed, or the demo printed other figures. Exit 77: it cannot be done here.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
labels=${VTM_MATRIX_LABELS:-unit|kernels|golden|cli}
matrix=$(realpath -m "${VTM_MATRIX_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/vtonmetrics/matrix}")

skip() {
  echo "skipped: $1"
  exit 77
}

case "${1:-all}" in
  12 | 13) releases=$1 ;;
  all) releases='12 13' ;;
  *) echo "usage: scripts/build_matrix.sh [12|13|all] [COMPILER...]" >&2; exit 2 ;;
esac
shift $(($# > 0 ? 1 : 0))
[ "$(id -u)" = 0 ] || skip "only root may enter another Debian (chroot)"
command -v apt-get >/dev/null || skip "no apt-get here, whose mirror and keys are used"
declare -A names=([12]=bookworm [13]=trixie)

# mirrors SUFFIX: the archives of this machine's own sources, those of a release named like *SUFFIX
mirrors() { apt-get indextargets --format '$(SITE) $(RELEASE)' 'Identifier: Packages' | grep -E "[a-z]$1\$" | cut -d' ' -f1 | sort -u; }

# unpack RELEASE: a minimal system in $matrix/RELEASE, with the sources that this machine has, for that release
unpack() {
  local root=$matrix/$1 name=${names[$1]} mirror security keyring proxy=
  [ ! -e "$root/.complete" ] || return 0
  mirror=$(mirrors '' | grep -E '/debian/?$' | head -n 1)
  [ -n "$mirror" ] || skip "apt on this machine has no source of Debian packages (/etc/apt/sources.list): nowhere to take a release from"
  security=$(mirrors -security | head -n 1)
  keyring=$(apt-get indextargets 'Identifier: Packages' | sed -n 's/^Signed-By: \(\/.*\)/\1/p' | head -n 1)
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  [ -z "$proxy" ] || export http_proxy=$proxy
  command -v debootstrap >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap >/dev/null; }
  echo "unpacking Debian $1 in $root"
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase ${keyring:+"--keyring=$keyring"} "$name" "$root" "$mirror" >"$matrix/logs/$1.log" 2>&1 ||
    { tail -n 5 "$matrix/logs/$1.log"; skip "Debian $1 could not be unpacked, see $matrix/logs/$1.log"; }
  {
    printf 'deb %s %s main\n' "$mirror" "$name" "$mirror" "$name-updates"
    [ -z "$security" ] || printf 'deb %s %s main\n' "$security" "$name-security"
  } >"$root/etc/apt/sources.list"
  [ -z "$proxy" ] || printf 'Acquire::http::Proxy "%s";\n' "$proxy" >"$root/etc/apt/apt.conf.d/proxy"
  touch "$root/.complete"
}

# inside RELEASE COMMAND...: in the release, with /proc, terminals and nothing of this shell's environment. What is mounted and
# what still runs goes with the command.
inside() {
  local root=$matrix/$1
  shift
  # shellcheck disable=SC2016 # the inner shell's words
  unshare --mount --pid --fork --kill-child -- bash -c 'mount -t proc proc "$1/proc" && \
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts" && exec chroot "$1" env -i HOME=/root \
    PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "${@:2}"' bash "$root" "$@"
}

# The figures that the README shows; LPIPS's last digits depend on the processor.
figures() { grep -cE '^  (GAN +(0\.2628|9\.3216)|LADI +(0\.0778|3\.2233)|PROMPT +(0\.0519|1\.8228))' "$1" || true; }

# try RELEASE COMPILER: one line of the table
try() {
  local log=$matrix/logs/$1-$2 build=/root/build/$2 built=no warnings=- passed=- failed=- demo=no
  rm -f "$log".*
  inside "$1" apt-get install -y -qq --no-install-recommends "$2" >"$log.packages" 2>&1
  inside "$1" rm -rf "$build"
  if inside "$1" env CC="$2" bash -c "cd /root/vtonmetrics && cmake --preset release -B $build && cmake --build $build --parallel $jobs" \
      >"$log.build" 2>&1; then
    built=yes
    inside "$1" ctest --test-dir "$build" --parallel "$jobs" --output-on-failure -L "$labels" >"$log.tests" 2>&1 || true
    failed=$(sed -n 's/.*tests passed, \([0-9]*\) tests failed out of .*/\1/p' "$log.tests")
    passed=$(sed -n 's/.* tests failed out of \([0-9]*\).*/\1/p' "$log.tests")
    passed=$((${passed:-0} - ${failed:-0} - $(grep -c '^[0-9 ]*/[0-9 ]* Test .*\*\*\*Skipped' "$log.tests" || true)))
    inside "$1" env BUILD_DIR="$build" /root/vtonmetrics/scripts/demo.sh --no-install >"$log.demo" 2>&1 || true
    [ "$(figures "$log.demo")" != 6 ] || demo=yes
    inside "$1" rm -rf "$build"
  fi
  warnings=$(sed -n '/ warning: /p' "$log.build" | sort -u | wc -l)
  [[ $built$demo${failed:-x} == yesyes0 ]] || result=1
  table+=("$(printf '%-7s %-9s %-5s %8s %6s %6s %-5s' "$1" "$2" "$built" "$warnings" "$passed" "${failed:--}" "$demo")")
  printf '%s\n' "${table[@]}" >"$matrix/table"
  echo "${table[-1]}"
}

result=0
table=("$(printf '%-7s %-9s %-5s %8s %6s %6s %-5s' Debian compiler built warnings passed failed demo)")
mkdir -p "$matrix/logs"
printf '%s\n' "${table[@]}" >"$matrix/table"
for release in $releases; do
  unpack "$release"
  rm -rf "$matrix/$release/root/vtonmetrics"
  git clone -q "$source_dir" "$matrix/$release/root/vtonmetrics"
  inside "$release" apt-get update -qq
  inside "$release" /root/vtonmetrics/scripts/setup.sh build >"$matrix/logs/$release-setup.log" 2>&1 ||
    { echo "scripts/setup.sh failed in Debian $release, see $matrix/logs/$release-setup.log"; exit 1; }
  compilers=$(inside "$release" apt-cache search --names-only '^(gcc|clang)-[0-9]+$' | cut -d' ' -f1 | sort -V)
  for compiler in $compilers; do
    [ $# = 0 ] || [[ " $* " == *" $compiler "* ]] || continue
    try "$release" "$compiler"
  done
done
printf '\n'
cat "$matrix/table"
echo "The logs are in $matrix/logs"
exit "$result"
