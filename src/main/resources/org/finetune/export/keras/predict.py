#!/usr/bin/env python3
"""Says what is on photos: python3 predict.py PHOTO... Needs keras 3, numpy and pillow."""

import json
import sys
from pathlib import Path

import keras
import numpy

from preprocessing import prepare

here = Path(__file__).resolve().parent
model = keras.saving.load_model(here / "model.keras")
labels = (here / "labels.txt").read_text("utf-8").split("\n")
preprocessing = json.loads((here / "preprocessing.json").read_text("utf-8"))

images = numpy.stack([prepare(photo, preprocessing) for photo in sys.argv[1:]])
for photo, row in zip(sys.argv[1:], model.predict(images, verbose=0)):
    print(f"{photo}  {labels[row.argmax()]}  {row.max():.1%}")
