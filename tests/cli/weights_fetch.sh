# vtonmetrics weights fetch, against a server of our own: resume, cut, 404, wrong content, full disk, offline, interrupted.
set -u
work=$(mktemp -d)
server=
trap 'stop; rm -rf "$work"' EXIT

tool=$BIN_DIR/vtonmetrics-weights
source=$SOURCE_DIR/weights/lpips-alex.safetensors
size=$(stat -c %s "$source")
export XDG_DATA_HOME=$work/data
unset VTONMETRICS_OFFLINE VTONMETRICS_WEIGHTS http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
target=$XDG_DATA_HOME/vtonmetrics/weights/lpips-alex.safetensors

failed() { echo "FAILED: $*"; echo "--- stdout"; cat "$work/out"; echo "--- stderr"; cat "$work/err"; exit 1; }
stop() { if [ -n "$server" ]; then kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; server=; fi; }

# serve FILE MODE: sets $url
serve() {
  stop
  : >"$work/log" # here, not in the background: the old port must not be read
  "$BUILD_DIR/tests/http_server" "$1" "$2" >"$work/log" &
  server=$!
  for _ in $(seq 200); do [ -s "$work/log" ] && break; sleep 0.05; done
  url=http://127.0.0.1:$(head -1 "$work/log")
}

# expect STATUS TEXT ARGUMENTS...: TEXT is looked for in standard error
expect() {
  local status=$1 text=$2
  shift 2
  "$tool" "$@" >"$work/out" 2>"$work/err"
  local got=$?
  [ $got = "$status" ] || failed "exit status $got instead of $status: $*"
  [ -z "$text" ] || grep -qF -- "$text" "$work/err" || failed "standard error lacks '$text': $*"
}

whole() { cmp -s "$target" "$source" || failed "the file is not the source: $1"; [ ! -e "$target.part" ] || failed "a part is left: $1"; }
nothing() { [ ! -e "$target" ] || failed "a file in place: $1"; }
clean() { rm -f "$target" "$target.part"; }

"$tool" --version | grep -q 'libcurl: not built in' && { echo "SKIPPED: built without libcurl"; exit 77; }

# nothing comes: no folder is left behind
expect 3 "" fetch lpips-alex --from http://127.0.0.1:9/
[ ! -e "$XDG_DATA_HOME" ] || failed "an empty folder is left: $(find "$XDG_DATA_HOME")"
serve "$source" missing
expect 3 "" fetch lpips-alex --from "$url"
[ ! -e "$XDG_DATA_HOME" ] || failed "an empty folder is left: $(find "$XDG_DATA_HOME")"
mkdir -p "$XDG_DATA_HOME"
expect 3 "" fetch lpips-alex --from "$url"
[ -d "$XDG_DATA_HOME" ] || failed "a folder that was there is gone"
rmdir "$XDG_DATA_HOME"

# a good server; the folder is made
serve "$source" ranges
expect 0 "" fetch lpips-alex --from "$url"
whole "good server"
[ "$(cat "$work/out")" = "$target" ] || failed "the path is not printed"
grep -q "request /lpips-alex.safetensors from 0" "$work/log" || failed "the file's name is not asked for"
# there already: no request
stop
expect 0 "" fetch lpips-alex --from "$url"
clean

serve "$source" redirect
expect 0 "" fetch lpips-alex --from "$url/x/lpips-alex.safetensors"
whole redirect
clean

# cut, then resumed where it stopped
serve "$source" cut=1000000
expect 3 "run the command again to go on" fetch lpips-alex --from "$url"
nothing cut
[ "$(stat -c %s "$target.part")" = 1000000 ] || failed "the part has not what came"
serve "$source" ranges
expect 0 "" fetch lpips-alex --from "$url"
whole resumed
grep -q "from 1000000" "$work/log" || failed "not resumed"
clean

# a server without ranges, a part that is longer than the file, a part that is whole
mkdir -p "$(dirname "$target")"
head -c 5000 "$source" >"$target.part"
serve "$source" whole
expect 0 "" fetch lpips-alex --from "$url"
whole "no ranges"
clean
{ cat "$source"; echo more; } >"$target.part"
serve "$source" ranges
expect 0 "" fetch lpips-alex --from "$url"
whole "longer part"
clean
cp "$source" "$target.part"
stop
expect 0 "" fetch lpips-alex --from "$url"
whole "whole part"
clean

# a part of another file: its hash is found out, it goes, and the next attempt succeeds
head -c 5000 /dev/zero >"$target.part"
serve "$source" ranges
expect 3 "what was downloaded is wrong and was removed" fetch lpips-alex --from "$url"
nothing "wrong part"
[ ! -e "$target.part" ] || failed "a wrong part is kept"
expect 0 "" fetch lpips-alex --from "$url"
whole "after a wrong part"
clean

