"""Files that run code when they are unpickled, or have an allowed class called later."""

from __future__ import annotations

import struct

from tests.files.models.cases import BAD, CODE, NOT, ODD, OPENS, Case
from tests.files.models.containers import STORAGES, legacy_file, torch_file
from tests.files.models.pickles import (
    BUILD,
    HOOKS,
    MARK,
    NEWOBJ,
    NEWOBJ_EX,
    OBJ,
    ORDERED,
    PERSID,
    POP,
    PROTO_2,
    REDUCE,
    STACK_GLOBAL,
    STOP,
    Raw,
    called,
    layer,
    layer_class,
    linear,
    named,
    new,
    ordered,
    parameter,
    program,
    push,
    put,
    sequential,
    storage,
    tensor,
)

REFUSED = (CODE, BAD)
ANY = (CODE, BAD, ODD, OPENS)
RELU = layer_class("activation.ReLU")
NO_STATE = Raw(push(layer_class("linear.Linear")) + push(()) + NEWOBJ)


def code_files(canary):
    """Return files that run code by an opcode; the code makes the file `canary`."""
    touch = f"touch '{canary}'"
    write = f"open({canary!r}, 'w').close()"
    system, evaluate = named("os", "system"), named("builtins", "eval")
    by_name = Raw(push("posix") + push("system") + STACK_GLOBAL)
    getter = called(named("operator", "attrgetter"), "system")
    payloads = {
        "os.system by REDUCE": called(system, touch),
        "posix.system by REDUCE": called(named("posix", "system"), touch),
        "builtins.eval by REDUCE": called(evaluate, write),
        "__builtin__.eval of Python 2": called(named("__builtin__", "eval"), write),
        "builtins.exec by REDUCE": called(named("builtins", "exec"), write),
        "subprocess.getoutput by REDUCE": called(named("subprocess", "getoutput"), touch),
        "runpy by REDUCE": called(named("runpy", "_run_code"), called(
            named("builtins", "compile"), write, "x", "exec"), {}),
        "INST": Raw(MARK + push(touch) + b"ios\nsystem\n"),
        "OBJ": Raw(MARK + push(system) + push(touch) + OBJ),
        "NEWOBJ": Raw(push(named("subprocess", "Popen")) + push((["touch", canary],)) + NEWOBJ),
        "NEWOBJ_EX": Raw(
            push(named("subprocess", "Popen")) + push(()) + push({"args": ["touch", canary]})
            + NEWOBJ_EX
        ),
        "STACK_GLOBAL": called(by_name, touch),
        "a dotted name": called(getter, named("posix", "system")),
        "functools.partial": called(called(named("functools", "partial"), system, touch)),
        "a call within a call": called(system, called(named("builtins", "str"), touch)),
        "the result of a call, called": called(called(getter, called(
            named("importlib", "import_module"), "os")), touch),
        "behind an allowed call": [ORDERED, called(system, touch)],
        "popped at once": Raw(push(called(system, touch)) + POP + push(NO_STATE)),
        "in a child of a Sequential": sequential([linear(), called(system, touch)]),
        "as the key of a child": Raw(
            push(NO_STATE) + b"}" + MARK + push(called(system, touch)) + push(1) + b"u" + BUILD
        ),
        "in a storage's name": sequential([linear(weight=parameter(tensor(
            storage(called(system, touch)))))]),
        "in a tensor's size": sequential([linear(weight=parameter(tensor(
            size=(called(system, touch), 2), stride=(2, 1))))]),
        "in the state of a class": new(RELU, called(evaluate, write)),
        "in the class's place": new(called(system, touch), {}),
        "torch's _load_from_bytes": called(
            named("torch.storage", "_load_from_bytes"),
            torch_file(called(system, touch)),
        ),
        "torch's _rebuild_from_type_v2": called(
            named("torch._tensor", "_rebuild_from_type_v2"), system, RELU, (touch,), None
        ),
        "torch's _rebuild_wrapper_subclass": called(
            named("torch._utils", "_rebuild_wrapper_subclass"), system, touch
        ),
        "timeit": called(
            named("timeit", "timeit"), write, "pass", named("time", "perf_counter"), 1
        ),
        "a nested Unpickler": called(
            named("pickle", "loads"), program(called(system, touch))
        ),
    }  # fmt: skip
    silent = {"torch's _rebuild_wrapper_subclass", "NEWOBJ", "NEWOBJ_EX", "a dotted name"}
    return [
        Case(f"code: {name}", torch_file(value), REFUSED, executes=name not in silent)
        for name, value in payloads.items()
    ] + code_in_containers(called(system, touch), touch)


