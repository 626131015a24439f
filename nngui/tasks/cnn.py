"""Section 7: tell images apart. A convolutional network learns which digit an image shows."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import model_validator

from nngui.core.code_text import DataCode, function_code
from nngui.core.errors import DataError, FileError, SettingError
from nngui.core.networks.cnn import Cnn
from nngui.core.networks.cnn_spec import CnnNetwork, layer_rows
from nngui.core.preset import Preset
from nngui.core.spec import DataSpec, OptimizerSpec, ScheduleSpec, Spec, setting
from nngui.core.spec.schedule import MAX_POINTS
from nngui.core.spec.spec import ClassWeights, class_weights_setting
from nngui.core.task import Task
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

    from nngui.core.data.data import Data
    from nngui.files.images.reader import Images

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
FILE = {"kind": ("file",)}
SHAPES = {"digits": (1, 8, 8), "fashion_mnist": (1, 28, 28)}
CLASSES = 10  # of both
MAX_BATCH = 1 << 29  # values that all layers make of one batch: 2 GB, and as much for gradients


class CnnData(DataSpec):
    """Images, each of a class: digits, clothes, or a person's own."""

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
            "An IDX file such as train-images-idx3-ubyte.gz, NumPy arrays (.npz), or a folder with a folder of PNG or JPEG images for each class.",
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
    """The settings of this section."""

    data: CnnData = CnnData()
    network: CnnNetwork = CnnNetwork()
    loss: Literal["cross_entropy"] = setting(
        "cross_entropy",
        mark("core", "Loss"),
        labels={"cross_entropy": "CrossEntropy"},
    )
    class_weights: ClassWeights = class_weights_setting()
    optimizer: OptimizerSpec = OptimizerSpec(name="adam", lr=0.001, beta2=0.999)
    schedule: ScheduleSpec = ScheduleSpec(epochs=10, batch_size=64)

    @model_validator(mode="after")
    def _check_layers(self) -> CnnSpec:
        if self.data.kind in SHAPES:  # a file is opened by the run, not here
            layer_rows(self.network, SHAPES[self.data.kind], CLASSES)
        return self


def make_data(spec: CnnSpec) -> Data:
    """Return the images: x between 0 (black) and 1 (white), y the number of the class."""
    import torch

    from nngui.core.data.data import Data

    found = images(spec)
    x, x_test = (
        torch.from_numpy(part.astype("float32")) / found.white for part in (found.x, found.x_test)
    )
    y, y_test = (torch.from_numpy(part.copy()) for part in (found.y, found.y_test))
    _check_batch(spec, found)
    return Data(
        x,
        y,
        features=("pixels",),
        target="class",
        classes=found.classes,
        standardise=spec.data.standardise,
        held_out=(x_test, y_test) if len(x_test) else None,
    )


def images(spec: CnnSpec) -> Images:
    """Return the images that the settings name.

    Raises
    ------
    FileError
        When they cannot be read.
    """
    from nngui.files.images.reader import read_images, shipped_images  # these import numpy

    d = spec.data
    if d.kind in SHAPES:
        return shipped_images(d.kind).first(d.images)
    _check_path(d)
    return read_images(Path(d.path), d.images, d.side, d.colours)


def sample_shape(spec: CnnSpec) -> tuple[tuple[int, ...], int]:
    """Return an image's shape, (channels, height, width), and the number of classes.

    Raises
    ------
    FileError
        When a person's own images cannot be read.
    """
    d = spec.data
    if d.kind in SHAPES:
        return SHAPES[d.kind], CLASSES
    from nngui.files.images.reader import image_shape  # imports numpy

    _check_path(d)
    return image_shape(Path(d.path), d.side, d.colours)


def augmenter(spec: CnnSpec, x: Tensor) -> Callable[[Tensor], Tensor] | None:
    """Return what changes each batch at random, if anything does."""
    from nngui.core.data.augment import augment

    d = spec.data
    black = x.min().item()
    return (lambda batch: augment(batch, d.shift, d.rotate, black)) if _augments(d) else None