# wrong content, 404, nobody there
head -c 20000 /dev/zero >"$work/wrong"
serve "$work/wrong" ranges
expect 3 "expected 0c6d9f8f" fetch lpips-alex --from "$url"
nothing "wrong content"
[ ! -e "$target.part" ] || failed "wrong content is kept"
expect 3 "expected 6726825d..." fetch inception-fid --from "$url"
serve "$source" missing
expect 3 "the server answers 404 (no such file)" fetch lpips-alex --from "$url"
nothing 404
[ ! -e "$target.part" ] || failed "an empty part is left"
stop
expect 3 "download failed" fetch lpips-alex --from "$url"
nothing "no server"

# a server that does not end: cut off beyond what the catalogue says, and nothing of it is kept
serve "$source" endless
expect 3 "is another file: the server sends more than 11.1 MB; what came was removed" fetch lpips-alex --from "$url"
nothing endless
[ ! -e "$target.part" ] || failed "the beginning of an endless file is kept"

# Two at once, the first of which is held up between opening the part and locking it, until the second has given the part
# its final name: what it then locks is the finished file, which it must not download into.
if ! grep -q '^VTM_SANITIZE:[^=]*=.' "$BUILD_DIR/CMakeCache.txt"; then
  serve "$source" ranges
  SLOW_LOCK_UNTIL=$work/go LD_PRELOAD=$BUILD_DIR/tests/slow_lock.so "$tool" fetch lpips-alex --from "$url" >"$work/slow" 2>&1 &
  slow=$!
  for _ in $(seq 1000); do [ -e "$target.part" ] && break; sleep 0.02; done
  expect 0 "" fetch lpips-alex --from "$url"
  serve "$source" cut=3000000
  : >"$work/go"
  wait $slow || failed "the slow one: $(cat "$work/slow")"
  whole "two at once"
  clean
fi

# no network
VTONMETRICS_OFFLINE=1 expect 3 "VTONMETRICS_OFFLINE is set" fetch inception-torchvision
VTONMETRICS_OFFLINE=1 expect 0 "" fetch lpips-alex --from "file://$SOURCE_DIR/weights"
whole "file:// folder"
clean
expect 0 "" fetch lpips-alex --from "file://$source"
whole "file:// file"
clean
expect 3 "no such file" fetch lpips-alex --from "file://$work/absent/"
nothing "absent file"

# a full disk: a limit on the size of files, and a tiny file system where one can be mounted
serve "$source" ranges
(ulimit -f 2000; "$tool" fetch lpips-alex --from "$url" >"$work/out" 2>"$work/err")
[ $? = 3 ] || failed "exit status at the limit of file size"
grep -q "cannot write the download: File too large" "$work/err" || failed "the limit of file size is not named"
nothing "limit of file size"
clean
mkdir -p "$work/tiny"
if mount -t tmpfs -o size=2m tmpfs "$work/tiny" 2>/dev/null; then
  XDG_DATA_HOME=$work/tiny "$tool" fetch lpips-alex --from "$url" >"$work/out" 2>"$work/err"
  got=$?
  left=$(find "$work/tiny" -name '*.safetensors' | wc -l)
  umount "$work/tiny"
  [ $got = 3 ] || failed "exit status $got on a full disk"
  grep -q "No space left on device" "$work/err" || failed "the full disk is not named"
  [ "$left" = 0 ] || failed "a file in place on a full disk"
else
  echo "no tmpfs can be mounted here: the full disk was tried with a limit on file size only"
fi
if [ "$(id -u)" != 0 ]; then
  mkdir -p "$work/locked"
  chmod 500 "$work/locked"
  XDG_DATA_HOME=$work/locked expect 3 "Permission denied" fetch lpips-alex --from "$url"
fi

# wrong command lines
expect 2 "did you mean lpips-alex?" fetch lpips-alx
expect 2 "comes with vtonmetrics" fetch lpips-alex
expect 2 "is not an address" fetch lpips-alex --from "$work"
expect 3 "download failed" fetch lpips-alex --from "gopher://127.0.0.1/x.pth"

# Interrupted: ends within a second, keeps what came. SIGTERM, because a shell starts background jobs with
# SIGINT ignored; both go the same way.
serve "$source" slow
"$tool" fetch lpips-alex --from "$url" >"$work/out" 2>"$work/err" &
fetcher=$!
for _ in $(seq 200); do [ -s "$target.part" ] && break; sleep 0.05; done
kill -TERM "$fetcher"
before=$(date +%s%N)
wait "$fetcher"
got=$?
took=$((($(date +%s%N) - before) / 1000000))
[ $got = 143 ] || failed "exit status $got after SIGTERM"
[ $took -lt 1500 ] || failed "SIGTERM took $took ms"
nothing interrupted
[ -s "$target.part" ] || failed "what came before the interruption is not kept"
echo "downloads: all as they should be"
