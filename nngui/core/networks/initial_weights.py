"""What the layers of a network start from, drawn again once PyTorch has drawn the whole of it.

Xavier: X. Glorot, Y. Bengio: "Understanding the difficulty of training deep feedforward neural
networks" (2010). He: K. He, X. Zhang, S. Ren, J. Sun: "Delving Deep into Rectifiers" (2015). Both
uniform, and with biases of 0, as in these papers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from nngui.core.spec import NetworkSpec


def draw_initial_weights(net: nn.Module, spec: NetworkSpec) -> None:
    """Give the Linear and Conv2d layers of a network the weights that its settings ask for.

    The others, such as norms, stay as PyTorch makes them. What is drawn comes from torch's default
    generator, layer by layer.
    """
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
