"""The images of section 7, as tensors and as the file that an exported script reads."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nngui.core.code_text import DataCode, function_code
from nngui.core.errors import DataError, FileError, SettingError
from nngui.core.networks.cnn_spec import layer_rows
from nngui.core.script import READ_TENSORS
from nngui.core.text import mark
from nngui.tasks.cnn.settings import CLASSES, SHAPES, CnnData, CnnSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

    from nngui.core.data.data import Data
    from nngui.files.images.reader import Images


SAVING = [  # what was learned of the pixels: a project's preparation.json has the rest
    'about = Path(__file__).with_name("preparation.json")',
    'learned = json.loads(about.read_text(encoding="utf-8"))',
    'learned |= {"mean": x_mean.item(), "std": x_std.item()}',
    'about.write_text(json.dumps(learned, indent=1), encoding="utf-8")',
]
MAX_BATCH = 1 << 29  # values that all layers make of one batch: 2 GB, and as much for gradients


def make_data(spec: CnnSpec) -> Data:
    """Return the images: x between 0 (black) and 1 (white), y the number of the class."""
    import torch

    from nngui.core.data.data import Data
    from nngui.core.data.pictures import PictureFit
    from nngui.files.images.notes import left_out_records

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
        pictures=PictureFit(spec.data.fit, found.deep_white),
        notes=found.notes,
        left_out=left_out_records(found.left_out),
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
    return read_images(Path(d.path), d.images, d.side, d.colours, how=d.fit)


def sample_shape(spec: CnnSpec) -> tuple[tuple[int, ...], int]:
    """Return an image's shape, (channels, height, width), and the number of classes.

    Raises
    ------
    FileError
        When a user's own images cannot be read.
    """
    d = spec.data
    if d.kind in SHAPES:
        return SHAPES[d.kind], CLASSES
    from nngui.files.images.reader import image_shape  # imports numpy

    _check_path(d)
    return image_shape(Path(d.path), d.side, d.colours)


def shape_in_memory(spec: CnnSpec) -> tuple[tuple[int, ...], int] | None:
    """Return the same, unless a user's own images would have to be read for it.

    Raises
    ------
    DataError
        When no images are chosen.
    """
    d = spec.data
    if d.kind in SHAPES:
        return SHAPES[d.kind], CLASSES
    from nngui.files.images.reader import known_image_shape  # imports numpy

    _check_path(d)
    return known_image_shape(Path(d.path), d.side, d.colours)


def augmenter(spec: CnnSpec, x: Tensor) -> Callable[[Tensor], Tensor] | None:
    """Return what changes each batch at random, if anything does."""
    from nngui.core.data.augment import augment

    d = spec.data
    black = x.min().item()
    return (lambda batch: augment(batch, d.shift, d.rotate, black)) if _augments(d) else None


def data_code(spec: CnnSpec) -> DataCode:
    """Return the lines that read the same images in a plain script, from a file beside it."""
    d = spec.data
    shape, classes = shape_in_memory(spec) or sample_shape(spec)
    own, white = d.kind not in SHAPES, 16 if d.kind == "digits" else 255
    lines = [
        READ_TENSORS,
        f"x, y = images['x'].float() / {white}, images['y']",
        f"x_test, y_test = images['x_test'].float() / {white}, images['y_test']",
    ]
    code = DataCode(
        lines,
        shape,
        classes,
        _standardised(d),
        reads_images=True,
        are_own=own,
        may_lack_test=own,
        saving=SAVING if d.standardise else [],
    )
    if not _augments(d):
        return code
    lines = [*function_code("nngui.core.data.augment", "augment"), *lines]
    return replace(
        code,
        lines=lines,
        after=["black = x.min().item()"],
        seen=f"augment({{x}}, {d.shift}, {d.rotate}, black)",
    )


def script_data(spec: CnnSpec) -> dict[str, NDArray[Any]]:
    """Return the arrays that the exported script reads, and what else a project tells of them."""
    import numpy as np

    found = images(spec)
    return {
        "x": found.x,
        "y": found.y,
        "x_test": found.x_test,
        "y_test": found.y_test,
        "classes": np.array(found.classes, "U"),
        "deep_white": np.array([found.deep_white]),
    }


def data_for_network(spec: CnnSpec, shape: tuple[int, ...], outputs: int) -> dict[str, Any] | None:
    """Return what to change so that there are images of this shape and so many classes."""
    try:
        if sample_shape(spec) == (shape, outputs):
            return {}
    except (
        DataError,
        FileError,
    ):  # there are no own images: those that come with the program may fit
        pass
    kind = next((kind for kind, known in SHAPES.items() if known == shape), None)
    return {"data.kind": kind} if kind and outputs == CLASSES else None


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
