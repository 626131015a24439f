"""A dictionary for spoiling files: the names and numbers that mean something to a reader."""

from __future__ import annotations

import math

from tests.files.models.pickles import HOOKS

LAYERS = (
    "container.Sequential", "linear.Linear", "linear.Identity", "flatten.Flatten",
    "activation.ReLU", "activation.ReLU6", "activation.Tanh", "activation.Sigmoid",
    "activation.LeakyReLU", "activation.ELU", "activation.GELU", "activation.SiLU",
    "activation.Softplus", "activation.Softmax", "activation.LogSoftmax", "dropout.Dropout",
    "dropout.Dropout2d", "conv.Conv1d", "conv.Conv2d", "conv.ConvTranspose2d",
    "pooling.MaxPool1d", "pooling.MaxPool2d", "pooling.AvgPool2d", "pooling.AdaptiveAvgPool2d",
    "batchnorm.BatchNorm1d", "batchnorm.BatchNorm2d", "normalization.LayerNorm", "rnn.LSTM",
)  # fmt: skip
GLOBALS = (
    *[("torch.nn.modules." + path.partition(".")[0], path.partition(".")[2]) for path in LAYERS],
    ("collections", "OrderedDict"), ("__builtin__", "set"), ("builtins", "set"),
    ("torch", "Size"), ("torch._utils", "_rebuild_parameter"),
    ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"),
    ("torch._utils", "_rebuild_parameter_with_state"), ("torch", "FloatStorage"),
    ("torch", "DoubleStorage"), ("torch", "HalfStorage"), ("torch", "BFloat16Storage"),
    ("torch", "LongStorage"), ("torch", "BoolStorage"), ("torch", "QUInt8Storage"),
    ("torch.nn.backends.thnn", "_get_thnn_function_backend"), ("torch", "device"),
    ("os", "system"), ("builtins", "eval"), ("builtins", "getattr"), ("__main__", "Net"),
    ("", ""), ("torch.nn", "Linear"), ("torch.nn.modules.linear", "Linear.forward"),
)  # fmt: skip
ATTRIBUTES = (
    "training", "_parameters", "_buffers", "_non_persistent_buffers_set", "_modules", *HOOKS,
    "weight", "bias", "running_mean", "running_var", "num_batches_tracked", "in_features",
    "out_features", "in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation",
    "groups", "padding_mode", "transposed", "output_padding", "ceil_mode", "return_indices",
    "count_include_pad", "divisor_override", "output_size", "num_features", "eps", "momentum",
    "affine", "track_running_stats", "normalized_shape", "elementwise_affine", "start_dim",
    "end_dim", "inplace", "p", "dim", "negative_slope", "alpha", "approximate", "beta",
    "threshold", "_reversed_padding_repeated_twice", "_metadata", "version",
)  # fmt: skip
NAMES = (
    *ATTRIBUTES, "forward", "__class__", "__dict__", "__call__", "__setstate__", "_backend",
    "state_dict", "model_state_dict", "model", "net", "module", "module.0.weight", "storage",
    "cpu", "cuda", "meta", "zeros", "same", "valid", "circular", "tanh", "none", "0", "1", "2",
    "0.weight", "0.bias", "", ".", "..", "a.b", "/", "\0", "\n", "{path}", "%s", "é", "\u202e",
    "x" * 201, "y" * 501, "train", "eval", "append", "Sequential", "Linear", "ReLU", "Conv2d",
    "kind", "options", "children", "dtype", "shape", "data_offsets", "__metadata__",
    "nngui.layers", "nngui.sha256",
)  # fmt: skip
NUMBERS = (
    0, 1, 2, 3, 4, 8, 255, 256, 65_535, 10**6, 2**31 - 1, 2**31, 2**32, 2**47, 2**48 - 1, 2**48,
    2**53 + 1, 2**62, 2**63 - 1, 2**63, 2**64, 10**30, -1, -2, -3, -(2**31), -(2**63), -(2**64),
    0.0, -0.0, 0.5, 1.5, 1e-300, 1e308, math.nan, math.inf, -math.inf, True, False,
)  # fmt: skip
