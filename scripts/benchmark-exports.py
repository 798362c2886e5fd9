"""Prints the milliseconds of an image in an exported model: benchmark-exports.py keras|safetensors DIR THREADS IMAGES."""

import json
import statistics
import sys
import time
from pathlib import Path

SECONDS = 6
MOST = 200


def keras_model(directory, threads, images):
    import keras
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    model = keras.saving.load_model(directory / "model.keras")
    call = tensorflow.function(lambda x: model(x, training=False), jit_compile=False)
    batch = tensorflow.constant(images)
    return lambda: call(batch).numpy()


def torch_model(directory, threads, images):
    sys.path.insert(0, str(directory))
    import torch
    from network import load

    torch.set_num_threads(threads)
    classifier, _ = load(directory / "model.safetensors")
    classifier = classifier.to(memory_format=torch.channels_last)
    batch = torch.from_numpy(images).permute(0, 3, 1, 2)

    def run():
        with torch.inference_mode():
            classifier(batch)

    return run


def median(run, images):
    times = []
    end = time.perf_counter() + SECONDS
    while len(times) < MOST and (len(times) < 3 or time.perf_counter() < end):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000 / images)
    return statistics.median(times[len(times) // 3 :])


def main():
    software, directory, threads, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    import numpy

    size = json.loads((directory / "preprocessing.json").read_text("utf-8"))["size"]
    images = numpy.random.default_rng(1).uniform(-1, 1, (count, size, size, 3)).astype(numpy.float32)
    model = {"keras": keras_model, "safetensors": torch_model}[software]
    print(f"{median(model(directory, threads, images), count):.2f}")


main()
