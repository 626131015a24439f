"""The layers of a quickly built network, told before anything is built. It imports no torch."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, model_validator
from typing_extensions import override

from nngui.core.errors import SettingError
from nngui.core.spec import Frozen, NetworkSpec, setting
from nngui.core.spec.network import Activation, Width
from nngui.core.spec.torch_names import layer_names
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LAYERS = 12
LAST = {"classes": "out", "curve": "predict"}  # as the tutorial calls its output layer


class LayerSpec(Frozen):
    """A hidden layer: a Linear, what stands behind it, and perhaps dropout.

    Attributes
    ----------
    width : int
        Neurons. A number alone stands for a layer of that width.
    activation : str
    dropout : float
        The share of neurons switched off at random in each training step; 0: no dropout.
    inputs : int
        What is written as its ``in_features``; 0: as many as the layer before gives.
    """

    width: Width = 10
    activation: Activation = "relu"
    dropout: Annotated[float, Field(ge=0, le=0.9)] = 0.0
    inputs: Annotated[int, Field(ge=0, le=4096)] = 0

    @model_validator(mode="before")
    @classmethod
    def _from_width(cls, value: Any) -> Any:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return {"width": value} if whole else value


class QuickNetwork(NetworkSpec):
    """The hidden layers of both networks, and whether they start from the same weights."""

    layers: tuple[LayerSpec, ...] = setting(
        (LayerSpec(),),
        mark("core", "Layers"),
        mark("core", "The hidden layers in order; the last layer follows from the data."),
        max_length=MAX_LAYERS,
    )
    same_weights: bool = setting(
        True,
        mark("core", "Same weights"),
        mark(
            "core",
            "Both networks start from the class's weights; otherwise each draws its own.",
        ),
    )

    @property
    @override
    def uses_random(self) -> bool:
        return any(layer.dropout for layer in self.layers)

    @property
    @override
    def work(self) -> int:
        widths = [2, *(layer.width for layer in self.layers), 2]
        return 2 * sum(a * b for a, b in itertools.pairwise(widths))

    @property
    @override
    def layout(self) -> object:
        return tuple(layer.width for layer in self.layers)


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A Linear of the network, and what stands behind it.

    Attributes
    ----------
    name : str
        What the class calls it: ``hidden``, or ``hidden1``, ``hidden2``, ...; the last one
        ``out`` or ``predict``.
    number : int
        What the Sequential calls it.
    given, inputs, outputs : int
        How many numbers come from the layer before, are written as ``in_features``, go out.
    activation : str
        ``identity`` where there is none.
    dropout : float
    """

    name: str
    number: int
    given: int
    inputs: int
    outputs: int
    activation: str = "identity"
    dropout: float = 0.0

    @property
    def fits(self) -> bool:
        """Whether it takes as many numbers as come."""
        return self.given == self.inputs

    @property
    def parameters(self) -> int:
        """How many numbers it learns: its weights, and a bias for each neuron."""
        return self.inputs * self.outputs + self.outputs

    @property
    def suffix(self) -> str:
        """What the names of what stands behind it end with: ``act1``, ``drop1``."""
        return self.name.removeprefix("hidden")

    @property
    def modules(self) -> int:
        """How many modules of the Sequential it takes."""
        return 1 + (self.activation != "identity") + bool(self.dropout)


def layer_rows(layers: Sequence[LayerSpec], inputs: int, outputs: int, last: str) -> list[LayerRow]:
    """Return all layers with their names and sizes, the output layer at the end.

    Parameters
    ----------
    inputs, outputs : int
        What a sample of the data has, and what the loss wants to see of it.
    last : str
        What the output layer is called.
    """
    rows: list[LayerRow] = []
    number, given = 0, inputs
    suffixes = layer_names(tuple(layer.width for layer in layers))
    for layer, suffix in zip(layers, suffixes, strict=True):
        row = LayerRow(
            f"hidden{suffix}",
            number,
            given,
            layer.inputs or given,
            layer.width,
            layer.activation,
            layer.dropout,
        )
        rows.append(row)
        number, given = number + row.modules, layer.width
    return [*rows, LayerRow(last, number, given, given, outputs)]


def misfit(rows: Sequence[LayerRow]) -> SettingError | None:
    """Return what is wrong with the first layer that cannot take what it is given."""
    for place, row in enumerate(rows):
        if row.fits:
            continue
        if place:
            text = mark(
                "core",
                "{layer} takes {inputs} numbers, but {before} gives {given}: the shapes do not "
                "fit. Set its inputs to {given}, or to auto.",
            )
            before = rows[place - 1].name
            return SettingError(
                text, layer=row.name, inputs=row.inputs, before=before, given=row.given
            )
        text = mark(
            "core",
            "{layer} takes {inputs} numbers, but each sample of the data has {given}: the shapes "
            "do not fit. Set its inputs to {given}, or to auto.",
        )
        return SettingError(text, layer=row.name, inputs=row.inputs, given=row.given)
    return None


def shown_neurons(width: int, most: int = 12) -> list[int | None]:
    """Return which neurons of a layer are drawn; None stands for those left out."""
    if width <= most:
        return list(range(width))
    first = (most - 1) // 2
    last = most - 1 - first
    return [*range(first), None, *range(width - last, width)]
