#!/usr/bin/env python3
"""Says what is on photos: python3 predict.py PHOTO... Needs ai-edge-litert, tflite-runtime or tensorflow; numpy and pillow."""

import json
import sys
from pathlib import Path

import numpy

try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:
    try:
        from tflite_runtime.interpreter import Interpreter
    except ImportError:
        from tensorflow.lite.python.interpreter import Interpreter

from preprocessing import prepare

here = Path(__file__).resolve().parent
interpreter = Interpreter(str(here / "model.tflite"))
labels = (here / "labels.txt").read_text("utf-8").split("\n")
preprocessing = json.loads((here / "preprocessing.json").read_text("utf-8"))

interpreter.allocate_tensors()
(network_input,) = interpreter.get_input_details()
(network_output,) = interpreter.get_output_details()
for photo in sys.argv[1:]:
    image = prepare(photo, preprocessing)[numpy.newaxis]
    interpreter.set_tensor(network_input["index"], image.astype(network_input["dtype"]))
    interpreter.invoke()
    (row,) = interpreter.get_tensor(network_output["index"])
    scale, zero = network_output["quantization"]
    probabilities = (row.astype(float) - zero) * scale if scale else row
    print(f"{photo}  {labels[row.argmax()]}  {probabilities.max():.1%}")
