#!/usr/bin/env python3
"""The work of scripts/gpu-check in PyTorch, with random weights. Prints JSON lines, the most important first."""
import argparse
import contextlib
import itertools
import json
import os
import pathlib
import sys
import time

import torch
import torch.nn.functional as F
import torchvision
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torchvision.transforms import functional as T

CLASSES = 5
# Keras's last 20 layers begin within this module.
FIRST_TRAINED = 16
REPEATS = 20
# The device, "cuda" or, to try the script itself, "cpu".
DEVICE = "cuda"


def network(alpha):
    model = torchvision.models.mobilenet_v2(width_mult=alpha).features.eval().to(DEVICE)
    return model.requires_grad_(False).to(memory_format=torch.channels_last)


def fused(module):
    """Batch normalizations folded into the convolutions, as finetune does for frozen layers."""
    children = list(module.named_children())
    for (name, child), (following, other) in zip(children, children[1:]):
        if isinstance(child, torch.nn.Conv2d) and isinstance(other, torch.nn.BatchNorm2d):
            setattr(module, name, fuse_conv_bn_eval(child, other))
            setattr(module, following, torch.nn.Identity())
    for _, child in children:
        fused(child)
    return module


def report(work, by, conditions, alpha, size, value, unit):
    print(json.dumps({"work": work, "by": "PyTorch " + by, "conditions": conditions, "alpha": alpha, "size": size,
                      "value": value, "unit": unit}), flush=True)


def synchronize():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def autocast(amp, dtype=torch.bfloat16):
    return torch.autocast(DEVICE, dtype) if amp else contextlib.nullcontext()


