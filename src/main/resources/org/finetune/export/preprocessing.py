"""Prepares photos as the model was trained with them; preprocessing.json says how. Needs numpy and pillow."""

import math

import numpy
from PIL import Image, ImageOps


def prepare(photo, preprocessing):
    """Returns a photo as float32 array [size, size, 3], RGB, in the range of the network's input."""
    values = pixels(photo, preprocessing["size"], preprocessing["resize"], preprocessing["version"])
    return values if preprocessing["input"]["range"] == [0, 255] else values / 127.5 - 1


def pixels(photo, size, resize="stretch", version=2):
    """Returns a photo as float32 array [size, size, 3] of RGB values from 0 to 255; resize and version are those of
    preprocessing.json."""
    with Image.open(photo) as image:
        # Reduces the photo to the smallest of the scales 1, 1/2, 1/4 and 1/8 that is not below the size: a JPEG file while it
        # is decoded, any other afterwards, if the version is 2.
        shortest = size * min(image.size) / max(image.size) if resize == "pad" else size
        image.draft("RGB", tuple(math.ceil(size if side == max(image.size) else shortest) for side in image.size))
        reduces = version > 1 and image.format not in ("JPEG", "MPO")
        image = ImageOps.exif_transpose(image)
        if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
            image = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        image = image.convert("RGB")
    if reduces:
        side = max(image.size) if resize == "pad" else min(image.size)
        image = image.reduce(max(factor for factor in (1, 2, 4, 8) if factor == 1 or side >= factor * size))
    return numpy.asarray(_square(image, size, resize), numpy.float32)


def _square(image, size, resize):
    """Stretches an image, or its middle square, or the image in the middle of a black square."""
    width, height = image.size
    if resize == "crop":
        side = min(width, height)
        left, top = _round((width - side) / 2), _round((height - side) / 2)
        return _stretch(image.crop((left, top, left + side, top + side)), size, size)
    if resize == "pad":
        side = max(width, height)
        left, top = _round((side - width) / 2 * size / side), _round((side - height) / 2 * size / side)
        inside = _stretch(image, min(size, _round(width * size / side)), min(size, _round(height * size / side)))
        square = Image.new("RGB", (size, size))
        square.paste(inside, (left, top))
        return square
    return _stretch(image, size, size)


def _stretch(image, width, height):
    """Area averaging along an axis that shrinks, bilinear along one that grows."""
    width, height = max(1, width), max(1, height)
    image = image.resize((width, image.height), Image.BOX if image.width > width else Image.BILINEAR)
    return image.resize((width, height), Image.BOX if image.height > height else Image.BILINEAR)


def _round(number):
    return math.floor(number + 0.5)
