"""What a window can slide over: an image, and what each convolution of the network is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nngui.gui.tabs.cnn.inside import filter_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nngui.core.arrays import Floats
    from nngui.core.inspectors.cnn import LayerMaps, Maps


@dataclass(frozen=True, slots=True, eq=False)
class SlideSource:
    """Something that a window can slide over.

    Attributes
    ----------
    name : str
        What the user calls it.
    maps : ndarray
        Shape (c, h, w).
    filters : mapping of str to (kernel, bias)
        The network's own that do slide over it, kernels of shape (c, kh, kw).
    stride, padding : int
        With which they do.
    """

    name: str
    maps: Floats
    filters: Mapping[str, tuple[Floats, float]] = field(default_factory=dict)
    stride: int = 1
    padding: int = 0


def sources_of(maps: Maps, image: str, into: str) -> tuple[SlideSource, ...]:
    """Return what there is on the way of an image through the network.

    Parameters
    ----------
    image, into : str
        What the image is called, and what a layer is given: with ``{layer}``.
    """
    sources = [SlideSource(image, maps.image)]
    given = maps.seen
    for layer in maps.layers:
        if layer.filters is not None:
            name = into.format(layer=layer.name)
            sources.append(SlideSource(name, given, _filters(layer), layer.stride, layer.padding))
        given = layer.maps
    return tuple(sources)


def _filters(layer: LayerMaps) -> dict[str, tuple[Floats, float]]:
    assert layer.filters is not None
    biases = layer.bias if layer.bias is not None else np.zeros(len(layer.filters), np.float32)
    return {
        filter_name(layer.name, number): (kernel, float(bias))
        for number, (kernel, bias) in enumerate(zip(layer.filters, biases, strict=True))
    }
