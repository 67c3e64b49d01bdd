# The whole fid path with Inception: weights of real names and shapes in every format give one number, and every
# fault of a weights file has its own error.
source "$(dirname "$0")/lib.sh"
is_sanitized && skip "files of 100 MB through a sanitizer take minutes; the parts are tested without them"
make=$BUILD_DIR/tests/make_weights
demo=$SOURCE_DIR/datasets/demo
mkdir image LADI
for name in 00001_00 00002_00; do
  cp "$demo/image/$name.jpg" image
  cp "$demo/LADI/$name.jpg" LADI
done

value= first=
score() { # score FILE [OPTION...]: the distance, in $value
  local file=$1
  shift
  run vtonmetrics-fid image LADI --weights "$file" --value "$@"
  expect_status 0
  value=$(cat "$stdout")
}

for format in torch-zip torch-pickle safetensors; do
  "$make" inception-v3 $format net || { echo "make_weights failed"; exit 1; }
  score net
  [ "${first:=$value}" = "$value" ] || complain "$format gives $value, torch-zip $first"
done

close_to() { # close_to VALUE BOUND: relative
  awk -v a="$first" -v b="$1" -v bound="$2" 'BEGIN { d = (a - b) / a; exit !(a > 0 && d < bound && d > -bound) }' ||
    complain "$1 is not within $2 of $first"
}
score net --exact
close_to "$value" 1e-4
[ "$value" != "$first" ] || complain "--exact changes nothing"
for mask in amx avx512 avx512,avx2; do
  score net --cpu-mask $mask
  close_to "$value" 1e-4
done
for threads in 1 3; do
  score net --threads $threads --batch $threads
  [ "$value" = "$first" ] || complain "$threads threads give $value, not $first"
done

# statistics in place of the photographs
run vtonmetrics-fid --save-stats photos.npz image --weights net
expect_status 0
score_statistics() {
  run vtonmetrics-fid photos.npz LADI --weights net --value --all-images
  expect_status 0
  close_to "$(cat "$stdout")" 1e-7
}
score_statistics
run vtonmetrics-fid image --weights net
expect_status 2
expect_stderr_has "a folder of results is needed, or --save-stats"

# the other Inception has the same names and shapes up to its classifier
"$make" inception-fid safetensors other.safetensors
run vtonmetrics-fid image LADI --weights other.safetensors
expect_status 3
expect_stderr_has "other.safetensors: this is the FID Inception (1008 classes), but torchvision's Inception v3 (1000 classes) is needed"
for protocol in pytorch-fid clean-fid torch-fidelity; do
  run vtonmetrics-fid image LADI --weights other.safetensors --protocol $protocol --value
  expect_status 0
  run vtonmetrics-fid image LADI --weights net --protocol $protocol
  expect_status 3
  expect_stderr_has "this is an Inception v3"
done

fault() { # fault KIND STATUS MESSAGE
  "$make" inception-v3 torch-zip broken.pth "$1"
  run vtonmetrics-fid image LADI --weights broken.pth
  expect_status 3
  expect_stderr_has "broken.pth"
  expect_stderr_has "$2"
  expect_no_stdout
}
fault missing "there is no tensor"
fault shape "expected ["
fault dtype "expected float32"
fault nan "holds NaN"
fault truncated "truncated or damaged"
run vtonmetrics-fid image LADI --weights "$SOURCE_DIR/weights/lpips-alex.safetensors"
expect_status 3
expect_stderr_has "this is an AlexNet"
run vtonmetrics-fid image LADI --weights absent.pth
expect_status 3
expect_stderr_has "absent.pth: cannot open: No such file or directory"
run env HOME="$scratch" XDG_DATA_HOME= TORCH_HOME= XDG_CACHE_HOME= vtonmetrics-fid image LADI
expect_status 3
expect_stderr_has "inception_v3_google-0cc3c7bd.pth: not found"
expect_stderr_has "vtonmetrics weights fetch inception-torchvision"
