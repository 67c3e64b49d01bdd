#!/usr/bin/env python3
"""Makes tests/golden/similarity_values.h: SSIM and MS-SSIM of pictures that a formula draws, by the tools themselves.

  similarity.py TORCHMETRICS_1_4_1 PYIQA > tests/golden/similarity_values.h

Needs numpy, torch, scikit-image, torchmetrics (1.9.0 was used); the arguments are folders with torchmetrics 1.4.1 and pyiqa
0.1.16, unpacked. A value is nan where the tool refuses the size."""
import importlib.util, subprocess, sys
import numpy as np

# width, height, seed, amplitude of what the other picture differs by; amplitude < 0: see draw()
PAIRS = [(11, 11, 1, 60), (12, 17, 2, 30), (33, 47, 3, 90), (64, 48, 4, 10), (97, 101, 5, 200), (161, 161, 6, 50),
         (175, 300, 7, 50), (176, 176, 8, 40), (177, 193, 9, 80), (191, 255, 10, 20), (256, 200, 11, 120), (384, 512, 12, 35),
         (64, 64, 13, 0), (180, 180, 14, -1), (180, 190, 15, -2), (40, 30, 16, -3)]


def mix(x):
    """A hash of 32 bits, as in the test."""
    x = x.astype(np.uint64)
    for shift, factor in (16, 0x7feb352d), (15, 0x846ca68b):
        x = ((x ^ (x >> np.uint64(shift))) * np.uint64(factor)) & np.uint64(0xffffffff)
    return x ^ (x >> np.uint64(16))


def draw(width, height, seed, amplitude):
    """Both pictures: waves and noise, and the same with other noise; -1: black and white, -2: black twice, -3: one
    picture and its negative."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    number = (y * width + x) * 3 + c
    wave = (x * 5 + y * (seed % 5) + c * 60) % 512
    wave = np.where(wave > 255, 511 - wave, wave)
    noise = mix(number + seed * 1000003).astype(np.int64)
    first = (wave * 3 + noise % 256) // 4
    if amplitude == -1: return first * 0, first * 0 + 255
    if amplitude == -2: return first * 0, first * 0
    if amplitude == -3: return first, 255 - first
    other = mix(number + seed * 1000003 + 500000001).astype(np.int64) % (2 * amplitude + 1) - amplitude
    return first, np.clip(first + other, 0, 255)


def load(path, name, file):
    sys.path.insert(0, path)
    module = importlib.import_module(file)
    sys.path.pop(0)
    return module


OLD = """
import sys; sys.path.insert(0, sys.argv[1])
import numpy, torch, torchmetrics
from torchmetrics.functional.image import structural_similarity_index_measure as ssim
assert torchmetrics.__version__ == '1.4.1', torchmetrics.__version__
pairs = numpy.load(sys.argv[2], allow_pickle=False)
for i in range(len(pairs.files) // 2):
    a, b = (torch.from_numpy(pairs[f'{side}{i}']) for side in 'ab')
    print(ssim(a, b, data_range=1.0).item())
"""


def tensors(a, b, kind):
    import torch
    return [torch.from_numpy(p.astype(kind) / kind(255)).permute(2, 0, 1)[None].contiguous() for p in (a, b)]


def or_nan(compute):
    try:
        return float(compute())
    except (ValueError, RuntimeError, AssertionError):
        return float('nan')


def main():
    import tempfile, os
    import torch
    from skimage.metrics import structural_similarity
    from torchmetrics.functional.image import (multiscale_structural_similarity_index_measure as ms_ssim,
                                               structural_similarity_index_measure as ssim)
    from PIL import Image
    old, pyiqa = sys.argv[1:]
    sys.path.append(pyiqa)
    stub_package(pyiqa)
    from pyiqa.archs.ssim_arch import MS_SSIM, SSIM
    pairs = [draw(*p) for p in PAIRS]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'pairs.npz')
        np.savez(path, **{f'{side}{i}': tensors(*p, np.float64)[k].numpy() for i, p in enumerate(pairs)
                          for k, side in enumerate('ab')})
        before = subprocess.run([sys.executable, '-c', OLD, old, path], check=True, capture_output=True, text=True).stdout.split()
    print('/* Made by scripts/golden/similarity.py: torchmetrics 1.9.0 and 1.4.1 on float64, the first on float32 too,\n'
          ' * scikit-image on Pillow\'s grey levels, pyiqa 0.1.16; then MS-SSIM of torchmetrics and pyiqa. */\n'
          'static const similarity_case similarity_cases[] = {')
    for i, ((a, b), pair) in enumerate(zip(pairs, PAIRS)):
        x, y = tensors(a, b, np.float64)
        x32, y32 = tensors(a, b, np.float32)
        grey = [np.array(Image.fromarray(p.astype(np.uint8)).convert('L')) for p in (a, b)]
        values = [or_nan(lambda: ssim(x, y, data_range=1.0)), or_nan(lambda: ssim(x32, y32, data_range=1.0)), float(before[i]),
                  or_nan(lambda: structural_similarity(*grey, data_range=255, gaussian_weights=True,
                                                       use_sample_covariance=False)),
                  or_nan(lambda: SSIM()(x32, y32)), or_nan(lambda: ms_ssim(x, y, data_range=1.0)), or_nan(lambda: MS_SSIM()(x32, y32))]
        print('    {%s, {%s}},' % (', '.join(map(str, pair)), ', '.join('NAN' if v != v else repr(v) for v in values)))
    print('};')


def stub_package(path):
    """pyiqa without its __init__, which imports every model."""
    import os, types
    for name in 'pyiqa', 'pyiqa.archs', 'pyiqa.utils':
        module = types.ModuleType(name)
        module.__path__ = [os.path.join(path, *name.split('.'))]
        sys.modules[name] = module


main()
