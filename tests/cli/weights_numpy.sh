# NumPy reads the .npz files written here, the safetensors library the .safetensors, torch the test helper's
# .pth; each part is skipped where its library is not there.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${PYTHON:-python3}
"$python" -c 'import numpy' 2>/dev/null || { echo "SKIPPED: $python has no numpy"; exit 77; }
"$BUILD_DIR/tests/make_weights" alexnet torch-zip "$work/net.pth" || exit 1
"$BUILD_DIR/tests/make_weights" alexnet torch-pickle "$work/legacy.pth" || exit 1
"$BIN_DIR/vtonmetrics-weights" convert "$work/net.pth" "$work/net.npz" || exit 1
"$BIN_DIR/vtonmetrics-weights" convert "$work/net.pth" "$work/net.safetensors" || exit 1
"$BIN_DIR/vtonmetrics-weights" convert "$SOURCE_DIR/tests/golden/weights/numpy.npz" "$work/numpy.npz" || exit 1
"$python" - "$work" "$SOURCE_DIR/tests/golden/weights/numpy.npz" <<'PYTHON'
import sys
import numpy as np
work = sys.argv[1]
ours, theirs = np.load(work + "/numpy.npz"), np.load(sys.argv[2])
assert ours.files == theirs.files, (ours.files, theirs.files)
for name in theirs.files:
    a, b = ours[name], theirs[name]
    if b.dtype.kind == "S":
        b = np.char.decode(b)
    assert a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b), name
net = np.load(work + "/net.npz")
assert net["features.0.weight"].shape == (64, 3, 11, 11) and np.isfinite(net["features.0.weight"]).all()
print("numpy", np.__version__, "reads what is written")
try:
    from safetensors.numpy import load_file
except ImportError:
    sys.exit()
read = load_file(work + "/net.safetensors")
assert set(read) == set(net.files) and all(np.array_equal(read[n], net[n]) for n in net.files)
print("safetensors reads what is written")
try:
    import torch
except ImportError:
    sys.exit()
for file in "net.pth", "legacy.pth":
    read = torch.load(f"{work}/{file}", weights_only=True)
    assert set(read) == set(net.files) and all(np.array_equal(read[n].numpy(), net[n]) for n in net.files), file
print("torch", torch.__version__, "reads what the tests' helper writes")
PYTHON
