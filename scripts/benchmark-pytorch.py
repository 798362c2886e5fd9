#!/usr/bin/env python3
"""The work of scripts/benchmark in PyTorch: channels_last, on the CPU, with random weights. Prints JSON lines."""
import argparse
import json
import pathlib
import sys
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


def train(model, images, labels, classes, cached):
    """Three epochs of the head, then two of head and last layers. images(index) reads a batch."""
    head = Tail(model, classes)
    for tail, epochs in ((head, 3), (Tail(model, classes, 1e-5, head.head), 2)):
        kept = None
        if cached:
            with torch.no_grad():
                parts = [below(model, images(index)) for index in torch.arange(len(labels)).split(BATCH)]
                kept = torch.cat(parts if tail.trained else [tail.features(part) for part in parts])
        for _ in range(epochs):
            for index in torch.randperm(len(labels)).split(BATCH):
                tail.step(kept[index] if cached else below(model, images(index)), labels[index])


def measure_runs(root, alpha, size):
    root = root / "train" if (root / "train").is_dir() else root
    names = sorted(path.name for path in root.iterdir() if path.is_dir())
    files = [(path, label) for label, name in enumerate(names) for path in sorted((root / name).rglob("*.jpg"))]
    labels = torch.tensor([label for _, label in files])

    def images(index):
        batch = torch.stack([read(files[i][0], size) for i in index])
        return batch.to(memory_format=torch.channels_last)

    for conditions in ("whole", "cached"):
        print(f"  {conditions}, alpha {alpha} at {size} px", file=sys.stderr, flush=True)
        start = time.perf_counter()
        train(network(alpha), images, labels, len(names), conditions == "cached")
        report("train", conditions, alpha, size, time.perf_counter() - start, "s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=pathlib.Path, help="a directory for each class")
    parser.add_argument("--run", nargs=2, action="append", default=[], metavar=("ALPHA", "SIZE"),
                        help="measure whole runs of this network on the photos")
    options = parser.parse_args()
    torch.manual_seed(1)
    for alpha in (0.35, 1.0):
        for size in (96, 224):
            measure_forward(alpha, size)
            measure_step(alpha, size)
    for alpha, size in options.run:
        measure_runs(options.photos, float(alpha), int(size))


if __name__ == "__main__":
    main()
