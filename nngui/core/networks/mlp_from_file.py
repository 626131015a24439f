"""The settings of a multi-layer perceptron, told from a saved network or from its parameters."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError
from nngui.core.networks.layers import leaves
from nngui.core.spec.torch_names import ACTIVATIONS
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nngui.core.networks.layers import Layer

    Sizes = tuple[int, ...]

WIDEST, MAX_HIDDEN = 4096, 32  # as `MlpSpec` bounds them


@dataclass(frozen=True, slots=True)
class Perceptron:
    """A multi-layer perceptron that the form can describe.

    Attributes
    ----------
    inputs, outputs : int
    hidden : tuple of int
    activation : str or None
        As `MlpSpec` names it; None where it cannot be told, as from parameters alone.
    dropout : float
    notes : tuple of NnguiError
        What was left out, a sentence each.
    """

    inputs: int
    hidden: tuple[int, ...]
    outputs: int
    activation: str | None = None
    dropout: float = 0.0
    notes: tuple[NnguiError, ...] = ()

    @property
    def shape(self) -> Sizes:
        """A sample's shape."""
        return (self.inputs,)

    @property
    def summary(self) -> str:
        """The widths of all layers."""
        return "–".join(str(width) for width in (self.inputs, *self.hidden, self.outputs))

    def takes(self, shape: Sizes) -> bool:
        """Return whether samples of a shape go through it."""
        return shape == self.shape

    def settings(self) -> dict[str, Any]:
        """Return the settings of such a network, by their keys."""
        result: dict[str, Any] = {"network.hidden": list(self.hidden)}
        result["network.dropout"] = self.dropout
        if self.activation is not None:
            result["network.activation"] = self.activation
        return result


def spec_from_shapes(found: Mapping[str, Sizes]) -> Perceptron | None:
    """Return the perceptron that has such parameters: a weight and a bias for each layer.

    Returns None when they are those of another network.
    """
    shapes = list(found.values())
    weights, biases = shapes[::2], shapes[1::2]
    if not weights or len(weights) != len(biases) or any(len(w) != 2 for w in weights):
        return None
    chain = all(b[0] == a[1] for b, a in itertools.pairwise((w[0], w[1]) for w in weights))
    if not chain or any(bias != (w[0],) for w, bias in zip(weights, biases, strict=True)):
        return None
    return _bounded(Perceptron(weights[0][1], tuple(w[0] for w in weights[:-1]), weights[-1][0]))


def spec_from_layers(network: Layer) -> Perceptron:
    """Return the perceptron that a saved network is.

    Raises
    ------
    NnguiError
        When it is more than Linear layers with one activation, and perhaps dropout, between them.
    """
    found = [(leaf.kind, leaf.options) for _, leaf in leaves(network)]
    found = [(kind, options) for kind, options in found if kind != "Flatten" or found[0][0] == kind]
    notes: list[NnguiError] = []
    if found and found[-1][0] in ("Softmax", "LogSoftmax"):
        kind, _ = found.pop()
        text = mark("core", "Its last layer, {kind}, is left out: the loss applies it here.")
        notes.append(NnguiError(text, kind=kind))
    linears = [options for kind, options in found if kind == "Linear"]
    names = {value: key for key, value in ACTIVATIONS.items()}
    activations = {(kind, _details(options)) for kind, options in found if kind in names}
    rates = {options["p"] for kind, options in found if kind == "Dropout"}
    expected = _pattern(len(linears), bool(activations), bool(rates))
    simple = [("act" if kind in names else kind) for kind, _ in found]
    usual = all(options["bias"] for options in linears) and activations <= _USUAL
    if not linears or len(activations) > 1 or len(rates) > 1 or simple != expected or not usual:
        text = mark(
            "core",
            "This network is more than the tabs can train: they know Linear layers with one "
            "activation, and perhaps dropout, between them",
        )
        raise NnguiError(text)
    activation = names[next(iter(activations))[0]] if activations else None
    if len(linears) > 1 and activation is None:
        activation = "identity"
    result = _bounded(
        Perceptron(
            linears[0]["in_features"],
            tuple(options["out_features"] for options in linears[:-1]),
            linears[-1]["out_features"],
            activation,
            next(iter(rates), 0.0),
            tuple(notes),
        )
    )
    if result is None:
        raise NnguiError(mark("core", "This network is larger than the tabs can train"))
    return result


def _details(options: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((k, v) for k, v in options.items() if k != "inplace"))


_USUAL = {  # the activations with PyTorch's own defaults, as the form's are
    (name, details)
    for name in ACTIVATIONS.values()
    for details in [
        {
            "LeakyReLU": (("negative_slope", 0.01),),
            "ELU": (("alpha", 1.0),),
            "GELU": (("approximate", "none"),),
            "Softplus": (("beta", 1.0), ("threshold", 20.0)),
        }.get(name, ())
    ]
}


def _pattern(linears: int, activated: bool, dropped: bool) -> list[str]:
    between = ["act"] * activated + ["Dropout"] * dropped
    return [kind for _ in range(linears - 1) for kind in ("Linear", *between)] + ["Linear"]


def _bounded(found: Perceptron) -> Perceptron | None:
    fits = len(found.hidden) <= MAX_HIDDEN and all(1 <= w <= WIDEST for w in found.hidden)
    return found if fits and found.dropout <= 0.9 else None
