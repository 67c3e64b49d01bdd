#!/usr/bin/env python3
"""Makes some hundred odd and damaged pictures of those in tests/golden/pixels, and tests/golden/corpus.txt: what Pillow
makes of each, and what this program does.

  corpus.py --write FOLDER      writes the pictures
  corpus.py --table PROGRAM     writes tests/golden/corpus.txt; PROGRAM is build/release/tests/golden_test_corpus
  corpus.py --check             compares Pillow's verdicts in corpus.txt with those of the Pillow that is installed

Needs Pillow. A line of corpus.txt is: name, picture of tests/golden/pixels it is made of, how, Pillow's verdict, ours. "How"
is a row of pieces: 12+300 are 300 bytes of that picture from byte 12 on, hexadecimal digits are bytes. A verdict of Pillow is
WIDTHxHEIGHT and the SHA-256 of the RGB bytes, or "no". Ours is:

  equal          the same pixels
  refused:WORD   refused, for the reason below that has this name
  other:WORD@... other pixels, or pixels where Pillow has none, and why
"""
import contextlib
import hashlib
import io
import os
import re
import struct
import subprocess
import sys
import tempfile
import warnings
import zlib

try:
    from PIL import Image
    import PIL
except ImportError:
    print("corpus.py: this Python has no Pillow", file=sys.stderr)
    sys.exit(77)

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PIXELS = os.path.join(ROOT, "tests", "golden", "pixels")
TABLE = os.path.join(ROOT, "tests", "golden", "corpus.txt")

# Why a picture is refused that Pillow shows, or shown otherwise: name, words of our message, defence.
REASONS = (
    ("truncated", "the file ends too early", "data are missing at the end; what is shown in their place is a guess, and a guess must not be scored"),
    ("guess", "show a guess", "bits of the picture are lost, and the decoder goes on with what it has; Pillow hears nothing of libjpeg's warnings"),
    ("checksum", "checksum", "a checksum of the file is wrong: its bytes are not those that were written. Pillow ignores those of pixels"),
    ("limit", "more than", "more pixels than the limit, or far more data than the size calls for"),
    ("damaged", "damaged", "the file contradicts its format; programs disagree on what it shows"),
    ("unread", "read", "a kind of the format that is not read, said by name: nothing is guessed"),
    ("empty", "an empty or damaged image", "a picture without pixels"),
)
# Pixels that differ: name of the picture (a pattern) -> word, defence
OTHERS = (
    (r"jpeg-(progressive-)?(temporary|adobe-short|jfif-short)|png-with-(gamma-short|density-short|animation-short)", "whole",
     "Pillow stops at a part of the file that says nothing of the pixels, which are whole and those of the picture it was made of"),
    (r"bmp-(eight|four)-bits-of-.*|bmp-ramp-of-1", "depth", "the palette is black and white alone, or a ramp of gray, for which Pillow takes each byte for eight pixels of one bit, or one of eight; the format and other programs do not"),
)

corpus = []  # (name, base, bytes)
names = set()


def load(name):
    with open(os.path.join(PIXELS, name), "rb") as f:
        return f.read()


def add(name, base, data):
    assert name not in names, name
    names.add(name)
    corpus.append((name, base, bytes(data)))


def changed(data, *edits):
    """edits: (offset, bytes) overwrites"""
    data = bytearray(data)
    for at, new in edits:
        data[at:at + len(new)] = new
    return bytes(data)


