"""Prepares photos as the model was trained with them; preprocessing.json says how. Needs numpy and pillow."""

import numpy
from PIL import Image, ImageOps


def pixels(photo, size):
    """Returns a photo as float32 array [size, size, 3] of RGB values from 0 to 255."""
    with Image.open(photo) as image:
        # Decodes a JPEG file at the smallest of the scales 1, 1/2, 1/4 and 1/8 that is not below the size.
        image.draft("RGB", (size, size))
        image = ImageOps.exif_transpose(image)
        if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
            image = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        image = image.convert("RGB")
    image = image.resize((size, image.height), _filter(image.width, size))
    image = image.resize((size, size), _filter(image.height, size))
    return numpy.asarray(image, numpy.float32)


def prepare(photo, preprocessing):
    """Returns a photo as float32 array [size, size, 3], RGB, in the range of the network's input."""
    values = pixels(photo, preprocessing["size"])
    return values if preprocessing["input"]["range"] == [0, 255] else values / 127.5 - 1


def _filter(length, size):
    """Area averaging along an axis that shrinks, bilinear along one that grows."""
    return Image.BOX if length > size else Image.BILINEAR
