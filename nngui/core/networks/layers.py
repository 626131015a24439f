"""The layers that a model file may hold, one entry each: options, parameters, shapes.

A network is described by inert `Layer` records; `module` builds it with PyTorch's constructors
once the description has been checked. To support another layer, add it to `LAYERS`.
"""

from __future__ import annotations

import inspect
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from nngui.core.errors import NnguiError
from nngui.core.networks import layer_options as is_
from nngui.core.networks import layer_shapes as shapes
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nngui.core.networks.layer_options import Check
    from nngui.core.networks.layer_shapes import Options, Rule, Shape

DEEPEST = 16  # Sequentials within each other
MAX_LAYERS = 512  # layers of a network
NAMES = frozenset(dir(nn.Sequential())) | set(nn.Module().__dict__)  # no layer can be called so


class LayerError(NnguiError):
    """A layer's options are not such as PyTorch takes, or layers do not fit each other."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, as inert values: nothing is built, nothing is allocated.

    Attributes
    ----------
    kind : str
        The name of its class in `torch.nn`.
    options : dict
        Its constructor's arguments.
    children : tuple of (str, Layer)
        The layers inside it, by name, where it is a Sequential.
    """

    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    children: tuple[tuple[str, Layer], ...] = ()


@dataclass(frozen=True, slots=True)
class LayerKind:
    """What there is to know of a class of layers.

    Attributes
    ----------
    options : mapping of name to check
        The constructor's arguments; each check returns the value or raises ValueError.
    shape : callable of (options, shape)
        The shape it makes of a sample, without the batch; raises ShapeError.
    tensors : callable of options
        The shapes of its parameters and buffers by name.
    fixed : mapping of name to values
        Attributes that must have one of these values.
    fits : callable of options
        Whether options fit each other.
    """

    options: Mapping[str, Check] = field(default_factory=dict)
    shape: Rule = shapes.same
    tensors: Callable[[Options], dict[str, tuple[int, ...]]] = lambda _options: {}
    fixed: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    fits: Callable[[Options], bool] = lambda _options: True


def _linear_tensors(o: Options) -> dict[str, tuple[int, ...]]:
    weight = {"weight": (o["out_features"], o["in_features"])}
    return weight | ({"bias": (o["out_features"],)} if o["bias"] else {})


def _conv_tensors(o: Options) -> dict[str, tuple[int, ...]]:
    channels = o["in_channels"] // o["groups"]
    weight = {"weight": (o["out_channels"], channels, *o["kernel_size"])}
    return weight | ({"bias": (o["out_channels"],)} if o["bias"] else {})


def _norm_tensors(o: Options) -> dict[str, tuple[int, ...]]:
    each = (o["num_features"],)
    result: dict[str, tuple[int, ...]] = {"weight": each, "bias": each} if o["affine"] else {}
    if o["track_running_stats"]:
        result |= {"running_mean": each, "running_var": each, "num_batches_tracked": ()}
    return result


def _layer_norm_tensors(o: Options) -> dict[str, tuple[int, ...]]:
    if not o["elementwise_affine"]:
        return {}
    each = o["normalized_shape"]
    return {"weight": each} | ({"bias": each} if o["bias"] else {})


def _conv_fits(o: Options) -> bool:
    whole = o["in_channels"] % o["groups"] == 0 == o["out_channels"] % o["groups"]
    return whole and (o["padding"] != "same" or set(o["stride"]) == {1})


def _pool_fits(o: Options) -> bool:
    return all(2 * p <= k for p, k in zip(o["padding"], o["kernel_size"], strict=True))


def _conv(dimensions: int) -> LayerKind:
    return LayerKind(
        {
            "in_channels": is_.size,
            "out_channels": is_.size,
            "kernel_size": is_.window(dimensions),
            "stride": is_.window(dimensions),
            "padding": is_.padding(dimensions),
            "dilation": is_.window(dimensions),
            "groups": is_.size,
            "bias": is_.flag,
        },
        shapes.convolution(dimensions),
        _conv_tensors,
        {
            "transposed": (False,),
            "output_padding": ((0,) * dimensions,),
            "padding_mode": ("zeros",),
        },
        _conv_fits,
    )