def data_code(spec: CnnSpec) -> DataCode:
    """Return the lines that read the same images in a plain script, from a file beside it."""
    d = spec.data
    shape, classes = sample_shape(spec)
    white = 16 if d.kind == "digits" else 255
    lines = [
        "images = torch.load(IMAGES, weights_only=True)",
        f"x, y = images['x'].float() / {white}, images['y']",
        f"x_test, y_test = images['x_test'].float() / {white}, images['y_test']",
    ]
    if not _augments(d):
        return DataCode(lines, shape, classes, _standardised(d), reads_images=True)
    lines = [*function_code("nngui.core.data.augment", "augment"), *lines]
    return DataCode(
        lines,
        shape,
        classes,
        _standardised(d),
        reads_images=True,
        after=["black = x.min().item()"],
        seen=f"augment({{x}}, {d.shift}, {d.rotate}, black)",
    )


def script_data(spec: CnnSpec) -> dict[str, NDArray[Any]]:
    """Return the arrays that the exported script reads."""
    found = images(spec)
    return {"x": found.x, "y": found.y, "x_test": found.x_test, "y_test": found.y_test}


def for_network(spec: CnnSpec, shape: tuple[int, ...], outputs: int) -> CnnSpec | None:
    """Return the settings for images of this shape and so many classes."""
    try:
        if sample_shape(spec) == (shape, outputs):
            return spec
    except (DataError, FileError):  # no images are open: those here may do
        pass
    kind = next((kind for kind, known in SHAPES.items() if known == shape), None)
    return spec.changed("data", kind=kind) if kind and outputs == CLASSES else None


def _standardised(d: CnnData) -> tuple[str, ...]:
    return ("x",) if d.standardise else ()


def _augments(d: CnnData) -> bool:
    return bool(d.shift or d.rotate)


def _check_path(d: CnnData) -> None:
    if not d.path:
        text = mark(
            "core",
            "No images are chosen yet: open an IDX file or a folder of images (data.path), or take the digits.",
        )
        raise DataError(text)


def _check_batch(spec: CnnSpec, found: Images) -> None:
    """Refuse batches that would fill the memory."""
    rows = layer_rows(spec.network, found.x.shape[1:], len(found.classes))
    each = sum(math.prod(row.shape) for row in rows)
    size = spec.schedule.batch_size or len(found.x)
    if each * size > MAX_BATCH:
        text = mark(
            "core",
            "A batch of {n} images through this network would take {gb} GB of memory: set the batch size to {fit} or less.",
        )
        gb = f"{8 * each * size / 1e9:.0f}"
        raise SettingError(text, n=f"{size:,}", gb=gb, fit=f"{MAX_BATCH // each:,}")


PRESETS = (
    Preset(
        "no-convolution",
        mark("core", "Without convolutions"),
        mark(
            "core",
            "A single layer sees pixels, not strokes: it needs longer and ends lower. Add a convolution, and compare the accuracy on the test images.",
        ),
        {"network.conv": (), "network.hidden": ()},
    ),
    Preset(
        "rate-too-high",
        mark("core", "Learning rate too high"),
        mark(
            "core",
            "At 0.1 Adam throws the weights about, and the network ends by guessing: one in ten is right. Divide the rate by 100.",
        ),
        {"optimizer.lr": 0.1, "network.batch_norm": False},
    ),
    Preset(
        "few-images",
        mark("core", "Few images"),
        mark(
            "core",
            "With 200 images all of the training images are soon right, and the others are not: it learns them by heart. Shift and rotate them a little.",
        ),
        {
            "data.images": 200,
            "network.batch_norm": False,
            "schedule.batch_size": 32,
            "schedule.epochs": 20,
        },
    ),
    Preset(
        "turned",
        mark("core", "Turned images"),
        mark(
            "core",
            "Digits turned by any angle are harder: a 6 becomes a 9. See in the confusion matrix which of them are taken for each other.",
        ),
        {"data.rotate": 180.0},
    ),
)


TASK = Task(
    name="cnn",
    title=mark("core", "CNN"),
    order=7,
    icon="mdi6.image-multiple-outline",
    spec=CnnSpec(),
    network=Cnn(),
    redraw_every=1,
    make_data=make_data,
    data_code=data_code,
    for_network=for_network,
    augmenter=augmenter,
    script_data=script_data,
    presets=PRESETS,
)
