"""What a model file holds, in words: for ``nngui inspect``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.networks.layers import leaves, module
from nngui.files.memory import bytes_text
from nngui.files.models.assumed import guessed_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor

    from nngui.core.networks.layers import Layer
    from nngui.files.models.reader import ModelFile

KINDS = {"model": "whole model", "parameters": "parameters"}
FORMATS = {"zip": "PyTorch", "legacy": "PyTorch before 1.6", "safetensors": "safetensors"}
MAX_NAMES = 12
WIDTH = 24  # of the column with the names


def describe_file(file: ModelFile) -> Iterator[str]:
    """Yield a line of summary, then indented details: layers, parameters, what was assumed."""
    count = sum(tensor.numel() for tensor in file.parameters.values())
    about = [KINDS[file.kind], FORMATS[file.format], f"{count:,} numbers", bytes_text(file.size)]
    yield f"{file.path}: {', '.join(about)}"
    if file.layer is not None:
        yield f"  network: {network_text(file.layer)}"
        sizes = " × ".join("?" if size is None else f"{size:,}" for size in file.input or ())
        yield f"  a sample: {sizes} {'number' if sizes == '1' else 'numbers'}"
        for name, layer in leaves(file.layer):
            yield f"    {name or '-':<{WIDTH}} {module(layer)}"
    if file.preparation is not None:
        made = file.preparation
        yield f"  predicts: {made.target}{f' ({_few(made.classes)})' if made.classes else ''}"
        yield f"  from columns: {_few(made.columns)}"
    if file.images is not None:
        images = file.images
        colours = "colour" if images.channels == 3 else "grey"
        yield f"  predicts: class ({_few(images.classes)})"
        yield f"  from pictures: {images.width} × {images.height}, {colours}, {images.fit}"
    yield "  parameters:"
    for name, tensor in file.parameters.items():
        yield f"    {name:<{WIDTH}} {tensor_text(tensor)}"
    guess = guessed_size(file)
    for note in (*file.notes, *((guess.note,) if guess else ())):
        yield f"  note: {note}"


def _few(names: Sequence[str]) -> str:
    more = f", … (+{len(names) - MAX_NAMES})" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more


def network_text(network: Layer) -> str:
    """Return what a network is made of, in a line: ``Linear 1→10 · ReLU · Linear 10→1``."""
    return " · ".join(_short(leaf) for _, leaf in leaves(network)) or "no layers"


def tensor_text(tensor: Tensor) -> str:
    """Return a tensor's type and shape: ``float32 10 × 1``."""
    sizes = " × ".join(f"{size:,}" for size in tensor.shape)
    return f"{str(tensor.dtype).removeprefix('torch.')} {sizes or 'one number'}"


def _short(layer: Layer) -> str:
    options = layer.options
    for before, after in (("in_features", "out_features"), ("in_channels", "out_channels")):
        if before in options:
            return f"{layer.kind} {options[before]:,}→{options[after]:,}"
    return layer.kind
