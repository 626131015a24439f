"""What a network takes and makes, told from its layers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.networks.layers import Layer, LayerError, leaves, output_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nngui.core.networks.layer_shapes import Shape

LARGEST_PICTURE = 256  # pixels of a side, in the search for the picture that a network takes
PATIENCE = 20_000  # layers looked at in that search
VOLUMES = {"Conv1d": 1, "MaxPool1d": 1}
PICTURES = ("Conv2d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "BatchNorm2d", "Dropout2d")


def input_shape(network: Layer) -> Shape:
    """Return the shape of a sample that a network takes, without the batch.

    For pictures and series it is the smallest square, or the shortest series, that goes through;
    sizes are None where none goes through but the channels do, and the channels too where no
    layer says how many there are.

    Raises
    ------
    LayerError
        When no sample goes through all layers: two of them do not fit each other.
    """
    count, error = 0, None
    for candidate in _candidates(network):
        if count > PATIENCE and None not in candidate:
            continue
        try:
            output_shape(network, candidate)
        except LayerError as misfit:
            error = misfit  # the last candidate leaves the sides open: its misfit is a real one
        else:
            return candidate
        count += sum(1 for _ in leaves(network))
    assert error is not None
    raise error


def largest_side(network: Layer, shape: Shape) -> int | None:
    """Return the largest side of the pictures that go through, where the layers do not tell it.

    Parameters
    ----------
    shape : tuple of int
        What `input_shape` returned: a square with the smallest side.

    Returns
    -------
    int or None
        Its own side where no other goes through; `LARGEST_PICTURE` may stand for any. None for a
        network that takes no pictures, or whose sides are not known.
    """
    if len(shape) < 2 or None in shape or not _takes_pictures(network):
        return None
    first, count = shape[-1], 0
    assert first is not None
    largest = first
    each = sum(1 for _ in leaves(network))
    for side in (LARGEST_PICTURE, *range(first + 1, LARGEST_PICTURE)):
        count += each
        if count > PATIENCE:
            break
        try:
            output_shape(network, (shape[0], *(side,) * (len(shape) - 1)))
        except LayerError:
            if side != LARGEST_PICTURE:
                break  # the sides that fit lie side by side
        else:
            largest = side
        if largest == LARGEST_PICTURE:
            break
    return largest


def _takes_pictures(network: Layer) -> bool:
    return any(layer.kind in PICTURES or layer.kind in VOLUMES for _, layer in leaves(network))


def _candidates(network: Layer) -> Iterator[Shape]:
    """Yield shapes to try, by the first layer that asks for something."""
    sides = 0
    told = True
    for _, layer in leaves(network):
        options = layer.options
        sides = sides or VOLUMES.get(layer.kind, 2 if layer.kind in PICTURES else 0)
        if layer.kind == "Linear" and not sides:
            yield (options["in_features"],)
            return
        if layer.kind == "LayerNorm" and not sides:
            yield options["normalized_shape"]
            return
        channels = options.get("in_channels") or options.get("num_features")
        if channels:
            if layer.kind == "BatchNorm1d" and not sides:
                yield (channels,)
                sides = 1
            break
        if layer.kind == "Linear" and sides:
            channels, told = 1, False  # pooled straight from the picture, of any channels
            break
    else:
        channels = 1
    if not sides:
        yield (channels,)
        return
    for side in range(1, LARGEST_PICTURE + 1):
        yield (channels, *(side,) * sides)
    yield (channels if told else None, *(None,) * sides)
