# vtonmetrics weights list, path, verify, convert, inspect: output, errors, exit statuses.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tool=$BIN_DIR/vtonmetrics-weights
golden=$SOURCE_DIR/tests/golden/weights
export XDG_DATA_HOME=$work/data HOME=$work/home TORCH_HOME=$work/torch
unset VTONMETRICS_WEIGHTS XDG_CACHE_HOME

failed() { echo "FAILED: $*"; echo "--- stdout"; cat "$work/out"; echo "--- stderr"; cat "$work/err"; exit 1; }
# expect STATUS TEXT-IN-STDOUT TEXT-IN-STDERR ARGUMENTS...
expect() {
  local status=$1 out=$2 err=$3
  shift 3
  "$tool" "$@" >"$work/out" 2>"$work/err"
  local got=$?
  [ $got = "$status" ] || failed "exit status $got instead of $status: $*"
  [ -z "$out" ] || grep -qF -- "$out" "$work/out" || failed "standard output lacks '$out': $*"
  [ -z "$err" ] || grep -qF -- "$err" "$work/err" || failed "standard error lacks '$err': $*"
  [ "$status" != 0 ] || [ ! -s "$work/err" ] || failed "words on standard error: $*"
  [ "$status" = 0 ] || [ -s "$work/err" ] || failed "no word about the failure: $*"
}

# finding: the order of places, and the error that names them
expect 0 "lpips-alex.safetensors" "" path lpips-alex
expect 3 "" "vtonmetrics weights fetch inception-fid" path inception-fid
expect 3 "" "$work/data/vtonmetrics/weights, " path inception-fid
expect 3 "" "$work/torch/hub/checkpoints" path inception-fid
put() { mkdir -p "$(dirname "$1")"; echo "not weights" >"$1"; }
file=pt_inception-2015-12-05-6726825d
put "$work/torch/hub/checkpoints/$file.pth"
expect 0 "$work/torch/hub/checkpoints/$file.pth" "" path inception-fid
put "$work/data/vtonmetrics/weights/$file.safetensors"
expect 0 "$work/data/vtonmetrics/weights/$file.safetensors" "" path inception-fid
put "$work/data/vtonmetrics/weights/$file.pth"
expect 0 "$work/data/vtonmetrics/weights/$file.pth" "" path inception-fid
put "$work/own/$file.pth"
VTONMETRICS_WEIGHTS=$work/own expect 0 "$work/own/$file.pth" "" path inception-fid
expect 0 "found: $work/data/vtonmetrics/weights/$file.pth" "" list
expect 0 "not found: inception_v3_google-0cc3c7bd.pth" "" list
expect 0 '"vtonmetrics/weights-list/1"' "" list --json

# verifying: 1 when the file is another
expect 0 "is the published lpips-alex" "" verify lpips-alex
expect 1 "" "expected 6726825d..." verify inception-fid
expect 1 "" "expected 0c6d9f8f" verify lpips-alex "$golden/zip.pth"
expect 3 "" "$work/absent" verify lpips-alex "$work/absent"
expect 3 "" "is a folder" verify lpips-alex "$work"
grep -q "\"sha256\": \"$(sha256sum "$SOURCE_DIR/weights/lpips-alex.safetensors" | cut -d' ' -f1)\"" \
  "$SOURCE_DIR/weights/manifest.json" || failed "the manifest has another SHA-256"

