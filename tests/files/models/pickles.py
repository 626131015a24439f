"""A small assembler for pickles: each function returns the opcodes that push one value.

Nothing here pickles an object, so that a file can say what `torch.save` never would.
"""

from __future__ import annotations

import pickletools
import struct
from dataclasses import dataclass
from itertools import pairwise

MARK, STOP, POP, DUP = b"(", b".", b"0", b"2"
REDUCE, BUILD, NEWOBJ, NEWOBJ_EX, OBJ = b"R", b"b", b"\x81", b"\x92", b"o"
PERSID, STACK_GLOBAL = b"Q", b"\x93"
NONE, TRUE, FALSE = b"N", b"\x88", b"\x89"
PROTO_2 = b"\x80\x02"
HOOKS = (
    "_backward_pre_hooks",
    "_backward_hooks",
    "_is_full_backward_hook",
    "_forward_hooks",
    "_forward_hooks_with_kwargs",
    "_forward_hooks_always_called",
    "_forward_pre_hooks",
    "_forward_pre_hooks_with_kwargs",
    "_state_dict_hooks",
    "_state_dict_pre_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
)


@dataclass(frozen=True)
class Raw:
    """Opcodes that push a value, to stand among plain values."""

    code: bytes


def push(value):
    """Return the opcodes for a plain value, or those of a `Raw`."""
    pushers = {
        Raw: lambda raw: raw.code,
        bool: lambda flag: TRUE if flag else FALSE,
        type(None): lambda _: NONE,
        int: integer,
        float: lambda number: b"G" + struct.pack(">d", number),
        str: text,
        bytes: lambda data: b"B" + struct.pack("<I", len(data)) + data,
        tuple: lambda items: MARK + b"".join(map(push, items)) + b"t",
        list: lambda items: b"](" + b"".join(map(push, items)) + b"e",
        dict: lambda items: b"}" + set_items(items),
    }
    return pushers[type(value)](value)


def text(words):
    data = words.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(data)) + data


def integer(number):
    if 0 <= number < 256:
        return b"K" + bytes([number])
    if -(2**31) <= number < 2**31:
        return b"J" + struct.pack("<i", number)
    data = number.to_bytes(number.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def set_items(items):
    """Set the items of a dict that is on the stack."""
    return MARK + b"".join(push(key) + push(value) for key, value in items.items()) + b"u"


def put(number):
    return b"r" + struct.pack("<I", number)


def get(number):
    return b"j" + struct.pack("<I", number)


def named(module, name):
    return Raw(f"c{module}\n{name}\n".encode())


def called(function, *args):
    return Raw(push(function) + push(args) + REDUCE)


def program(value, protocol=PROTO_2):
    return protocol + push(value) + STOP


# --- What torch.save writes -----------------------------------------------------------------------

ORDERED = called(named("collections", "OrderedDict"))


def ordered(items):
    return Raw(push(ORDERED) + set_items(items))


def layer_class(path):
    """Return the class at `path` below torch.nn.modules, such as "linear.Linear"."""
    module, _, name = path.rpartition(".")
    return named(f"torch.nn.modules.{module}", name)


def new(kind, state, args=()):
    """Return an object of a class made by NEWOBJ and given its state by BUILD."""
    return Raw(push(kind) + push(args) + NEWOBJ + push(state) + BUILD)


def module_state(parameters, buffers, children, hooks, attributes):
    state = {
        "training": True,
        "_parameters": parameters,
        "_buffers": buffers,
        "_non_persistent_buffers_set": called(named("__builtin__", "set"), []),
    }
    for name in HOOKS:
        state[name] = None if name == "_is_full_backward_hook" else ORDERED
    return state | {**hooks, "_modules": children, **attributes}


def layer(kind, parameters=(), buffers=(), children=(), hooks=(), **attributes):
    """Return a module as torch.save writes it; `attributes` overwrite any part of its state."""
    state = (
        module_state(dict(parameters), dict(buffers), dict(children), dict(hooks), {}) | attributes
    )
    return new(layer_class(kind) if isinstance(kind, str) else kind, state)


def storage(key="0", kind="FloatStorage", numel=4, location="cpu", view=()):
    """Return a storage; `view` is what the legacy format adds at its end."""
    kind = named("torch", kind) if isinstance(kind, str) else kind
    return Raw(push(("storage", kind, key, location, numel, *view)) + PERSID)


def tensor(store=None, size=(2, 2), stride=None, offset=0, hooks=ORDERED, grad=False, more=()):
    stride = strides(size) if stride is None else stride
    store = storage() if store is None else store
    rebuild = named("torch._utils", "_rebuild_tensor_v2")
    return called(rebuild, store, offset, size, stride, grad, hooks, *more)


def parameter(data=None, hooks=ORDERED):
    data = tensor() if data is None else data
    return called(named("torch._utils", "_rebuild_parameter"), data, True, hooks)


def strides(size):
    """Return the strides of a contiguous tensor, for any plain sizes."""
    result, step = [], 1
    for length in reversed(size):
        result.append(step)
        step *= length if type(length) is int else 1
    return tuple(reversed(result))


def linear(inputs=2, outputs=2, weight=None, bias=None, **attributes):
    """Return a Linear whose weight and bias stand in the storages 0 and 1."""
    weight = parameter() if weight is None else weight
    bias = parameter(tensor(storage("1", numel=2), size=(2,))) if bias is None else bias
    own = {"in_features": inputs, "out_features": outputs} | attributes
    return layer("linear.Linear", {"weight": weight, "bias": bias}, **own)


def sequential(children, **attributes):
    if not isinstance(children, dict):
        children = {str(number): child for number, child in enumerate(children)}
    return layer("container.Sequential", children=children, **attributes)


# --- Taking apart ---------------------------------------------------------------------------------


def take_apart(code):
    """Return the opcodes of the first pickle in `code`, each with its argument as bytes."""
    places = [place for _, _, place in pickletools.genops(code)]
    return [code[here:there] for here, there in pairwise([*places, places[-1] + 1])]
