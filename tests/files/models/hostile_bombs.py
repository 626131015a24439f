"""Files that are small and ask for much: nesting, cycles, repetition, opcodes without end."""

from __future__ import annotations

from tests.files.models.cases import BAD, BIG, CODE, ODD, OPENS, Case
from tests.files.models.containers import legacy_file, safetensors_file, torch_file
from tests.files.models.pickles import (
    BUILD,
    DUP,
    MARK,
    NEWOBJ,
    NONE,
    PERSID,
    POP,
    PROTO_2,
    REDUCE,
    STOP,
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
    text,
)

REFUSED = (BAD, BIG, CODE, ODD)
ANY = (*REFUSED, OPENS)
MANY = 100_000


def opcode_files(_canary):
    """Return pickles that are no sequence of opcodes that torch.save would write."""
    most = 2**31 - 1
    codes = {
        "nothing": b"",
        "only PROTO": PROTO_2,
        "only STOP": PROTO_2 + STOP,
        "no STOP": PROTO_2 + push(sequential([linear()])),
        "STOP above something": PROTO_2 + NONE + NONE + STOP,
        "bytes behind STOP": PROTO_2 + push(sequential([linear()])) + STOP + b"more",
        "two pickles": (PROTO_2 + push(sequential([linear()])) + STOP) * 2,
        "protocol 0": b"N.",
        "protocol 1": b"\x80\1" + push({}) + STOP,
        "protocol 3": b"\x80\3" + push(sequential([linear()])) + STOP,
        "protocol 5": b"\x80\5" + push(sequential([linear()])) + STOP,
        "MEMOIZE of nothing": b"\x80\4\x94" + STOP,
        "STACK_GLOBAL of numbers": b"\x80\4K\1K\2\x93" + STOP,
        "STACK_GLOBAL of long texts": b"\x80\4" + text("a" * MANY) * 2 + b"\x93" + STOP,
        "NEWOBJ_EX with a list": b"\x80\4" + push(layer_class("linear.Linear")) + b")]\x92" + STOP,
        "ADDITEMS to a dict": b"\x80\4}(K\1\x90" + STOP,
        "frames in frames": b"\x80\4" + b"\x95\x09\0\0\0\0\0\0\0" * 100 + NONE + STOP,
        "protocol 255": b"\x80\xff" + push(sequential([linear()])) + STOP,
        "PROTO in the middle": PROTO_2 + NONE + POP + PROTO_2 + NONE + STOP,
        "a frame of 2**63 bytes": b"\x80\4\x95" + b"\xff" * 8 + NONE + STOP,
        "a buffer of protocol 5": b"\x80\5\x97\x98" + STOP,
        "a bytearray of 2**63 bytes": b"\x80\5\x96" + b"\xff" * 8 + STOP,
        "LONG4 of 2**31 bytes": PROTO_2 + b"\x8b\xff\xff\xff\x7f" + STOP,
        "LONG4 of -1 bytes": PROTO_2 + b"\x8b\xff\xff\xff\xff" + STOP,
        "LONG1 of 255 bytes": PROTO_2 + b"\x8a\xff" + b"\x7f" * 255 + STOP,
        "INT of a hundred thousand digits": PROTO_2 + b"I" + b"9" * MANY + b"\n" + STOP,
        "LONG of a hundred thousand digits": PROTO_2 + b"L" + b"9" * MANY + b"L\n" + STOP,
        "BINUNICODE of 2**32 - 1 bytes": PROTO_2 + b"X\xff\xff\xff\xff" + STOP,
        "BINUNICODE8 of 2**63 bytes": PROTO_2 + b"\x8d" + b"\xff" * 7 + b"\x7f" + STOP,
        "BINSTRING of -1 bytes": PROTO_2 + b"T\xff\xff\xff\xff" + STOP,
        "text that is not UTF-8": PROTO_2 + b"X\2\0\0\0\xc3\x28" + STOP,
        "text with a surrogate": PROTO_2 + text("\ud800") + STOP,
        "a GLOBAL without end": PROTO_2 + b"c" + b"a" * MANY,
        "a GLOBAL that is not UTF-8": PROTO_2 + b"c\xff\n\xfe\n" + STOP,
        "a GLOBAL of nothing": PROTO_2 + b"c\n\n" + STOP,
        "a memo index of 2**31": PROTO_2 + NONE + put(2**31) + get(2**31) + STOP,
        "LONG_BINPUT of 2**31 - 1": PROTO_2 + NONE + put(most) + STOP,
        "an unknown memo index": PROTO_2 + get(7) + STOP,
        "PUT of a negative index": PROTO_2 + NONE + b"p-1\n" + STOP,
        "PUT on nothing": PROTO_2 + put(0) + STOP,
        "PUT of a MARK": PROTO_2 + MARK + put(0) + STOP,
        "POP of nothing": PROTO_2 + POP + STOP,
        "POP of a MARK": PROTO_2 + NONE + MARK + POP + STOP,
        "DUP of nothing": PROTO_2 + DUP + STOP,
        "TUPLE without MARK": PROTO_2 + NONE + b"t" + STOP,
        "TUPLE3 of two": PROTO_2 + NONE + NONE + b"\x87" + STOP,
        "TUPLE1 of a MARK": PROTO_2 + MARK + b"\x85" + STOP,
        "SETITEM on a list": PROTO_2 + b"]" + NONE + NONE + b"s" + STOP,
        "SETITEMS of three": PROTO_2 + b"}" + MARK + NONE * 3 + b"u" + STOP,
        "APPEND to a tuple": PROTO_2 + b")" + NONE + b"a" + STOP,
        "APPENDS to a dict": PROTO_2 + b"}" + MARK + NONE + b"e" + STOP,
        "BUILD of nothing": PROTO_2 + NONE + BUILD + STOP,
        "REDUCE with a list": PROTO_2 + push(named("torch", "Size")) + b"]" + REDUCE + STOP,
        "REDUCE of a text": PROTO_2 + text("os.system") + push(("x",)) + REDUCE + STOP,
        "NEWOBJ of a text": PROTO_2 + text("torch.nn.Linear") + b")" + NEWOBJ + STOP,
        "an unknown opcode": PROTO_2 + b"\xff" + STOP,
        "FROZENSET": b"\x80\4(K\1\x91" + STOP,
        "ADDITEMS": b"\x80\4\x8f(K\1\x90" + STOP,
        "NEXT_BUFFER": b"\x80\5\x97" + STOP,
    }
    opens = {"protocol 3", "protocol 5"}
    return [
        Case(f"opcodes: {name}", torch_file(code), ANY if name in opens else REFUSED)
        for name, code in codes.items()
    ]


