"""What the layers of a network start from, drawn again once PyTorch has drawn the whole of it.

Xavier: X. Glorot, Y. Bengio: "Understanding the difficulty of training deep feedforward neural
networks" (2010). He: K. He, X. Zhang, S. Ren, J. Sun: "Delving Deep into Rectifiers" (2015). Both
uniform, and with biases of 0, as in these papers. It imports no torch: the form shows the code.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from nngui.core.code_text import float_text

if TYPE_CHECKING:
    from torch import nn

    from nngui.core.spec import NetworkSpec

WORDS = {
    "xavier": "Xavier's weights in place of PyTorch's",
    "he": "He's weights in place of PyTorch's",
    "zeros": "zeros in place of PyTorch's weights",
    "scaled": "PyTorch's weights, scaled",
}


def draw_initial_weights(net: nn.Module, spec: NetworkSpec) -> None:
    """Give the Linear and Conv2d layers of a network the weights that its settings ask for.

    The others, such as norms, stay as PyTorch makes them. What is drawn comes from torch's default
    generator, layer by layer.
    """
    import torch
    from torch import nn

    if spec.init == "pytorch":
        return
    layers = [part for part in net.modules() if isinstance(part, nn.Linear | nn.Conv2d)]
    with torch.no_grad():
        for layer in layers:
            if spec.init == "scaled":
                layer.weight.mul_(spec.init_scale)
            elif spec.init == "xavier":
                nn.init.xavier_uniform_(layer.weight)
            elif spec.init == "he":
                nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            else:
                nn.init.zeros_(layer.weight)
            if layer.bias is None:
                continue
            if spec.init == "scaled":
                layer.bias.mul_(spec.init_scale)
            else:
                nn.init.zeros_(layer.bias)


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
