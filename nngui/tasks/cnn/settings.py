"""What can be set in section 7: where the images come from, and how they are changed."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from nngui.core.networks.cnn_spec import CnnNetwork, layer_rows
from nngui.core.spec import DataSpec, Spec, setting
from nngui.core.spec.schedule import MAX_POINTS
from nngui.core.spec.spec import (
    ClassWeights,
    class_weights_setting,
    label_smoothing_setting,
)
from nngui.core.text import mark

Kind = Literal["digits", "fashion_mnist", "file"]
KINDS = {
    "digits": mark("core", "Digits"),
    "fashion_mnist": mark("core", "Fashion"),
    "file": mark("core", "Own images"),
}
Colours = Literal["auto", "grey", "colour"]
COLOURS = {
    "auto": mark("core", "as they are"),
    "grey": mark("core", "grey"),
    "colour": mark("core", "coloured"),
}
Fit = Literal["squash", "pad", "crop"]
FITS = {
    "squash": mark("core", "squash"),
    "pad": mark("core", "pad with black"),
    "crop": mark("core", "crop the edges"),
}
FILE = {"kind": ("file",)}
SHAPES = {"digits": (1, 8, 8), "fashion_mnist": (1, 28, 28)}
CLASSES = 10  # digits have as many as clothes


class CnnData(DataSpec):
    """Images, each of a class: digits, clothes, or a user's own."""

    kind: Kind = setting(
        "digits",
        mark("core", "Images"),
        mark(
            "core",
            "Digits: 1,797 of 8 × 8 pixels; of each digit, every fifth is kept for the test. Fashion-MNIST: 10,000 clothes of 28 × 28 pixels, and 2,000 for the test.",
        ),
        labels=KINDS,
    )
    path: str = setting(
        "",
        mark("core", "From"),
        mark(
            "core",
            "An IDX file such as train-images-idx3-ubyte.gz, NumPy arrays (.npz), or a folder with a folder of images for each class.",
        ),
        when=FILE,
        max_length=4096,
    )
    images: int = setting(
        0,
        mark("core", "Number"),
        mark("core", "At most so many images to train on, and to test on."),
        ge=0,
        le=MAX_POINTS,
        zero=mark("core", "all"),
    )
    side: int = setting(
        0,
        mark("core", "Scale to"),
        mark("core", "Images are scaled to squares of so many pixels."),
        ge=0,
        le=512,
        zero=mark("core", "as they are"),
        when=FILE,
    )
    fit: Fit = setting(
        "squash",
        mark("core", "Other shapes"),
        mark("core", "What is done to images that are no squares when they are scaled."),
        labels=FITS,
        when=FILE,
    )
    colours: Colours = setting(
        "auto",
        mark("core", "Colours"),
        mark("core", "Grey images have one channel, coloured ones three: red, green and blue."),
        labels=COLOURS,
        when=FILE,
    )
    standardise: bool = setting(
        True,
        mark("core", "Standardise"),
        mark("core", "The network sees pixels with mean 0 and deviation 1, over all images."),
    )
    shift: int = setting(
        0,
        mark("core", "Shift"),
        mark("core", "Each image is shifted at random by up to so many pixels, anew in each step."),
        live=True,
        ge=0,
        le=64,
        zero=mark("core", "off"),
    )
    rotate: float = setting(
        0.0,
        mark("core", "Rotate"),
        mark("core", "Each image is turned at random by up to so many degrees, anew in each step."),
        live=True,
        ge=0,
        le=180,
        zero=mark("core", "off"),
    )


class CnnSpec(Spec):
    """The settings of this section. `TASK` has the tutorial's values."""

    data: CnnData = CnnData()
    network: CnnNetwork = CnnNetwork()
    loss: Literal["cross_entropy"] = setting(
        "cross_entropy",
        mark("core", "Loss"),
        labels={"cross_entropy": "CrossEntropy"},
    )
    class_weights: ClassWeights = class_weights_setting()
    label_smoothing: float = label_smoothing_setting()

    @model_validator(mode="after")
    def _check_layers(self) -> CnnSpec:
        if self.data.kind in SHAPES:  # own images are only opened by the run
            layer_rows(self.network, SHAPES[self.data.kind], CLASSES)
        return self
