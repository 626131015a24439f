"""What PyTorch calls the things a Spec names: for the trainer and the exported script alike."""

from __future__ import annotations

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

NORM_LAYERS = {"batch": "BatchNorm1d", "layer": "LayerNorm"}

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


def layer_names(hidden: tuple[int, ...]) -> list[str]:
    """Return what each hidden layer's names end with: nothing for one, 1, 2, ... for several."""
    return [""] if len(hidden) == 1 else [str(number + 1) for number in range(len(hidden))]
