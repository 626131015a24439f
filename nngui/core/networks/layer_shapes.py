"""The shape that a layer makes of a sample, by PyTorch's own rules, and whether layers chain.

A shape is a tuple without the batch: ``(features,)``, ``(channels, length)`` or ``(channels,
height, width)``. A size that is not known is None. The formulas are those in the documentation of
`torch.nn`; rules raise `ShapeError` with what they wanted.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Shape = tuple[int | None, ...]
    Options = Mapping[str, Any]
    Rule = Callable[[Options, Shape], Shape]

LARGEST_SAMPLE = 1 << 24  # values that a layer may make of one sample: 64 MB


class ShapeError(NnguiError):
    """A layer cannot take what the one before it makes."""


def sample_shape_text(shape: Shape) -> str:
    """Return a sample's shape as people write it: ``1 × 28 × 28``."""
    return " × ".join("?" if size is None else f"{size:,}" for size in shape) or "1"


def same(_options: Options, shape: Shape) -> Shape:
    """Give back what came in, as activations do."""
    return shape


def linear(options: Options, shape: Shape) -> Shape:
    """Replace the last size."""
    _want(shape, -1, options["in_features"])
    return (*shape[:-1], options["out_features"])


def flatten(options: Options, shape: Shape) -> Shape:
    """Join the sizes from one dimension to another; the batch itself may not be joined."""
    rank = len(shape) + 1
    first, last = (options[name] % rank for name in ("start_dim", "end_dim"))
    for name in ("start_dim", "end_dim"):
        if not -rank <= options[name] < rank:
            raise _misfit(shape)
    if first == 0 or last < first:
        raise _misfit(shape)
    joined = shape[first - 1 : last]
    product = None if None in joined else math.prod(size for size in joined if size is not None)
    return (*shape[: first - 1], product, *shape[last:])


def softmax(options: Options, shape: Shape) -> Shape:
    """Check that the dimension is there; without one, PyTorch takes the second of two or four."""
    rank, dim = len(shape) + 1, options["dim"]
    if dim is None:
        if rank not in (2, 4):
            raise _misfit(shape)
    elif not -rank <= dim < rank:
        raise _misfit(shape)
    elif dim in (0, -rank):  # its answer for a sample would depend on which others come with it
        text = mark("core", "works across the samples of a batch (dim={dim}): it needs another dim")
        raise ShapeError(text, dim=dim)
    return shape


def of_rank(rank: int) -> Rule:
    """Give back what came in, which must have so many dimensions."""

    def rule(_options: Options, shape: Shape) -> Shape:
        if len(shape) != rank:
            raise _misfit(shape)
        return shape

    return rule


def features(*ranks: int) -> Rule:
    """Give back what came in: its first size must be ``num_features`` (batch normalisation)."""

    def rule(options: Options, shape: Shape) -> Shape:
        if len(shape) not in ranks:
            raise _misfit(shape)
        _want(shape, 0, options["num_features"])
        return shape

    return rule


def layer_norm(options: Options, shape: Shape) -> Shape:
    """Give back what came in: its last sizes must be those normalised over."""
    wanted = options["normalized_shape"]
    if len(shape) < len(wanted):
        raise _misfit(shape)
    for place, size in enumerate(wanted, -len(wanted)):
        _want(shape, place, size)
    return shape


def convolution(dimensions: int) -> Rule:
    """Replace the channels, and shrink each side by the kernel."""

    def rule(options: Options, shape: Shape) -> Shape:
        if len(shape) != dimensions + 1:
            raise _misfit(shape)
        _want(shape, 0, options["in_channels"])
        if options["padding"] == "same":
            return (options["out_channels"], *shape[1:])
        border = options["padding"]
        border = (0,) * dimensions if border == "valid" else border
        sides = [
            _slide(shape, *values, ceil=False)
            for values in zip(
                shape[1:],
                options["kernel_size"],
                options["stride"],
                border,
                options["dilation"],
                strict=True,
            )
        ]
        return (options["out_channels"], *sides)

    return rule


def pool(dimensions: int) -> Rule:
    """Shrink each side by the window, and keep the channels."""

    def rule(options: Options, shape: Shape) -> Shape:
        if len(shape) != dimensions + 1:
            raise _misfit(shape)
        dilation = options.get("dilation", (1,) * dimensions)
        sides = [
            _slide(shape, *values, ceil=options["ceil_mode"])
            for values in zip(
                shape[1:],
                options["kernel_size"],
                options["stride"],
                options["padding"],
                dilation,
                strict=True,
            )
        ]
        return (shape[0], *sides)

    return rule


def adaptive_pool(options: Options, shape: Shape) -> Shape:
    """Make each side what it is asked to be."""
    if len(shape) != 3:
        raise _misfit(shape)
    return (shape[0], *options["output_size"])


def check_amount(shape: Shape) -> None:
    """Refuse a sample so large that a forward pass would fill the memory."""
    if math.prod(size for size in shape if size is not None) > LARGEST_SAMPLE:
        raise ShapeError(
            mark("core", "makes {shape} values of one sample, which is too many"),
            shape=sample_shape_text(shape),
        )


def _slide(
    shape: Shape,
    side: int | None,
    kernel: int,
    stride: int,
    border: int,
    dilation: int,
    *,
    ceil: bool,
) -> int | None:
    """Return how often a window fits on a side."""
    if side is None:
        return None
    room = side + 2 * border - dilation * (kernel - 1) - 1
    places = (room + (stride - 1 if ceil else 0)) // stride + 1
    if ceil and (places - 1) * stride >= side + border:
        places -= 1  # PyTorch: a window starts within the input or its left border
    if places < 1:
        raise _misfit(shape)
    return places


def _want(shape: Shape, place: int, wanted: int) -> None:
    if not shape or shape[place] not in (wanted, None):
        found = shape[place] if shape else 1
        text = mark("core", "takes {wanted} values, but is given {found}")
        raise ShapeError(text, wanted=wanted, found=found)


def _misfit(shape: Shape) -> ShapeError:
    return ShapeError(
        mark("core", "cannot take a sample of the shape {shape}"), shape=sample_shape_text(shape)
    )
