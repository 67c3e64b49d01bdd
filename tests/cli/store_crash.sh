# store_crash.sh [KILLS]: runs killed at random moments leave a store from which the next run goes on; several processes
# share one. CTest runs it with a few kills; `ctest -C slow -L slow` with 50.
. "$SOURCE_DIR/tests/cli/lib.sh"
vtonmetrics --version | grep -q '^sqlite3 [0-9]' || skip 'this build has no SQLite'
kills=${1:-3}
people=14
[ "$kills" -gt 10 ] && people=40
is_sanitized && people=4 kills=2
make_folders 2
for i in $(seq 3 $people); do # a byte differs: another picture for the store, and no time to draw it
  for folder in image LADI GAN; do
    cp $folder/00001_00.ppm $folder/0000${i}_00.ppm
    printf "\\x$(printf %02x $((i % 250)))" | dd of=$folder/0000${i}_00.ppm bs=1 seek=$((100 + i)) conv=notrunc status=none
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

mkdir shared
processes=()
for i in 1 2 3 4; do
  compare --store shared/store.sqlite >"$scratch/output$i" 2>"$scratch/errors$i" &
  processes+=($!)
done
command='four runs at once'
for i in 1 2 3 4; do
  wait "${processes[i - 1]}"
  status=$?
  cp "$scratch/output$i" "$stdout" && cp "$scratch/errors$i" "$stderr"
  expect_status 0
  expect_no_stderr
  cmp -s "$stdout" "$scratch/.expected" || complain "process $i of four gave other values"
done
expect_sound shared

# Four that find one damaged store: one sets it aside, all give the right values.
printf '\xff\xff\xff\xff' | dd of=shared/store.sqlite bs=1 seek=24 conv=notrunc status=none
for at in $(seq 4000 4096 200000); do
  printf '\xa5\xa5\xa5' | dd of=shared/store.sqlite bs=1 seek=$at conv=notrunc status=none
done
processes=()
for i in 1 2 3 4; do
  compare --store shared/store.sqlite >"$scratch/output$i" 2>/dev/null &
  processes+=($!)
done
command='four runs at once on a damaged store'
for i in 1 2 3 4; do
  wait "${processes[i - 1]}"
  status=$?
  cp "$scratch/output$i" "$stdout" && : >"$stderr"
  expect_status 0
  cmp -s "$stdout" "$scratch/.expected" || complain "process $i of four gave other values"
done
[ "$(find shared -name 'store.sqlite.damaged-*' ! -name '*-wal' ! -name '*-shm' | wc -l)" = 1 ] ||
  complain "one store was to be set aside: $(ls shared | tr '\n' ' ')"
rm -f shared/store.sqlite.damaged-*
expect_sound shared
