"""Files that ask for impossible or immense layers and tensors, and layers of harmful names."""

from __future__ import annotations

import math

from tests.files.models.cases import BAD, BIG, CODE, ODD, OPENS, Case
from tests.files.models.containers import STORAGES, torch_file
from tests.files.models.pickles import (
    MARK,
    REDUCE,
    Raw,
    called,
    get,
    layer,
    layer_class,
    linear,
    named,
    new,
    ordered,
    parameter,
    push,
    put,
    sequential,
    storage,
    tensor,
)

REFUSED = (BAD, BIG, CODE, ODD)
ANY = (*REFUSED, OPENS)


def tensor_files(_canary):
    """Return files whose tensors lie about their place, size, or storage."""
    huge, far = 10**12, 2**62
    sizes = {
        "negative": (-2, -2), "huge": (huge, huge), "bool": (True, 2), "float": (2.0, 2),
        "None": (None, 2), "text": ("2", 2), "long": (2**100, 1), "overflow": (2**32, 2**32),
        "overflow to 4": (2**62, 2**62 + 1), "nothing times much": (0, 2**47, 2**47),
        "nothing times more": (0, 2**62), "a thousand dimensions": (1,) * 1000, "none": (),
        "a layer": (linear(), 2), "25 dimensions": (1,) * 25,
    }  # fmt: skip
    tensors = {f"size {name}": tensor(size=size) for name, size in sizes.items()}
    for name, stride in {
        "0": (0, 0), "2**62": (far, 1), "negative": (-1, 1), "bool": (True, 1), "wrap": (2**63, 2),
        "long": (2**100, 1), "too few": (1,), "too many": (1, 1, 1), "a list": [2, 1],
    }.items():  # fmt: skip
        tensors[f"stride {name}"] = tensor(stride=stride)
    for name, offset in {"1": 1, "-1": -1, "2**62": far, "2**64": 2**64, "bool": True}.items():
        tensors[f"offset {name}"] = tensor(offset=offset)
    for size in ((0, 2**47, 2**47), (2**47, 0, 2**47), (0, 0), (0,), (1, 0)):
        tensors[f"nothing of {size}"] = tensor(size=size, stride=(1,) * len(size))
    wide = {"size": (huge,), "stride": (0,)}
    tensors |= {
        "expanded": tensor(storage(numel=1), **wide),
        "expanded in two": tensor(storage(numel=1), size=(10**6, 10**6), stride=(0, 0)),
        "offset and stride overflow": tensor(size=(2, 2), stride=(2**63, 2**63), offset=2**63),
        "of nothing": Raw(push(named("torch._utils", "_rebuild_tensor_v2")) + push(()) + REDUCE),
        "of a tensor": tensor(tensor()),
        "of a parameter": parameter(parameter()),
        "wrapped a thousand times": nested(lambda inner: parameter(inner), 1000),
    }
    files = {}
    for name, value in tensors.items():
        files[f"{name}, of a layer"] = sequential([linear(weight=parameter(value))])
        files[name] = ordered({"0.weight": value})
    return [Case(f"tensor: {name}", torch_file(value), ANY) for name, value in files.items()]


def nested(wrap, times):
    result = tensor()
    for _ in range(times):
        result = wrap(result)
    return result


def storage_files(_canary):
    """Return files whose storages are not what they are said to be."""
    kinds = {
        "of another kind": storage(kind="DoubleStorage"),
        "of an unknown kind": storage(kind="QUInt8Storage"),
        "of a foreign kind": storage(kind=named("os", "FloatStorage")),
        "of a GPU's kind": storage(kind=named("torch.cuda", "FloatStorage")),
        "missing": storage("7"),
        "above": storage("../version"),
        "absolute": storage("/etc/passwd"),
        "nameless": storage(""),
        "of a NUL": storage("0\0"),
        "the pickle itself": storage("../data.pkl"),
        "larger than the file": storage(numel=10**9),
        "of 2**61 numbers": storage(numel=2**61),
        "of -1 numbers": storage(numel=-1),
        "of True numbers": storage(numel=True),
        "of a key that is a number": storage(0),
        "of a long key": storage("0" * 10**6),
        "on another device": storage(location="cuda:0"),
        "on the meta device": storage(location="meta"),
        "with a view": storage(view=(("1", 0, 4),)),
    }
    opens = {"on another device", "on the meta device", "of a GPU's kind"}
    files = [
        Case(
            f"storage {name}",
            torch_file(sequential([linear(weight=parameter(tensor(value)))])),
            ANY if name in opens else REFUSED,
        )
        for name, value in kinds.items()
    ]
    both = {"0.weight": tensor(), "1.weight": tensor(storage(kind="IntStorage"))}
    counts = {"0.weight": tensor(), "1.weight": tensor(storage(numel=2), size=(2,))}
    return [
        *files,
        Case("storage of two kinds at once", torch_file(ordered(both)), REFUSED),
        Case("storage of two lengths at once", torch_file(ordered(counts)), REFUSED),
        Case("storage seen a thousand times", thousand_views, (BIG, BAD)),
        Case("storage of bytes that are no bools", odd_bools(), ANY),
    ]


