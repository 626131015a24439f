"""The settings of a multi-layer perceptron, told from a saved network or from its parameters."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError
from nngui.core.networks.layers import leaves
from nngui.core.spec.torch_names import ACTIVATIONS, NORM_LAYERS
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nngui.core.networks.layers import Layer

    Sizes = tuple[int, ...]

WIDEST, MAX_HIDDEN = 4096, 32  # as `MlpSpec` bounds them
# What a state_dict has of a norm: tensors with a number for each neuron, then single numbers.
NORM_TENSORS: dict[str, tuple[int, list[Sizes]]] = {"layer": (2, []), "batch": (4, [()])}


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
    norm : str
        As `MlpSpec` names it.
    notes : tuple of NnguiError
        What was left out, a sentence each.
    """

    inputs: int
    hidden: tuple[int, ...]
    outputs: int
    activation: str | None = None
    dropout: float = 0.0
    norm: str = "none"
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
        result["network.norm"] = self.norm
        if self.activation is not None:
            result["network.activation"] = self.activation
        return result


def spec_from_shapes(found: Mapping[str, Sizes]) -> Perceptron | None:
    """Return the perceptron that has such parameters: a weight and a bias for each layer.

    Behind those of each hidden layer may stand a norm's. Returns None when they are those of
    another network.
    """
    shapes, norm = _without_norms(list(found.values()))
    weights, biases = shapes[::2], shapes[1::2]
    if not weights or len(weights) != len(biases) or any(len(w) != 2 for w in weights):
        return None
    chain = all(b[0] == a[1] for b, a in itertools.pairwise((w[0], w[1]) for w in weights))
    if not chain or any(bias != (w[0],) for w, bias in zip(weights, biases, strict=True)):
        return None
    hidden = tuple(w[0] for w in weights[:-1])
    return _bounded(Perceptron(weights[0][1], hidden, weights[-1][0], norm=norm))


def _without_norms(shapes: list[Sizes]) -> tuple[list[Sizes], str]:
    """Return the shapes without those of a norm behind each hidden layer, and which norm it is.

    A norm has a weight and a bias for each neuron; BatchNorm also two averages and a count.
    """
    for norm, (numbers, count) in NORM_TENSORS.items():
        length = 2 + numbers + len(count)
        if len(shapes) <= length or len(shapes) % length != 2:
            continue
        starts = range(0, len(shapes) - 2, length)
        if all(shapes[i + 2 : i + length] == [shapes[i + 1]] * numbers + count for i in starts):
            kept = [shape for i in starts for shape in shapes[i : i + 2]]
            return kept + shapes[-2:], norm
    return shapes, "none"


def spec_from_layers(network: Layer) -> Perceptron:
    """Return the perceptron that a saved network is.

    Raises
    ------
    NnguiError
        When it is more than Linear layers, between them one activation, and perhaps a norm and
        dropout.
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
    norms = {kind for kind, _ in found} & set(NORM_LAYERS.values())
    expected = _pattern(len(linears), sorted(norms), bool(activations), bool(rates))
    simple = [("act" if kind in names else kind) for kind, _ in found]
    usual = all(options["bias"] for options in linears) and activations <= _USUAL
    usual = usual and all(_is_usual_norm(*layer) for layer in found)
    single = all(len(kinds) <= 1 for kinds in (activations, rates, norms))
    if not linears or not single or simple != expected or not usual:
        text = mark(
            "core",
            "This network is more than the tabs can train: they know Linear layers, between them "
            "one activation, and perhaps a norm before and dropout behind it",
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
            next((name for name, kind in NORM_LAYERS.items() if kind in norms), "none"),
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


_USUAL_NORMS = {  # the options that a norm has besides its width: PyTorch's own defaults
    "BatchNorm1d": {"eps": 1e-5, "momentum": 0.1, "affine": True, "track_running_stats": True},
    "LayerNorm": {"eps": 1e-5, "elementwise_affine": True, "bias": True},
}


def _is_usual_norm(kind: str, options: Mapping[str, Any]) -> bool:
    """Return whether a layer is no norm, or one that the form describes; widths chain already."""
    if options.get("normalized_shape") is not None and len(options["normalized_shape"]) != 1:
        return False
    return all(options[name] == value for name, value in _USUAL_NORMS.get(kind, {}).items())


def _pattern(linears: int, norms: list[str], activated: bool, dropped: bool) -> list[str]:
    between = norms + ["act"] * activated + ["Dropout"] * dropped
    return [kind for _ in range(linears - 1) for kind in ("Linear", *between)] + ["Linear"]


def _bounded(found: Perceptron) -> Perceptron | None:
    fits = len(found.hidden) <= MAX_HIDDEN and all(1 <= w <= WIDEST for w in found.hidden)
    return found if fits and found.dropout <= 0.9 else None
