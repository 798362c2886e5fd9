"""Builds the classifier with torchvision's MobileNetV2. Needs torch and torchvision."""

import json
import struct

import torch
from torchvision.models import mobilenet_v2


class Classifier(torch.nn.Module):
    """Takes images [N,3,H,W], RGB, scaled to [-1, 1], and gives the probabilities [N,classes]."""

    def __init__(self, classes, alpha):
        super().__init__()
        self.network = mobilenet_v2(num_classes=classes, width_mult=alpha)

    def forward(self, images):
        # The network was trained with zeros below and to the right of the images, where torchvision has them above and
        # to the left. Its kernels are rotated by 180 degrees for that, and so are the images.
        return self.network(images.flip(2, 3)).softmax(1)


def load(file):
    """Returns the classifier of a safetensors file, and the file's metadata."""
    with open(file, "rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
        data = bytearray(stream.read())
    metadata = header.pop("__metadata__")
    parameters = {}
    for name, tensor in header.items():
        begin, end = tensor["data_offsets"]
        values = torch.frombuffer(data, dtype=torch.float32, offset=begin, count=(end - begin) // 4)
        parameters[name] = values.reshape(tensor["shape"])
    classifier = Classifier(len(json.loads(metadata["labels"])), float(metadata["alpha"]))
    classifier.network.load_state_dict(parameters)
    return classifier.eval(), metadata
