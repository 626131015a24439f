"""Models for other programs: ONNX, and PyTorch's own exported programs (``.pt2``).

PyTorch traces the network for this, and patches itself while it does; so these functions are for
a process in which nothing else trains (see ``nngui export``).
"""

from __future__ import annotations

import io
import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from nngui.core.errors import FileError
from nngui.core.networks.layer_shapes import sample_shape_text
from nngui.core.networks.layers import LayerError, output_shape
from nngui.core.text import mark
from nngui.files.atomic import replacing_bytes
from nngui.files.models.assumed import guessed_size, joined
from nngui.files.models.export_size import check_export
from nngui.files.models.onnx_packages import HOW_TO_GET_ONNX, has_onnx
from nngui.files.models.reader import read_model
from nngui.files.models.writer import on_cpu, save_model, save_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from torch import Tensor, nn

    from nngui.core.data.image_preparation import ImagePreparation
    from nngui.core.data.preparation import Preparation
    from nngui.core.errors import NnguiError
    from nngui.core.networks.layer_shapes import Shape
    from nngui.core.networks.layers import Layer
    from nngui.files.models.assumed import GuessedSize
    from nngui.files.models.reader import ModelFile

INPUT, OUTPUT = "x", "prediction"
TRACED = (".onnx", ".pt2")
NEAR = 1e-4  # relative and absolute: another runtime adds in another order


def export_model(
    model: Path, path: Path, *, assume: bool = False, sample: tuple[int, ...] | None = None
) -> tuple[NnguiError, ...]:
    """Write a saved whole model in the format that the new file's suffix says.

    Parameters
    ----------
    assume : bool
        Whether to go on where the file does not say how its network computes, or pictures of what
        size it takes: as it is assumed then.
    sample : tuple of int, optional
        The shape of a sample, where the file does not tell it.

    Returns
    -------
    tuple of NnguiError
        What is to be said of it, a sentence each: what was assumed, and what the file holds.

    Raises
    ------
    FileError
        When the model cannot be opened, holds parameters only, cannot be written so, or when
        something would have to be assumed.
    """

    def preparation() -> Preparation | ImagePreparation | None:
        return file.preparation or file.images

    writers: dict[str, Callable[[nn.Module, Shape, Path], None]] = {
        ".onnx": export_onnx,
        ".pt2": export_pt2,
        ".safetensors": lambda net, _sample, path: save_parameters(
            net, path, file.preparation or file.images
        ),
        ".pkl": lambda net, _sample, path: save_model(net, path, file.preparation or file.images),
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        text = mark("core", "{path} names no known format: let it end with one of {suffixes}.")
        raise FileError(text, path=path, suffixes=", ".join(writers))
    file = read_model(model)
    if file.net is None or file.layer is None or file.input is None:
        text = mark("core", "{path} holds parameters only: exporting takes a whole model.")
        raise FileError(text, path=model)
    shape = file.input if sample is None else sample
    guess = None
    if sample is not None:
        _check_sample(file, file.layer, sample)
    elif path.suffix.lower() in TRACED:  # what is traced is for samples of one size
        guess = guessed_size(file)
    if not assume:
        _refuse_doubts(file, guess)
    if path.suffix.lower() in TRACED:
        check_export(file.layer, shape, path)
    writer(file.net, shape, path)
    return (*file.notes, *((guess.note,) if guess else ()))


def _check_sample(file: ModelFile, layer: Layer, sample: Shape) -> None:
    try:
        output_shape(layer, sample)
    except LayerError as error:
        text = mark("core", "{path} takes no sample of {sample}: {why}.")
        shown = sample_shape_text(sample)
        raise FileError(text, path=file.path, sample=shown, why=error) from error


def _refuse_doubts(file: ModelFile, guess: GuessedSize | None) -> None:
    """Refuse what would export another function than the file's, or for no pictures that are."""
    doubts: list[NnguiError] = list(file.assumptions)
    text = mark(
        "core",
        "{path} was not exported, as it might compute something else. {why} With --assume it is "
        "exported so.",
    )
    if guess is not None and guess.is_any:
        doubts.append(guess.note)
        text = mark(
            "core",
            "{path} was not exported, as it might compute something else. {why} With --assume it "
            "is exported so, with --sample 1x28x28 and the like for pictures of that size.",
        )
    if doubts:
        raise FileError(text, path=file.path, why=joined(doubts))


def export_onnx(net: nn.Module, sample: Shape, path: Path) -> None:
    """Write a network as ONNX: input ``x``, output ``prediction``, any batch size.

    Parameters
    ----------
    sample : tuple of int
        The shape of a sample, without the batch.

    Raises
    ------
    FileError
        When the packages are missing, the file cannot be written, or what was written computes
        something else; an old file stays.
    """
    if not has_onnx():
        text = mark("core", "ONNX needs two packages that are not here. Get them by: {command}")
        raise FileError(text, command=HOW_TO_GET_ONNX)
    import onnx
    from onnx.reference import ReferenceEvaluator

    own, x, y = _example(net, sample)
    with _quietly():
        program = torch.onnx.export(
            own,
            (x,),
            dynamo=True,
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            input_names=[INPUT],
            output_names=[OUTPUT],
            verbose=False,
        )
    assert program is not None

    def check(temporary: Path) -> None:
        model = onnx.load(str(temporary))
        onnx.checker.check_model(model)
        with _quietly():
            (found,) = ReferenceEvaluator(model).run(None, {INPUT: x.numpy()})
        _compare(torch.from_numpy(found), y, path)

    with replacing_bytes(path, check) as file:
        file.write(program.model_proto.SerializeToString())


def export_pt2(net: nn.Module, sample: Shape, path: Path) -> None:
    """Write a network as an exported program, for ``torch.export.load``; any batch size.

    Raises
    ------
    FileError
        When the file cannot be written, or what was written computes something else.
    """
    own, x, y = _example(net, sample)
    with _quietly():
        program = torch.export.export(own, (x,), dynamic_shapes=({0: torch.export.Dim("batch")},))

    def check(temporary: Path) -> None:
        with _quietly(), temporary.open("rb") as written:  # our own file, of a moment ago
            _compare(torch.export.load(written).module()(x), y, path)

    buffer = io.BytesIO()  # see `writer`: a full disk is the system's error, not PyTorch's
    with _quietly():
        torch.export.save(program, buffer)
    with replacing_bytes(path, check) as file:
        file.write(buffer.getvalue())


def _example(net: nn.Module, sample: Shape) -> tuple[nn.Module, Tensor, Tensor]:
    """Return the network as it predicts, two samples, and what it makes of them."""
    own = on_cpu(net).eval()
    if any(size is None for size in sample):
        text = mark(
            "core",
            "The network does not tell the size of its pictures: give it by --sample, such as "
            "--sample 3x224x224.",
        )
        raise FileError(text)
    shape = [2, *(size or 0 for size in sample)]
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        return own, x, own(x)


def _compare(found: Tensor, wanted: Tensor, path: Path) -> None:
    near = found.shape == wanted.shape and torch.allclose(
        found, wanted, rtol=NEAR, atol=NEAR, equal_nan=True
    )
    if not near:
        text = mark("core", "{path} was not exported: it would compute something else.")
        raise FileError(text, path=path)


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep what PyTorch's exporters say to their developers from the user."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "torch.export", "onnxscript")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
