"""What must hold of every model that the reader opens, whatever the file was."""

from __future__ import annotations

import torch
from torch import nn

NAMES = """
    Sequential Linear Identity Flatten ReLU ReLU6 Tanh Sigmoid LeakyReLU ELU GELU SiLU Softplus
    Softmax LogSoftmax Dropout Dropout2d Conv1d Conv2d MaxPool1d MaxPool2d AvgPool2d
    AdaptiveAvgPool2d BatchNorm1d BatchNorm2d LayerNorm
"""
ALLOWED = {getattr(nn, name) for name in NAMES.split()}
SPARE = 1 << 20  # bytes


def complaints(model):
    """Return what is wrong with a model that was opened: nothing, if all is well."""
    found = list(of_tensors(model))
    for note in model.notes:
        str(note)
    if model.net is not None:
        found += [problem for layer in model.net.modules() for problem in of_layer(layer)]
        found += of_use(model)
    return found


def of_tensors(model):
    own = model.net.state_dict(keep_vars=True) if model.net is not None else {}
    for name, tensor in [*model.parameters.items(), *own.items()]:
        if type(tensor) not in (torch.Tensor, nn.Parameter) or tensor.device.type != "cpu":
            yield f"{name} is a {type(tensor).__name__} on {tensor.device}"
        if tensor._backward_hooks or not tensor.is_contiguous():
            yield f"{name} has hooks, or is a view"
        if tensor.untyped_storage().nbytes() != tensor.nbytes:
            yield f"{name} has a storage that is larger than itself"
    if sum(tensor.nbytes for tensor in model.parameters.values()) > 4 * model.size + SPARE:
        yield "the tensors are larger than the file"


def of_layer(layer):
    """Yield what a layer has that its own constructor does not give it."""
    if type(layer) not in ALLOWED:
        yield f"a layer is of {type(layer)}"
        return
    for name, value in vars(layer).items():
        if callable(value):
            yield f"{name} of {type(layer).__name__} can be called: {value!r}"
        if "hook" in name and value:
            yield f"{name} of {type(layer).__name__} holds {value!r}"


def of_use(model):
    """Return a list of the error, where two samples of the right shape do not go through."""
    if model.input is None or None in model.input:
        return []  # the reader cannot tell the size of a picture
    try:
        with torch.no_grad():
            model.net.eval()(torch.zeros(2, *model.input))
            model.net.train()(torch.zeros(2, *model.input))
    except (RuntimeError, ValueError, TypeError, IndexError, MemoryError) as error:
        return [f"{type(error).__name__} with {model.input}: {str(error)[:300]}"]
    return []
