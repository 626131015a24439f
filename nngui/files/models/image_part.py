"""The part of a model file that says what a network for images expects of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.data.image_preparation import read_image_preparation
from nngui.core.errors import NnguiError
from nngui.core.networks.layers import LayerError, output_shape
from nngui.core.text import mark
from nngui.files.models.errors import inconsistent

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.data.image_preparation import ImagePreparation
    from nngui.core.networks.layer_shapes import Shape
    from nngui.core.networks.layers import Layer

IMAGES = "nngui.images.json"  # what it is called


def checked_images(path: Path, layer: Layer | None, text: str | bytes) -> ImagePreparation:
    """Read the part, and hold it against the network in the file, where there is one.

    Raises
    ------
    ModelFileError
        When it makes no sense, or is that of another network.
    """
    try:
        images = read_image_preparation(text)
    except NnguiError as error:
        raise inconsistent(path, error) from error
    if layer is not None and _output_of(layer, images.shape) != (images.outputs,):
        reason = mark("core", "its description of the images is not that of its layers")
        raise inconsistent(path, reason)
    return images


def _output_of(layer: Layer, shape: Shape) -> Shape | None:
    try:
        return output_shape(layer, shape)
    except LayerError:
        return None  # it takes no such pictures