def _max_pool(dimensions: int) -> LayerKind:
    return LayerKind(
        {
            "kernel_size": is_.window(dimensions),
            "stride": is_.window(dimensions),
            "padding": is_.window(dimensions, 0),
            "dilation": is_.window(dimensions),
            "ceil_mode": is_.flag,
        },
        shapes.pool(dimensions),
        fixed={"return_indices": (False,)},
        fits=_pool_fits,
    )


def _batch_norm(*ranks: int) -> LayerKind:
    options = {
        "num_features": is_.size,
        "eps": is_.number(0),
        "momentum": is_.optional(is_.number(0, 1)),
        "affine": is_.flag,
        "track_running_stats": is_.flag,
    }
    return LayerKind(options, shapes.features(*ranks), _norm_tensors)


_INPLACE = {"inplace": is_.flag}
_DROP = {"p": is_.number(0, 1), "inplace": is_.flag}

LAYERS: dict[str, LayerKind] = {
    "Sequential": LayerKind(),
    "Linear": LayerKind(
        {"in_features": is_.size, "out_features": is_.size, "bias": is_.flag},
        shapes.linear,
        _linear_tensors,
    ),
    "Identity": LayerKind(),
    "Flatten": LayerKind({"start_dim": is_.dimension, "end_dim": is_.dimension}, shapes.flatten),
    "ReLU": LayerKind(_INPLACE),
    "ReLU6": LayerKind(_INPLACE, fixed={"min_val": (0.0, 0), "max_val": (6.0, 6)}),
    "Tanh": LayerKind(),
    "Sigmoid": LayerKind(),
    "LeakyReLU": LayerKind({"negative_slope": is_.number(), **_INPLACE}),
    "ELU": LayerKind({"alpha": is_.number(), **_INPLACE}),
    "GELU": LayerKind({"approximate": is_.only("none", "tanh")}),
    "SiLU": LayerKind(_INPLACE),
    "Softplus": LayerKind({"beta": is_.number(1e-6), "threshold": is_.number()}),
    "Softmax": LayerKind({"dim": is_.optional_dimension}, shapes.softmax),
    "LogSoftmax": LayerKind({"dim": is_.optional_dimension}, shapes.softmax),
    "Dropout": LayerKind(_DROP),
    "Dropout2d": LayerKind(_DROP, shapes.of_rank(3)),
    "Conv1d": _conv(1),
    "Conv2d": _conv(2),
    "MaxPool1d": _max_pool(1),
    "MaxPool2d": _max_pool(2),
    "AvgPool2d": LayerKind(
        {
            "kernel_size": is_.window(2),
            "stride": is_.window(2),
            "padding": is_.window(2, 0),
            "ceil_mode": is_.flag,
            "count_include_pad": is_.flag,
        },
        shapes.pool(2),
        fixed={"divisor_override": (None,)},
        fits=_pool_fits,
    ),
    "AdaptiveAvgPool2d": LayerKind({"output_size": is_.output_sizes}, shapes.adaptive_pool),
    "BatchNorm1d": _batch_norm(1, 2),
    "BatchNorm2d": _batch_norm(3),
    "LayerNorm": LayerKind(
        {
            "normalized_shape": is_.sizes,
            "eps": is_.number(0),
            "elementwise_affine": is_.flag,
            "bias": is_.flag,
        },
        shapes.layer_norm,
        _layer_norm_tensors,
    ),
}
"""Every layer that is rebuilt from a file. (`torch.nn` documents the options.)"""

BIASED = ("Linear", "Conv1d", "Conv2d", "LayerNorm")  # ``bias`` is an argument, not an attribute


