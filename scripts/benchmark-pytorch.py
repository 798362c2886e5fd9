#!/usr/bin/env python3
"""The work of scripts/benchmark in PyTorch: channels_last, on the CPU, with random weights. Prints JSON lines, or trains."""
import argparse
import importlib
import json
import multiprocessing
import os
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


def exported_network(directory):
    """The features of a model that 'finetune export --format safetensors' has put there."""
    sys.path.insert(0, str(directory))
    classifier, _ = importlib.import_module("network").load(directory / "model.safetensors")
    return classifier.network.features.to(memory_format=torch.channels_last)


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
    """The photos of a directory with one for each class, which are read from disk each time; turned by 180 degrees for exported
    networks, which take them so."""

    def __init__(self, root, size, turned=False, takes=lambda index: True):
        self.classes = sorted(path.name for path in root.iterdir() if path.is_dir())
        files = [(path, label) for label, name in enumerate(self.classes)
                 for path in sorted((root / name).rglob("*.jpg"))]
        files = [file for index, file in enumerate(files) if takes(index)]
        self.paths = [path for path, _ in files]
        self.labels = torch.tensor([label for _, label in files])
        self.size = size
        self.turned = turned

    def read(self, index):
        batch = torch.stack([read(self.paths[i], self.size) for i in index])
        return (batch.flip(2, 3) if self.turned else batch).to(memory_format=torch.channels_last)

    def activations(self, model):
        """Of the layers below the tail, for all photos."""
        parts = [below(model, self.read(index)) for index in torch.arange(len(self.paths)).split(BATCH)]
        return torch.cat(parts).contiguous(memory_format=torch.channels_last)


def train(model, training, validation, cached, epochs=(3, 2), rate=1e-5, goal=None):
    """Some epochs of the head, then some of head and last layers, each with a look at the validation photos. Once their accuracy reaches
    the goal, it ends. Returns what was trained last, and the accuracy."""
    classes = len(training.classes)
    kept = (training.activations(model), validation.activations(model)) if cached else (None, None)
    head = Tail(model, classes)
    for tail, number in ((head, epochs[0]), (Tail(model, classes, rate, head.head), epochs[1])):
        inputs = [keep if keep is None or tail.trained else tail.pooled(keep) for keep in kept]
        for _ in range(number):
            for index in torch.randperm(len(training.labels)).split(BATCH):
                x = below(model, training.read(index)) if inputs[0] is None else inputs[0][index]
                tail.step(x, training.labels[index])
            hits = 0
            for index in torch.arange(len(validation.labels)).split(BATCH):
                x = below(model, validation.read(index)) if inputs[1] is None else inputs[1][index]
                hits += int((tail.predict(x).argmax(1) == validation.labels[index]).sum())
            accuracy = hits / len(validation.labels)
            print(f"  accuracy {accuracy:.3f}", file=sys.stderr, flush=True)
            if goal is not None and accuracy >= goal:
                return tail, accuracy
    return tail, accuracy


def split(root, size, turned=False):
    """Photos for training and for validation: those of the directories train and val, or every fifth for validation."""
    if (root / "train").is_dir():
        return Photos(root / "train", size, turned), Photos(root / "val", size, turned)
    return Photos(root, size, turned, lambda index: index % 5), Photos(root, size, turned, lambda index: index % 5 == 0)


def run(root, alpha, size, cached):
    """A whole run, which ends with saving the model."""
    training, validation = split(root, size)
    model = network(alpha)
    tail, _ = train(model, training, validation, cached)
    with tempfile.TemporaryDirectory() as directory:
        torch.save((model.state_dict(), tail.head.state_dict()), pathlib.Path(directory) / "model.pt")


def reach(root, size, exported, goal, cached):
    """Trains the network of an exported model until the accuracy reaches a goal; returns whether it does."""
    training, validation = split(root, size, turned=True)
    _, accuracy = train(exported_network(exported), training, validation, cached, (10, 20), 1e-4, goal)
    return accuracy >= goal


def measure_epoch(root, alpha, size, epochs=5):
    """The median epoch of a training of all layers, with reading and decoding, and a look at the validation photos."""
    training, validation = split(root, size)
    model = network(alpha)
    head = torch.nn.Linear(model[-1][0].out_channels, len(training.classes))
    optimizer = torch.optim.Adam([*model.parameters(), *head.parameters()], 1e-4)
    seconds = []
    for _ in range(epochs):
        start = time.perf_counter()
        for index in torch.randperm(len(training.labels)).split(BATCH):
            loss = F.cross_entropy(head(model(training.read(index)).mean((2, 3))), training.labels[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            for index in torch.arange(len(validation.labels)).split(BATCH):
                head(model(validation.read(index)).mean((2, 3)))
        seconds.append(time.perf_counter() - start)
    report("waiting", "epoch of all layers", alpha, size, sorted(seconds)[epochs // 2], "s")


def draft(path, size):
    """Reads a photo at the smallest scale of its JPEG file that is large enough."""
    image = Image.open(path)
    image.draft("RGB", (size, size))
    return image.convert("RGB").resize((size, size), Image.BILINEAR).tobytes()


def plain(path, size):
    """Reads a photo as torchvision's datasets and transforms do."""
    return Image.open(path).convert("RGB").resize((size, size), Image.BILINEAR).tobytes()


def measure_reading(root, size):
    """Photos to 8-bit values by Pillow, in a process on each core."""
    files = sorted(root.rglob("*.jpg"))
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for name, reader in (("", plain), (" with draft", draft)):
            pool.starmap(reader, [(path, size) for path in files[:8]])
            start = time.perf_counter()
            pool.starmap(reader, [(path, size) for path in files], chunksize=4)
            report("waiting", f"{len(files)} large photos{name}", 0.35, size, time.perf_counter() - start, "s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=pathlib.Path, help="a directory for each class, or train and val with such")
    parser.add_argument("--run", nargs=3, metavar=("ALPHA", "SIZE", "whole|cached"),
                        help="a whole run of this network on the photos, and nothing else")
    parser.add_argument("--epoch", nargs=2, metavar=("ALPHA", "SIZE"), help="an epoch of all layers of this network")
    parser.add_argument("--read", type=int, metavar="SIZE", help="the photos to images of this size, by Pillow alone")
    parser.add_argument("--reach", nargs=4, metavar=("SIZE", "EXPORTED", "ACCURACY", "whole|cached"),
                        help="training of the last layers of a network that finetune has exported, until an accuracy is reached")
    options = parser.parse_args()
    torch.manual_seed(1)
    if options.epoch:
        measure_epoch(options.photos, float(options.epoch[0]), int(options.epoch[1]))
        return
    if options.read:
        measure_reading(options.photos, options.read)
        return
    if options.reach:
        size, exported, goal, how = options.reach
        if not reach(options.photos, int(size), pathlib.Path(exported), float(goal), how == "cached"):
            sys.exit("the accuracy was not reached")
        return
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
