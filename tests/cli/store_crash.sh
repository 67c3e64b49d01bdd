# store_crash.sh [KILLS]: runs killed at random moments leave a store from which the next run goes on; several processes
# share one. CTest runs it with two kills and two processes; `ctest -C slow -L slow` with 50 and four.
. "$SOURCE_DIR/tests/cli/lib.sh"
vtonmetrics --version | grep -q '^sqlite3 [0-9]' || skip 'this build has no SQLite'
PATH=$BUILD_DIR/tests:$PATH
kills=${1:-2}
people=8 processes=2
[ "$kills" -gt 10 ] && people=40 processes=4
is_sanitized && people=4
make_folders 2
for i in $(seq 3 $people); do # a byte differs: another picture for the store, and no time to draw it
  for folder in image LADI GAN; do
    cp $folder/00001_00.ppm $folder/0000${i}_00.ppm
    overwrite $folder/0000${i}_00.ppm "$(printf %02x $((i % 250)))" $((100 + i))
  done
done
arguments=(image LADI GAN --protocol alexnet --json --quiet)
compare() { "$BIN_DIR/vtonmetrics-compare" "${arguments[@]}" "$@"; }
compare --no-store >"$scratch/.expected" || complain 'the run without a store should end well'
start=$(date +%s%N)
compare --store cold.sqlite >/dev/null
longest=$((($(date +%s%N) - start) / 1000000)) # milliseconds

expect_sound() { # expect_sound FOLDER: the next run is right, the store is sound, and nothing else lies there
  run compare --store "$1/store.sqlite"
  expect_status 0
  expect_no_stderr
  cmp -s "$stdout" "$scratch/.expected" || complain 'the values differ from those without a store'
  run vtonmetrics store verify --store "$1/store.sqlite"
  expect_status 0
  expect_files "$1" store.sqlite
}

killed=0 ended=0 round=0
while [ $((killed + ended)) -lt "$kills" ]; do
  round=$((round + 1))
  mkdir "round$round"
  for again in $(seq $((round % 3 + 1))); do # one to three kills, one after the other
    (exec "$BIN_DIR/vtonmetrics-compare" "${arguments[@]}" --store "round$round/store.sqlite" >/dev/null 2>&1) &
    process=$! # of the program itself, not of a shell that waits for it
    pause=$(((RANDOM * 32768 + RANDOM) % (longest + 1)))
    sleep "$((pause / 1000)).$(printf %03d $((pause % 1000)))"
    if kill -9 $process 2>/dev/null; then killed=$((killed + 1)); else ended=$((ended + 1)); fi
    wait $process 2>/dev/null
  done
  expect_sound "round$round"
  rm -r "round$round"
done
echo "$killed runs killed, $ended had ended before; a whole run takes $longest ms"

# at_once WHAT: as many runs as $processes on one store, side by side; standard error of each in errors1, errors2, ...
at_once() {
  local i started=()
  for i in $(seq $processes); do
    compare --store shared/store.sqlite >"$scratch/output$i" 2>"$scratch/errors$i" &
    started+=($!)
  done
  command="$processes runs at once $1"
  for i in $(seq $processes); do
    wait "${started[i - 1]}"
    status=$?
    cp "$scratch/output$i" "$stdout" && cp "$scratch/errors$i" "$stderr"
    expect_status 0
    cmp -s "$stdout" "$scratch/.expected" || complain "process $i of $processes gave other values"
  done
}

mkdir shared
at_once 'on a new store'
cat "$scratch"/errors* >"$stderr"
expect_no_stderr
expect_sound shared

# Several that find one damaged store: one sets it aside, all give the right values.
overwrite shared/store.sqlite ffffffff 24
overwrite shared/store.sqlite a5a5a5 4000 4096
at_once 'on a damaged store'
[ "$(find shared -name 'store.sqlite.damaged-*' ! -name '*-wal' ! -name '*-shm' | wc -l)" = 1 ] ||
  complain "one store was to be set aside: $(ls shared | tr '\n' ' ')"
rm -f shared/store.sqlite.damaged-*
expect_sound shared
