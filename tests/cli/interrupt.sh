# Ctrl-C ends a run within a second, by the signal, as a shell expects it, and leaves no file behind.
. "$SOURCE_DIR/tests/cli/lib.sh"
# ThreadSanitizer hands a signal on only when the thread next calls into the C library.
slowest=1000
is_sanitized && slowest=10000
# A process that does not stop in time is ended while the thread that hashed its weights still waits to be joined.
export TSAN_OPTIONS="report_thread_leaks=0 ${TSAN_OPTIONS:-}"
mkdir image LADI out
make_image first.ppm 1
make_image second.ppm 2
for i in $(seq 400); do
  ln first.ppm "image/$i.ppm"
  ln second.ppm "LADI/$i.ppm"
done

interrupt() { # interrupt SIGNAL COMMAND...: sends the signal after half a second
  local signal=$1 start end
  shift
  command="$* (and $signal)"
  start=$(date +%s%N)
  timeout --preserve-status --signal="$signal" 0.5 "$@" >"$stdout" 2>"$stderr"
  status=$?
  end=$(date +%s%N)
  milliseconds=$(((end - start) / 1000000))
  [ $milliseconds -ge 450 ] || complain "it ended by itself after $milliseconds ms"
  [ $((milliseconds - 500)) -le $slowest ] || complain "it took $((milliseconds - 500)) ms to end"
}

# On a machine so busy that the work does not stop by itself in time, the message has no prefix.
expect_interrupted() { # expect_interrupted SIGNAL: a shell adds 128 to its number
  expect_status $((128 + $(kill -l "$1")))
  expect_no_stdout
  expect_stderr_has interrupted
  [ "$(grep -vc '^$' "$stderr")" -le 2 ] || complain 'nothing else was expected on standard error'
}

for signal in INT TERM HUP; do
  interrupt $signal vtonmetrics lpips image LADI --size 512x512 -o out/result.txt --per-image out/pairs.csv
  expect_interrupted $signal
done
interrupt INT vtonmetrics fid image LADI --protocol alexnet --save-stats out/stats.npz --save-features out/features.npz
expect_interrupted INT
expect_files out

# On a GPU the batches in flight end first.
interrupt INT env VTONMETRICS_CUDA_MODULE="$FAKE_CUDA" vtonmetrics lpips image LADI --size 48 --batch 2 --device cuda \
  -o out/result.txt
expect_interrupted INT
expect_files out

# What a parent ignores on purpose, as nohup does, stays ignored.
command='nohup vtonmetrics lpips'
(trap '' HUP && exec "$BIN_DIR/vtonmetrics-lpips" image LADI --size 512x512) >"$stdout" 2>"$stderr" &
process=$!
sleep 0.4
kill -HUP $process
sleep 1.2
kill -TERM $process 2>/dev/null || complain 'it should still run after SIGHUP'
wait $process
status=$?
expect_interrupted TERM

# A loop of a shell stops with it: with job control the loop and its programs are one group, which gets the signal as from a
# terminal.
set -m
bash -c 'for model in 1 2 3; do echo "start $model"; vtonmetrics lpips image LADI --size 512x512; done; echo after' \
  >"$stdout" 2>"$stderr" &
command='a loop (and INT)'
sleep 0.7
kill -INT -- -$!
wait $!
status=$?
set +m
expect_status 130
expect_stdout 'start 1'
