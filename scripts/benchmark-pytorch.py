#!/usr/bin/env python3
"""The work of scripts/benchmark in PyTorch: channels_last, on the CPU, with random weights."""
import argparse
import pathlib
import time

import torch
import torch.nn.functional as F
import torchvision
from PIL import Image
from torchvision.transforms import functional as T


def network(alpha):
    """MobileNetV2's features; torchvision's 17 blocks are 0 to 16 in Keras, so the tail begins in features[16]."""
    features = torchvision.models.mobilenet_v2(width_mult=alpha).features.eval()
    return features.to(memory_format=torch.channels_last)


def median_ms(action, repeats):
    times = []
    for _ in range(repeats + 3):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times[3:])[repeats // 2]


def forward(alpha, size, batch):
    model = network(alpha)
    x = torch.randn(batch, 3, size, size).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        return median_ms(lambda: model(x).mean((2, 3)), 15) / batch


def read(path, size):
    image = Image.open(path).convert("RGB").resize((size, size), Image.BILINEAR)
    return T.to_tensor(image) * 2 - 1


def batches(count, batch):
    return torch.randperm(count).split(batch)


def train(model, inputs, labels, classes, epochs, head_epochs, cached):
    """Three epochs of the head, two of head and tail. inputs(index) gives a batch of images or kept activations."""
    channels = model[-1][0].out_channels
    head = torch.nn.Linear(channels, classes)
    base, tail = model[:16], model[16:]
    for phase, count in (("head", head_epochs), ("tail", epochs)):
        trained = list(head.parameters()) + (list(tail.parameters()) if phase == "tail" else [])
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        for parameter in trained:
            parameter.requires_grad_(True)
        optimizer = torch.optim.Adam(trained, 1e-3 if phase == "head" else 1e-5)
        kept = None
        if cached:
            with torch.no_grad():
                parts = []
                for index in torch.arange(len(labels)).split(32):
                    x = base(inputs(index))
                    parts.append(tail(x).mean((2, 3)) if phase == "head" else x)
                kept = torch.cat(parts)
        for _ in range(count):
            for index in batches(len(labels), 32):
                if cached:
                    x = kept[index]
                    features = x if phase == "head" else tail(x).mean((2, 3))
                else:
                    with torch.no_grad():
                        x = base(inputs(index))
                    if phase == "head":
                        with torch.no_grad():
                            features = tail(x).mean((2, 3))
                    else:
                        features = tail(x).mean((2, 3))
                loss = F.cross_entropy(head(F.dropout(features, 0.2)), labels[index])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=pathlib.Path, required=True)
    parser.add_argument("--alpha", type=float, default=1.0)
    parser.add_argument("--size", type=int, default=96)
    options = parser.parse_args()
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, channels_last")
    print()
    print("| PyTorch | alpha | px | batch | ms an image |")
    print("|---|---|---|---|---|")
    for alpha in (0.35, 1.0):
        for size in (96, 224):
            print(f"| forward | {alpha} | {size} | 32 | {forward(alpha, size, 32):.3f} |", flush=True)
    root = options.photos / "train" if (options.photos / "train").is_dir() else options.photos
    names = sorted(path.name for path in root.iterdir() if path.is_dir())
    files = [(path, label) for label, name in enumerate(names) for path in sorted((root / name).glob("*.jpg"))]
    labels = torch.tensor([label for _, label in files])

    def inputs(index):
        images = torch.stack([read(files[i][0], options.size) for i in index])
        return images.to(memory_format=torch.channels_last)

    print()
    print(f"| PyTorch, {len(files)} photos, 3 + 2 epochs, alpha {options.alpha} at {options.size} px | s |")
    print("|---|---|")
    for cached in (False, True):
        model = network(options.alpha)
        start = time.perf_counter()
        train(model, inputs, labels, len(names), 2, 3, cached)
        what = "activations kept in each phase" if cached else "the whole network in every epoch"
        print(f"| {what} | {time.perf_counter() - start:.1f} |", flush=True)


if __name__ == "__main__":
    main()
