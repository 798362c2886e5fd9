#!/usr/bin/env python3
"""Says what is on photos: python3 predict.py PHOTO... Needs onnxruntime, numpy and pillow."""

import json
import sys
from pathlib import Path

import numpy
import onnxruntime

from preprocessing import prepare

session = onnxruntime.InferenceSession(
    str(Path(__file__).resolve().parent / "model.onnx"), providers=["CPUExecutionProvider"]
)
metadata = session.get_modelmeta().custom_metadata_map
labels = json.loads(metadata["labels"])
preprocessing = json.loads(metadata["preprocessing"])
network_input = preprocessing["input"]

images = numpy.stack([prepare(photo, preprocessing) for photo in sys.argv[1:]])
if network_input["layout"] == "nchw":
    images = numpy.ascontiguousarray(images.transpose(0, 3, 1, 2))
(probabilities,) = session.run(["probabilities"], {network_input["name"]: images})
for photo, row in zip(sys.argv[1:], probabilities):
    print(f"{photo}  {labels[row.argmax()]}  {row.max():.1%}")
