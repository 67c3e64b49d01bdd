# Helpers of the command-line tests. Source it first: it enters a scratch folder of its own, puts the
# executables on PATH, and ends the script with the count of failed expectations.
set -uo pipefail
PATH=$BIN_DIR:$PATH
export LC_ALL=C.UTF-8
unset NO_COLOR VTONMETRICS_WEIGHTS TERM
export VTONMETRICS_OFFLINE=1 # no test of ours may reach for the network
export VTONMETRICS_STORE=none # nor for the user's store
scratch=$(mktemp -d) remembered=
failures=0
finish() {
  local result=$?
  chmod -R u+w "$scratch" 2>/dev/null
  rm -rf "$scratch" ${remembered:+"$remembered"}
  [ "$result" = 0 ] && [ "$failures" != 0 ] && { echo "$failures expectations failed"; exit 1; }
  exit "$result"
}
trap finish EXIT
cd "$scratch" || exit 1
status=0 stdout=$scratch/.stdout stderr=$scratch/.stderr command=

skip() { # skip REASON: the whole script
  echo "skipped: $1"
  exit 77
}

complain() {
  failures=$((failures + 1))
  printf 'FAILED: %s\n  command: %s\n  status: %s\n' "$1" "$command" "$status"
  sed 's/^/  stdout: /' "$stdout" | head -20
  sed 's/^/  stderr: /' "$stderr" | head -20
}

run() { # run COMMAND...: keeps its status, standard output and standard error
  command="$*"
  "$@" >"$stdout" 2>"$stderr" </dev/null
  status=$?
}

expect_status() { [ "$status" = "$1" ] || complain "status $1 was expected"; }
expect_stdout() { printf '%s\n' "$1" | cmp -s - "$stdout" || complain "standard output should be: $1"; }
expect_stderr() { printf '%s\n' "$1" | cmp -s - "$stderr" || complain "standard error should be: $1"; }
expect_no_stdout() { [ ! -s "$stdout" ] || complain "nothing was expected on standard output"; }
expect_no_stderr() { [ ! -s "$stderr" ] || complain "nothing was expected on standard error"; }
expect_stdout_has() { grep -qF -- "$1" "$stdout" || complain "standard output should contain: $1"; }
expect_stderr_has() { grep -qF -- "$1" "$stderr" || complain "standard error should contain: $1"; }
expect_stderr_lacks() { ! grep -qF -- "$1" "$stderr" || complain "standard error should not contain: $1"; }
expect_files() { # expect_files FOLDER NAME...: exactly these
  local folder=$1
  shift
  [ "$(ls -A "$folder" | sort)" = "$(printf '%s\n' "$@" | sort)" ] ||
    complain "$folder should hold: $*; it holds: $(ls -A "$folder" | tr '\n' ' ')"
}
expect_error() { # expect_error STATUS MESSAGE: nothing but this message
  expect_status "$1"
  expect_stderr "$2"
  expect_no_stdout
}

# remember: from here on what was computed is found again, in a store of this script. For those that ask for one comparison
# after another, and are not about its digits.
remember() {
  remembered=$(mktemp -d)
  if vtonmetrics --version | grep -q '^sqlite3 [0-9]'; then export VTONMETRICS_STORE=$remembered/store.sqlite; fi
}

make_image() { # make_image FILE SEED: 32x48 binary PPM with a pattern of its own
  { printf 'P6\n32 48\n255\n' && awk -v seed="$2" 'BEGIN {
      for (i = 0; i < 4608; i++) { seed = (seed * 1103 + 12345) % 65536; printf "%c", 33 + int(seed / 256) % 90 } }'; } >"$1"
}

make_folders() { # make_folders COUNT: photographs in image, results in LADI and GAN
  local i
  mkdir -p image LADI GAN
  for i in $(seq "$1"); do
    make_image "image/0000${i}_00.ppm" "$i"
    make_image "LADI/0000${i}_00.ppm" "$((i + 100))"
    make_image "GAN/0000${i}_00.ppm" "$((i + 200))"
  done
}

is_sanitized() { grep -q '^VTM_SANITIZE:[^=]*=.' "$BUILD_DIR/CMakeCache.txt"; }
