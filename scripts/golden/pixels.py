#!/usr/bin/env python3
"""Makes tests/golden/pixels: small images of every kind, what Pillow decodes them to, and what Pillow,
torch and TensorFlow 1 resize a noise pattern to.

  pixels.py [tests/golden/pixels]      needs Pillow >= 13 (for its order of passes), numpy, torch

Files written there:
  *.jpg *.png ...  the images, all drawn here
  decode.txt       file, width, height, notes, SHA-256 of the RGB bytes
  resize.txt       seed, from, to, filter, order, SHA-256 of the RGB bytes
  resize_float.txt seed, from, to, filter, then the values
"""
import hashlib
import io
import os
import struct
import sys
import zlib

import numpy as np
from PIL import Image, PngImagePlugin

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from check_pixels import FILTERS, float_references  # noqa: E402

OUT = sys.argv[1] if len(sys.argv) > 1 else "tests/golden/pixels"
decoded = []


def pattern(width, height, seed):
    """The noise that tests/unit/test_resize.c draws too; black and white when the seed is odd."""
    n = np.arange(width * height * 3, dtype=np.uint32)
    with np.errstate(over="ignore"):
        n = n * np.uint32(2654435761) + np.uint32(seed) * np.uint32(40503)
        n = (n ^ (n >> np.uint32(15))) * np.uint32(2246822519)
        n = (n ^ (n >> np.uint32(13))).astype(np.uint8)
    if seed % 2:
        n = np.where(n >= 128, 255, 0).astype(np.uint8)
    return n.reshape(height, width, 3)


def drawing(width, height, seed=0):
    """Gradients, a disc and some noise, so that chroma, edges and texture all occur."""
    y, x = np.mgrid[0:height, 0:width]
    base = np.stack([255 * x / max(width - 1, 1), 255 * y / max(height - 1, 1), 255 - 127 * (x + y) / (width + height)], 2)
    disc = (x - width * 0.4) ** 2 + (y - height * 0.6) ** 2 < (min(width, height) * 0.3) ** 2
    base[disc] = base[disc][:, ::-1]
    noise = pattern(width, height, seed * 2 + 2).astype(int) % 24 - 12
    return Image.fromarray(np.clip(base + noise, 0, 255).astype(np.uint8))


def add(name, data, notes=""):
    assert not os.path.exists(os.path.join(OUT, name)), name
    with open(os.path.join(OUT, name), "wb") as f:
        f.write(data)
    with Image.open(io.BytesIO(data)) as im:
        rgb = im.convert("RGB")
    decoded.append(f"{name} {rgb.width} {rgb.height} {notes.replace(' ', '+') or '-'} {hashlib.sha256(rgb.tobytes()).hexdigest()}")


