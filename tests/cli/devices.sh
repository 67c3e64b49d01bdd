# Devices: nothing of CUDA is linked; vtonmetrics devices; --device. Over a device that is not there (tests/fake_cuda).
. "$SOURCE_DIR/tests/cli/lib.sh"

# The programs and the library know CUDA by dlopen only.
for file in "$BIN_DIR"/vtonmetrics* "$BUILD_DIR"/libvtonmetrics.so; do
  needed=$(readelf -d "$file" | grep NEEDED) || complain "readelf cannot read $file"
  grep -qiE 'cuda|cudnn|cublas|nvrtc' <<<"$needed" && complain "$file is linked with CUDA: $needed"
done

# Without a module, or with what is none.
export VTONMETRICS_CUDA_MODULE=$scratch/missing.so
run vtonmetrics devices
expect_status 1
expect_stdout_has 'no GPU can be used: the CUDA module cannot be loaded: '
make_folders 3
run vtonmetrics lpips image LADI --value --verbose
expect_status 0
grep -q 'computing on the processor: the CUDA module cannot be loaded: ' "$stderr" || complain 'auto says why'
[ "$(grep -c processor: "$stderr")" = 1 ] || complain 'once'
run vtonmetrics lpips image LADI --value --verbose --device cpu
expect_stderr_lacks 'processor:'
run vtonmetrics lpips image LADI --value --device cuda
expect_status 3
expect_stderr_has "vtonmetrics lpips: device 'cuda': the CUDA module cannot be loaded: "

# Over the device that is not there.
export VTONMETRICS_CUDA_MODULE=$FAKE_CUDA
run env VTM_FAKE_CUDA=devices=2,broken=1,memory=2000000000 vtonmetrics devices
expect_status 0
expect_no_stderr
expect_stdout "module   $FAKE_CUDA
driver   CUDA up to 13.0
toolkit  13.0
cuDNN    9.19.0
cuda:0  Fake, compute capability 9.0, 2.0 of 2.0 GB free
        can be used
cuda:1  Fake, compute capability 9.0, 0.0 of 2.0 GB free
        cannot be used: its compute mode forbids computing (nvidia-smi -c 0 allows it)"
run env VTM_FAKE_CUDA=driver=12040 vtonmetrics devices --json
expect_status 1
expect_stdout_has '"problem":	"the NVIDIA driver knows CUDA up to 12.4, the module needs 13.0: install a newer driver"'
expect_stdout_has '"devices":	[]'

# The processor's value, whichever and however many devices.
run vtonmetrics lpips image LADI --value --device cpu
processor=$(cat "$stdout")
near() { # near: the value on standard output is the processor's but for rounding
  awk -v a="$processor" -v b="$(cat "$stdout")" 'BEGIN { d = a - b; exit !(d < 1e-5 && d > -1e-5 && b > 0) }' ||
    complain "$processor was expected"
}
size=48
run vtonmetrics lpips image LADI --value --size $size --device cpu
processor=$(cat "$stdout")
run env VTM_FAKE_CUDA=devices=2 vtonmetrics lpips image LADI --value --size $size --batch 2
near
one=$(cat "$stdout")
run env VTM_FAKE_CUDA=devices=2 vtonmetrics lpips image LADI --value --size $size --batch 2 --device cuda:1,0
near
[ "$one" = "$(cat "$stdout")" ] || complain "equal bits on one and two devices: $one"
run env VTM_FAKE_CUDA=devices=2 vtonmetrics lpips image LADI --size $size --batch 2 --json
expect_stdout_has '"device":	"cuda:0 Fake, compute capability 9.0, cuDNN 9.19.0"'

# Precisions: each in the report, with what it means for scores; those of the other kind of device are refused.
export VTM_FAKE_CUDA=
for precision in tf32 fp16; do
  run vtonmetrics lpips image LADI --size $size --batch 2 --precision $precision --json
  expect_status 0
  expect_stdout_has "\"precision\":	\"$precision\""
  expect_stdout_has "precision $precision: factors of 11 bits"
  expect_stdout_has '"convolution":	"cuDNN on tensor cores'
  run vtonmetrics lpips image LADI --value --size $size --batch 2 --precision $precision
  awk -v a="$processor" -v b="$(cat "$stdout")" 'BEGIN { d = a / b - 1; exit !(d < 2e-3 && d > -2e-3 && d != 0) }' ||
    complain "near $processor, and not it"
done
run vtonmetrics lpips image LADI --value --precision bf16
expect_error 3 "vtonmetrics lpips: --precision bf16: cuda:0 Fake, compute capability 9.0, cuDNN 9.19.0 has f32, tf32, \
fp16; --device cpu has it"
run env VTM_FAKE_CUDA=capability=75 vtonmetrics lpips image LADI --value --precision tf32
expect_status 3
expect_stderr_has 'compute capability 7.5, cuDNN 9.19.0 has f32, fp16; GPUs have it, from compute capability 8.0 on'
run vtonmetrics lpips image LADI --value --precision fp16 --device cpu
expect_status 3
expect_stderr_has 'has f32, bf16x3, bf16; GPUs have it'

