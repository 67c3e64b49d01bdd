#!/usr/bin/env python3
"""Golden features and LPIPS layers of seeded networks, computed by PyTorch in double precision.

  scripts/golden/networks.py > tests/golden/networks.txt

The weights are those of src/nn/seeded.h (SplitMix64, seed 1); the images are seeded too, so that only
results are committed. One line a value: network, index, value. Needs numpy, torch, torchvision.
"""
import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from torchvision.models import inception as tv

GAMMA = np.uint64(0x9E3779B97F4A7C15)


def uniform(seed, count, low, high):
    """vtm_seeded_uniform of src/nn/seeded.h, `count` times"""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + GAMMA * np.arange(1, count + 1, dtype=np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    unit = (z >> np.uint64(40)).astype(np.float32)
    low, high = np.float32(low), np.float32(high)
    return low + (high - low) * unit / np.float32(1 << 24)


def name_hash(name):
    h = 0xCBF29CE484222325
    for c in name.encode():
        h = ((h ^ c) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


def tensor(name, shape, seed=1):
    count = int(np.prod(shape))
    if name.endswith((".bn.weight", ".running_var")):
        low, high = 0.5, 1.5
    elif name.startswith("lin"):
        low, high = 0, 0.3
    elif len(shape) >= 2:
        high = np.sqrt(np.float32(6) / (np.float32(count) / np.float32(shape[0])))
        low = -high
    else:
        low, high = -0.3, 0.3
    return torch.from_numpy(uniform(seed ^ name_hash(name), count, low, high).reshape(shape))


def image(size, seed):
    """1 x 3 x size x size of -1 .. 1; the C side holds it as rows of RGB in 0 .. 255"""
    x = uniform(seed, size * size * 3, 0, 255).reshape(1, size, size, 3).transpose(0, 3, 1, 2)
    return torch.from_numpy(np.ascontiguousarray(x)).double() * (2.0 / 255) - 1


def seed_network(net):
    with torch.no_grad():
        for name, value in net.state_dict().items():
            if value.dtype == torch.float32:
                value.copy_(tensor(name, tuple(value.shape)))
    return net.double().eval()


class FidPools:
    """what torchvision's blocks call F in the FID network: averages without padding, a last maximum"""
    last = False
    max_pool2d, relu, adaptive_avg_pool2d = map(staticmethod, (F.max_pool2d, F.relu, F.adaptive_avg_pool2d))

    def avg_pool2d(self, x, kernel_size, stride, padding):
        if self.last:
            return F.max_pool2d(x, kernel_size, stride, padding)
        return F.avg_pool2d(x, kernel_size, stride, padding, count_include_pad=False)


def inception(fid):
    net = seed_network(torchvision.models.inception_v3(
        weights=None, init_weights=False, aux_logits=not fid, transform_input=False, num_classes=1008 if fid else 1000))
    net.fc = torch.nn.Identity()
    tv.F = FidPools() if fid else F
    inner = net.Mixed_7c.forward

    def last_block(x):
        if fid:
            tv.F.last = True
        y = inner(x)
        if fid:
            tv.F.last = False
        return y
    net.Mixed_7c.forward = last_block
    return net


def alexnet_taps(x):
    net = seed_network(torchvision.models.alexnet(weights=None))
    out = []
    for i, layer in enumerate(net.features[:12]):
        x = layer(x)
        if i in (1, 4, 7, 9, 11):
            out.append(x.clone())
    return out


def main():
    rows = []
    with torch.no_grad():
        for name, fid in (("inception-v3", False), ("inception-fid", True)):
            rows += [(name, i, v) for i, v in enumerate(inception(fid)(image(299, 5))[0].tolist()) if i % 8 == 0]
        taps = alexnet_taps(image(256, 5))
        rows += [("alexnet", i, v) for i, v in enumerate(taps[-1].mean((2, 3))[0].tolist())]
        others = alexnet_taps(image(256, 6))
        for i, (a, b) in enumerate(zip(taps, others)):
            w = tensor(f"lin{i}.model.1.weight", (1, a.shape[1], 1, 1)).double()
            a = a / (a.pow(2).sum(1, keepdim=True).sqrt() + 1e-10)
            b = b / (b.pow(2).sum(1, keepdim=True).sqrt() + 1e-10)
            rows.append(("lpips-alex", i, F.conv2d((a - b) ** 2, w).mean().item()))
    for row in rows:
        print(*row)


if __name__ == "__main__":
    main()
