"""Whether a network can be exported in good time: told from its layers, before it is traced.

An export computes two samples, writes the network, and computes them once more from what was
written; ONNX by its own reference evaluator, which lays all windows of a convolution side by side.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nngui.core.errors import FileError, NoMemoryError
from nngui.core.memory import free_memory
from nngui.core.networks.layers import LAYERS, leaves
from nngui.core.text import mark

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.networks.layer_shapes import Shape
    from nngui.core.networks.layers import Layer

MAX_WORK = 10**11  # multiply-adds for a sample: about a minute for all of it (VGG-16 has 1.5e10)
POOL_WORK = 10  # multiply-adds in whose time a pool compares two numbers
SAMPLES = 2
COPIES = 5  # of the parameters: opened, copied, traced, written, read back
FLOAT = 4  # bytes
MAX_SHARE = 0.9  # of the free memory


def check_export(layer: Layer, sample: Shape, path: Path) -> None:
    """Refuse an export that would take hours, or more memory than there is.

    Parameters
    ----------
    sample : tuple of int
        The shape of a sample; where a size is not known, nothing is refused.
    path : Path
        Where it was to be written, for the sentence.

    Raises
    ------
    FileError
        Naming the layer that takes most of the time.
    NoMemoryError
        Naming how much it would take.
    """
    if any(size is None for size in sample):
        return
    work, most, slowest, at_once, parameters = 0, -1, "", 0, 0
    shape = sample
    for name, leaf in leaves(layer):
        shape = LAYERS[leaf.kind].shape(leaf.options, shape)
        own, windows = _costs(leaf, shape)
        work, at_once = work + own, max(at_once, windows)
        parameters += sum(math.prod(t) for t in LAYERS[leaf.kind].tensors(leaf.options).values())
        if own > most:
            most, slowest = own, f"{name} ({leaf.kind})"
    if work > MAX_WORK:
        text = mark(
            "core",
            "{path} was not exported: a single sample takes {work} multiply-adds, most of them in "
            "the layer {layer}, and at most {most} are possible. Export a smaller network, or "
            "smaller pictures.",
        )
        raise FileError(text, path=path, work=f"{work:.2g}", layer=slowest, most=f"{MAX_WORK:.2g}")
    needed = FLOAT * (COPIES * parameters + 2 * SAMPLES * at_once)
    free = free_memory() * MAX_SHARE
    if needed > free:
        text = mark(
            "core",
            "{path} was not exported: that would take {needed} GB of memory, and {free} GB can be "
            "had. Export a smaller network, or smaller pictures.",
        )
        values = {"needed": f"{needed / 1e9:,.1f}", "free": f"{free / 1e9:,.1f}"}
        raise NoMemoryError(text, path=path, **values)


def _costs(leaf: Layer, shape: Shape) -> tuple[int, int]:
    """Return a layer's multiply-adds for a sample, and how many numbers it lays side by side.

    Parameters
    ----------
    shape : tuple of int
        What it makes of the sample.
    """
    made = math.prod(size or 0 for size in shape)
    weight = LAYERS[leaf.kind].tensors(leaf.options).get("weight", ())
    if leaf.kind.startswith("Conv"):
        window = math.prod(weight[1:])
        return made * window, made // shape[0] * window * leaf.options["groups"] if shape[0] else 0
    if leaf.kind == "Linear":
        return made * weight[1], made
    if "kernel_size" in leaf.options:
        return made * math.prod(leaf.options["kernel_size"]) * POOL_WORK, made
    return made, made
