"""Turns the manifest and the quantized weights of a TensorFlow.js layers model into a Keras weights file.

Usage: convert-nsfwjs.py DIRECTORY OUTPUT, called by convert-nsfwjs.
"""

import json
import pathlib
import sys

import h5py
import numpy as np


def read_tensors(directory):
    """Dequantizes all tensors, w = q * scale + min, by name such as Conv1/kernel."""
    tensors = {}
    data = (directory / "weights.bin").read_bytes()
    offset = 0
    for entry in json.loads((directory / "manifest.json").read_text()):
        quantization = entry["quantization"]
        assert entry["dtype"] == "float32" and quantization["dtype"] == "uint8", entry
        length = int(np.prod(entry["shape"]))
        q = np.frombuffer(data, np.uint8, length, offset).astype(np.float64)
        w = q * quantization["scale"] + quantization["min"]
        tensors[entry["name"]] = w.astype(np.float32).reshape(entry["shape"])
        offset += length
    assert offset == len(data)
    return tensors


def expect_signed_input(tensors):
    """Makes the first layer read x/127.5-1, as Keras's MobileNetV2 does, where nsfwjs reads x/255.

    With u = (s + 1) / 2 the convolution of u by K is that of s by K / 2, plus sum(K) / 2, which goes into the moving
    mean. (Only along the border that the convolution pads with zeros does this make a difference.)
    """
    kernel = tensors["Conv1/kernel"]
    tensors["bn_Conv1/moving_mean"] -= kernel.sum(axis=(0, 1, 2)) / 2
    tensors["Conv1/kernel"] = kernel / 2


def write_keras(tensors, layers, output):
    """Writes the base in Keras's layout, without times, so that the same tensors give the same bytes."""
    parameters = ["kernel", "depthwise_kernel", "gamma", "beta", "moving_mean", "moving_variance"]
    base = [layer for layer in layers[: layers.index("out_relu")] if any(f"{layer}/{p}" in tensors for p in parameters)]
    with h5py.File(output, "w") as file:
        file.attrs["layer_names"] = np.array([layer.encode() for layer in base])
        file.attrs["backend"] = np.bytes_("tensorflow")
        file.attrs["keras_version"] = np.bytes_("2.2.4")
        for layer in base:
            group = file.create_group(layer)
            names = [f"{layer}/{p}" for p in parameters if f"{layer}/{p}" in tensors]
            group.attrs["weight_names"] = np.array([f"{name}:0".encode() for name in names])
            for name in names:
                tensor = tensors[name]
                # The index of a chunk costs 2 kB, more than compression saves for a small tensor. No shuffle filter:
                # there are at most 256 different values, which deflate finds as long as their bytes stay together.
                packing = {"chunks": tensor.shape, "compression": "gzip", "compression_opts": 9}
                small = tensor.nbytes < 4096
                group.create_dataset(f"{name}:0", data=tensor, track_times=False, **({} if small else packing))


def main():
    directory = pathlib.Path(sys.argv[1])
    tensors = read_tensors(directory)
    expect_signed_input(tensors)
    write_keras(tensors, json.loads((directory / "layers.json").read_text()), sys.argv[2])


main()