def code_in_containers(payload, touch):
    """Return the same code where other readers than that of data.pkl would run it."""
    text_protocol = f"cos\nsystem\n(S{touch!r}\ntR.".encode()
    storages = {key: (len(data) // 4, data) for key, data in STORAGES.items()}
    return [
        Case("code: protocol 0", torch_file(text_protocol), REFUSED, executes=True),
        Case("code: protocol 4", torch_file(program(payload, b"\x80\4")), REFUSED, executes=True),
        Case("code: a bare pickle", program(payload), (NOT, *REFUSED), executes=True),
        Case("code: a bare pickle of text", text_protocol, (NOT, *REFUSED), executes=True),
        Case("code: legacy", legacy_file(payload, storages), REFUSED, executes=True),
        Case("code: legacy, magic", legacy_file({}, {}, magic=payload), (NOT, *REFUSED),
             executes=True),
        Case("code: legacy, version", legacy_file({}, {}, version=payload), REFUSED,
             executes=True),
        Case("code: legacy, system", legacy_file({}, {}, system=payload), REFUSED, executes=True),
        Case("code: legacy, keys", legacy_file({}, {}, keys=program(payload)), REFUSED,
             executes=True),
        Case("code: EXT1", torch_file(PROTO_2 + b"\x82\1" + STOP), REFUSED),
        Case("code: EXT4", torch_file(PROTO_2 + b"\x84\1\0\0\0" + STOP), REFUSED),
        Case("code: PERSID of text", torch_file(PROTO_2 + b"Pos.system\n" + STOP), REFUSED),
        Case("code: nt.system", torch_file(called(named("nt", "system"), "dir")), REFUSED),
        Case("code: torch.jit", torch_file(called(named("torch.jit", "load"), "/x")), REFUSED),
        Case("code: webbrowser", torch_file(called(named("webbrowser", "open"), "x:")), REFUSED),
        Case("code: behind the end", torch_file(program(linear()) + program(payload)), REFUSED),
    ]  # fmt: skip


def attribute_files(canary):
    """Return files that only use allowed classes, put where torch would call them."""
    system = named("os", "system")
    hook = ordered({0: RELU})
    states = {
        "forward": {"forward": RELU},
        "__call__": {"__call__": RELU},
        "_call_impl": {"_call_impl": RELU},
        "__class__": {"__class__": system},
        "__dict__": {"__dict__": {"forward": system}},
        "__setstate__": {"__setstate__": system},
        "__reduce__": {"__reduce__": system},
        "_compiled_call_impl": {"_compiled_call_impl": system},
        "_hook_for_profile": {"_hook_for_profile": named("torch.optim", "Optimizer")},
        "_backward_hooks of a number": {"_backward_hooks": 1},
        "_modules of a list": {"_modules": [linear()]},
        "_parameters of a text": {"_parameters": "weight"},
        "_buffers holding a class": {"_buffers": {"x": RELU}},
        "training of a class": {"training": RELU},
        "in_features of a class": {"in_features": RELU},
        "an activation that is a function": {"activation": system},
    }
    files = {f"attribute {name}": sequential([linear(**state)]) for name, state in states.items()}
    for name in HOOKS:
        files[f"a class in {name}"] = sequential([linear(**{name: hook})])
    files |= {
        "os.system in a hook": sequential([linear(_forward_hooks=ordered({0: system}))]),
        "slots state": new(RELU, (None, {"forward": system})),
        "state of a tuple": new(RELU, ({"inplace": False}, {"inplace": system})),
        "state of a list": new(RELU, [1, 2]),
        "state twice": Raw(push(linear()) + push({"forward": system}) + BUILD),
        "BUILD on a class": Raw(push(RELU) + push({"forward": system}) + BUILD),
        "BUILD on a dict": Raw(push({}) + push({"__class__": system}) + BUILD),
        "BUILD on a tensor": sequential([linear(weight=Raw(
            push(parameter()) + push({"_backward_hooks": hook}) + BUILD))]),
        "items put into a layer": Raw(push(linear()) + push("forward") + push(system) + b"s"),
        "items put into a set": Raw(
            push(called(named("builtins", "set"), [])) + push("x") + push(1) + b"s"
        ),
        "a class in place of a layer": sequential([layer_class("linear.Linear")]),
        "a class in place of a parameter": sequential([linear(weight=RELU)]),
        "a layer called, not made": sequential([called(layer_class("linear.Linear"), 2, 2)]),
        "a layer made with arguments": new(layer_class("linear.Linear"), {}, (10**9, 10**9)),
        "an allowed name in another module": sequential([layer(named("os", "Linear"))]),
        "an unknown layer of torch": sequential([layer("rnn.LSTM", input_size=2)]),
        "a function of torch as a layer": sequential([layer(named("torch", "compile"))]),
        "an own class without children": layer(named("__main__", "Net")),
        "an own class in os": layer(named("os", "_wrap_close"), children={"0": linear()}),
        "hooks of a tensor": sequential([linear(weight=parameter(tensor(hooks=hook)))]),
        "hooks of a parameter": sequential([linear(weight=parameter(hooks=hook))]),
        "a parameter with state": sequential([linear(weight=called(
            named("torch._utils", "_rebuild_parameter_with_state"),
            tensor(), True, ORDERED, {"forward": system}))]),
    }  # fmt: skip
    return [Case(f"calls: {name}", torch_file(value), ANY) for name, value in files.items()]


def outside_files(canary):
    """Return files whose storages or classes outside of the pickle are callables."""
    system = named("os", "system")
    touch = f"touch '{canary}'"
    source = (touch, "import os\nos.system('true')")
    legacy_class = Raw(push(("module", named("os", "system"), *source)) + PERSID)
    made = new(Raw(push(("module", layer_class("linear.Linear"), *source)) + PERSID), {})
    kinds = {
        "a callable": Raw(push(system) + PERSID),
        "a call": Raw(push((system, touch)) + PERSID),
        "a text": Raw(push("storage") + PERSID),
        "a list": Raw(push(["storage", named("torch", "FloatStorage"), "0", "cpu", 4]) + PERSID),
        "a storage of a callable": storage(kind=system),
        "a storage of an int": storage(kind=Raw(push(1))),
        "a class": legacy_class,
        "a class by REDUCE": Raw(push(legacy_class) + push((touch,)) + REDUCE),
        "a class by NEWOBJ": Raw(push(legacy_class) + push((touch,)) + NEWOBJ),
        "a storage put in the memo": Raw(push(storage()) + put(0) + push(()) + REDUCE),
        "a storage for a layer": Raw(push(storage()) + push(()) + NEWOBJ + push({}) + BUILD),
    }
    files = [
        Case(f"outside: {name}", torch_file(tensor(value)), REFUSED)
        for name, value in kinds.items()
    ]
    numbers = {"0": (4, struct.pack("<4f", 1, 2, 3, 4))}
    files += [
        Case("outside: legacy class with source", legacy_file(made, numbers), ANY),
        Case("outside: legacy callable", legacy_file(legacy_class, numbers), REFUSED),
    ]
    return files
