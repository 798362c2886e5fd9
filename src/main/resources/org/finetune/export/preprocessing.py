"""Prepares photos as the model was trained with them; preprocessing.json says how. Needs numpy and pillow."""

import numpy
from PIL import Image, ImageOps


def pixels(photo, size, version=2):
    """Returns a photo as float32 array [size, size, 3] of RGB values from 0 to 255; version is that of preprocessing.json."""
    with Image.open(photo) as image:
        # Reduces the photo to the smallest of the scales 1, 1/2, 1/4 and 1/8 that is not below the size: a JPEG file while it
        # is decoded, any other afterwards, if the version is 2.
        image.draft("RGB", (size, size))
        reduces = version > 1 and image.format not in ("JPEG", "MPO")
        image = ImageOps.exif_transpose(image)
        if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
            image = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        image = image.convert("RGB")
    if reduces:
        image = image.reduce(max(factor for factor in (1, 2, 4, 8) if factor == 1 or min(image.size) >= factor * size))
    image = image.resize((size, image.height), _filter(image.width, size))
    image = image.resize((size, size), _filter(image.height, size))
    return numpy.asarray(image, numpy.float32)


def scaled(photo, size, version=2):
    """Returns a photo as float32 array [size, size, 3] of RGB values scaled to [-1, 1], likewise."""
    return pixels(photo, size, version) / 127.5 - 1


def _filter(length, size):
    """Area averaging along an axis that shrinks, bilinear along one that grows."""
    return Image.BOX if length > size else Image.BILINEAR
