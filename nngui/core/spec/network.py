"""What a network is made of: what every one has, and the multi-layer perceptron."""

from __future__ import annotations

import itertools
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

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


class NetworkSpec(Frozen):
    """What every network has. Each kind of network has a subclass of its own."""

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
    def work(self) -> int:
        """Multiply-adds for a sample, roughly: what decides where to compute."""
        return 0

    @property
    def layout(self) -> object:
        """What the shapes of the parameters depend on, apart from the data."""
        return self.replaced(weights="")


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

    @property
    @override
    def uses_random(self) -> bool:
        return bool(self.dropout)

    @property
    @override
    def work(self) -> int:
        widths = (2, *self.hidden, 2)
        return sum(a * b for a, b in itertools.pairwise(widths))

    @property
    @override
    def layout(self) -> object:
        return self.hidden