def floods():
    """Return pickles of very many opcodes, by name."""
    marks = PROTO_2 + MARK * 3_000_000
    pairs = b"".join(b"\x8a\4" + n.to_bytes(4, "little") + NONE for n in range(MANY))
    huge = PROTO_2 + b"X" + (3_900_000).to_bytes(4, "little") + "é".encode() * 1_950_000 + STOP
    wide = "\U0001f600".encode() + b"a" * 3_899_996
    return {
        "MARKs": marks,
        "DUPs": PROTO_2 + NONE + DUP * 3_000_000 + STOP,
        "POPs": PROTO_2 + (NONE + POP) * 1_000_000 + NONE + STOP,
        "PUTs": PROTO_2 + NONE + b"".join(map(put, range(500_000))) + STOP,
        "GETs": PROTO_2 + push([]) + put(0) + MARK + get(0) * 500_000 + b"e" + STOP,
        "empty dicts": PROTO_2 + MARK + b"}" * 3_000_000 + b"t" + STOP,
        "empty dicts below the cap": PROTO_2 + MARK + b"}" * 190_000 + b"t" + STOP,
        "calls below the cap": PROTO_2 + MARK + push(named("collections", "OrderedDict")) + put(0)
        + (get(0) + b")" + REDUCE) * 60_000 + b"t" + STOP,
        "MARKs closed": PROTO_2 + MARK * MANY + b"t" * 99_990,
        "integers": PROTO_2 + MARK + (b"\x8a\x10" + b"\x7f" * 16) * 190_000 + b"t" + STOP,
        "a dict of many keys": PROTO_2 + b"}" + MARK + pairs + b"u" + STOP,
        "a text of four megabytes": huge,
        "a text that is wide in memory": PROTO_2 + b"X" + len(wide).to_bytes(4, "little")
        + wide + STOP,
        "names of 200 letters": PROTO_2 + MARK + (b"c" + b"a" * 200 + b"\n" + b"b" * 99 + b"\n")
        * 12_000 + b"t" + STOP,
    }  # fmt: skip


