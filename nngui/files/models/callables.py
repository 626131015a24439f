"""What a pickle may have called when it is opened elsewhere, and whether that is harmless.

Nothing is called here, whatever it is. This is about words: a file that would run something
foreign is *not safe* for whoever unpickles it; one that would make a date or a device is not.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from nngui.files.models.inert import Global, Made

MAX_DEPTH = 2  # in which a foreign function is looked for among arguments
MAX_ARGUMENTS = 16  # as the last of the known functions have fewer, and lists are not called
PYTHON = ("builtins", "__builtin__")  # of Python 3 and 2
OWN = "__main__"  # a script's own classes: elsewhere they are not there, so that nothing runs


CALLERS = {  # these call what they are given first
    "_rebuild_from_type_v2", "_rebuild_wrapper_subclass", "_reconstructor",
    "__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor",
}  # fmt: skip
MAKERS = {OWN} | {f"numpy.random._{name}" for name in ("pcg64", "mt19937", "philox", "sfc64")}
MAKERS |= {"numpy.random._pickle", "numpy.random._generator", "numpy.random.mtrand"}


class Verdict(Enum):
    """What is known of a callable."""

    HARMLESS = "it only makes a value"
    UNKNOWN = "of PyTorch's or NumPy's own, but what it does is not known here"
    FOREIGN = "it may do anything"


HARMLESS: dict[str, str] = {  # by module: plain values, generators' states, tensors
    "_codecs": "encode",
    "argparse": "Namespace",
    "array": "_array_reconstructor array",
    "collections": "ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque",
    "contextlib": "nullcontext",
    "copy_reg": "_reconstructor",
    "copyreg": "_reconstructor",
    "datetime": "date datetime time timedelta timezone",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "ipaddress": "IPv4Address IPv4Network IPv6Address IPv6Network",
    "pathlib": "Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath",
    "pathlib._local": "Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath",
    "random": "Random",
    "re": "_compile",
    "types": "SimpleNamespace",
    "uuid": "SafeUUID UUID",
    "numpy": "dtype ndarray bool_ float16 float32 float64 int8 int16 int32 int64 str_ uint8",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "numpy._core.numeric": "_frombuffer",
    "numpy.ma.core": "_mareconstruct",
    "numpy.random._pickle": "__bit_generator_ctor __generator_ctor __randomstate_ctor",
    "numpy.random.bit_generator": "__pyx_unpickle_SeedSequence",
    "torch": "Size device dtype finfo iinfo",
    "torch._C": "Generator",
    "torch._dynamo.eval_frame": "OptimizeContext OptimizedModule",
    "torch._tensor": "_rebuild_from_type_v2",
    "torch._utils": "_rebuild_device_tensor_from_cpu_tensor _rebuild_device_tensor_from_numpy "
    "_rebuild_meta_tensor_no_storage _rebuild_nested_tensor _rebuild_parameter "
    "_rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_tensor _rebuild_tensor "
    "_rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_wrapper_subclass",
    "torch.nn.backends.thnn": "_get_thnn_function_backend",  # in each layer before PyTorch 1.3
    "torch.nn.parameter": "Buffer Parameter",
    "torch.serialization": "_get_layout",
}
PLAIN = "bool bytearray bytes complex dict float frozenset int list object range set slice str "
PLAIN += "tuple xrange long unicode"
KNOWN = frozenset(
    Global(module, name)
    for modules, names in [*((m, n) for m, n in HARMLESS.items()), *((m, PLAIN) for m in PYTHON)]
    for module in [modules]
    for name in names.split()
)
FAMILY = {"torch", "numpy", "collections", "datetime", "decimal", "pathlib", "uuid"}
"""Packages whose classes and functions may be named; calling them is another matter."""


def verdict(callee: Global, arguments: Any) -> Verdict:
    """Return what is known of a call."""
    if callee.name == "getattr" and callee.module in PYTHON:  # how methods are pickled
        return Verdict.HARMLESS if _is_method(arguments) else Verdict.FOREIGN
    if callee in KNOWN:
        if foreign_in(arguments) is not None:
            return Verdict.FOREIGN
        first = arguments[0] if callee.name in CALLERS and arguments else None
        unknown = isinstance(first, Global) and not (first in KNOWN or first.module in MAKERS)
        return Verdict.UNKNOWN if unknown else Verdict.HARMLESS
    if callee.module == OWN and callee.name.isidentifier():
        return Verdict.HARMLESS
    if callee.package in ("torch", "numpy", "collections"):
        return Verdict.UNKNOWN
    return Verdict.FOREIGN


def is_ours_to_name(named: Global) -> bool:
    """Return whether a name is of PyTorch, NumPy or a plain value, and so harmless to hold."""
    return named in KNOWN or (named.module not in PYTHON and named.package in FAMILY)


def _is_method(arguments: Any) -> bool:
    """Return whether ``getattr(of, name)`` names a method of PyTorch's or NumPy's own."""
    if type(arguments) is not tuple or len(arguments) != 2 or type(arguments[1]) is not str:
        return False
    of = arguments[0].by if isinstance(arguments[0], Made) else arguments[0]
    plain = arguments[1].isidentifier() and not arguments[1].startswith("__")
    return isinstance(of, Global) and plain and is_ours_to_name(of)


def foreign_in(arguments: Any, depth: int = 0) -> Global | None:
    """Return the foreign function that a call is given, and might call itself, if there is one."""
    if isinstance(arguments, Global):
        return None if is_ours_to_name(arguments) or arguments.module == OWN else arguments
    if type(arguments) in (tuple, list) and depth < MAX_DEPTH:
        found = (foreign_in(argument, depth + 1) for argument in arguments[:MAX_ARGUMENTS])
        return next((one for one in found if one is not None), None)
    return None