# What one kind of GPU, version of cuDNN or precision computed is not found by another; a second GPU of the kind finds it.
if vtonmetrics --version | grep -q '^sqlite3 [0-9]'; then
  mkdir stores
  computed() { # computed FAULTS DEVICE PRECISION: new rows of distances
    local before after
    before=$(rows)
    run env "VTM_FAKE_CUDA=$1" vtonmetrics lpips image LADI --value --quiet --size $size --batch 2 --device "$2" \
      --precision "$3" --store stores/one.sqlite
    expect_status 0
    after=$(rows)
    echo $((after - before))
  }
  rows() {
    [ -e stores/one.sqlite ] || { echo 0; return; }
    vtonmetrics store info --store stores/one.sqlite --json | sed -n 's/^\t"rows":\t\([0-9]*\),$/\1/p'
  }
  [ "$(computed devices=2 cuda:0 f32)" -gt 3 ] || complain 'pictures and pairs should be new'
  for known in 'devices=2 cuda:0 f32' 'devices=2 cuda:1 f32' 'devices=2 cuda:0,1 f32'; do
    [ "$(computed $known)" = 0 ] || complain "$known: nothing was to be computed"
  done
  for other in 'kinds=1 cuda f32' 'capability=80 cuda f32' 'cudnn=92000 cuda f32' 'devices=1 cuda tf32' \
    'devices=1 cuda fp16' 'devices=1 cpu f32'; do
    [ "$(computed $other)" = 3 ] || complain "$other: three pairs should be new"
  done
  [ "$(computed devices=1 cuda fp16)" = 0 ] || complain 'known from then on'
fi
unset VTM_FAKE_CUDA

# The device resizes pictures with the processor's bits, decoded into its memory or copied there, of any sizes in a batch.
mkdir -p photos results
for i in 1 2 3; do
  cp "$SOURCE_DIR/datasets/demo/image/0000${i}_00.jpg" photos
  cp "$SOURCE_DIR/datasets/demo/LADI/0000${i}_00.jpg" results
  cp "image/0000${i}_00.ppm" "photos/0001${i}_00.ppm"
  cp "LADI/0000${i}_00.ppm" "results/0001${i}_00.ppm"
done
for options in "photos results --size $size" "photos results --size 120x32 --pillow 13" "image LADI --size native"; do
  for resample in 0 1; do
    # shellcheck disable=SC2086
    run env VTM_FAKE_CUDA=resample=$resample vtonmetrics lpips $options --batch 4 --json
    expect_status 0
    cp "$stdout" "by_device.$resample"
  done
  cmp -s by_device.0 by_device.1 || complain "equal bits with $options, whoever resizes"
done

# Of a reference without a comparable result nothing is waited for before memory is planned anew for the next size.
mkdir -p tall mixed
for file in 00001_00 00002_00; do
  cp "image/$file.ppm" tall
  LC_ALL=C sed '2s/32 48/48 32/' "image/$file.ppm" >"mixed/$file.ppm"
done
cp mixed/00002_00.ppm tall
run vtonmetrics lpips tall mixed --batch 1 --value --size native --threads 1
expect_status 3
expect_stderr_has 'mixed/00001_00.ppm: is 48x32, but the reference 00001_00.ppm is 32x48'

# What always computes on the processor takes no --device, and looks for no GPU.
for tool in bench dataset-lint; do
  run vtonmetrics $tool --device cuda
  expect_error 2 "vtonmetrics $tool: unknown option --device; --help lists the options"
  run vtonmetrics $tool --help
  expect_status 0
  ! grep -q -e '--device' "$stdout" || complain "$tool offers no --device"
done
run vtonmetrics bench --net alexnet --seconds 1 --json
expect_status 0
expect_stdout_has '"device":	"cpu '
run env VTM_FAKE_CUDA=abi=9 vtonmetrics dataset-lint "$SOURCE_DIR/datasets/demo" --verbose
expect_status 0
expect_stderr_lacks 'computing on the processor'

# Faults: told by one line, and no value.
run env VTM_FAKE_CUDA=lose=16 vtonmetrics lpips image LADI --value --size $size --batch 2
expect_status 3
expect_stderr_has ': unspecified launch failure (cudaErrorLaunchFailure); run again, or with --device cpu'
expect_no_stdout
run env VTM_FAKE_CUDA=fail=12 vtonmetrics lpips image LADI --value --size $size --batch 2
expect_error 3 'vtonmetrics lpips: cuda:0: computing: an illegal memory access was encountered (cudaErrorIllegalAddress); run again, or with --device cpu'
run env VTM_FAKE_CUDA=memory=11000000,promised=900000000 vtonmetrics lpips image LADI --value --size $size --batch 16
near
expect_stderr_has 'vtonmetrics lpips: warning: cuda:0 Fake, compute capability 9.0, cuDNN 9.19.0: memory ran out, going on with '
[ "$(wc -l <"$stderr")" = 1 ] || complain 'said once'
run env VTM_FAKE_CUDA=memory=1000000 vtonmetrics lpips image LADI --value --size $size
expect_status 3
expect_stderr_has 'out of memory'
expect_no_stdout
run env VTM_FAKE_CUDA=abi=9 vtonmetrics lpips image LADI --value --device cuda
expect_status 3
expect_stderr_has 'has interface 9, this program needs'
