"""The lines of a script that draw a network's layers anew (see `initial_weights`).

It imports no torch: the form shows the code.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from nngui.core.code_text import float_text

if TYPE_CHECKING:
    from nngui.core.spec import NetworkSpec

WORDS = {
    "xavier": "Xavier's weights in place of PyTorch's",
    "he": "He's weights in place of PyTorch's",
    "zeros": "zeros in place of PyTorch's weights",
    "scaled": "PyTorch's weights, scaled",
}


def initial_weights_code(spec: NetworkSpec, network: list[str], *, several: bool) -> list[str]:
    """Return the lines of a script that do the same to ``net``, or to all ``nets``.

    Parameters
    ----------
    network : list of str
        The lines that build it: they tell which layers there are.
    """
    if spec.init == "pytorch" or spec.weights:
        return []
    kinds = "torch.nn.Linear"
    if any("Conv2d" in line for line in network):
        kinds = "torch.nn.Linear | torch.nn.Conv2d"
    lines = [
        "for layer in net.modules():",
        f"    if isinstance(layer, {kinds}):",
        *_within(_within(_layer_code(spec))),
    ]
    if several:
        lines = ["for net in nets:", *_within(lines)]
    if spec.init == "scaled":
        lines = ["with torch.no_grad():", *_within(lines)]
    return ["", f"# {WORDS[spec.init]}", *lines, ""]


def _layer_code(spec: NetworkSpec) -> list[str]:
    if spec.init == "scaled":
        scale = float_text(spec.init_scale)
        return [f"layer.weight.mul_({scale})", f"layer.bias.mul_({scale})"]
    weights = {
        "xavier": ["torch.nn.init.xavier_uniform_(layer.weight)"],
        "he": ["torch.nn.init.kaiming_uniform_(", '    layer.weight, nonlinearity="relu"', ")"],
        "zeros": ["torch.nn.init.zeros_(layer.weight)"],
    }
    return [*weights[spec.init], "torch.nn.init.zeros_(layer.bias)"]


def _within(lines: list[str]) -> list[str]:
    return textwrap.indent("\n".join(lines), "    ").splitlines()