def cuts(base, kind, parts=(0.1, 0.3, 0.5, 0.7, 0.9, 0.97)):
    data = load(base)
    for part in parts:
        add(f"{kind}-cut-{int(part * 100)}", base, data[:int(len(data) * part)])
    for less in (1, 2, 4, 12):
        add(f"{kind}-less-{less}", base, data[:-less])
    add(f"{kind}-and-more", base, data + b"\0\0more bytes than needed")
    add(f"{kind}-zeros", base, data[:len(data) // 2] + b"\0" * (len(data) - len(data) // 2))
    add(f"{kind}-twice", base, data + data)


def flips(base, kind, first, count, step):
    data = load(base)
    for i in range(count):
        at = first + i * step
        if at < len(data):
            add(f"{kind}-flip-{at}", base, changed(data, (at, bytes([data[at] ^ (1 << i % 8)]))))


# ---- JPEG ----

def segments(data):
    """[(marker, offset, length with marker)] up to each scan's header, whose length includes its data"""
    found, at = [], 2
    while at < len(data) - 1:
        marker = data[at + 1]
        if marker == 0xd9:
            found.append((marker, at, 2))
            at += 2
            continue
        length = 2 + data[at + 2] * 256 + data[at + 3]
        if marker == 0xda:
            end = at + length
            while not (data[end] == 0xff and data[end + 1] != 0 and not 0xd0 <= data[end + 1] <= 0xd7):
                end += 1
            length = end - at
        found.append((marker, at, length))
        at += length
    return found


def find(data, *markers):
    return next((at, length) for marker, at, length in segments(data) if marker in markers)


def segment(marker, payload):
    return bytes([0xff, marker]) + struct.pack(">H", len(payload) + 2) + payload


def without(data, marker):
    at, length = find(data, marker)
    return data[:at] + data[at + length:]


def before(data, marker, new):
    at, _ = find(data, marker)
    return data[:at] + new + data[at:]


def jpeg_markers(base, kind):
    data = load(base)
    sos, _ = find(data, 0xda)
    header = 2 + data[sos + 3]
    spectral = sos + header - 3
    for name, new in (("zeros", b"\0\0\0"), ("end", b"\0\0\0"[:1] + b"\x10\0"), ("ones", b"\xff\xff\xff"), ("approximate", b"\0\x3f\x21")):
        add(f"{kind}-scan-header-{name}", base, changed(data, (spectral, new)))
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    inserts = {
        "fill-bytes": b"\xff\xff\xff", "stray-zero": b"\0", "stray-text": b"abcdef", "comment": segment(0xfe, b"a comment"),
        "long-comment": segment(0xfe, b"x" * 300), "empty-comment": segment(0xfe, b""), "exif": segment(0xe1, exif), "exif-cut": segment(0xe1, exif[:15]),
        "exif-nine": segment(0xe1, exif.replace(b"\x06\0\0\0\0", b"\x09\0\0\0\0")), "exif-empty": segment(0xe1, b"Exif\0\0"),
        "icc": segment(0xe2, b"ICC_PROFILE\0\1\1" + bytes(128)), "icc-part": segment(0xe2, b"ICC_PROFILE\0\2\3" + bytes(20)),
        "icc-short": segment(0xe2, b"ICC_PROFILE\0"), "mpf": segment(0xe2, b"MPF\0II*\0\x08\0\0\0\0\0"), "photoshop": segment(0xed, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\0\0\0\0"),
        "app15": segment(0xef, b"anything"), "xmp": segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>not closed"),
        "restart-outside": b"\xff\xd3", "temporary": b"\xff\x01", "number-of-lines": segment(0xdc, b"\0\x0d"), "unknown-f0": segment(0xf0, b"ab"),
        "reserved-02": segment(0x02, b"ab"), "restart-interval-zero": segment(0xdd, b"\0\0"), "restart-interval-one": segment(0xdd, b"\0\1"),
        "second-start": b"\xff\xd8", "adobe-0": segment(0xee, b"Adobe\0\x64\0\0\0\0\0"), "adobe-1": segment(0xee, b"Adobe\0\x64\0\0\0\0\1"),
        "adobe-2": segment(0xee, b"Adobe\0\x64\0\0\0\0\2"), "adobe-5": segment(0xee, b"Adobe\0\x64\0\0\0\0\5"), "adobe-short": segment(0xee, b"Adobe"),
        "jfif-9": segment(0xe0, b"JFIF\0\x09\x63\0\0\1\0\1\0\0"), "jfif-short": segment(0xe0, b"JFIF\0"), "jfxx": segment(0xe0, b"JFXX\0\x10"),
    }
    for name, new in inserts.items():
        add(f"{kind}-{name}", base, before(data, 0xda, new))
    for name, new in (("one-zero", b"\0"), ("hundred-zeros", bytes(100)), ("fill", b"\xff\xff"), ("restart", b"\xff\xd0"), ("text", b"end"), ("comment", segment(0xfe, b"late"))):
        add(f"{kind}-{name}-before-end", base, data[:-2] + new + data[-2:])
    add(f"{kind}-two-ends", base, data + b"\xff\xd9")


def jpegs():
    for base, kind in (("ycc420-17x13.jpg", "jpeg"), ("progressive-420.jpg", "jpeg-progressive")):
        cuts(base, kind)
        jpeg_markers(base, kind)
    for base, kind in (("gray.jpg", "jpeg-gray"), ("cmyk.jpg", "jpeg-cmyk"), ("ycck.jpg", "jpeg-ycck"), ("restarts.jpg", "jpeg-restarts"),
                       ("cmyk-progressive.jpg", "jpeg-cmyk-progressive")):
        cuts(base, kind, (0.5, 0.8))
        data = load(base)
        sos, _ = find(data, 0xda)
        add(f"{kind}-scan-zeros", base, changed(data, (sos + 2 + data[sos + 3] - 3, b"\0\0\0")))
    base = "ycc420-17x13.jpg"
    data = load(base)
    for marker, name in ((0xe0, "jfif"), (0xdb, "quantisation"), (0xc4, "huffman"), (0xc0, "frame"), (0xda, "scan")):
        at, length = find(data, marker)
        add(f"jpeg-without-{name}", base, without(data, marker))
        add(f"jpeg-{name}-twice", base, data[:at] + data[at:at + length] + data[at:])
        add(f"jpeg-{name}-said-shorter", base, changed(data, (at + 2, struct.pack(">H", length - 4))))
        add(f"jpeg-{name}-said-longer", base, changed(data, (at + 2, struct.pack(">H", length + 4))))
    tables = b"".join(data[at:at + length] for marker, at, length in segments(data) if marker == 0xc4)
    start, _ = find(data, 0xc4)
    add("jpeg-without-any-huffman", base, data[:start] + data[start + len(tables):])
    frame, _ = find(data, 0xc0)
    for name, new in (("extended", 0xc1), ("progressive", 0xc2), ("lossless", 0xc3), ("hierarchical", 0xc5), ("arithmetic", 0xc9)):
        add(f"jpeg-called-{name}", base, changed(data, (frame + 1, bytes([new]))))
    for precision in (0, 7, 12, 16):
        add(f"jpeg-precision-{precision}", base, changed(data, (frame + 4, bytes([precision]))))
    for width, height in ((17, 0), (0, 13), (17, 12), (17, 14), (17, 60), (16, 13), (18, 13), (60, 13), (33, 13), (1, 1), (4000, 4000), (65000, 65000), (65535, 13)):
        add(f"jpeg-size-{width}x{height}", base, changed(data, (frame + 5, struct.pack(">HH", height, width))))
    for sampling in (0x11, 0x12, 0x21, 0x31, 0x13, 0x41, 0x44, 0x00, 0x51, 0x32):
        add(f"jpeg-sampling-{sampling:02x}", base, changed(data, (frame + 11, bytes([sampling]))))
        add(f"jpeg-chroma-sampling-{sampling:02x}", base, changed(data, (frame + 14, bytes([sampling]))))
    scan, _ = find(data, 0xda)
    for name, ids in (("012", b"\0\1\2"), ("rgb", b"RGB"), ("444", b"\4\4\4"), ("149", b"\1\4\x09")):
        edits = [(frame + 10 + 3 * i, ids[i:i + 1]) for i in range(3)] + [(scan + 5 + 2 * i, ids[i:i + 1]) for i in range(3)]
        add(f"jpeg-components-{name}", base, changed(data, *edits))
        plain = without(changed(data, *edits), 0xe0)
        add(f"jpeg-components-{name}-no-jfif", base, plain)
    add("jpeg-scan-of-others", base, changed(data, (scan + 5, b"\x07")))
    add("jpeg-scan-tables", base, changed(data, (scan + 6, b"\x33")))
    add("jpeg-quantiser-3", base, changed(data, (frame + 12, b"\3")))
    base = "restarts.jpg"
    data = load(base)
    marks = [i for i in range(find(data, 0xda)[0] + 14, len(data) - 1) if data[i] == 0xff and 0xd0 <= data[i + 1] <= 0xd7]
    add("jpeg-restarts-one-lost", base, data[:marks[3]] + data[marks[3] + 2:])
    add("jpeg-restarts-doubled", base, data[:marks[3]] + data[marks[3]:marks[3] + 2] + data[marks[3]:])
    add("jpeg-restarts-part-lost", base, data[:marks[2]] + data[marks[3]:])
    add("jpeg-restarts-misnumbered", base, changed(data, (marks[4] + 1, bytes([0xd0 | (data[marks[4] + 1] + 3) & 7]))))
    add("jpeg-restarts-all-zero", base, changed(data, *((m + 1, b"\xd0") for m in marks)))
    add("jpeg-restarts-none", base, b"".join(data[a:b] for a, b in zip([0] + [m + 2 for m in marks], marks + [len(data)])))
    add("jpeg-restarts-fill", base, data[:marks[5]] + b"\xff\xff" + data[marks[5]:])
    add("jpeg-restarts-stray", base, data[:marks[5]] + b"\0\0" + data[marks[5]:])
    add("jpeg-restarts-no-interval", base, without(data, 0xdd))
    base = "progressive-420.jpg"
    data = load(base)
    scans = [(at, length) for marker, at, length in segments(data) if marker == 0xda]
    for i, (at, length) in enumerate(scans):
        add(f"jpeg-progressive-without-scan-{i}", base, data[:at] + data[at + length:])
        add(f"jpeg-progressive-scan-{i}-twice", base, data[:at + length] + data[at:at + length] + data[at + length:])
        add(f"jpeg-progressive-until-scan-{i}", base, data[:at] + b"\xff\xd9")
    (a, n), (b, m) = scans[0], scans[1]
    add("jpeg-progressive-swapped", base, data[:a] + data[b:b + m] + data[a + n:b] + data[a:a + n] + data[b + m:])
    flips("ycc444-35x2.jpg", "jpeg-data", find(load("ycc444-35x2.jpg"), 0xda)[0] + 15, 24, 9)
    flips("progressive-420.jpg", "jpeg-progressive-data", scans[0][0] + 20, 24, 41)
    flips("tiny-9x16.jpg", "jpeg-header", 2, 40, 15)


# ---- PNG ----

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def chunks(data):
    found, at = [], 8
    while at < len(data):
        length = struct.unpack(">I", data[at:at + 4])[0]
        found.append((data[at + 4:at + 8], data[at + 8:at + 8 + length]))
        at += 12 + length
    return found


def png(parts):
    return b"\x89PNG\r\n\x1a\n" + b"".join(part if isinstance(part, bytes) else chunk(*part) for part in parts)


def with_pixels(data, packed):
    """The PNG with other compressed pixels, in one chunk."""
    return with_chunks(data, [(b"IDAT", packed)])


def with_chunks(data, new):
    """The PNG with other chunks in the place of its IDATs."""
    parts = chunks(data)
    first = next(i for i, part in enumerate(parts) if part[0] == b"IDAT")
    return png(parts[:first] + new + [part for part in parts[first:] if part[0] != b"IDAT"])


def pngs():
    for base, kind in (("png-2-8.png", "png"), ("png-3-4-adam7.png", "png-palette"), ("png-0-16.png", "png-gray16"), ("png-6-8.png", "png-alpha"),
                       ("animated.png", "png-animated")):
        data = load(base)
        parts = chunks(data)
        cuts(base, kind, (0.3, 0.5, 0.9))
        packed = b"".join(body for name, body in parts if name == b"IDAT")
        raw = zlib.decompress(packed)
        add(f"{kind}-bad-adler", base, with_pixels(data, changed(packed, (len(packed) - 1, bytes([packed[-1] ^ 1])))))
        add(f"{kind}-no-adler", base, with_pixels(data, packed[:-4]))
        add(f"{kind}-short-adler", base, with_pixels(data, packed[:-1]))
        add(f"{kind}-cut-pixels", base, with_pixels(data, packed[:len(packed) // 2]))
        add(f"{kind}-fewer-rows", base, with_pixels(data, zlib.compress(raw[:len(raw) * 3 // 4])))
        add(f"{kind}-one-byte-less", base, with_pixels(data, zlib.compress(raw[:-1])))
        add(f"{kind}-more-rows", base, with_pixels(data, zlib.compress(raw + raw[:40])))
        add(f"{kind}-stored", base, with_pixels(data, zlib.compress(raw, 0)))
        add(f"{kind}-bytes-behind-pixels", base, with_pixels(data, packed + b"\0\0\0\0"))
        small = zlib.compressobj(9, zlib.DEFLATED, 9)
        add(f"{kind}-small-window", base, with_pixels(data, small.compress(raw) + small.flush()))
        add(f"{kind}-too-small-window", base, with_pixels(data, changed(packed, (0, b"\x08\x1d"))))
        add(f"{kind}-no-zlib", base, with_pixels(data, changed(packed, (0, b"\0\0"))))
        add(f"{kind}-filter-9", base, with_pixels(data, zlib.compress(b"\x09" + raw[1:])))
        add(f"{kind}-no-pixels", base, png([p for p in parts if p[0] != b"IDAT"]))
        add(f"{kind}-empty-pixels", base, with_chunks(data, [(b"IDAT", b""), (b"IDAT", packed)]))
        add(f"{kind}-no-end", base, png(parts[:-1]))
        add(f"{kind}-split", base, with_chunks(data, [(b"IDAT", packed[i:i + 7]) for i in range(0, len(packed), 7)]))
        at = data.index(b"IDAT")
        length = struct.unpack(">I", data[at - 4:at])[0]
        add(f"{kind}-bad-crc", base, changed(data, (at + 4 + length, b"\0\0\0\0")))
        add(f"{kind}-bad-byte", base, changed(data, (at + 10, bytes([data[at + 10] ^ 0x55]))))
        add(f"{kind}-bad-header-crc", base, changed(data, (29, b"\0\0\0\0")))
        add(f"{kind}-bad-end-crc", base, changed(data, (len(data) - 4, b"\0\0\0\0")))
    base = "png-2-8.png"
    data = load(base)
    parts = chunks(data)
    extras = {"gamma": (b"gAMA", struct.pack(">I", 100000)), "gamma-short": (b"gAMA", b"\0"), "srgb": (b"sRGB", b"\0"), "icc-garbage": (b"iCCP", b"name\0\0garbage"),
              "icc": (b"iCCP", b"name\0\0" + zlib.compress(bytes(128))), "chroma": (b"cHRM", bytes(32)), "density": (b"pHYs", struct.pack(">IIB", 1, 2, 1)),
              "density-short": (b"pHYs", b"\0"), "text": (b"tEXt", b"key\0value"), "text-bare": (b"tEXt", b"key"), "ztext-garbage": (b"zTXt", b"key\0\0garbage"), "itext": (b"iTXt", b"key\0\0\0\0\0value"),
              "time": (b"tIME", bytes(7)), "exif-garbage": (b"eXIf", b"garbage"), "unknown": (b"abCd", b"x"), "unknown-critical": (b"ABCD", b"x"), "palette": (b"PLTE", bytes(range(30))),
              "palette-of-31": (b"PLTE", bytes(31)), "palette-of-257": (b"PLTE", bytes(771)), "transparency": (b"tRNS", bytes(6)), "transparency-short": (b"tRNS", bytes(2)), "histogram": (b"hIST", bytes(4)),
              "apple": (b"CgBI", bytes(4)), "second-header": parts[0], "odd-name": (b"a\0b!", b""), "cicp": (b"cICP", b"\x09\x10\0\1"), "animation": (b"acTL", struct.pack(">II", 2, 0)), "animation-empty": (b"acTL", bytes(8)),
              "animation-short": (b"acTL", b"\0")}
    for name, extra in extras.items():
        add(f"png-with-{name}", base, png([parts[0], extra] + parts[1:]))
    bad = chunk(*extras["text"])[:-4] + b"\0\0\0\0"
    add("png-text-bad-crc", base, png([parts[0], bad] + parts[1:]))
    add("png-text-late-bad-crc", base, png(parts[:-1] + [bad] + parts[-1:]))
    add("png-pixels-apart", base, png([parts[0], parts[1], extras["text"]] + parts[2:]))
    add("png-header-late", base, png([extras["text"]] + parts))
    add("png-huge-chunk", base, png(parts[:1]) + struct.pack(">I", 0xffffffff) + b"tEXt" + png(parts[1:])[8:])
    header = parts[0][1]
    for name, at, value in (("width-0", 0, bytes(4)), ("height-0", 4, bytes(4)), ("height-15", 4, b"\0\0\0\x0f"), ("height-13", 4, b"\0\0\0\x0d"), ("width-20", 0, b"\0\0\0\x14"), ("huge", 0, b"\x7f\xff\xff\xff" * 2),
                            ("large", 0, b"\0\0\xff\xff" * 2), ("depth-3", 8, b"\3"), ("depth-4", 8, b"\4"), ("depth-16", 8, b"\x10"), ("color-1", 9, b"\1"), ("color-5", 9, b"\5"), ("color-7", 9, b"\7"), ("color-3", 9, b"\3"),
                            ("compression-1", 10, b"\1"), ("filter-1", 11, b"\1"), ("interlace-1", 12, b"\1"), ("interlace-2", 12, b"\2")):
        add(f"png-header-{name}", base, png([(b"IHDR", changed(header, (at, value)))] + parts[1:]))
    add("png-header-long", base, png([(b"IHDR", header + b"\0")] + parts[1:]))
    base = "png-3-8.png"
    parts = chunks(load(base))
    add("png-no-palette", base, png([p for p in parts if p[0] != b"PLTE"]))
    add("png-palette-late", base, png([parts[0]] + [p for p in parts[1:-1] if p[0] != b"PLTE"] + [p for p in parts if p[0] == b"PLTE"] + parts[-1:]))
    palette = next(p for p in parts if p[0] == b"PLTE")
    add("png-two-palettes", base, png([parts[0], (b"PLTE", palette[1][::-1])] + parts[1:]))
    add("png-palette-empty", base, png([parts[0], (b"PLTE", b"")] + [p for p in parts[1:] if p[0] != b"PLTE"]))
    add("png-transparency-first", base, png([parts[0], (b"tRNS", bytes(10))] + parts[1:]))
    add("png-transparency-long", base, png(parts[:2] + [(b"tRNS", bytes(300))] + parts[2:]))
    for signature, name in ((b"\x89PNG\n\x1a\n", "unix"), (b"\x89PNG\r\n\x1a\r", "text"), (b"\x09PNG\r\n\x1a\n", "seven-bit")):
        add(f"png-signature-{name}", base, signature + load(base)[8:])


# ---- the others ----

def webps():
    for base, kind in (("webp-lossy.webp", "webp"), ("webp-lossless.webp", "webp-lossless"), ("webp-lossy-alpha.webp", "webp-alpha"), ("webp-animated.webp", "webp-animated")):
        data = load(base)
        cuts(base, kind)
        size = struct.unpack("<I", data[4:8])[0]
        for name, value in (("less", size - 10), ("more", size + 10), ("odd", size + 1), ("none", 0), ("huge", 0xfffffffe)):
            add(f"{kind}-size-{name}", base, changed(data, (4, struct.pack("<I", value))))
        for name, new in (("unknown", b"JUNK\4\0\0\0abcd"), ("exif", b"EXIF\4\0\0\0abcd"), ("xmp", b"XMP \4\0\0\0abcd"), ("icc", b"ICCP\4\0\0\0abcd")):
            add(f"{kind}-{name}-behind", base, changed(data + new, (4, struct.pack("<I", size + len(new)))))
            add(f"{kind}-{name}-first", base, changed(data[:12] + new + data[12:], (4, struct.pack("<I", size + len(new)))))
        flips(base, kind, 12, 14, max(3, len(data) // 14))
    for base in ("turned-webp-exif-3.webp", "turned-webp-lossless-xmp-8.webp"):
        data = load(base)
        kind = base[:-5]
        cuts(base, kind, (0.5, 0.9))
        for at in (len(data) // 3, len(data) * 2 // 3):
            add(f"{kind}-shifted-{at}", base, data[:at] + b"\0" + data[at:])
            add(f"{kind}-byte-lost-{at}", base, data[:at] + data[at + 1:])
        for name in (b"EXIF", b"XMP ", b"VP8X"):
            if name in data:
                place = data.index(name)
                add(f"{kind}-{name.decode().strip()}-renamed", base, changed(data, (place, b"JUNK")))
                add(f"{kind}-{name.decode().strip()}-longer", base, changed(data, (place + 4, b"\xff\xff\0\0")))
                add(f"{kind}-{name.decode().strip()}-shorter", base, changed(data, (place + 4, b"\2\0\0\0")))
    data = load("webp-lossy-alpha.webp")
    for bits in (0x00, 0x02, 0x10, 0x20, 0x3e, 0xff):
        add(f"webp-flags-{bits:02x}", "webp-lossy-alpha.webp", changed(data, (20, bytes([bits]))))
    add("webp-canvas", "webp-lossy-alpha.webp", changed(data, (24, b"\x30")))


def gifs():
    for base, kind in (("gif.gif", "gif"), ("gif-transparent.gif", "gif-transparent"), ("gif-interlaced.gif", "gif-interlaced"), ("gif-animated.gif", "gif-animated"), ("gif-local-palette.gif", "gif-local")):
        cuts(base, kind, (0.3, 0.6, 0.9))
        data = load(base)
        image = data.index(b",\0\0\0\0")
        for name, at, new in (("width-0", image + 5, b"\0\0"), ("height-0", image + 7, b"\0\0"), ("higher", image + 7, b"\x30\0"), ("lower", image + 7, b"\5\0"), ("wider", image + 5, b"\x30\0"), ("screen-0", 6, b"\0\0\0\0"),
                              ("screen-large", 6, b"\x40\0\x40\0"), ("left", image + 1, b"\x09\0"), ("top", image + 3, b"\xff\xff"), ("background", 11, b"\xff"), ("aspect", 12, b"\x31"), ("interlace", image + 9, bytes([data[image + 9] ^ 0x40]))):
            add(f"{kind}-{name}", base, changed(data, (at, new)))
        colors = 3 * (2 << (data[image + 9] & 7)) if data[image + 9] & 0x80 else 0
        for code in (0, 1, 2, 9, 12, 255):
            add(f"{kind}-code-{code}", base, changed(data, (image + 10 + colors, bytes([code]))))
        add(f"{kind}-comment", base, data[:image] + b"!\xfe\5hello\0" + data[image:])
        add(f"{kind}-stray", base, data[:image] + b"xyz" + data[image:])
        add(f"{kind}-control-twice", base, data[:image] + b"!\xf9\4\1\0\0\2\0" + data[image:])
        flips(base, kind, image + 12 + colors, 8, 17)
    data = load("gif.gif")
    add("gif-87", "gif.gif", b"GIF87a" + data[6:])
    add("gif-88", "gif.gif", b"GIF88a" + data[6:])
    add("gif-no-palette", "gif.gif", data[:10] + bytes([data[10] & 0x7f]) + data[11:13] + data[13 + 3 * (2 << (data[10] & 7)):])


def plain_ones():
    for base, kind in (("bmp-8.bmp", "bmp"), ("bmp-32-rgba-v4.bmp", "bmp-v4"), ("bmp-16-565.bmp", "bmp-16"), ("bmp-4-os2.bmp", "bmp-os2"), ("bmp-mode-RGB.bmp", "bmp-24")):
        cuts(base, kind, (0.1, 0.5))
        data = load(base)
        for name, at, new in (("size-0", 2, bytes(4)), ("size-huge", 2, b"\xff" * 4), ("offset-0", 10, bytes(4)), ("offset-huge", 10, b"\xff\xff\xff\x7f"), ("offset-early", 10, b"\x1a\0\0\0"), ("planes-0", 26, b"\0\0"),
                              ("rle8", 30, b"\1\0\0\0"), ("rle4", 30, b"\2\0\0\0"), ("fields", 30, b"\3\0\0\0"), ("jpeg", 30, b"\4\0\0\0"), ("bits-2", 28, b"\2\0"), ("bits-24", 28, b"\x18\0"), ("bits-64", 28, b"\x40\0"),
                              ("colors-1", 46, b"\1\0\0\0"), ("colors-300", 46, b"\x2c\1\0\0"), ("colors-huge", 46, b"\xff" * 4), ("wide", 18, b"\xff\xff\0\0"), ("height-min", 22, b"\0\0\0\x80"), ("header-41", 14, b"\x29\0\0\0")):
            add(f"{kind}-{name}", base, changed(data, (at, new)))
    base = "bmp-mode-L.bmp"
    data = load(base)
    for colors in (1, 2, 3, 100, 200, 255):
        add(f"bmp-ramp-of-{colors}", base, changed(data, (46, struct.pack("<I", colors))))
    masks = bytes(v >> 7 for v in data[54 + 1024:])
    add("bmp-eight-bits-of-black-and-white", base, changed(data[:54 + 1024] + masks, (46, struct.pack("<I", 2)), (58, b"\xff\xff\xff")))
    add("bmp-eight-bits-of-white-and-black", base, changed(data[:54 + 1024] + masks, (46, struct.pack("<I", 2)), (54, b"\xff\xff\xff\0\0\0\0\0")))
    base = "bmp-mode-1.bmp"
    data = load(base)
    for colors in (0, 1, 2):
        add(f"bmp-bits-of-{colors}", base, changed(data, (46, struct.pack("<I", colors))))
    base = "bmp-4.bmp"
    add("bmp-four-bits-of-a-ramp", base, changed(load(base), (54, b"".join(bytes([i, i, i, 0]) for i in range(16)))))
    for base, kind in (("tga-RGB.tga", "tga"), ("tga-P-rle.tga", "tga-palette"), ("tga-LA.tga", "tga-alpha"), ("tga-16.tga", "tga-16")):
        cuts(base, kind, (0.3, 0.8))
        data = load(base)
        for name, at, new in (("id", 0, b"\x10"), ("map-2", 1, b"\2"), ("type-0", 2, b"\0"), ("type-32", 2, b"\x20"), ("depth-15", 16, b"\x0f"), ("depth-32", 16, b"\x20"), ("origin", 8, b"\5\0\5\0"), ("flip", 17, b"\x30"), ("interleaved", 17, b"\xc0"),
                              ("map-first", 3, b"\3\0"), ("map-far", 3, b"\xf0\0"), ("map-length", 5, b"\1\0"), ("no-map", 1, b"\0"), ("indexed", 2, b"\1"), ("run-longer", 60, b"\x90"), ("wider", 12, b"\x40\0"), ("higher", 14, b"\x40\0")):
            add(f"{kind}-{name}", base, changed(data, (at, new)))
    body = load("pnm.ppm").split(b"\n", 3)[3]
    for name, header in (("comment", b"P6 # a\n#b\n21 13\n255\n"), ("one-line", b"P6 21 13 255 "), ("crlf", b"P6\r\n21 13\r\n255\n"), ("no-space", b"P6 21 13 255"), ("zero", b"P6 0 13 255\n"), ("negative", b"P6 -21 13 255\n"), ("max-0", b"P6 21 13 0\n"),
                         ("max-70000", b"P6 21 13 70000\n"), ("max-254", b"P6 21 13 254\n"), ("max-1", b"P6 21 13 1\n"), ("wide", b"P6 22 13 255\n"), ("gray", b"P5 21 13 255\n"), ("bits", b"P4 21 13\n"), ("text", b"P3 21 13 255\n"), ("pam", b"P7\nWIDTH 21\n"),
                         ("leading-zeros", b"P6 00021 0013 0255\n"), ("float", b"P6 21.0 13 255\n"), ("comment-in-number", b"P6 2#x\n1 13 255\n"), ("late-comment", b"P6 21 13 255 # late\n"), ("long-number", b"P6 00000000021 13 255\n")):
        add(f"pnm-{name}", "pnm.ppm", header + body)
    cuts("pnm.ppm", "pnm", (0.02, 0.5))
    cuts("pnm-1000.pgm", "pnm-16", (0.5,))


def tags_of(data):
    """offset of each entry of the first directory, by its tag (little endian, classic)"""
    at = struct.unpack("<I", data[4:8])[0]
    count = struct.unpack("<H", data[at:at + 2])[0]
    return {struct.unpack("<H", data[at + 2 + 12 * i:at + 4 + 12 * i])[0]: at + 2 + 12 * i for i in range(count)}


def tiffs():
    for base, kind in (("tiff-RGB-raw.tif", "tiff"), ("tiff-RGB-lzw.tif", "tiff-lzw"), ("tiff-P-deflate.tif", "tiff-deflate"), ("tiff-L-packbits.tif", "tiff-packbits"), ("tiff-RGB-jpeg.tif", "tiff-jpeg"), ("tiff-tiles-deflate.tif", "tiff-tiles"),
                       ("tiff-planes-strips.tif", "tiff-planes"), ("tiff-strips.tif", "tiff-strips")):
        cuts(base, kind, (0.2, 0.5, 0.8))
        data = load(base)
        entries = tags_of(data)
        edits = {"width-0": (256, 0), "wider": (256, 64), "narrower": (256, 9), "width-huge": (256, 0x7fffffff), "higher": (257, 64), "lower": (257, 5), "height-0": (257, 0), "compression-fax": (259, 3), "compression-1": (259, 1), "compression-999": (259, 999),
                 "photometric-0": (262, 0), "photometric-1": (262, 1), "photometric-8": (262, 8), "photometric-9": (262, 9), "rows-0": (278, 0), "rows-1": (278, 1), "rows-huge": (278, 0xffffffff), "samples-1": (277, 1), "samples-4": (277, 4), "samples-0": (277, 0),
                 "planar-2": (284, 2), "planar-3": (284, 3), "tile-0": (322, 0), "tile-huge": (322, 0x10000000), "tile-17": (322, 17)}
        for name, (tag, value) in edits.items():
            if tag in entries:
                kind_of = struct.unpack("<H", data[entries[tag] + 2:entries[tag] + 4])[0]
                add(f"{kind}-{name}", base, changed(data, (entries[tag] + 8, struct.pack("<I" if kind_of == 4 else "<HH", *([value] if kind_of == 4 else [value & 0xffff, 0])))))
        places = 324 if 324 in entries else 273
        add(f"{kind}-offset-0", base, changed(data, (entries[places] + 8, bytes(4))))
        add(f"{kind}-offset-beyond", base, changed(data, (entries[places] + 8, b"\xff\xff\xff\0")))
        add(f"{kind}-directory-beyond", base, changed(data, (4, b"\xff\xff\xff\0")))
        add(f"{kind}-directory-0", base, changed(data, (4, bytes(4))))
        add(f"{kind}-no-lengths", base, changed(data, (entries[325 if 325 in entries else 279], b"\xfe\xff")))
        add(f"{kind}-no-places", base, changed(data, (entries[places], b"\xff\xff")))
        add(f"{kind}-unknown-tag", base, changed(data, (entries[max(entries)], b"\xfe\xff")))
        flips(base, kind, 12, 10, max(1, len(data) // 12))
    base = "tiff-turned-lzw-8.tif"
    data = load(base)
    turn = tags_of(data)[274]
    for value in (0, 1, 9, 300):
        add(f"tiff-turned-{value}", base, changed(data, (turn + 8, struct.pack("<H", value))))
    for kind in (1, 4, 5):
        add(f"tiff-turned-type-{kind}", base, changed(data, (turn + 2, struct.pack("<H", kind))))
    cuts("tiff-big.tif", "tiff-big", (0.5,))
    data = load("tiff-big.tif")
    add("tiff-big-called-big-endian", "tiff-big.tif", b"MM\0+" + data[4:])
    base = "tiff-strips.tif"
    little = load(base)
    add("tiff-called-big-endian", base, b"MM\0*" + little[4:])


def make():
    for maker in (jpegs, pngs, webps, gifs, plain_ones, tiffs):
        maker()
    assert len(corpus) >= 300


# ---- the table ----

@contextlib.contextmanager
def silence():
    """Pillow's libraries print what they think of damaged files."""
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    yield
    os.dup2(kept, 2)
    os.close(kept)
    os.close(nothing)


def pillow(data):
    with warnings.catch_warnings(), silence():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data)) as image:
                rgb = image.convert("RGB")
                if rgb.width * rgb.height == 0:
                    return "no"
                return f"{rgb.width}x{rgb.height}:{hashlib.sha256(rgb.tobytes()).hexdigest()}"
        except Exception:  # of many kinds, by format
            return "no"


def pieces(base, data):
    """How `data` is made of `base`: what both begin and end with, and between them runs of equal bytes at equal places."""
    if data == base:
        return f"0+{len(data)}"
    head = 0
    while head < min(len(base), len(data)) and base[head] == data[head]:
        head += 1
    tail = 0
    while tail < min(len(base), len(data)) - head and base[-1 - tail] == data[-1 - tail]:
        tail += 1
    row = [f"0+{head}"] if head else []
    middle, old = data[head:len(data) - tail], base[head:len(base) - tail]
    at = 0
    while at < len(middle):
        run = 0
        while len(old) == len(middle) and at + run < len(middle) and old[at + run] == middle[at + run]:
            run += 1
        if run > 6:
            row.append(f"{head + at}+{run}")
            at += run
            continue
        place = base.find(middle[at:at + 24]) if len(middle) - at >= 24 else -1
        if place >= 0:
            run = 24
            while at + run < len(middle) and place + run < len(base) and base[place + run] == middle[at + run]:
                run += 1
            row.append(f"{place}+{run}")
            at += run
            continue
        if row and "+" not in row[-1]:
            row[-1] += f"{middle[at]:02x}"
        else:
            row.append(f"{middle[at]:02x}")
        at += 1
    if tail:
        row.append(f"{len(base) - tail}+{tail}")
    return " ".join(row) or "-"


def bases():
    return {base: load(base) for base in sorted({base for _, base, _ in corpus})}


def ours(name, verdict, said):
    if said.startswith("pixels "):
        if said[7:] == verdict:
            return "equal"
        for pattern, word, _ in OTHERS:
            if re.fullmatch(pattern, name):
                return f"other:{word}@{said[7:]}"
        return f"UNDEFENDED {said} where Pillow has {verdict}"
    for word, words, _ in (REASONS[-1],) + REASONS:
        if words in said:
            return f"refused:{word}"
    return f"UNEXPLAINED {said}"


def table(program):
    whole = bases()
    rows = [(name, base, pieces(whole[base], data), pillow(data)) for name, base, data in corpus]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as f:
        f.write("".join("\t".join(row) + "\t?\n" for row in rows))
        f.flush()
        said = dict(line.split("\t", 1) for line in subprocess.run([program, f.name], check=True, capture_output=True, text=True).stdout.splitlines())
    rows = [row + (ours(row[0], row[3], said[row[0]]),) for row in rows]
    wrong = [f"{row[0]}: {row[4]}" for row in rows if row[4][0] == "U"]
    if wrong:
        sys.exit("\n".join(wrong))
    with open(TABLE, "w") as f:
        f.write(f"# Odd and damaged pictures, made by scripts/golden/corpus.py, which says what the columns are. Pillow {PIL.__version__}.\n")
        for word, words, defence in REASONS:
            f.write(f"# {word}\t{words}\t{defence}\n")
        for _, word, defence in OTHERS:
            f.write(f"# {word}\t-\t{defence}\n")
        f.write("".join("\t".join(row) + "\n" for row in rows))
    print(f"{len(rows)} pictures")


def check():
    with open(TABLE) as f:
        lines = f.read().splitlines()
    made_with = re.search(r"Pillow (\d+)\.", lines[0]).group(1)
    if PIL.__version__.split(".")[0] != made_with:
        print(f"corpus.py: the verdicts are of Pillow {made_with}, this is {PIL.__version__}", file=sys.stderr)
        sys.exit(77)
    known = {line.split("\t")[0]: line.split("\t") for line in lines if not line.startswith("#")}
    whole = bases()
    failures = [f"{name} is missing or surplus" for name in known.keys() ^ names]
    for name, base, data in corpus:
        if name in known and known[name][1:4] != [base, pieces(whole[base], data), pillow(data)]:
            failures.append(f"{name}: the table has {known[name][3]}, Pillow says {pillow(data)}")
    if failures:
        sys.exit("\n".join(failures))
    print(f"{len(corpus)} pictures as in the table")


def main():
    make()
    if sys.argv[1:2] == ["--write"] and len(sys.argv) == 3:
        os.makedirs(sys.argv[2], exist_ok=True)
        for name, base, data in corpus:
            with open(os.path.join(sys.argv[2], name + os.path.splitext(base)[1]), "wb") as f:
                f.write(data)
        print(f"{len(corpus)} pictures")
    elif sys.argv[1:2] == ["--table"] and len(sys.argv) == 3:
        table(sys.argv[2])
    elif sys.argv[1:] == ["--check"]:
        check()
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
