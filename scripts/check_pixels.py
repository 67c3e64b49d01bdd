#!/usr/bin/env python3
"""Compares decoding and resizing of this build with the installed Pillow and torch, image by image.

  check_pixels.py build/release/libvtonmetrics.so FOLDER_OR_IMAGE...

Every image found is decoded, and resized with every filter in both orders of passes. Prints what differs;
exit status 1 when anything does. Pillow older than 13 is not compared in its order.
"""
import ctypes
import os
import sys

import numpy as np
import PIL
from PIL import Image

FILTERS = {"bilinear": (1, Image.BILINEAR), "bicubic": (2, Image.BICUBIC), "lanczos": (3, Image.LANCZOS)}
SIZES = [(299, 299), (256, 256), (64, 1000)]


class VtmImage(ctypes.Structure):
    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("pixels", ctypes.POINTER(ctypes.c_uint8)),
                ("format", ctypes.c_char_p), ("notes", ctypes.c_uint)]


class VtmError(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int), ("message", ctypes.c_char * 2048)]


class Library:
    def __init__(self, path):
        self.c = ctypes.CDLL(path)

    def read(self, path):
        """(pixels, notes, None) or (None, 0, message)"""
        image, error = VtmImage(), VtmError()
        if self.c.vtm_image_read(os.fsencode(path), None, ctypes.byref(image), ctypes.byref(error)):
            return None, 0, error.message.decode()
        shape = (image.height, image.width, 3)
        pixels = np.ctypeslib.as_array(image.pixels, shape=shape).copy()
        notes = image.notes
        self.c.vtm_image_free(ctypes.byref(image))
        return pixels, notes, None

    def resize(self, pixels, width, height, number, pillow13=False):
        pixels = np.ascontiguousarray(pixels)
        image = VtmImage(pixels.shape[1], pixels.shape[0], pixels.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8)), None, 0)
        resizer, error = ctypes.c_void_p(), VtmError()
        out = np.empty((height, width, 3), np.float32)
        if self.c.vtm_resizer_create(number, ctypes.c_bool(pillow13), ctypes.byref(resizer), ctypes.byref(error)) or \
           self.c.vtm_resizer_run(resizer, ctypes.byref(image), width, height,
                                  out.ctypes.data_as(ctypes.POINTER(ctypes.c_float)), ctypes.byref(error)):
            raise SystemExit(error.message.decode())
        self.c.vtm_resizer_destroy(resizer)
        return out


def float_references(pixels, width, height):
    """name, filter number, reference, tolerance in levels"""
    planes = [np.asarray(Image.fromarray(p.astype(np.float32)).resize((width, height), Image.BICUBIC))
              for p in np.moveaxis(pixels, 2, 0)]
    yield "pillow float", 4, np.stack(planes, 2).clip(0, 255), 1e-4
    try:
        import torch
    except ImportError:
        return
    x = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float()
    y = torch.nn.functional.interpolate(x, size=(height, width), mode="bilinear", align_corners=False)
    yield "torch", 5, y[0].permute(1, 2, 0).numpy(), 1e-4
    yield "tf1", 6, tf1_bilinear(pixels.astype(np.float32), width, height), 1e-4


def tf1_bilinear(x, width, height):
    """TensorFlow 1's resize_bilinear, in float32: source = i * in / out."""
    def axis(size, n):
        src = np.arange(n, dtype=np.float32) * np.float32(size / n)
        lo = np.minimum(np.floor(src).astype(int), size - 1)
        return lo, np.minimum(lo + 1, size - 1), src - lo.astype(np.float32)
    y0, y1, fy = axis(x.shape[0], height)
    x0, x1, fx = axis(x.shape[1], width)
    fx, fy = fx[None, :, None], fy[:, None, None]
    top = x[y0][:, x0] + (x[y0][:, x1] - x[y0][:, x0]) * fx
    bottom = x[y1][:, x0] + (x[y1][:, x1] - x[y1][:, x0]) * fx
    return top + (bottom - top) * fy


def check(library, path):
    try:
        with Image.open(path) as im:
            expected = im.convert("RGB")
    except Exception as problem:  # Pillow refuses it: so must we
        pixels, _, message = library.read(path)
        return [f"accepted, but Pillow says: {problem}"] if pixels is not None else []
    pixels, _, message = library.read(path)
    if pixels is None:
        return [message]
    reference = np.asarray(expected)
    if reference.shape != pixels.shape or not np.array_equal(reference, pixels):
        worst = "" if reference.shape != pixels.shape else f" by up to {np.abs(reference.astype(int) - pixels).max()}"
        return ["decoded pixels differ" + worst]
    wrong = []
    for width, height in SIZES:
        for name, (number, pil) in FILTERS.items():
            old = expected.resize((width, expected.height), pil).resize((width, height), pil)
            if not np.array_equal(np.asarray(old), library.resize(pixels, width, height, number)):
                wrong.append(f"{name} {width}x{height} differs")
            if int(PIL.__version__.split(".")[0]) >= 13:
                new = expected.resize((width, height), pil)
                if not np.array_equal(np.asarray(new), library.resize(pixels, width, height, number, True)):
                    wrong.append(f"{name} {width}x{height} in Pillow's new order differs")
        for name, number, reference, tolerance in float_references(pixels, width, height):
            off = np.abs(reference - library.resize(pixels, width, height, number)).max()
            if off > tolerance:
                wrong.append(f"{name} {width}x{height} is off by {off}")
    return wrong


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    library = Library(sys.argv[1])
    files = []
    for argument in sys.argv[2:]:
        if os.path.isdir(argument):
            files += [os.path.join(d, f) for d, _, names in os.walk(argument) for f in names]
        else:
            files.append(argument)
    failed = 0
    for path in sorted(files):
        problems = check(library, path)
        failed += bool(problems)
        for problem in problems:
            print(f"{path}: {problem}")
    print(f"{len(files)} files compared with Pillow {PIL.__version__}: {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
