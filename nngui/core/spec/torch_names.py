"""What PyTorch calls the things a Spec names: for the trainer and the exported script alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nngui.core.spec.spec import OptimizerSpec

ACTIVATIONS = {
    "relu": "ReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "softplus": "Softplus",
    "relu6": "ReLU6",
    "identity": "Identity",
}

LOSSES = {
    "mse": "MSELoss",
    "l1": "L1Loss",
    "huber": "HuberLoss",
    "cross_entropy": "CrossEntropyLoss",
}

OPTIMIZERS = {
    "sgd": "SGD",
    "momentum": "SGD",
    "nesterov": "SGD",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "adamax": "Adamax",
    "nadam": "NAdam",
    "radam": "RAdam",
}

OPTIMIZER_NAMES = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "adamax": "Adamax",
    "nadam": "NAdam",
    "radam": "RAdam",
}

WITH_MOMENTUM = ("momentum", "nesterov")
WITH_BETAS = ("adam", "adamw", "adamax", "nadam", "radam")


def optimizer_options(spec: OptimizerSpec) -> dict[str, Any]:
    """Return what the optimizer's class is called with, besides the parameters."""
    result: dict[str, Any] = {"lr": spec.lr}
    if spec.name in WITH_MOMENTUM:
        result["momentum"] = spec.momentum
        if spec.name == "nesterov" and spec.momentum:  # without any, PyTorch refuses it
            result["nesterov"] = True
    elif spec.name == "rmsprop":
        result["alpha"] = spec.alpha
    elif spec.name in WITH_BETAS:
        result["betas"] = (spec.beta1, spec.beta2)
    # AdamW's own default is 0.01, so it is always given; for the others 0 is the default.
    if spec.weight_decay or spec.name == "adamw":
        result["weight_decay"] = spec.weight_decay
    return result


def layer_names(hidden: tuple[int, ...]) -> list[str]:
    """Return what each hidden layer's names end with: nothing for one, 1, 2, ... for several."""
    return [""] if len(hidden) == 1 else [str(number + 1) for number in range(len(hidden))]