def checked(kind: str, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a layer's options, each checked, ready for its constructor.

    Raises
    ------
    LayerError
        When one is missing or is nothing that PyTorch takes.
    """
    known = LAYERS[kind]
    result: dict[str, Any] = {}
    for option, check in known.options.items():
        try:
            result[option] = check(options.get(option, _default(kind, option)))
        except ValueError as error:
            text = mark("core", "the layer {layer} ({kind}) has no usable {option}")
            raise LayerError(text, layer=name, kind=kind, option=option) from error
    if not known.fits(result):
        text = mark("core", "the options of the layer {layer} ({kind}) do not fit each other")
        raise LayerError(text, layer=name, kind=kind)
    return result


def _default(kind: str, option: str) -> Any:
    """Return what PyTorch takes where a file of an older version says nothing of an option."""
    return inspect.signature(getattr(nn, kind)).parameters[option].default


def check_name(name: object) -> None:
    """Refuse what PyTorch does not let a layer be called, such as ``training`` or ``a.b``.

    Raises
    ------
    LayerError
        With the name.
    """
    usable = isinstance(name, str) and name and "." not in name and len(name) <= 200
    if not usable or name in NAMES or not str(name).isprintable():
        text = mark("core", "no layer can be called {name}")
        raise LayerError(text, name=repr(name)[:60] if isinstance(name, str) else "?")


def leaves(layer: Layer, name: str = "") -> Iterator[tuple[str, Layer]]:
    """Yield the layers that do something, in order, by their full names: ``conv1.0``."""
    if layer.kind != "Sequential":
        yield name, layer
    for child_name, child in layer.children:
        yield from leaves(child, f"{name}.{child_name}" if name else child_name)


def tensor_shapes(layer: Layer) -> dict[str, tuple[int, ...]]:
    """Return the shapes of all parameters and buffers by their names in the state_dict."""
    return {
        f"{name}.{tensor}" if name else tensor: shape
        for name, leaf in leaves(layer)
        for tensor, shape in LAYERS[leaf.kind].tensors(leaf.options).items()
    }


def output_shape(layer: Layer, shape: Shape) -> Shape:
    """Return the shape that a network makes of a sample.

    Raises
    ------
    LayerError
        Naming the first layer that cannot take what it is given.
    """
    for name, leaf in leaves(layer):
        try:
            shape = LAYERS[leaf.kind].shape(leaf.options, shape)
            shapes.check_amount(shape)
        except shapes.ShapeError as error:
            text = mark("core", "the layer {layer} ({kind}) {reason}")
            raise LayerError(text, layer=name, kind=leaf.kind, reason=error) from error
    return shape


def module(layer: Layer) -> nn.Module:
    """Build a checked layer by PyTorch's own constructor; its numbers are not there yet.

    The parameters are on the ``meta`` device: nothing is allocated and no random number is drawn.
    Give them to it by ``load_state_dict(..., assign=True)``.
    """
    with torch.device("meta"):
        return _module(layer)


def _module(layer: Layer) -> nn.Module:
    if layer.kind == "Sequential":
        children = OrderedDict((name, _module(child)) for name, child in layer.children)
        return nn.Sequential(children)
    options = dict(layer.options)
    if "Softmax" in layer.kind and options["dim"] is None:
        options["dim"] = 1  # what PyTorch takes for two dimensions and four, with a warning
    if "Pool" in layer.kind:  # Conv2d makes tuples of its numbers, pools show them as given
        options = {name: _plain(value) for name, value in options.items()}
    result: nn.Module = getattr(nn, layer.kind)(**options)
    return result


def _plain(value: Any) -> Any:
    """Return one number for a tuple of equal ones, as people write it."""
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def describe(net: nn.Module) -> Layer:
    """Return the description of a network made of known layers.

    Raises
    ------
    LayerError
        When one of its layers is not in `LAYERS`.
    """
    kind = type(net).__name__
    if type(net) is not getattr(nn, kind, None) or kind not in LAYERS:
        raise LayerError(mark("core", "the layer {kind} is not known here"), kind=kind)
    options = {
        name: getattr(net, name) is not None if name == "bias" else getattr(net, name)
        for name in LAYERS[kind].options
    }
    # Not `named_children`: it leaves out a module that stands in two places.
    # And not `if child`: a Sequential without layers is false.
    children = tuple((n, describe(child)) for n, child in net._modules.items() if child is not None)
    return Layer(kind, checked(kind, "", options), children)
