#!/usr/bin/env python3
"""gpu_check_torch.py VTONMETRICS IMAGE GENERATED SECONDS PRECISION...: what PyTorch says, for scripts/gpu-check.sh.

Prints one JSON object: how far our LPIPS and our AlexNet features on the GPU lie from PyTorch's in double precision and
from the processor's, and how many images a second PyTorch runs through Inception and AlexNet, eager and compiled, in each
precision: f32 is strict float32; in tf32 and fp16 the faster of its two layouts counts.
Needs torch, torchvision and Pillow; the weights are those of LPIPS in weights/, for Inception random ones, on which
speed does not depend."""
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

program, image_folder, generated_folder, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
precisions = sys.argv[5:]
torch.backends.cudnn.benchmark = True  # PyTorch at its best


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
    return subprocess.run([program, *arguments, "--quiet", "--no-store", "--no-lint"], check=True, capture_output=True,
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


def compare_values(result):
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
    result["lpips_difference"] = worst
    rows = numpy.stack(list(truth.values()))
    deviation = rows.std(0).mean()
    gpu = features_of("cuda")
    cpu = features_of("cpu")
    for name, a, b in (("features_difference", gpu, truth), ("gpu_features_difference", gpu, cpu)):
        result[name] = float(max(numpy.abs(a[stem] - b[stem]).max() for stem in truth) / deviation)


def rate(network, size, kind, layout):
    x = torch.rand(64, 3, size, size, device="cuda", dtype=kind).to(memory_format=layout)
    with torch.no_grad():
        for _ in range(5):
            network(x)
        torch.cuda.synchronize()
        begin = time.monotonic()
        batches = 0
        while time.monotonic() - begin < seconds:
            for _ in range(5):
                network(x)
            torch.cuda.synchronize()
            batches += 5
        return batches * 64 / (time.monotonic() - begin)


def measure_precision(result, name, network, size, precision):
    kind = torch.float16 if precision == "fp16" else torch.float32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
    layouts = [torch.contiguous_format] + ([torch.channels_last] if precision != "f32" else [])
    for layout in layouts:
        network = network.to(dtype=kind, memory_format=layout)
        for mode in ("eager", "compiled"):
            key = f"{name}_{precision}_{mode}"
            try:
                found = rate(network if mode == "eager" else torch.compile(network), size, kind, layout)
                result[key] = max(found, result.get(key, 0))
            except Exception as error:  # the compiler needs a C compiler and Triton, which may be missing
                print(f"{key}: {error}", file=sys.stderr)


def measure(result):
    inception = torchvision.models.inception_v3(weights=None, init_weights=False, aux_logits=True).eval().cuda()
    inception.fc = torch.nn.Identity()
    alexnet = torchvision.models.alexnet(weights=None).features[:12].eval().cuda()
    for name, network, size in (("inception", inception, 299), ("alexnet", alexnet, 256)):
        for precision in precisions:
            measure_precision(result, name, network, size, precision)


result = {"torch": torch.__version__}
compare_values(result)
measure(result)
print(json.dumps(result))
