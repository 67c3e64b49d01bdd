#!/usr/bin/env python3
"""Times decoding and resizing in Pillow and in this build, in one run.

  bench_pillow.py BENCH_IMAGE IMAGE [WIDTH HEIGHT]      BENCH_IMAGE: the program built from tests/bench/bench_image.c

Prints Pillow's milliseconds, ours, and the last line, their ratio (above 1: we are faster), as JSON objects.
The best of 30 repetitions each. bicubic_float is Pillow's mode F on each channel, as clean-fid uses it.
"""
import json
import subprocess
import sys
import time

import numpy as np
from PIL import Image

FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}


def best(work):
    times = []
    for _ in range(30):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return round(min(times) * 1e3, 3)


def main():
    if len(sys.argv) not in (3, 5):
        raise SystemExit(__doc__)
    program, path = sys.argv[1:3]
    size = tuple(int(v) for v in sys.argv[3:5]) or (299, 299)
    image = Image.open(path).convert("RGB")
    planes = [Image.fromarray(p.astype(np.float32)) for p in np.moveaxis(np.asarray(image), 2, 0)]
    pillow = {"decode_ms": best(lambda: Image.open(path).convert("RGB").load())}
    for name, number in FILTERS.items():
        pillow[name + "_ms"] = best(lambda: image.resize(size, number))
    pillow["bicubic_float_ms"] = best(lambda: [p.resize(size, Image.BICUBIC) for p in planes])
    ours = json.loads(subprocess.run([program, path, *map(str, size)], check=True, capture_output=True).stdout)
    print(json.dumps({"pillow": pillow}))
    print(json.dumps({"ours": ours}))
    print(json.dumps({"ratio": {k[:-3]: round(v / ours[k], 2) for k, v in pillow.items()}}))


if __name__ == "__main__":
    main()