def flood_files(_canary):
    files = [Case(f"flood: {name}", torch_file(code), REFUSED) for name, code in floods().items()]
    return [
        *files,
        Case("flood: 64 MB of MARKs", lambda: torch_file(PROTO_2 + MARK * 64_000_000), REFUSED),
        Case("flood: LONG4 of 100 MB", lambda: torch_file(
            PROTO_2 + b"\x8b\0\xe1\xf5\5" + b"\x7f" * 100_000_000 + STOP), REFUSED),
        Case("flood: legacy MARKs", legacy_file(floods()["MARKs"], {}), REFUSED),
        Case("flood: legacy classes outside", legacy_file(many_outside(), {}), REFUSED),
        Case("flood: keys of one hash", torch_file(colliding()), REFUSED),
    ]  # fmt: skip


def many_outside():
    """Return a pickle that names 15,000 classes and 15,000 storages outside of it."""
    source = ("module", layer_class("linear.Linear"), "x.py", "")
    first = push(source) + put(0) + POP + push(STORAGE) + put(1) + POP
    return (
        PROTO_2 + first + MARK + (get(0) + PERSID) * 15_000 + (get(1) + PERSID) * 15_000
        + b"t" + STOP
    )  # fmt: skip


STORAGE = ("storage", named("torch", "FloatStorage"), "0", "cpu", 4)


def colliding():
    """Return a dict whose 20,000 integer keys all have one hash (that of 0 modulo 2**61 - 1)."""
    prime = 2**61 - 1
    keys = b"".join(push(n * prime) + NONE for n in range(1, 20_000))
    return PROTO_2 + b"}" + MARK + keys + b"u" + STOP


# --- Nesting, cycles, and one thing in many places ------------------------------------------------


def nesting_files(_canary):
    """Return values that recursion would die of, as the whole and in the places of a layer."""
    values = {
        "tuples": Raw(b")" + b"\x85" * MANY),
        "lists": Raw(b"]" * 60_000 + b"a" * 59_999),
        "dicts": Raw((b"}" + push("a")) * 40_000 + NONE + b"s" * 40_000),
        "calls": Raw(deep(40_000)),
        "states": Raw(deep_states(30_000)),
        "a list in itself": Raw(b"]" + put(0) + get(0) + b"a"),
        "a dict in itself": Raw(b"}" + put(0) + push("a") + get(0) + b"s"),
        "a tuple in itself": Raw(b"]" + put(0) + get(0) + b"\x85" + put(1) + b"a" + POP + get(1)),
        "laughs": Raw(b")" + (put(0) + get(0) * 9 + MARK + get(0) * 9 + b"t") * 30),
    }
    files = {}
    for name, value in values.items():
        files[name] = value
        files[f"{name} in a layer"] = sequential([linear(in_features=value)])
        files[f"{name} in hooks"] = sequential([linear(_forward_hooks=value)])
        files[f"{name} as a set"] = sequential(
            [linear(_non_persistent_buffers_set=called(named("builtins", "set"), value))]
        )
        files[f"{name} as children"] = sequential([], _modules=value)
        files[f"{name} as a size"] = ordered({"a": tensor(size=value, stride=value)})
        files[f"{name} as a storage"] = ordered({"a": tensor(Raw(push(value) + PERSID))})
        files[f"{name} beside"] = {"state_dict": ordered({"w": tensor()}), "more": value}
    cases = [Case(f"nested: {name}", torch_file(value), ANY) for name, value in files.items()]
    cases += [Case(f"nested: {name}", torch_file(v), ANY) for name, v in wide_files().items()]
    key = Raw(b"}" + MARK + push(values["tuples"]) + NONE + b"u")
    return [
        *cases,
        Case("nested: tuples as a key", torch_file(key), REFUSED),
        Case("nested: legacy lists", legacy_file(values["lists"], {}), REFUSED),
        *tree_files(),
    ]