def thousand_views():
    """Return a megabyte that a thousand tensors want to have, each for itself."""
    store = Raw(push(storage(numel=250_000)) + put(0))
    again = Raw(get(0))
    items = {f"{n}.weight": tensor(again, size=(250_000,)) for n in range(1000)}
    items = {"0.weight": tensor(store, size=(250_000,))} | items
    return torch_file(
        Raw(push(tensor(store, size=(250_000,))) + b"0" + push(ordered(items))),
        {"0": bytes(1_000_000)},
    )


def odd_bools():
    value = ordered({"mask": tensor(storage(kind="BoolStorage"))})
    return torch_file(value, {"0": b"\0\1\2\xff"})


def layer_files(_canary):
    """Return constructor bombs: layers whose numbers cost memory or time to build or to run."""
    huge = 10**12
    conv = {
        "in_channels": 1, "out_channels": 1, "kernel_size": (1, 1), "stride": (1, 1),
        "padding": (0, 0), "dilation": (1, 1), "groups": 1, "padding_mode": "zeros",
        "transposed": False, "output_padding": (0, 0),
        "_reversed_padding_repeated_twice": [0, 0, 0, 0],
    }  # fmt: skip
    norm = {"eps": 1e-5, "momentum": 0.1, "affine": False, "track_running_stats": False}
    pool = {"kernel_size": 2, "stride": 2, "padding": 0, "dilation": 1,
            "return_indices": False, "ceil_mode": False}  # fmt: skip
    dropout, softmax = {"p": 0.5, "inplace": False}, {"dim": 1}
    bombs = {
        "Linear": ("linear.Linear", {"in_features": huge, "out_features": huge}, {}),
        "LayerNorm": ("normalization.LayerNorm", {"normalized_shape": (10**9,), "eps": 1e-5},
                      {"elementwise_affine": False}),
        "LayerNorm of many": ("normalization.LayerNorm", {"normalized_shape": (1,) * 10_000},
                              {"eps": 1e-5, "elementwise_affine": False}),
        "AdaptiveAvgPool2d": ("pooling.AdaptiveAvgPool2d", {"output_size": 10**9}, {}),
        "AdaptiveAvgPool2d of two": ("pooling.AdaptiveAvgPool2d", {"output_size": (1, huge)}, {}),
        "Flatten": ("flatten.Flatten", {"start_dim": -huge, "end_dim": huge}, {}),
        "LeakyReLU": ("activation.LeakyReLU", {"negative_slope": math.nan, "inplace": False}, {}),
        "ELU": ("activation.ELU", {"alpha": math.inf, "inplace": "yes"}, {}),
        "GELU": ("activation.GELU", {"approximate": "x" * 100_000}, {}),
        "Softplus": ("activation.Softplus", {"beta": 0.0, "threshold": -math.inf}, {}),
    }  # fmt: skip
    for p in (math.nan, 2, -1, math.inf, 10**30, "x", None, True):
        bombs[f"Dropout {p}"] = ("dropout.Dropout", dropout | {"p": p}, {})
    for dim in (10**9, -(2**63), "x", 1.5, (1,), 2**70):
        bombs[f"Softmax {dim}"] = ("activation.Softmax", softmax | {"dim": dim}, {})
    for count in (huge, 0, -1, True, 2.0, 2**100, None):
        state = norm | {"num_features": count}
        bombs[f"BatchNorm1d {count}"] = ("batchnorm.BatchNorm1d", state, {})
    for name, value in {
        "padding": (10**6, 10**6), "dilation": (10**6, 10**6), "kernel_size": (10**6, 10**6),
        "stride": (0, 0), "groups": 0, "padding_mode": "os.system", "out_channels": huge,
        "transposed": True, "_reversed_padding_repeated_twice": [10**6] * 4,
    }.items():  # fmt: skip
        bombs[f"Conv2d {name}"] = ("conv.Conv2d", conv, {name: value})
    bombs["Conv2d padding by a word"] = ("conv.Conv2d", conv, {"padding": "same" * 1000})
    for name, value in {"kernel_size": 10**9, "stride": 0, "padding": 10**9, "dilation": 0,
                        "return_indices": True}.items():  # fmt: skip
        bombs[f"MaxPool2d {name}"] = ("pooling.MaxPool2d", pool, {name: value})
    files = {
        f"bomb: {name}": sequential([small(kind, state | more)])
        for name, (kind, state, more) in bombs.items()
    }
    return [Case(name, torch_file(value), ANY) for name, value in files.items()] + misfits()


def small(kind, attributes):
    """Return a layer with the few numbers that the files here carry, if it has a weight."""
    if "conv" not in kind:
        return layer(kind, **attributes)
    weight = parameter(tensor(storage(numel=4), size=(1, 1, 1, 1)))
    bias = parameter(tensor(storage("1", numel=2), size=(1,)))
    return layer(kind, {"weight": weight, "bias": bias}, **attributes)