def saved(image, kind, **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


# ---- JPEG ----

def jpegs():
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        for w, h in ((17, 13), (64, 48), (35, 2)):
            add(f"ycc{name}-{w}x{h}.jpg", saved(drawing(w, h), "JPEG", quality=88, subsampling=sampling))
        add(f"progressive-{name}.jpg", saved(drawing(67, 45), "JPEG", quality=80, subsampling=sampling, progressive=True))
    for w, h in ((1, 1), (1, 40), (40, 1), (8, 8), (9, 16)):
        add(f"tiny-{w}x{h}.jpg", saved(drawing(w, h), "JPEG", quality=75))
    for quality in (1, 30, 100):
        add(f"quality-{quality}.jpg", saved(drawing(41, 31), "JPEG", quality=quality))
    add("optimized.jpeg", saved(drawing(50, 50), "JPEG", quality=70, optimize=True))
    add("restarts.jpg", saved(drawing(70, 50), "JPEG", quality=85, restart_marker_blocks=2))
    add("rgb.jpg", saved(drawing(29, 23), "JPEG", quality=90, keep_rgb=True))
    gray = drawing(37, 22).convert("L")
    add("gray.jpg", saved(gray, "JPEG", quality=85))
    add("gray-progressive.jpg", saved(gray, "JPEG", quality=85, progressive=True))
    cmyk = Image.fromarray(np.dstack([np.asarray(drawing(31, 27)), np.asarray(drawing(31, 27, 1))[:, :, :1]]), "CMYK")
    data = saved(cmyk, "JPEG", quality=92)
    add("cmyk.jpg", data)
    add("cmyk-progressive.jpg", saved(cmyk, "JPEG", quality=92, progressive=True))
    transform = data.index(b"Adobe") + 11
    add("ycck.jpg", data[:transform] + b"\x02" + data[transform + 1:])
    for orientation in (1, 6):
        exif = Image.Exif()
        exif[0x0112] = orientation
        add(f"orientation-{orientation}.jpg", saved(drawing(24, 16), "JPEG", exif=exif),
            "rotation" if orientation > 1 else "")
    add("jpeg-named.png", saved(drawing(12, 10), "JPEG"), "extension")
    add("large.jpg", saved(Image.new("L", (2600, 1800), 90), "JPEG", progressive=True, optimize=True))


# ---- PNG, written here since Pillow writes only some kinds ----

ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack_row(row, depth):
    """row: width x channels samples"""
    flat = row.reshape(-1)
    if depth == 16:
        return flat.astype(">u2").tobytes()
    if depth == 8:
        return flat.astype(np.uint8).tobytes()
    bits = np.unpackbits(flat.astype(np.uint8)[:, None], axis=1)[:, 8 - depth:]
    return np.packbits(bits.reshape(-1)).tobytes()


def filtered(rows, depth, channels):
    """Every row with another of PNG's five filters."""
    step, out, before = max(1, depth * channels // 8), b"", None
    for i, row in enumerate(rows):
        a = np.frombuffer(row, np.uint8).astype(int)
        up = np.zeros_like(a) if before is None else before
        left = np.concatenate([np.zeros(step, int), a])[:len(a)]
        corner = np.concatenate([np.zeros(step, int), up])[:len(a)]
        p = left + up - corner
        pa, pb, pc = abs(p - left), abs(p - up), abs(p - corner)
        paeth = np.where((pa <= pb) & (pa <= pc), left, np.where(pb <= pc, up, corner))
        kind = (i + 1) % 5
        out += bytes([kind]) + ((a - [0, left, up, (left + up) // 2, paeth][kind]) % 256).astype(np.uint8).tobytes()
        before = a
    return out


def png(samples, depth, color, interlaced=False, palette=None, transparency=None, extra=b""):
    samples = samples.reshape(samples.shape[0], samples.shape[1], CHANNELS[color])
    data = b""
    for x, y, dx, dy in ADAM7 if interlaced else ((0, 0, 1, 1),):
        part = samples[y::dy, x::dx]
        if part.size:
            data += filtered([pack_row(r, depth) for r in part], depth, CHANNELS[color])
    header = struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], depth, color, 0, 0, int(interlaced))
    packed = zlib.compress(data, 9)
    half = len(packed) // 2
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
            + (chunk(b"PLTE", palette) if palette is not None else b"")
            + (chunk(b"tRNS", transparency) if transparency is not None else b"")
            + chunk(b"IDAT", packed[:half]) + chunk(b"IDAT", packed[half:]) + chunk(b"IEND", b""))


def samples_for(width, height, depth, color):
    channels = CHANNELS[color]
    noise = np.dstack([pattern(width, height, 4), pattern(width, height, 6)])[:, :, :channels].astype(np.uint32)
    wide = noise * 257 ^ 0x1b3
    return (wide >> (16 - depth)) if color != 3 else noise % (1 << depth)


def pngs():
    rng = np.random.default_rng(7)
    for color, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
        for depth in depths:
            for interlaced in (False, True):
                palette = rng.bytes(3 << depth) if color == 3 else None
                notes = "alpha" if color in (4, 6) else "gray16" if depth == 16 and color == 0 else ""
                name = f"png-{color}-{depth}{'-adam7' if interlaced else ''}.png"
                add(name, png(samples_for(19, 14, depth, color), depth, color, interlaced, palette), notes)
    for w, h in ((1, 1), (1, 30), (30, 1), (2, 5), (5, 3)):
        add(f"png-{w}x{h}-adam7.png", png(samples_for(w, h, 8, 2), 8, 2, True))
        add(f"png-{w}x{h}-1bit-adam7.png", png(samples_for(w, h, 1, 0), 1, 0, True))
    palette = rng.bytes(3 * 7)
    add("png-short-palette-8.png", png(samples_for(19, 14, 8, 3) % 9, 8, 3, False, palette))
    add("png-short-palette-4.png", png(samples_for(19, 14, 4, 3), 4, 3, False, palette))
    add("png-palette-alpha.png", png(samples_for(19, 14, 2, 3), 2, 3, False, rng.bytes(12), b"\x00\x80\xff"), "alpha")
    add("png-palette-opaque.png", png(samples_for(19, 14, 2, 3), 2, 3, False, rng.bytes(12), b"\xff\xff\xff\xff"))
    add("png-gray-transparent.png", png(samples_for(9, 9, 2, 0), 2, 0, False, None, b"\0\x02"), "alpha")
    gray16 = samples_for(9, 9, 16, 0) % 300
    add("png-gray16-transparent.png", png(gray16, 16, 0, False, None, struct.pack(">H", gray16[2, 2, 0])), "gray16 alpha")
    add("png-gray16-dark.png", png(gray16 % 256, 16, 0))
    color = samples_for(9, 9, 8, 2)
    add("png-rgb-transparent.png", png(color, 8, 2, False, None, struct.pack(">HHH", *color[3, 3].tolist())), "alpha")
    opaque = samples_for(9, 9, 8, 6)
    opaque[:, :, 3] = 255
    add("png-rgba-opaque.png", png(opaque, 8, 6))
    add("png-large.png", png(np.full((1500, 2100), 200, np.uint32), 8, 0))
    add("png-orientation.png", png(color, 8, 2, extra=chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0")), "rotation")
    frames = [drawing(20, 15, i) for i in range(3)]
    add("animated.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:]), "animation")
    add("png-named.bmp", png(color, 8, 2), "extension")
    for mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16"):
        image = drawing(23, 17)
        if mode == "PA":
            image = image.quantize(30)
            image.info["transparency"] = bytes([255, 0, 128] + [255] * 27)
            add("pillow-PA.png", saved(image, "PNG", transparency=image.info["transparency"]), "alpha")
            continue
        if mode == "I;16":
            image = Image.fromarray((np.asarray(image)[:, :, 0].astype(np.uint16) * 3))
        else:
            image = image.convert(mode)
        notes = "gray16" if mode == "I;16" else ""
        add(f"pillow-{mode.replace(';', '')}.png", saved(image, "PNG"), notes)


# ---- GIF ----

def gifs():
    image = drawing(26, 19).quantize(32)
    plain = saved(image, "GIF", interlace=0)
    add("gif.gif", plain)
    add("gif-interlaced.gif", saved(image, "GIF", interlace=1))
    add("gif-gray.gif", saved(drawing(26, 19).convert("L"), "GIF"))
    add("gif-bilevel.gif", saved(drawing(26, 19).convert("1"), "GIF"))
    add("gif-1x1.gif", saved(drawing(1, 1).quantize(2), "GIF"))
    transparent = saved(image, "GIF", transparency=5)
    add("gif-transparent.gif", transparent, "alpha")
    frames = [drawing(20, 15, i).quantize(16) for i in range(3)]
    add("gif-animated.gif", saved(frames[0], "GIF", save_all=True, append_images=frames[1:]), "animation")

    def moved(data, screen, offset, background):
        at = data.index(b"," + b"\0\0\0\0" + struct.pack("<HH", 26, 19))
        data = bytearray(data)
        data[6:10] = struct.pack("<HH", *screen)
        data[11] = background
        data[at + 1:at + 5] = struct.pack("<HH", *offset)
        return bytes(data)
    add("gif-offset.gif", moved(plain, (40, 30), (7, 5), 3))
    add("gif-offset-transparent.gif", moved(transparent, (40, 30), (7, 5), 3), "alpha")
    add("gif-beyond-screen.gif", moved(plain, (20, 10), (4, 3), 0))
    # the global palette turned into a local one
    at = plain.index(b"," + b"\0\0\0\0" + struct.pack("<HH", 26, 19))
    size = 3 * (2 << (plain[10] & 7))
    local = bytearray(plain[:13] + plain[13 + size:at + 10] + plain[13:13 + size] + plain[at + 10:])
    local[10] &= 0x7f
    local[at - size + 9] |= 0x80 | (plain[10] & 7)
    add("gif-local-palette.gif", bytes(local))


# ---- BMP ----

def bmp(rows, width, height, bits, palette=b"", colors=0, masks=b"", header=40, offset=None):
    """rows: bottom-up packed rows; height < 0 for top-down"""
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, 3 if masks else 0, 0, 2835, 2835, colors, 0)
        info += masks + b"\0" * max(0, header - 40 - len(masks))
    data = b"".join(r + b"\0" * (-len(r) % 4) for r in rows)
    start = 14 + len(info) + len(palette) if offset is None else offset
    return b"BM" + struct.pack("<IHHI", 14 + len(info) + len(palette) + len(data), 0, 0, start) + info + palette + data


def bmps():
    image = drawing(21, 13)
    for mode in ("1", "L", "RGB", "RGBA"):
        add(f"bmp-mode-{mode}.bmp", saved(image.convert(mode), "BMP"))
    add("bmp-P.bmp", saved(image.quantize(256), "BMP"))
    noise = pattern(21, 13, 8)[:, :, 0].astype(int)
    rng = np.random.default_rng(3)
    for bits in (1, 4, 8):
        rows = [pack_row(r, bits) for r in noise % (1 << bits)]
        palette = rng.bytes(4 << bits)
        add(f"bmp-{bits}.bmp", bmp(rows, 21, 13, bits, palette))
        add(f"bmp-{bits}-top-down.bmp", bmp(rows, 21, -13, bits, palette))
        add(f"bmp-{bits}-os2.bmp", bmp(rows, 21, 13, bits, rng.bytes(3 << bits), header=12))
    rows = [pack_row(r, 8) for r in noise % 12]
    add("bmp-short-palette.bmp", bmp(rows, 21, 13, 8, rng.bytes(4 * 9), colors=9))
    add("bmp-gap.bmp", bmp(rows, 21, 13, 8, rng.bytes(4 * 20), colors=12))
    words = [rng.integers(0, 65536, 21, dtype=np.uint16).tobytes() for _ in range(13)]
    for name, red, green, blue in (("565", 0xf800, 0x7e0, 0x1f), ("555", 0x7c00, 0x3e0, 0x1f)):
        add(f"bmp-16-{name}.bmp", bmp(words, 21, 13, 16, masks=struct.pack("<III", red, green, blue)))
    add("bmp-16.bmp", bmp(words, 21, 13, 16))
    longs = [rng.integers(0, 2 ** 32, 21, dtype=np.uint32).tobytes() for _ in range(13)]
    add("bmp-32.bmp", bmp(longs, 21, 13, 32))
    for name, header, masks, notes in (("bgrx", 40, (0xff0000, 0xff00, 0xff), ""), ("rgbx-v2", 52, (0xff000000, 0xff0000, 0xff00), ""),
                                       ("rgba-v4", 108, (0xff, 0xff00, 0xff0000, 0xff000000), "alpha"),
                                       ("abgr-v5", 124, (0xff000000, 0xff0000, 0xff00, 0xff), "alpha"),
                                       ("zero-v3", 56, (0, 0, 0, 0), "")):
        add(f"bmp-32-{name}.bmp", bmp(longs, 21, 13, 32, masks=struct.pack(f"<{len(masks)}I", *masks), header=header), notes)
    add("bmp-24-os2v2.bmp", bmp([r.tobytes() for r in pattern(21, 13, 10)], 21, 13, 24, header=64))


# ---- TGA, PNM, WebP ----

def tgas():
    image = drawing(21, 13)
    shades = np.asarray(image)[:, :, 0] // 16 * 16  # long runs
    runs = Image.fromarray(np.dstack([shades] * 3).copy())
    rgba = np.dstack([np.asarray(image), np.asarray(drawing(21, 13, 5))[:, :, 0]])
    for mode in ("L", "P", "RGB", "RGBA", "LA"):
        for kind, source in (("", image), ("-rle", runs)):
            picture = source.quantize(200) if mode == "P" else source.convert(mode)
            if mode == "RGBA":
                picture = Image.fromarray(rgba)
            data = saved(picture, "TGA", compression="tga_rle" if kind else None)
            add(f"tga-{mode}{kind}.tga", data, "alpha" if mode == "RGBA" else "")
            if mode in ("L", "RGB"):
                for flag in (0x10, 0x20, 0x30):
                    add(f"tga-{mode}{kind}-{flag:x}.tga", data[:17] + bytes([data[17] & 0x0f | flag]) + data[18:])
    header = lambda kind, cmap, first, count, entry, depth: struct.pack("<BBBHHBHHHHBB", 3, cmap, kind, first, count, entry, 0, 0, 21, 13, depth, 0)
    noise, rng = pattern(21, 13, 8)[:, :, 0], np.random.default_rng(5)
    add("tga-16.tga", header(2, 0, 0, 0, 0, 16) + b"abc" + rng.bytes(21 * 13 * 2))
    add("tga-palette-first-5.tga", header(1, 1, 5, 30, 24, 8) + b"abc" + rng.bytes(90) + (noise % 40).tobytes())
    add("tga-palette-16.tga", header(1, 1, 0, 30, 16, 8) + b"abc" + rng.bytes(60) + (noise % 30).tobytes())
    add("tga-palette-32.tga", header(1, 1, 0, 256, 32, 8) + b"abc" + rng.bytes(1024) + noise.tobytes())


def pnms():
    image = drawing(21, 13)
    add("pnm.ppm", saved(image, "PPM"))
    add("pnm.pgm", saved(image.convert("L"), "PPM"))
    noise = pattern(21, 13, 12).astype(int)
    rng = np.random.default_rng(9)
    for largest in (1, 100, 254):
        add(f"pnm-{largest}.ppm", b"P6\n# made here\n21 13\n%d\n" % largest + (noise % (largest + 1)).astype(np.uint8).tobytes())
        add(f"pnm-{largest}.pgm", b"P5 21 #wide\n 13\t%d\n" % largest + (noise[:, :, 0] % (largest + 1)).astype(np.uint8).tobytes())
    for largest in (256, 1000, 65535):
        wide = rng.integers(0, largest + 1, (13, 21, 3)).astype(">u2")
        add(f"pnm-{largest}.ppm", b"P6 21 13 %d\n" % largest + wide.tobytes())
        add(f"pnm-{largest}.pgm", b"P5 21 13 %d\n" % largest + wide[:, :, 0].tobytes(), "gray16")
    add("pnm-beyond.pgm", b"P5 21 13 100\n" + noise[:, :, 0].astype(np.uint8).tobytes())


def webps():
    image = drawing(37, 29)
    rgba = Image.fromarray(np.dstack([np.asarray(image), np.asarray(drawing(37, 29, 5))[:, :, 0]]))
    add("webp-lossy.webp", saved(image, "WEBP", quality=70))
    add("webp-lossless.webp", saved(image, "WEBP", lossless=True))
    add("webp-lossy-alpha.webp", saved(rgba, "WEBP", quality=70), "alpha")
    add("webp-lossless-alpha.webp", saved(rgba, "WEBP", lossless=True, exact=True), "alpha")
    add("webp-1x1.webp", saved(drawing(1, 1), "WEBP", quality=70))
    frames = [drawing(20, 15, i) for i in range(3)]
    add("webp-animated.webp", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]), "animation")


# ---- TIFF, written here since Pillow writes only some kinds ----

def tiff(tags, blocks, tiled=False, order="<", big=False):
    """tags: {number: (type, values)} with type H, I or B; blocks: the bytes of strips or tiles"""
    types = {"B": 1, "H": 3, "I": 4, "Q": 16}
    header = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42)
    start = 16 if big else 8
    offsets, at = [], start
    for block in blocks:
        offsets.append(at)
        at += len(block) + len(block) % 2
    tags = dict(tags)
    tags[324 if tiled else 273] = ("I", offsets)
    tags[325 if tiled else 279] = ("I", [len(block) for block in blocks])
    body = b"".join(block + b"\0" * (len(block) % 2) for block in blocks)
    room, word = (8, "Q") if big else (4, "I")
    size = (8 if big else 2) + len(tags) * (12 + 2 * (room - 4)) + room
    entries, extra = b"", b""
    for number in sorted(tags):
        kind, values = tags[number]
        data = struct.pack(f"{order}{len(values)}{kind}", *values)
        if len(data) > room:
            place, data = at + size + len(extra), data + b"\0" * (len(data) % 2)
            extra, data = extra + data, struct.pack(order + word, place)
        entries += struct.pack(order + "HH" + word, number, types[kind], len(values)) + data.ljust(room, b"\0")
    first = struct.pack(order + "HHQ", 8, 0, at) if big else struct.pack(order + "I", at)
    count = struct.pack(order + ("Q" if big else "H"), len(tags))
    return header + first + body + count + entries + b"\0" * room + extra


def tiff_tags(width, height, bits, photometric, samples=1, **more):
    tags = {256: ("I", [width]), 257: ("I", [height]), 258: ("H", [bits] * samples), 259: ("H", [1]), 262: ("H", [photometric]),
            277: ("H", [samples]), 278: ("I", [height])}
    tags.update({int(number[1:]): value for number, value in more.items()})
    return tags


def tiffs():
    image = drawing(21, 13)
    rgba = Image.fromarray(np.dstack([np.asarray(image), np.asarray(drawing(21, 13, 5))[:, :, 0]]))
    for mode in ("1", "L", "P", "RGB", "RGBA", "LA", "CMYK"):
        picture = rgba if mode == "RGBA" else image.quantize(200) if mode == "P" else rgba.convert(mode) if mode == "LA" else image.convert(mode)
        for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            name = {None: "raw", "tiff_lzw": "lzw", "tiff_adobe_deflate": "deflate", "packbits": "packbits"}[compression]
            add(f"tiff-{mode}-{name}.tif", saved(picture, "TIFF", compression=compression), "alpha" if mode in ("RGBA", "LA") else "")
    for mode in ("L", "RGB", "CMYK"):
        add(f"tiff-{mode}-jpeg.tif", saved(drawing(67, 45).convert(mode), "TIFF", compression="jpeg", quality=85))
    add("tiff-YCbCr-jpeg.tif", saved(drawing(67, 45).convert("YCbCr"), "TIFF", compression="jpeg", quality=85))
    for predictor in (1, 2):
        add(f"tiff-predictor-{predictor}.tiff", saved(image, "TIFF", compression="tiff_lzw", tiffinfo={317: predictor}))
    for orientation in range(1, 9):
        for kind, compression in (("raw", None), ("lzw", "tiff_lzw")):
            add(f"tiff-turned-{kind}-{orientation}.tif", saved(image, "TIFF", compression=compression, tiffinfo={274: orientation}))
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="8"/></x:xmpmeta>'
    gray = pattern(21, 13, 8)[:, :, 0].copy()
    add("tiff-turned-xmp.tif", tiff(tiff_tags(21, 13, 8, 1, t700=("B", list(xmp))), [gray.tobytes()]))
    frames = [drawing(20, 15, i) for i in range(2)]
    add("tiff-pages.tif", saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]), "animation")
    for order, name in (("<", "little"), (">", "big")):
        for bits in (1, 2, 4, 8):
            rows = b"".join(pack_row(r, bits) for r in gray.astype(int) % (1 << bits))
            add(f"tiff-white-{bits}-{name}.tif", tiff(tiff_tags(21, 13, bits, 0), [rows], order=order))
            add(f"tiff-black-{bits}-{name}.tif", tiff(tiff_tags(21, 13, bits, 1), [rows], order=order))
            colors = np.random.default_rng(bits).integers(0, 65536, 3 << bits).tolist()
            add(f"tiff-palette-{bits}-{name}.tif", tiff(tiff_tags(21, 13, bits, 3, t320=("H", colors)), [rows], order=order))
        wide = (pattern(21, 13, 8).astype(np.uint16) * 3)
        add(f"tiff-gray16-{name}.tif", tiff(tiff_tags(21, 13, 16, 1), [wide[:, :, 0].astype(order + "u2").tobytes()], order=order), "gray16")
        add(f"tiff-rgb16-{name}.tif", tiff(tiff_tags(21, 13, 16, 2, 3), [(wide * 80).astype(order + "u2").tobytes()], order=order))
        four = np.dstack([wide, wide[:, ::-1, :1]]) * 80
        for extra in (0, 1, 2):
            add(f"tiff-rgb16-extra-{extra}-{name}.tif", tiff(tiff_tags(21, 13, 16, 2, 4, t338=("H", [extra])), [four.astype(order + "u2").tobytes()], order=order),
                "alpha" if extra else "")
        add(f"tiff-cmyk16-{name}.tif", tiff(tiff_tags(21, 13, 16, 5, 4), [four.astype(order + "u2").tobytes()], order=order))
    color = pattern(21, 13, 8)
    six = np.dstack([color, color[::-1]])
    for extras in ((0,), (1,), (2,), (0, 0), (1, 0), (2, 0), (2, 0, 0)):
        data = six[:, :, :3 + len(extras)].tobytes()
        add(f"tiff-extra-{'-'.join(map(str, extras))}.tif", tiff(tiff_tags(21, 13, 8, 2, 3 + len(extras), t338=("H", extras)), [data]), "alpha" if max(extras) else "")
    add("tiff-cmyk-extra.tif", tiff(tiff_tags(21, 13, 8, 5, 5, t338=("H", [0])), [six[:, :, :5].tobytes()]))
    add("tiff-planes.tif", tiff(tiff_tags(21, 13, 8, 2, 3, t284=("H", [2])), [color[:, :, c].tobytes() for c in range(3)]))
    add("tiff-planes-strips.tif", tiff(tiff_tags(21, 13, 8, 2, 3, t284=("H", [2]), t278=("I", [5])),
                                       [color[y:y + 5, :, c].tobytes() for c in range(3) for y in (0, 5, 10)]))
    add("tiff-planes-deflate.tif", tiff(tiff_tags(21, 13, 8, 2, 3, t284=("H", [2]), t259=("H", [8])), [zlib.compress(color[:, :, c].tobytes()) for c in range(3)]))
    add("tiff-strips.tif", tiff(tiff_tags(21, 13, 8, 2, 3, t278=("I", [4])), [color[y:y + 4].tobytes() for y in (0, 4, 8, 12)]))
    add("tiff-big.tif", tiff(tiff_tags(21, 13, 8, 2, 3), [color.tobytes()], big=True))
    large = np.zeros((48, 48, 3), np.uint8)
    large[:29, :37] = pattern(37, 29, 6)
    tiles = [large[y:y + 16, x:x + 16].tobytes() for y in (0, 16) for x in (0, 16, 32)]
    tags = tiff_tags(37, 29, 8, 2, 3, t322=("I", [16]), t323=("I", [16]))
    del tags[278]
    add("tiff-tiles.tif", tiff(tags, tiles, tiled=True))
    add("tiff-tiles-deflate.tif", tiff({**tags, 259: ("H", [8])}, [zlib.compress(t) for t in tiles], tiled=True))
    bits = tiff_tags(37, 29, 1, 1, t322=("I", [16]), t323=("I", [16]))
    del bits[278]
    add("tiff-tiles-1bit.tif", tiff(bits, [np.packbits(np.frombuffer(t, np.uint8).reshape(16, 16, 3)[:, :, 0] > 127, axis=1).tobytes() for t in tiles], tiled=True))
    add("tiff-named.png", saved(image, "TIFF"), "extension")