def wide_files():
    """Return values that are looked at from very many places."""
    names = Raw(b"]" + MARK + b"}" * 60_000 + b"e")
    for _ in range(15):
        names = {"n" * 200: names}
    many = {f"a{number}": number for number in range(30_000)}
    shared = Raw(push(linear()) + put(9) + POP)
    layers = {str(number): Raw(get(9)) for number in range(500)}
    wide = Raw(push(linear(**many)) + put(9) + POP)
    pairs = Raw(
        push(named("collections", "OrderedDict"))
        + b"(]"
        + MARK
        + b"".join(push(["k" + str(n), n]) for n in range(20_000))
        + b"et"
        + REDUCE
        + put(9)
        + POP
    )
    kept = [layer("linear.Linear", _parameters=Raw(get(9)), in_features=2) for _ in range(300)]
    of_list = Raw(push([0] * 50_000) + put(8) + POP + push(named("torch", "Size")) + put(9) + POP)
    sizes = Raw(MARK + (get(9) + get(8) + b"\x85" + REDUCE) * 25_000 + b"t")
    losses = {f"l{n}": layer("loss.MSELoss") for n in range(300)}
    own = {"training": True, "_parameters": {}, "_buffers": {}}
    return {
        "many long names": names,
        "a layer of many attributes in many places": Raw(wide.code + push(sequential(layers))),
        "a layer in many places": Raw(shared.code + push(sequential(layers))),
        "pairs in many places": Raw(pairs.code + push(sequential(kept))),
        "a list given to many calls": Raw(of_list.code + sizes.code),
        "many losses": new(named("__main__", "Net"), own | {"_modules": losses}),
    }


def deep(depth):
    ordered_dict = named("collections", "OrderedDict")
    return push(ordered_dict) + put(0) + (get(0) * depth) + b")" + (REDUCE + b"\x85") * depth


def deep_states(depth):
    """Return instances, each the state of the one before."""
    kind = push(layer_class("activation.ReLU")) + put(0) + POP
    return kind + (get(0) + b")" + NEWOBJ) * depth + BUILD * (depth - 1)


def tree_files():
    """Return networks that are no trees, or trees without end."""
    ring = layer_class("container.Sequential")
    cycle = Raw(
        push(ring) + b")" + NEWOBJ + put(0) + push({"training": True, "_parameters": {},
        "_buffers": {}, "_modules": {"0": Raw(get(0))}}) + BUILD
    )  # fmt: skip
    shared = Raw(push(linear()) + put(0) + POP + push(sequential([Raw(get(0)), Raw(get(0))])))
    names = [f"{number}" for number in range(600)]
    files = {
        "a Sequential in itself": cycle,
        "a Net in itself": Raw(cycle.code.replace(ring.code, b"c__main__\nNet\n")),
        "one layer in two places": shared,
        "two of each level": doubled(40),
        "10,000 Sequentials": deep_sequentials(10_000),
        "17 Sequentials": deep_sequentials(17),
        "600 layers": sequential({name: layer("activation.ReLU", inplace=False) for name in names}),
        "20,000 children of one layer": Raw(
            push(linear()) + put(0) + POP
            + push(sequential({str(n): Raw(get(0)) for n in range(20_000)}))
        ),
        "one parameter in two layers": Raw(
            push(parameter()) + put(0) + POP
            + push(sequential([linear(weight=Raw(get(0))), linear(weight=Raw(get(0)))]))
        ),
        "a wrapper in a wrapper": {"model": {"model": {"state_dict": ordered({"w": tensor()})}}},
        "a storage as a state_dict": {"state_dict": storage()},
    }  # fmt: skip
    cases = [Case(f"tree: {name}", torch_file(value), ANY) for name, value in files.items()]
    return [*cases, Case("tree: JSON of 17 levels", json_tree(17), REFUSED)]


def deep_sequentials(depth):
    """Return Sequentials within each other, with only the state that a reader needs."""
    kind = push(layer_class("container.Sequential")) + put(0) + POP
    begin = get(0) + b")" + NEWOBJ + b"}" + MARK
    for name in ("_parameters", "_buffers"):
        begin += push(name) + b"}"
    begin += push("_modules") + b"}" + push("0")
    return Raw(kind + begin * depth + push(linear()) + (b"s" + b"u" + BUILD) * depth)


def doubled(levels):
    """Return a Sequential of two that are the same Sequential of two, and so on."""
    code = push(linear()) + put(0) + POP
    for _ in range(levels):
        code += push(sequential([Raw(get(0)), Raw(get(0))])) + put(0) + POP
    return Raw(code + get(0))


def json_tree(levels):
    """Return a safetensors file whose metadata describe Sequentials within each other."""
    inner = '{"kind":"ReLU"}'
    for _ in range(levels):
        inner = f'{{"kind":"Sequential","children":[["0",{inner}]]}}'
    return safetensors_file({"__metadata__": {"nngui.layers": inner}})
