#!/usr/bin/env python3
"""The work of scripts/benchmark in PyTorch: channels_last, on the CPU, with random weights. Prints JSON lines, or trains."""
import argparse
import json
import pathlib
import sys
import tempfile
import time

import torch
import torch.nn.functional as F
import torchvision
from PIL import Image
from torch.fx.experimental.optimization import fuse
from torchvision.transforms import functional as T

BATCH = 32


def network(alpha):
    """MobileNetV2's features. Keras's block_n is features[n + 1]; its last 20 layers begin within features[16]."""
    features = torchvision.models.mobilenet_v2(width_mult=alpha).features.eval()
    return features.to(memory_format=torch.channels_last)


def report(work, conditions, alpha, size, value, unit):
    print(json.dumps({"work": work, "by": "pytorch", "conditions": conditions, "alpha": alpha, "size": size,
                      "value": value, "unit": unit}), flush=True)


def milliseconds(action, repeats=15):
    times = []
    for _ in range(repeats + 3):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times[3:])[repeats // 2]


def measure_forward(alpha, size):
    # Batch normalization folded into the convolutions, as finetune does.
    model = fuse(network(alpha)).to(memory_format=torch.channels_last)
    x = torch.randn(BATCH, 3, size, size).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        report("frozenBase", "", alpha, size, milliseconds(lambda: model(x).mean((2, 3))) / BATCH, "ms/image")


def measure_step(alpha, size):
    model = network(alpha)
    tail = Tail(model, 5, 1e-5)
    with torch.no_grad():
        x = model[:16](torch.randn(BATCH, 3, size, size).to(memory_format=torch.channels_last))
    labels = torch.arange(BATCH) % 5
    report("trainingStep", "", alpha, size, milliseconds(lambda: tail.step(x, labels)) / BATCH, "ms/image")


class Tail:
    """The last layers and a head under training; without learning rate for the layers, the head alone."""

    def __init__(self, model, classes, rate=None, head=None):
        self.layers = model[16:]
        self.trained = rate is not None
        self.head = head or torch.nn.Linear(model[-1][0].out_channels, classes)
        model.requires_grad_(False)
        self.layers.requires_grad_(self.trained)
        parameters = [p for part in (self.layers, self.head) for p in part.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(parameters, rate or 1e-3)

    def features(self, x):
        with torch.set_grad_enabled(self.trained):
            return self.layers(x).mean((2, 3))

    def pooled(self, x):
        with torch.no_grad():
            return torch.cat([self.layers(part).mean((2, 3)) for part in x.split(BATCH)])

    def predict(self, x):
        with torch.no_grad():
            return self.head(x if x.dim() == 2 else self.layers(x).mean((2, 3)))

    def step(self, x, labels):
        """x is pooled features where it has two dimensions, else what the layers below make of images."""
        features = x if x.dim() == 2 else self.features(x)
        loss = F.cross_entropy(self.head(F.dropout(features, 0.2)), labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


def read(path, size):
    image = Image.open(path).convert("RGB").resize((size, size), Image.BILINEAR)
    return T.to_tensor(image) * 2 - 1


def below(model, images):
    with torch.no_grad():
        return model[:16](images)


class Photos:
    """The photos of a directory with one for each class, which are read from disk each time."""

    def __init__(self, root, size, part=slice(None)):
        self.classes = sorted(path.name for path in root.iterdir() if path.is_dir())
        files = [(path, label) for label, name in enumerate(self.classes)
                 for path in sorted((root / name).rglob("*.jpg"))][part]
        self.paths = [path for path, _ in files]
        self.labels = torch.tensor([label for _, label in files])
        self.size = size

    def read(self, index):
        batch = torch.stack([read(self.paths[i], self.size) for i in index])
        return batch.to(memory_format=torch.channels_last)

    def activations(self, model):
        """Of the layers below the tail, for all photos."""
        parts = [below(model, self.read(index)) for index in torch.arange(len(self.paths)).split(BATCH)]
        return torch.cat(parts).contiguous(memory_format=torch.channels_last)


def train(model, training, validation, cached):
    """Three epochs of the head, then two of head and last layers, each with a look at the validation photos."""
    classes = len(training.classes)
    kept = (training.activations(model), validation.activations(model)) if cached else (None, None)
    head = Tail(model, classes)
    for tail, epochs in ((head, 3), (Tail(model, classes, 1e-5, head.head), 2)):
        inputs = [keep if keep is None or tail.trained else tail.pooled(keep) for keep in kept]
        for _ in range(epochs):
            for index in torch.randperm(len(training.labels)).split(BATCH):
                x = below(model, training.read(index)) if inputs[0] is None else inputs[0][index]
                tail.step(x, training.labels[index])
            hits = 0
            for index in torch.arange(len(validation.labels)).split(BATCH):
                x = below(model, validation.read(index)) if inputs[1] is None else inputs[1][index]
                hits += int((tail.predict(x).argmax(1) == validation.labels[index]).sum())
            print(f"  accuracy {hits / len(validation.labels):.3f}", file=sys.stderr, flush=True)
    return tail


def run(root, alpha, size, cached):
    """A whole run, which ends with saving the model."""
    if (root / "train").is_dir():
        training, validation = Photos(root / "train", size), Photos(root / "val", size)
    else:
        training, validation = Photos(root, size), Photos(root, size, slice(None, None, 5))
    model = network(alpha)
    tail = train(model, training, validation, cached)
    with tempfile.TemporaryDirectory() as directory:
        torch.save((model.state_dict(), tail.head.state_dict()), pathlib.Path(directory) / "model.pt")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=pathlib.Path, help="a directory for each class, or train and val with such")
    parser.add_argument("--run", nargs=3, metavar=("ALPHA", "SIZE", "whole|cached"),
                        help="a whole run of this network on the photos, and nothing else")
    options = parser.parse_args()
    torch.manual_seed(1)
    if options.run:
        alpha, size, how = options.run
        run(options.photos, float(alpha), int(size), how == "cached")
        return
    for alpha in (0.35, 1.0):
        for size in (96, 224):
            measure_forward(alpha, size)
            measure_step(alpha, size)


if __name__ == "__main__":
    main()