def misfits():
    """Return models whose parts do not belong together."""
    short = parameter(tensor(size=(1, 2)))
    three = sequential([linear(), linear(3, 2)])
    values = {
        "a weight that is too small": sequential([linear(2, 3)]),
        "numbers for a larger layer": sequential([linear(weight=short)]),
        "a bias like a weight": sequential([linear(bias=parameter())]),
        "no weight": sequential([layer("linear.Linear", in_features=2, out_features=2)]),
        "None for a weight": sequential([linear(weight=Raw(push(None)))]),
        "an unknown parameter": sequential([layer(
            "linear.Linear", {"weight": parameter(), "bias": None, "training": parameter()},
            in_features=2, out_features=2)]),
        "a parameter in a Sequential": layer("container.Sequential", {"weight": parameter()}),
        "a parameter in a ReLU": sequential([layer("activation.ReLU", {"x": parameter()})]),
        "a buffer in a Linear": sequential([layer(
            "linear.Linear", {"weight": parameter(), "bias": None}, {"x": tensor()},
            in_features=2, out_features=2)]),
        "a child of a Linear": sequential([linear(_modules={"x": linear()})]),
        "layers that do not follow each other": three,
        "500 poolings, which no picture survives": sequential([
            layer("pooling.MaxPool2d", kernel_size=2, stride=2, padding=0, dilation=1,
                  return_indices=False, ceil_mode=False)] * 500),
        "an empty Sequential": sequential([]),
        "a Sequential without state": new(layer_class("container.Sequential"), None),
        "a BatchNorm of whole numbers": sequential([layer(
            "batchnorm.BatchNorm1d", {"weight": None, "bias": None}, {
                name: tensor(storage("3", "IntStorage", 2), (2,))
                for name in ("running_mean", "running_var")
            } | {"num_batches_tracked": tensor(storage("4", "LongStorage", 1), ())},
            num_features=2, eps=1e-5, momentum=0.1, affine=False, track_running_stats=True)]),
        "a BatchNorm that counts in floats": sequential([layer(
            "batchnorm.BatchNorm1d", {"weight": None, "bias": None}, {
                name: tensor(storage("1", numel=2), (2,))
                for name in ("running_mean", "running_var")
            } | {"num_batches_tracked": tensor(size=())},
            num_features=2, eps=1e-5, momentum=0.1, affine=False, track_running_stats=True)]),
        "a LayerNorm of bools": sequential([layer(
            "normalization.LayerNorm", {"weight": parameter(
                tensor(storage("2", "BoolStorage", 2), (2,))), "bias": None},
            normalized_shape=(2,), eps=1e-5, elementwise_affine=True)]),
        "a Linear of whole numbers": sequential([linear(weight=parameter(tensor(
            storage(kind="IntStorage"))))]),
    }  # fmt: skip
    numbers = STORAGES | {"2": b"\1\1", "3": bytes(8), "4": bytes(8)}
    return [Case(f"misfit: {name}", torch_file(v, numbers), ANY) for name, v in values.items()]


def name_files(_canary):
    """Return layers of names that a module or a path has a meaning for, and of no names."""
    names = [
        "training", "forward", "", "a.b", ".", "..", "__class__", "__dict__", "_modules",
        "_parameters", "weight", "bias", "append", "T_destination", "call_super_init", "x" * 10**6,
        "é" * 100, "\0", "\n", "0\u202e1", "train", "eval", "to", "state_dict", "__getattr__",
        "__init__", "_forward_hooks", "dump_patches", "0 ", "-1", "\u0661", "constructor", "{path}",
        "%s", "<b>", "\ud800",
    ]  # fmt: skip
    files = [
        Case(f"child named {name[:20]!r}", torch_file(sequential({name: linear()})), ANY)
        for name in names
    ]
    keys = {
        "an int": 0, "None": None, "True": True, "a float": 1.5, "a tuple": (1,), "NaN": math.nan,
        "bytes": b"0", "a long": 2**100, "a class": layer_class("linear.Linear"),
        "a layer": linear(),
    }  # fmt: skip
    for name, key in keys.items():
        children = Raw(b"}" + MARK + push(key) + push(linear()) + b"u")
        files.append(Case(f"child named by {name}", torch_file(sequential_of(children)), ANY))
        items = Raw(push(called(named("collections", "OrderedDict"))) + MARK + push(key)
                    + push(tensor()) + b"u")  # fmt: skip
        files.append(Case(f"parameter named by {name}", torch_file(items), ANY))
    for name in ("", "training", "a..b", ".weight", "\0", "x" * 10**6, "a." * 10_000 + "b"):
        value = ordered({name: tensor()})
        files.append(Case(f"parameter named {name[:20]!r}", torch_file(value), ANY))
    return files


def sequential_of(children):
    return sequential([], _modules=children)