# inspecting every format, and what must be refused
expect 0 "format   torch-zip" "" inspect "$golden/zip.pth"
expect 0 "format   torch-pickle" "" inspect "$golden/legacy.pth"
expect 0 "format   safetensors" "" inspect "$golden/library.safetensors"
expect 0 "format   npz" "" inspect "$golden/numpy.npz"
expect 0 "format   npy" "" inspect "$golden/numpy.npy"
expect 0 "channels_last  float32   [1, 2, 3, 4]" "" inspect "$golden/zip.pth"
expect 0 "$(sha256sum "$golden/zip.pth" | cut -d' ' -f1)" "" inspect "$golden/zip.pth"
expect 0 '"dtype":	"bfloat16"' "" inspect --json "$golden/zip.pth"
expect 0 "passed over: c16: has dtype '<c16', which is not supported" "" inspect "$golden/odd_types.npz"
expect 3 "" "odd_types.npz: u2: has dtype '<u2', which is not supported" convert "$golden/odd_types.npz" "$work/odd.npz"
for refused in "$golden"/refused_*; do expect 3 "" "$refused: " inspect "$refused"; done
expect 3 "" "names posix.system, which is not part of any tensor: refused" inspect "$golden/refused_system.pth"
expect 3 "" "$work/absent.pth: cannot open: No such file or directory" inspect "$work/absent.pth"
: >"$work/empty.pth"
expect 3 "" "is empty" inspect "$work/empty.pth"
cp "$golden/zip.pth" "$work/-dash ü.pth"
(cd "$work" && "$tool" inspect -- "-dash ü.pth" >/dev/null) || failed "a name that begins with a dash"

# real networks' names and shapes, in every format; converted, they are the same tensors
make=$BUILD_DIR/tests/make_weights
for format in torch-zip torch-pickle safetensors npz; do
  "$make" alexnet $format "$work/net.$format" || failed "make_weights $format"
  expect 0 "" "" convert "$work/net.$format" "$work/$format.safetensors"
  cmp -s "$work/$format.safetensors" "$work/torch-zip.safetensors" || failed "$format holds other tensors"
done
expect 0 "" "" convert "$work/net.torch-zip" "$work/again.npz"
cmp -s "$work/again.npz" "$work/net.npz" || failed "npz of the same tensors differs"
"$make" alexnet torch-zip "$work/cut.pth" truncated
expect 3 "" "truncated or damaged" inspect "$work/cut.pth"
"$make" alexnet torch-pickle "$work/cut.pth" truncated
expect 3 "" "the file is truncated" inspect "$work/cut.pth"
"$make" alexnet safetensors "$work/cut.st" truncated
expect 3 "" "truncated or damaged" inspect "$work/cut.st"

# converting: targets
expect 2 "" "must end in .safetensors or .npz" convert "$golden/zip.pth" "$work/out.pth"
mkdir "$work/folder.npz"
expect 3 "" "is a folder" convert "$golden/zip.pth" "$work/folder.npz"
expect 3 "" "does not exist" convert "$golden/zip.pth" "$work/no/folder.npz"
expect 3 "" "NumPy has no bfloat16" convert "$golden/zip.pth" "$work/brain.npz"
expect 3 "" "is text" convert "$golden/numpy.npz" "$work/text.safetensors"
[ ! -e "$work/brain.npz" ] && [ ! -e "$work/text.safetensors" ] || failed "a file in place after a failure"
(ulimit -f 1000; "$tool" convert "$work/net.torch-zip" "$work/big.npz" >"$work/out" 2>"$work/err")
[ $? = 3 ] || failed "exit status at the limit of file size"
grep -q "big.npz: cannot write: File too large" "$work/err" || failed "the limit of file size is not named"
[ "$(find "$work" -name 'big.npz*' | wc -l)" = 0 ] || failed "a partial file is left"

# no memory: a limit on address space
(ulimit -v 60000; "$tool" inspect "$work/net.torch-zip" >"$work/out" 2>"$work/err")
got=$?
[ $got = 3 ] || [ $got = 0 ] || [ $got = 127 ] || failed "exit status $got without memory"

# wrong command lines
expect 2 "" "a command is needed"
expect 2 "" "did you mean path?" pth
expect 2 "" "unknown weights" path something-else-entirely
expect 2 "" "one argument too many" path a b
expect 2 "" "give FILE" inspect
echo "weights: all as they should be"
