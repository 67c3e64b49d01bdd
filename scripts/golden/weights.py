#!/usr/bin/env python3
"""Makes tests/golden/weights: small files as PyTorch, NumPy and safetensors write them, and some that must be refused.

  weights.py tests/golden/weights

Values follow formulas that tests/golden/test_weights.c knows, so no table of values is needed.
Needs torch, numpy, safetensors.
"""
import collections
import os
import pathlib
import pickle
import sys
import zipfile

import numpy as np
import torch
from safetensors.torch import save_file


def state():
    shared = torch.arange(10, dtype=torch.float32)
    return collections.OrderedDict([
        ("contiguous", torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) * 0.25 - 3),
        ("transposed", torch.arange(12, dtype=torch.float32).reshape(3, 4).t()),
        ("strided", torch.arange(25, dtype=torch.float32)[1::2]),
        ("channels_last", torch.arange(24, dtype=torch.float32).reshape(1, 2, 3, 4).to(memory_format=torch.channels_last)),
        ("shared_head", shared[:4]),
        ("shared_tail", shared[4:]),
        ("parameter", torch.nn.Parameter(torch.tensor([1.5, -2.5]))),
        ("float16", torch.tensor([0.5, -1.0, 65504.0], dtype=torch.float16)),
        ("bfloat16", torch.tensor([0.5, -1.0, 3.0], dtype=torch.bfloat16)),
        ("float64", torch.tensor([0.1, 1e300], dtype=torch.float64)),
        ("int64", torch.tensor(7)),
        ("int32", torch.tensor([-5, 6], dtype=torch.int32)),
        ("int16", torch.tensor([-300], dtype=torch.int16)),
        ("int8", torch.tensor([-7], dtype=torch.int8)),
        ("uint8", torch.tensor([200], dtype=torch.uint8)),
        ("bool", torch.tensor([True, False])),
        ("empty", torch.zeros(0, 3)),
    ])


class System:
    def __reduce__(self):
        return os.system, ("echo this must never run",)


class Evaluate:
    def __reduce__(self):
        return eval, ("1 + 1",)


def torch_files(out):
    torch.manual_seed(1)
    torch.save(state(), out / "zip.pth")
    torch.save(state(), out / "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(state(), out / "zip_protocol4.pth", pickle_protocol=4)
    torch.save(state(), out / "legacy_protocol4.pth", pickle_protocol=4, _use_new_zipfile_serialization=False)
    with zipfile.ZipFile(out / "zip.pth") as source, zipfile.ZipFile(out / "deflated.pth", "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    net(torch.zeros(1, 1, 5, 5)).sum().backward()
    optimizer.step()
    with torch.no_grad():
        net[0].weight.copy_(torch.arange(18).reshape(2, 1, 3, 3))
    checkpoint = {"epoch": 3, "best": 0.5, "state_dict": net.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(checkpoint, out / "checkpoint.pth")
    torch.save(checkpoint, out / "checkpoint_legacy.pth", _use_new_zipfile_serialization=False)


def refused_torch_files(out):
    torch.save(torch.nn.Linear(2, 2), out / "refused_whole_model.pth")
    torch.save({"weight": torch.zeros(1), "run": System()}, out / "refused_system.pth")
    torch.save({"weight": torch.zeros(1), "run": System()}, out / "refused_system_legacy.pth",
               _use_new_zipfile_serialization=False)
    torch.save({"weight": torch.zeros(1), "run": Evaluate()}, out / "refused_eval.pth")
    (out / "refused_bare_pickle.pth").write_bytes(pickle.dumps(System(), protocol=2))
    torch.save({"array": np.zeros(2)}, out / "refused_numpy.pth")
    torch.save(torch.zeros(3), out / "refused_single_tensor.pth")
    torch.save({"a": {"w": torch.zeros(1)}, "b": {"w": torch.zeros(1)}}, out / "refused_two_states.pth")
    loop = {"weight": torch.zeros(1)}
    loop["self"] = loop
    torch.save(loop, out / "refused_loop.pth")
    nested = []
    for _ in range(200):
        nested = [nested]
    torch.save({"weight": torch.zeros(1), "deep": nested}, out / "refused_deep.pth")
    whole = (out / "zip.pth").read_bytes()
    (out / "refused_half_zip.pth").write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(out / "zip.pth") as source, zipfile.ZipFile(out / "refused_big_endian.pth", "w") as target:
        for name in source.namelist():
            content = b"big" if name.endswith("byteorder") else source.read(name)
            target.writestr(zipfile.ZipInfo(name), content)
    script = torch.jit.script(torch.nn.Linear(1, 1))
    torch.jit.save(script, out / "refused_torchscript.pt")


def numpy_files(out):
    arrays = {
        "c_float32": np.arange(24, dtype="<f4").reshape(2, 3, 4) * np.float32(0.25) - 3,
        "fortran_float64": np.asfortranarray(np.arange(12, dtype="<f8").reshape(3, 4)),
        "fortran_3d": np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)),
        "scalar": np.float64(2.5),
        "int64": np.array([1, -2], dtype="<i8"),
        "names": np.array(["00003_00", "gr\u00fcn \U0001f455", ""]),
        "bytes": np.array([b"abc", b"d"]),
        "empty": np.zeros((0, 5), dtype="<f4"),
        "bool": np.array([True, False]),
        "float16": np.array([0.5, -1.0], dtype="<f2"),
    }
    np.savez(out / "numpy.npz", **arrays)
    np.savez_compressed(out / "numpy_compressed.npz", **arrays)
    np.save(out / "numpy.npy", arrays["c_float32"])
    np.savez(out / "big_endian.npz", f4=np.arange(3, dtype=">f4"), f8=np.arange(6, dtype=">f8").reshape(2, 3).T,
             i8=np.array(258, dtype=">i8"), text=np.array(["ab", "\u00fc"], dtype=">U2"))
    np.savez(out / "odd_types.npz", u2=np.arange(2, dtype="<u2"), c16=np.zeros(2, dtype="<c16"), good=np.arange(2.0),
             day=np.array(["2020-01-01"], dtype="<M8[D]"), pair=np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]),
             any=np.array([{"a": 1}, None], dtype=object))
    np.save(out / "refused_structured.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
    np.save(out / "refused_complex.npy", np.zeros(2, dtype="<c8"))
    np.savez(out / "refused_objects.npz", o=np.array([{"a": 1}, None], dtype=object))
    with zipfile.ZipFile(out / "refused_plain_zip.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("notes.txt"), "no arrays here")


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    torch_files(out)
    refused_torch_files(out)
    numpy_files(out)
    tensors = {name: tensor.detach().contiguous().clone() for name, tensor in state().items()}
    save_file(tensors, out / "library.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
