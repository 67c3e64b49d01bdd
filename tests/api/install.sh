#!/usr/bin/env bash
# Installs into a folder, then does there what a user of the library would: reads the headers from C and C++,
# builds the example with pkg-config and with CMake, shared and static, and runs it.
set -euo pipefail
if grep -q '^VTM_SANITIZE:[^=]*=.' "$BUILD_DIR/CMakeCache.txt"; then
  echo "skipped: a library with sanitizers is not for others"
  exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix
cmake --install "$BUILD_DIR" --prefix "$prefix" >"$scratch/install.log"
libdir=$(dirname "$(find "$prefix" -name 'libvtonmetrics.so')")
export PKG_CONFIG_PATH=$libdir/pkgconfig LD_LIBRARY_PATH=$libdir

echo "== each header by itself, from C11 and C++"
for header in "$prefix"/include/vtonmetrics/*.h "$prefix"/include/vtonmetrics/tools/*.h; do
  name=${header#"$prefix"/include/}
  printf '#include <%s>\n#include <%s>\nint main(void) { return 0; }\n' "$name" "$name" >"$scratch/header.c"
  cc -std=c11 -Wall -Wextra -pedantic -Werror -fsyntax-only -I"$prefix/include" "$scratch/header.c"
  sed 's/main(void)/main()/' "$scratch/header.c" >"$scratch/header.cpp"
  c++ -std=c++11 -Wall -Wextra -pedantic -Werror -fsyntax-only -I"$prefix/include" "$scratch/header.cpp"
done

echo "== a C++ program linked with the library"
printf '#include <vtonmetrics/vtonmetrics.h>\n#include <cstring>\nint main() { return std::strlen(vtm_version()) == 0; }\n' \
  >"$scratch/version.cpp"
# shellcheck disable=SC2046 # options are words
c++ -Wall -Werror "$scratch/version.cpp" $(pkg-config --cflags --libs vtonmetrics) -o "$scratch/version"
"$scratch/version"

echo "== the example of docs/library.md, as C and as C++"
awk '/^```/ {if (inside) exit; inside = $0 == "```c"; next} inside' "$SOURCE_DIR/docs/library.md" >"$scratch/page.c"
grep -q 'int main' "$scratch/page.c"
cp "$scratch/page.c" "$scratch/page.cpp"
# shellcheck disable=SC2046
cc -std=c11 -Wall -Wextra -Werror "$scratch/page.c" $(pkg-config --cflags --libs vtonmetrics) -o "$scratch/page"
# shellcheck disable=SC2046
c++ -Wall -Wextra -Werror "$scratch/page.cpp" $(pkg-config --cflags --libs vtonmetrics) -o "$scratch/page_cpp"

echo "== exported symbols: the public ones and no others"
nm -D --defined-only "$libdir/libvtonmetrics.so" | awk '$2 ~ /[A-Z]/ {print $3}' | grep -v '^vtm_' && exit 1
grep -rhoE 'VTM_API [^;(]*\(' "$prefix/include" | grep -oE 'vtm_[a-z0-9_]+\($' | tr -d '(' | sort -u >"$scratch/declared"
nm -D --defined-only "$libdir/libvtonmetrics.so" | awk '$2 ~ /[A-Z]/ {print $3}' | sort -u >"$scratch/exported"
diff "$scratch/declared" "$scratch/exported"

echo "== nothing that changes the process around it"
if nm -D --undefined-only "$libdir/libvtonmetrics.so" |
  grep -E ' (setlocale|uselocale|signal|sigaction|sigprocmask|pthread_sigmask|umask|chdir|setenv|putenv|srand|_?exit|abort|printf|puts|putchar|fork)(@|$)'; then
  exit 1
fi

echo "== the example, by pkg-config"
source=$SOURCE_DIR/tests/api/score_folders.c
[ "$(wc -l <"$source")" -lt 60 ]
# shellcheck disable=SC2046
cc -std=c11 -Wall -Wextra -Werror "$source" $(pkg-config --cflags --libs vtonmetrics) -o "$scratch/by_pkg_config"
# shellcheck disable=SC2046
cc -std=c11 -Wall -Wextra -Werror "$source" $(pkg-config --cflags --libs vtonmetrics-static) -o "$scratch/by_pkg_config_static"

echo "== the shared library needs no -dev package of another"
PKG_CONFIG_LIBDIR=$libdir/pkgconfig PKG_CONFIG_PATH='' pkg-config --cflags --libs vtonmetrics >"$scratch/flags"
grep -q -- '-lvtonmetrics' "$scratch/flags"

echo "== the example, by CMake"
cmake -S "$SOURCE_DIR/tests/api" -B "$scratch/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_FLAGS=-Werror >"$scratch/cmake.log"
cmake --build "$scratch/build" >>"$scratch/cmake.log"

echo "== the tools, their manual pages and the weights"
# grep reads to the end here: one that leaves early closes the pipe under the program
"$prefix/bin/vtonmetrics" --version | grep '^vtonmetrics [0-9]' >/dev/null
"$prefix/bin/vtonmetrics" help lpips | grep '^usage: vtonmetrics lpips' >/dev/null
for tool in "$prefix"/bin/vtonmetrics*; do
  page=$prefix/share/man/man1/$(basename "$tool").1
  grep -q '^\.SH OPTIONS' "$page"
  ! command -v man >/dev/null || [ -z "$(LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -l -E UTF-8 -Tutf8 "$page" 2>&1 >/dev/null)" ]
done
for file in "$SOURCE_DIR"/weights/*.safetensors; do
  [ ! -e "$file" ] || cmp "$file" "$prefix/share/vtonmetrics/weights/$(basename "$file")"
done

echo "== nothing of the folders that it was built in"
if grep -q '^CMAKE_BUILD_TYPE:[^=]*=Release$' "$BUILD_DIR/CMakeCache.txt" && # else for debuggers
  grep -rlF -e "$SOURCE_DIR" -e "$BUILD_DIR" "$prefix"; then
  exit 1
fi
if [ -e "$prefix/share/vtonmetrics/weights/lpips-alex.safetensors" ]; then
  found=$(XDG_DATA_HOME=$scratch VTONMETRICS_WEIGHTS='' "$prefix/bin/vtonmetrics" weights path lpips-alex)
  [ "$found" = "$prefix/share/vtonmetrics/weights/lpips-alex.safetensors" ] || { echo "found $found"; exit 1; }
fi

demo=$SOURCE_DIR/datasets/demo
[ -d "$demo/image" ] || { echo "skipped: no demo images to run the example on"; exit 77; }
echo "== all of them give the digits of the tool"
expected=$("$prefix/bin/vtonmetrics" lpips "$demo/image" "$demo/LADI" --format csv --quiet | awk -F, 'NR == 2 {printf "%s %s %.7f", $2, $1, $3}')
for program in "$scratch/by_pkg_config" "$scratch/by_pkg_config_static" "$scratch/build/score_static" "$scratch/build/score_shared"; do
  weights= # a program that has the library in itself lies elsewhere, and the prefix is not the one configured
  case $program in *static) weights=$prefix/share/vtonmetrics/weights ;; esac
  got=$(VTONMETRICS_WEIGHTS=$weights "$program" lpips "$demo/image" "$demo/LADI" 2>"$scratch/stderr") || { cat "$scratch/stderr"; exit 1; }
  echo "$got"
  [ "$got" = "$expected" ] || { echo "expected $expected"; exit 1; }
done
! "$scratch/by_pkg_config" lpips "$demo/image" "$scratch/nowhere" 2>"$scratch/stderr"
grep -q 'nowhere: no such folder' "$scratch/stderr"