# ---- resizing ----

def rotations():
    """A turned picture in each format that can ask for it, by EXIF and by XMP."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="%d"/></x:xmpmeta>'
    image = drawing(24, 16)
    for name, kind, options in (("webp", "WEBP", {"quality": 70}), ("webp-lossless", "WEBP", {"lossless": True}), ("png", "PNG", {}),
                                ("jpeg", "JPEG", {})):
        suffix = {"WEBP": "webp", "PNG": "png", "JPEG": "jpg"}[kind]
        for orientation in (1, 3, 8):
            exif = Image.Exif()
            exif[0x0112] = orientation
            notes = "rotation" if orientation > 1 else ""
            if kind == "WEBP" or orientation == 3:
                add(f"turned-{name}-exif-{orientation}.{suffix}", saved(image, kind, exif=exif, **options), notes)
            if kind == "PNG":
                text = PngImagePlugin.PngInfo()
                text.add_itxt("XML:com.adobe.xmp", (xmp % orientation).decode())
                add(f"turned-{name}-xmp-{orientation}.{suffix}", saved(image, kind, pnginfo=text), notes)
            else:
                add(f"turned-{name}-xmp-{orientation}.{suffix}", saved(image, kind, xmp=xmp % orientation, **options), notes)
    exif = Image.Exif()
    exif[0x0112] = 1
    add("turned-webp-exif-first.webp", saved(image, "WEBP", exif=exif, xmp=xmp % 6), "")
    frames = [drawing(20, 14, k) for k in range(2)]
    exif[0x0112] = 6
    add("turned-webp-animated.webp", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], exif=exif), "animation rotation")


SIZES = [(384, 512, 299, 299), (768, 1024, 299, 299), (768, 1024, 256, 256), (299, 299, 299, 299), (299, 400, 299, 299),
         (400, 299, 299, 299), (17, 13, 299, 299), (1, 1, 5, 7), (1, 97, 13, 1), (97, 1, 1, 13), (2, 3, 301, 4),
         (3001, 2, 7, 5), (2, 3001, 5, 7), (63, 65, 64, 64), (5, 5, 3, 3), (100, 100, 1, 1), (640, 480, 33, 471),
         (4, 9, 3, 8), (31, 33, 62, 99), (12, 10, 9, 5), (12, 10, 8, 5), (12, 10, 10, 5),
         # around Pillow's choice of the first pass: H - h = 2 (W - w), and either axis enlarged
         (16, 20, 12, 11), (16, 20, 12, 12), (16, 20, 12, 13), (10, 40, 5, 30), (10, 40, 5, 29), (10, 10, 20, 11),
         (10, 10, 20, 9), (10, 10, 9, 20)]
HUGE = [(5003, 4001, 299, 299)]
FLOAT_SIZES = [(7, 5, 4, 9), (11, 13, 5, 6), (3, 2, 8, 7), (1, 6, 4, 3), (20, 16, 7, 5), (9, 9, 9, 9)]


def resizes():
    lines = []
    for seed in (2, 3):
        for from_w, from_h, w, h in SIZES + (HUGE if seed == 2 else []):
            image = Image.fromarray(pattern(from_w, from_h, seed))
            for name, (_, pil) in FILTERS.items():
                old = image.resize((w, from_h), pil).resize((w, h), pil)
                for order, result in (("old", old), ("new", image.resize((w, h), pil))):
                    lines.append(f"{seed} {from_w} {from_h} {w} {h} {name} {order} {hashlib.sha256(result.tobytes()).hexdigest()}")
    return lines


def float_resizes():
    lines = []
    for from_w, from_h, w, h in FLOAT_SIZES:
        for name, number, values, _ in float_references(pattern(from_w, from_h, 3), w, h):
            lines.append(f"3 {from_w} {from_h} {w} {h} {number} " + " ".join(f"{v:.7g}" for v in values.ravel()))
    return lines


def main():
    os.makedirs(OUT, exist_ok=True)
    for old in os.listdir(OUT):
        os.remove(os.path.join(OUT, old))
    for make in (jpegs, pngs, gifs, bmps, tgas, pnms, webps, rotations, tiffs):
        make()
    for name, lines in (("decode.txt", decoded), ("resize.txt", resizes()), ("resize_float.txt", float_resizes())):
        with open(os.path.join(OUT, name), "w") as f:
            f.write("\n".join(lines) + "\n")
        print(f"{name}: {len(lines)} lines")


if __name__ == "__main__":
    main()
