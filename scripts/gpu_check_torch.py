#!/usr/bin/env python3
"""gpu_check_torch.py --program VTONMETRICS --images DIR [--values] [--speed [--compile] PRECISION...] [--weights FILE]:
what PyTorch says, for scripts/gpu-check.sh, one line "NAME NUMBER" each as it is known.

--values: how far our LPIPS and our AlexNet features on the GPU lie from PyTorch's in double precision and from the
processor's. --speed: how many images a second PyTorch runs through Inception and AlexNet, eager, in each precision: f32 is
strict float32; in tf32 and fp16 the faster of its two layouts counts. --compile: compiled, too. --weights: writes random
weights of torchvision's Inception, on which speed does not depend.
Needs torch, torchvision and Pillow; the weights are those of LPIPS in weights/."""
import argparse
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

import numpy
import torch
import torchvision
from PIL import Image

parser = argparse.ArgumentParser()
parser.add_argument("--program", required=True)
parser.add_argument("--images", required=True)
parser.add_argument("--seconds", type=float, default=2)
parser.add_argument("--values", action="store_true")
parser.add_argument("--speed", action="store_true")
parser.add_argument("--compile", action="store_true")
parser.add_argument("--weights")
parser.add_argument("precisions", nargs="*")
options = parser.parse_args()
image_folder, generated_folder = os.path.join(options.images, "image"), os.path.join(options.images, "GAN")


def tell(name, number):
    print(name, number, flush=True)


def read_safetensors(path):
    data = pathlib.Path(path).read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        first, end = entry["data_offsets"]
        values = numpy.frombuffer(data[8 + length + first:8 + length + end], numpy.float32)
        tensors[name] = torch.tensor(values.reshape(entry["shape"]))
    return tensors


def load(path):
    picture = Image.open(path).convert("RGB").resize((256, 256), Image.BICUBIC)
    x = torch.tensor(numpy.asarray(picture)).permute(2, 0, 1)[None].double()
    shift = torch.tensor([-0.030, -0.088, -0.188]).double().view(1, 3, 1, 1)
    scale = torch.tensor([0.458, 0.448, 0.450]).double().view(1, 3, 1, 1)
    return (2 * x / 255 - 1 - shift) / scale


def taps(network, x):
    found = []
    for layer in network:
        x = layer(x)
        if isinstance(layer, torch.nn.ReLU):
            found.append(x)
    return found


def lpips(a, b, weights):
    total = 0
    for i, (x, y) in enumerate(zip(a, b)):
        x = x / (x.pow(2).sum(1, keepdim=True).sqrt() + 1e-10)
        y = y / (y.pow(2).sum(1, keepdim=True).sqrt() + 1e-10)
        total += ((x - y) ** 2 * weights[f"lin{i}.model.1.weight"].double()).sum(1).mean().item()
    return total


def run(*arguments):
    environment = dict(os.environ, LD_LIBRARY_PATH=os.environ["GPU_CHECK_LIBRARY_PATH"])
    return subprocess.run([options.program, *arguments, "--quiet", "--no-store", "--no-lint"], check=True, capture_output=True,
                          text=True, env=environment).stdout


def features_of(device):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "features.npz")
        run("fid", image_folder, generated_folder, "--protocol", "alexnet", "--device", device, "--save-features",
            str(path))
        with numpy.load(path, allow_pickle=False) as saved:
            return dict(zip(saved["names"], saved["features"].astype(numpy.float64)))


def file_of(folder, stem):
    return next(path for path in pathlib.Path(folder).iterdir() if path.stem == stem)


def compare_values():
    weights = read_safetensors(pathlib.Path(__file__).parent.parent / "weights" / "lpips-alex.safetensors")
    network = torchvision.models.alexnet(weights=None).features[:12].double().eval()
    for layer in network:
        if isinstance(layer, torch.nn.ReLU):
            layer.inplace = False
    network.load_state_dict({name[len("features."):]: value.double() for name, value in weights.items()
                             if name.startswith("features.")})
    ours = json.loads(run("lpips", image_folder, generated_folder, "--device", "cuda", "--json"))["results"][0]
    worst = 0
    truth = {}
    with torch.no_grad():
        for pair in ours["pairs"]:
            a = taps(network, load(file_of(image_folder, pair["name"])))
            b = taps(network, load(file_of(generated_folder, pair["name"])))
            truth[pair["name"]] = a[-1].mean((2, 3))[0].numpy()
            worst = max(worst, abs(lpips(a, b, weights) - pair["value"]))
    tell("lpips_difference", worst)
    rows = numpy.stack(list(truth.values()))
    deviation = rows.std(0).mean()
    gpu = features_of("cuda")
    cpu = features_of("cpu")
    for name, a, b in (("features_difference", gpu, truth), ("gpu_features_difference", gpu, cpu)):
        tell(name, float(max(numpy.abs(a[stem] - b[stem]).max() for stem in truth) / deviation))


def rate(network, size, kind, layout):
    x = torch.rand(64, 3, size, size, device="cuda", dtype=kind).to(memory_format=layout)
    with torch.no_grad():
        torch.backends.cudnn.benchmark = False  # so that a first number comes soon
        network(x)
        torch.backends.cudnn.benchmark = True  # PyTorch at its best
        for _ in range(3):
            network(x)
        torch.cuda.synchronize()
        begin = time.monotonic()
        batches = 0
        while time.monotonic() - begin < options.seconds:
            for _ in range(5):
                network(x)
            torch.cuda.synchronize()
            batches += 5
        return batches * 64 / (time.monotonic() - begin)


def measure_precision(name, network, size, precision):
    kind = torch.float16 if precision == "fp16" else torch.float32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
    layouts = [torch.contiguous_format] + ([torch.channels_last] if precision != "f32" else [])
    for mode in ["eager"] + (["compiled"] if options.compile else []):
        best = 0
        for layout in layouts:
            network = network.to(dtype=kind, memory_format=layout)
            try:
                best = max(best, rate(network if mode == "eager" else torch.compile(network), size, kind, layout))
            except Exception as error:  # the compiler needs a C compiler and Triton, which may be missing
                print(f"{name}_{precision}_{mode}: {error}", file=sys.stderr)
        if best > 0:
            tell(f"{name}_{precision}_{mode}", best)


def make_inception():
    return torchvision.models.inception_v3(weights=None, init_weights=False, aux_logits=True).eval()


def measure():
    inception = make_inception().cuda()
    inception.fc = torch.nn.Identity()
    alexnet = torchvision.models.alexnet(weights=None).features[:12].eval().cuda()
    for name, network, size in (("inception", inception, 299), ("alexnet", alexnet, 256)):
        for precision in options.precisions:
            measure_precision(name, network, size, precision)


if options.weights:
    torch.save(make_inception().state_dict(), options.weights)
if options.values:
    compare_values()
if options.speed:
    measure()
