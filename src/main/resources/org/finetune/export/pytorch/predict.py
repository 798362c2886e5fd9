#!/usr/bin/env python3
"""Says what is on photos: python3 predict.py PHOTO... Needs torch, torchvision, numpy and pillow."""

import json
import sys
from pathlib import Path

import numpy
import torch

from network import load
from preprocessing import prepare

classifier, metadata = load(Path(__file__).resolve().parent / "model.safetensors")
labels = json.loads(metadata["labels"])
preprocessing = json.loads(metadata["preprocessing"])

images = numpy.stack([prepare(photo, preprocessing) for photo in sys.argv[1:]]).transpose(0, 3, 1, 2)
with torch.no_grad():
    probabilities = classifier(torch.from_numpy(images.copy()))
for photo, row in zip(sys.argv[1:], probabilities):
    print(f"{photo}  {labels[row.argmax()]}  {row.max():.1%}")