def milliseconds(action):
    times = []
    for _ in range(3):
        action()
    for _ in range(REPEATS):
        synchronize()
        start = time.perf_counter()
        action()
        synchronize()
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times)[REPEATS // 2]


def images(batch, size):
    host = torch.randn(batch, 3, size, size).to(memory_format=torch.channels_last)
    return host.pin_memory() if DEVICE == "cuda" else host


def measure_forward(by, wrap, amp, alpha, size, batch):
    """Images come from pinned memory each time."""
    model = wrap(fused(network(alpha)))
    host = images(batch, size)

    def run():
        with torch.inference_mode(), autocast(amp, torch.float16):
            model(host.to(DEVICE, non_blocking=True)).mean((2, 3))

    report("frozenBase", by, f"batch {batch}", alpha, size, milliseconds(run) / batch, "ms/image")


class Step:
    """A training step of the last layers and the head."""

    def __init__(self, model, wrap, amp, rate):
        self.layers = model[FIRST_TRAINED:].requires_grad_(True)
        self.head = torch.nn.Linear(model[-1][0].out_channels, CLASSES).to(DEVICE)
        self.logits = wrap(lambda x: self.head(F.dropout(self.layers(x).mean((2, 3)), 0.2)))
        parameters = [*self.layers.parameters(), *self.head.parameters()]
        self.optimizer = torch.optim.Adam(parameters, rate, fused=DEVICE == "cuda")
        self.amp = amp

    def run(self, x, labels):
        with autocast(self.amp):
            loss = F.cross_entropy(self.logits(x), labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


def measure_step(by, wrap, amp, alpha, size, batch):
    """Activations are on the GPU already."""
    model = network(alpha)
    with torch.no_grad():
        x = torch.cat([model[:FIRST_TRAINED](part.to(DEVICE)) for part in images(batch, size).split(32)])
    x = x.contiguous(memory_format=torch.channels_last)
    labels = torch.arange(batch, device=DEVICE) % CLASSES
    step = Step(model, wrap, amp, 1e-5)
    report("trainingStep", by, f"batch {batch}", alpha, size, milliseconds(lambda: step.run(x, labels)) / batch,
           "ms/image")


class Photos(torch.utils.data.Dataset):
    """Photos of a directory for each class, decoded each time."""

    def __init__(self, root, size, validation):
        names = sorted(path.name for path in root.iterdir() if path.is_dir())
        files = [(path, label) for label, name in enumerate(names) for path in sorted((root / name).rglob("*.jpg"))]
        # One in five is for validation, as with finetune.
        self.files = [file for index, file in enumerate(files) if (index % 5 == 0) == validation]
        self.size = size

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        path, label = self.files[index]
        image = torchvision.io.read_image(str(path), torchvision.io.ImageReadMode.RGB)
        return T.resize(image, [self.size, self.size], antialias=True), label


def run(by, wrap, amp, root, epochs, alpha, size):
    """A whole run with some epochs of the head, then some of the last layers too, each with a look at the validation photos."""
    start = time.perf_counter()
    workers = len(os.sched_getaffinity(0))
    loaders = [torch.utils.data.DataLoader(Photos(root, size, validation), 32, shuffle=True, num_workers=workers,
                                           pin_memory=DEVICE == "cuda", persistent_workers=True)
               for validation in (False, True)]
    model = network(alpha)
    below, step = wrap(model[:FIRST_TRAINED]), Step(model, wrap, amp, 1e-5)
    for epoch in range(sum(epochs)):
        step.layers.requires_grad_(epoch >= epochs[0])
        for loader, training in zip(loaders, (True, False)):
            for pixels, labels in loader:
                x = pixels.to(DEVICE, non_blocking=True).to(memory_format=torch.channels_last).float() / 127.5 - 1
                with torch.no_grad(), autocast(amp):
                    x = below(x)
                if training:
                    step.run(x, labels.to(DEVICE, non_blocking=True))
                else:
                    with torch.no_grad(), autocast(amp):
                        step.logits(x).argmax(1)
    synchronize()
    report("whole run", by, f"{epochs[0]} + {epochs[1]} epochs", alpha, size, time.perf_counter() - start, "s")


def numbers(kind):
    return lambda text: [kind(number) for number in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=pathlib.Path, required=True, help="a directory for each class")
    parser.add_argument("--backend", choices=("cuda", "cpu"), default="cuda", help="default: cuda")
    parser.add_argument("--seconds", type=float, required=True, help="after which nothing more is begun")
    parser.add_argument("--alphas", type=numbers(float), required=True, help="separated by commas, as the next two")
    parser.add_argument("--sizes", type=numbers(int), required=True, help="height and width of the images")
    parser.add_argument("--batches", type=numbers(int), required=True, help="compiled only for the second")
    parser.add_argument("--epochs", type=int, nargs=2, required=True, help="of the whole runs, for each phase")
    options = parser.parse_args()
    global DEVICE
    DEVICE = options.backend
    end = time.monotonic() + options.seconds
    # float32 is float32, as in finetune.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    wraps = [("eager ", lambda what: what)]
    if hasattr(torch, "compile"):
        wraps.append(("compiled ", torch.compile))
    ways = [(name + number, wrap, amp) for name, wrap in wraps for number, amp in (("float32", False), ("AMP", True))]
    networks = list(itertools.product(options.alphas, options.sizes))
    works = [(measure, way, (alpha, size, batch)) for way in ways[:2] for batch in options.batches
             for alpha, size in networks for measure in (measure_forward, measure_step)]
    # Compiling takes half a minute each.
    after = 2 * len(networks)
    works[after:after] = [(measure, way, (*networks[0], options.batches[1])) for way in ways[2:]
                          for measure in (measure_forward, measure_step)]
    works[:0] = [(run, way, (options.photos, options.epochs, 1.0, options.sizes[0])) for way in ways[:2]]
    for measure, way, what in works:
        if time.monotonic() > end:
            break
        try:
            measure(*way, *what)
        except Exception as failure:
            # Most likely too little memory, or nothing to compile with; the others are measured all the same.
            print(f"{measure.__name__} {way[0]} {what}: {failure}".splitlines()[0], file=sys.stderr)


if __name__ == "__main__":
    main()
