"""Writes the hostile HDF5 files beside this script (needs h5py; run again only to add one)."""

import h5py
import numpy as np


def create(name):
    file = h5py.File(name, "w")
    file.attrs["layer_names"] = np.array([b"Conv1"])
    return file


with create("soft-link-loop.h5") as file:
    file["Conv1"] = h5py.SoftLink("/Conv1")

with create("external-link.h5") as file:
    file["Conv1"] = h5py.ExternalLink("/etc/hostname", "/Conv1")

with create("hard-link-cycle.h5") as file:
    group = file.create_group("Conv1")
    group["Conv1"] = group
    group.attrs["weight_names"] = np.array([b"Conv1/" * 50 + b"kernel:0"])

# The root's B-tree names itself as its only child.
with create("tree-cycle.h5") as file:
    file.create_group("Conv1")
data = bytearray(open("tree-cycle.h5", "rb").read())
tree = data.index(b"TREE")
data[tree + 5] = 1
data[tree + 32 : tree + 40] = tree.to_bytes(8, "little")
open("tree-cycle.h5", "wb").write(data)

with create("no-weight-names.h5") as file:
    file.create_group("Conv1")

with create("names-are-numbers.h5") as file:
    file.attrs["layer_names"] = np.arange(3)

with h5py.File("keras3.h5", "w") as file:
    file.create_group("layers/conv2d/vars")["0"] = np.zeros((3, 3, 3, 16), "f4")

# Arrays that promise far more than the file holds.
with create("absurd-shapes.h5") as file:
    group = file.create_group("Conv1")
    names = []
    for name, shape in {"billions": (2**30, 2**30), "beyond-int": (2**40,), "many": (1,) * 30}.items():
        group.create_dataset(name, shape, "f4")
        names.append(name.encode())
    group.attrs["weight_names"] = np.array(names)

with h5py.File("arrays.h5", "w") as file:
    file.create_dataset("huge-chunks", (16,), "f4", maxshape=(None,), chunks=(2**29,), compression="gzip")
    file.create_dataset("no-data", (16,), "f4")
    file.create_dataset("strings", data=[b"a"] * 16, dtype=h5py.string_dtype())
    file.create_dataset("half", data=np.arange(16, dtype="f2"))
    file.create_dataset("big-endian", data=np.arange(16, dtype=">f4"))
    file.create_dataset("compressed", data=np.arange(16, dtype="f4"), chunks=(5,), compression="gzip", shuffle=True)
