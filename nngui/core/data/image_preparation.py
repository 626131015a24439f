"""What a network that was trained on images expects of a picture, and what its outputs mean.

It is saved with the network, so that the model can be asked about any picture.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from nngui.core.data.pictures import WHITE
from nngui.core.data.preparation import Names, Preparation, preparation_of
from nngui.core.errors import NnguiError
from nngui.core.spec import Frozen
from nngui.core.text import mark

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from nngui.core.arrays import Floats
    from nngui.core.data.data import Data, Prepared

MAX_SIDE = 65_535  # pixels
MAX_VALUES = 1 << 27  # of one picture, over all channels
Side = Annotated[int, Field(ge=1, le=MAX_SIDE)]


class ImagePreparation(Frozen):
    """How a picture becomes an input; frozen, and checked when it is read.

    Attributes
    ----------
    channels : int
        1 for grey, 3 for red, green and blue.
    height, width : int
        Pixels.
    fit, deep_white
        See `pictures.PictureFit`.
    mean, std : float
        What is subtracted from pixels between 0 and 1, and what they are divided by then.
    classes : tuple of str
        The classes' names, in the order of the outputs.
    """

    version: Literal[1] = 1
    channels: Literal[1, 3]
    height: Side
    width: Side
    fit: Literal["squash", "pad", "crop"] = "squash"
    deep_white: Annotated[int, Field(ge=1)] = WHITE
    mean: Annotated[float, Field(allow_inf_nan=False)]
    std: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    classes: Names

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.classes) < 2 or math.prod(self.shape) > MAX_VALUES:
            raise ValueError("classes are several, and pictures have a bearable size")
        return self

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of an input: (channels, height, width)."""
        return self.channels, self.height, self.width

    @property
    def outputs(self) -> int:
        """How many values the network gives for a picture."""
        return len(self.classes)

    def inputs(self, pixels: NDArray[np.uint8]) -> Tensor:
        """Return pictures as the network sees them, float32.

        Parameters
        ----------
        pixels : ndarray
            Shape (n, channels, height, width), uint8.
        """
        import torch

        # Plain in memory, as in training: another order gives other last bits.
        x = torch.empty(pixels.shape).copy_(torch.from_numpy(pixels.copy())) / WHITE
        return (x - torch.tensor(self.mean)) / torch.tensor(self.std)

    def predict(self, net: nn.Module, pixels: NDArray[np.uint8]) -> Floats:
        """Return what the network says of a picture: the classes' probabilities.

        It is asked about one picture alone, so that the last bits are always the same.

        Parameters
        ----------
        pixels : ndarray
            Shape (channels, height, width), uint8.

        Returns
        -------
        ndarray
            Shape (classes,), float32.
        """
        import torch

        from nngui.core.forward import evaluating

        torch.set_num_threads(1)  # of this thread; another number gives other last bits
        with evaluating(net):
            found: Floats = net(self.inputs(pixels[None])).softmax(1)[0].numpy()
        return found


def any_preparation_of(data: Data, prepared: Prepared) -> Preparation | ImagePreparation | None:
    """Return what a run's networks expect of a table's rows, or of a picture; None of others."""
    return preparation_of(data, prepared) or image_preparation_of(data, prepared)


def image_preparation_of(data: Data, prepared: Prepared) -> ImagePreparation | None:
    """Return what a run's networks expect of a picture; None without images."""
    if data.pictures is None:
        return None
    channels, height, width = data.x.shape[1:]
    return ImagePreparation(
        channels=1 if channels == 1 else 3,
        height=height,
        width=width,
        fit=data.pictures.how,
        deep_white=data.pictures.deep_white,
        mean=prepared.x_mean.flatten()[0].item(),
        std=prepared.x_std.flatten()[0].item(),
        classes=data.classes,
    )


def read_image_preparation(text: str | bytes) -> ImagePreparation:
    """Read what `ImagePreparation.model_dump_json` wrote.

    Raises
    ------
    NnguiError
        When it makes no sense.
    """
    try:
        return ImagePreparation.model_validate_json(text)
    except ValidationError as error:
        raise NnguiError(mark("core", "its description of the images makes no sense")) from error
