"""What a network is made of: what every one has, and the multi-layer perceptron."""

from __future__ import annotations

import itertools
from typing import Annotated, Literal

from pydantic import Field, model_validator
from typing_extensions import override

from nngui.core.errors import SettingError
from nngui.core.spec.fields import Frozen, setting
from nngui.core.spec.torch_names import ACTIVATIONS
from nngui.core.text import mark

Activation = Literal[
    "relu",
    "tanh",
    "sigmoid",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "softplus",
    "relu6",
    "identity",
]
Width = Annotated[int, Field(ge=1, le=4096)]
Init = Literal["pytorch", "xavier", "he", "zeros", "scaled"]
INITS = {
    "pytorch": "PyTorch",
    "xavier": "Xavier",
    "he": "He",
    "zeros": mark("core", "Zeros"),
    "scaled": mark("core", "Scaled"),
}
Norm = Literal["none", "batch", "layer"]
NORMS = {
    "none": mark("core", "none"),
    "batch": "BatchNorm",
    "layer": "LayerNorm",
}


class NetworkSpec(Frozen):
    """What every network has. Each kind of network has a subclass of its own."""

    init: Init = setting(
        "pytorch",
        mark("core", "Initial weights"),
        mark(
            "core",
            "PyTorch: its own, as in the tutorial. Xavier and He: uniform numbers that suit Tanh "
            "and ReLU, with biases of 0. Zeros: all 0. Scaled: PyTorch's, times the scale.",
        ),
        labels=INITS,
        order_last=True,
        advanced=True,
    )
    init_scale: float = setting(
        1.0,
        mark("core", "Scale"),
        mark("core", "What PyTorch's initial weights and biases are multiplied by."),
        when={"init": ("scaled",)},
        order_last=True,
        advanced=True,
        gt=0,
        le=1000,
    )
    weights: str = setting(
        "",
        mark("core", "Start from"),
        mark("core", "The model file whose parameters the run starts from."),
        order_last=True,
        max_length=4096,
    )

    @property
    def uses_random(self) -> bool:
        """Whether the network draws random numbers while it trains."""
        return False

    @property
    def needs_pairs(self) -> bool:
        """Whether it can be trained on no batch of one point."""
        return False

    @property
    def work(self) -> int:
        """Multiply-adds for a sample, roughly: what decides where to compute."""
        return 0

    @property
    def layout(self) -> object:
        """What the shapes of the parameters depend on, apart from the data."""
        return self.replaced(weights="", init="pytorch", init_scale=1.0)


class MlpSpec(NetworkSpec):
    """A multi-layer perceptron: its hidden layers, in order, and what stands between them."""

    hidden: tuple[Width, ...] = setting(
        (10,),
        mark("core", "Hidden"),
        mark("core", "Neurons in each hidden layer: 10, or 20, 20 for two layers; empty for none."),
        max_length=32,
    )
    activation: Activation = setting(
        "relu",
        mark("core", "Activation"),
        mark("core", "The function behind each hidden layer: without it, layers only make a line."),
        labels=ACTIVATIONS,
    )
    dropout: float = setting(
        0.0,
        mark("core", "Dropout"),
        mark("core", "The share of hidden neurons switched off at random in each training step."),
        ge=0,
        le=0.9,
        zero=mark("core", "off"),
    )
    norm: Norm = setting(
        "none",
        mark("core", "Norm"),
        mark(
            "core",
            "Before each activation, brings what comes to mean 0 and deviation 1. BatchNorm: each "
            "neuron, over the points of the batch. LayerNorm: each point, over the neurons of the "
            "layer.",
        ),
        labels=NORMS,
        advanced=True,
    )

    @model_validator(mode="after")
    def _check_norm(self) -> MlpSpec:
        if self.norm == "layer" and 1 in self.hidden:  # what is left of one neuron is always 0
            text = mark(
                "core",
                "LayerNorm compares the neurons of a layer, and network.hidden has a layer of one: "
                "make it wider, or choose another norm.",
            )
            raise SettingError(text)
        return self

    @property
    @override
    def uses_random(self) -> bool:
        return bool(self.dropout)

    @property
    @override
    def needs_pairs(self) -> bool:
        return self.norm == "batch" and bool(self.hidden)

    @property
    @override
    def work(self) -> int:
        widths = (2, *self.hidden, 2)
        return sum(a * b for a, b in itertools.pairwise(widths))

    @property
    @override
    def layout(self) -> object:
        return self.hidden, self.norm
