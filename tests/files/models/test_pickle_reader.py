"""The inert reader beside Python's own pickle: the same values, and no opcode beyond the list."""

from __future__ import annotations

import pickle
import pickletools
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngui.files.models.errors import (
    CorruptedModelError,
    ModelFileError,
    ModelTooLargeError,
    UnsupportedModelError,
)
from nngui.files.models.inert import Global, Made, OddKey, Persistent
from nngui.files.models.pickle_reader import MAX_KEY, MAX_NAME, MAX_OPCODES, OPCODES, read_pickle
from tests.files.models.pickles import PROTO_2, called, named, program, push, text

FILE = Path("model.pkl")
READ = (
    b"()0BCGJKMNQRTUX]abcehjqrstu}"
    b"\x81\x85\x86\x87\x88\x89\x8a\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96"
)


def read(code):
    return read_pickle(code, FILE)[0]


def test_that_the_opcodes_that_are_read_are_these_and_no_others():
    assert bytes(sorted(OPCODES)) == bytes(sorted(READ))
    known = {opcode.code.encode("latin-1")[0] for opcode in pickletools.opcodes}
    assert set(READ) < known
    assert {ord(code) for code in "iodPSVFILlgp2"} <= known - set(READ)


@pytest.mark.parametrize("opcode", sorted({*range(256)} - {*READ, ord(".")}))
def test_that_each_other_opcode_is_refused(opcode):
    """Whatever stands before and behind it: what looks up, calls, or is of another protocol."""
    for front in (b"", b"N", b"N(N", b"(", b"cos\nsystem\n(X\2\0\0\0ls", b"}N"):
        with pytest.raises(UnsupportedModelError, match="another kind"):
            read(PROTO_2 + front + bytes([opcode]) + b"0\n1\n\0\0\0\0\0\0\0\0.")


PLAIN = st.none() | st.booleans() | st.integers(-(2**120), 2**120) | st.text() | st.binary()
PLAIN |= st.floats(allow_nan=False)
VALUES = st.recursive(
    PLAIN,
    lambda some: (
        st.lists(some, max_size=5)
        | st.lists(some, max_size=5).map(tuple)
        | st.dictionaries(st.text() | st.integers(-9, 10**9), some, max_size=5)
    ),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(VALUES, st.sampled_from((2, 3, 4, 5)))
def test_that_plain_values_are_those_of_pickle(value, protocol):
    code = pickle.dumps(value, protocol)
    if protocol == 2 and (b"_codecs" in code or b"__builtin__" in code):
        return  # bytes were made by a call then
    found, end = read_pickle(code + b"rest", FILE)
    assert found == value
    assert repr(found) == repr(value)  # True is not 1, and a tuple no list
    assert end == len(code)


def test_that_long_values_and_shared_ones_are_those_of_pickle():
    shared = ["once"]
    for value in (
        "x" * 300, "\u20ac" * 70_000, b"y" * 300, b"z" * 70_000, bytearray(b"q" * 10),
        [shared, shared], [(1, 2, 3, 4, 5)], list(range(3000)), {i: i for i in range(3000)},
    ):  # fmt: skip
        for protocol in (2, 3, 4, 5):
            if protocol < 3 and isinstance(value, bytes):
                continue
            if protocol < 5 and isinstance(value, bytearray):
                continue
            found = read(pickle.dumps(value, protocol))
            assert found == value
            if isinstance(value, list) and value[0] is shared:
                assert found[0] is found[1]


def test_that_a_set_is_noted_as_one_and_not_made():
    found = read(pickle.dumps({5}, 4))
    assert (found.by, found.values) == (Global("builtins", "set"), [5])
    found = read(pickle.dumps(frozenset({5}), 4))
    assert (found.by, found.arguments) == (Global("builtins", "frozenset"), ([5],))


@pytest.mark.parametrize("protocol", [0, 1, 6, 255])
def test_that_other_protocols_are_refused(protocol):
    with pytest.raises(UnsupportedModelError, match="another kind"):
        read(bytes([0x80, protocol]) + b"N.")


@pytest.mark.parametrize(
    "code",
    [
        b"NN.", b"(.", b"N(0.", b"N(N0", b"e.", b"Ne.", b"(Ne.", b"](q\0.", b"h\0.", b"Nq\0h\1.",
        b"q\0.", b")s.", b"NNNs.", b"}(Nu.", b"Na.", b"NR.", b"NNR.", b"NN\x81.", b"NNb.",
        b"N)\x81.", b"NNN\x92.", b"N}\x92.", b"(t0(", b"\x85.", b"N\x86.", b"NN\x87.",
        b"K\1K\1\x93.",
        b"T\xff\xff\xff\xff.", b"X\1\0\0\0\xff.", b"c\xff\n\xff\n.", b"cno line",
        b"ccollections\nOrderedDict\n)R}b}b.",
    ],
)  # fmt: skip
def test_that_no_sequence_of_opcodes_that_is_never_written_is_read(code):
    with pytest.raises(CorruptedModelError):
        read(PROTO_2 + code)


@pytest.mark.parametrize(
    "code", [b"", b"N", b"K", b"M\1", b"J\1\0\0", b"G\0", b"X\5\0\0\0abc", b"\x8a", b"\x8a\2\1",
             b"\x95\5\0\0\0\0\0\0\0N.", b"C\3ab", b"\x8c\3ab"],
)  # fmt: skip
def test_that_each_end_that_is_missing_is_told(code):
    with pytest.raises(CorruptedModelError, match="its end is missing"):
        read(PROTO_2 + code)


def test_that_a_frame_may_reach_to_the_end_and_no_further():
    assert read(b"\x80\4\x95\2\0\0\0\0\0\0\0N.") is None
    with pytest.raises(CorruptedModelError):
        read(b"\x80\4\x95\3\0\0\0\0\0\0\0N.")


def test_that_sizes_end_where_they_are_said_to():
    assert read(PROTO_2 + b"\x8a\x10" + b"\1" * 16 + b".") == int.from_bytes(b"\1" * 16)
    with pytest.raises(ModelTooLargeError, match="far too long"):
        read(PROTO_2 + b"\x8a\x11" + b"\1" * 17 + b".")
    name = "m" * (MAX_NAME - 1)
    assert read(PROTO_2 + f"c{name}\n{name}\n.".encode()) == Global(name, name)
    name = "m" * MAX_NAME
    assert read(PROTO_2 + f"c{name}\n{name}\n.".encode()) == Global(name, name)
    with pytest.raises(CorruptedModelError):
        read(PROTO_2 + f"cm{name}\nn\n.".encode())
    assert read(PROTO_2 + text(name) + text(name) + b"\x93.") == Global(name, name)
    with pytest.raises(CorruptedModelError):
        read(PROTO_2 + text(name) + text(name + "m") + b"\x93.")
    steps = b"N0" * (MAX_OPCODES // 2 - 1)
    assert read(PROTO_2 + steps + b"N.") is None
    with pytest.raises(ModelTooLargeError, match="has no end"):
        read(PROTO_2 + steps + b"N0N.")


def test_that_no_key_is_hashed_that_could_be_chosen_for_its_hash():
    keys = [0, -1, MAX_KEY, -MAX_KEY, "a", True, None, 1.5]
    found = read(program(dict.fromkeys(keys, 1)))
    assert list(found) == list(dict.fromkeys(keys))
    for key in (MAX_KEY + 1, -MAX_KEY - 1, (1,), b"x"):
        (odd,) = read(PROTO_2 + b"}" + push(key) + b"Ns.")
        assert isinstance(odd, OddKey)
    for numbers in ([2**61 - 1 + i for i in range(5)], [i * (2**61 - 1) for i in range(1, 5)]):
        assert all(isinstance(key, OddKey) for key in read(program(dict.fromkeys(numbers))))


def test_that_calls_are_noted_and_nothing_is_called():
    found = read(program(called(named("collections", "OrderedDict"))))
    assert isinstance(found, Made)
    assert (str(found.by), found.arguments, found.is_instance) == (
        "collections.OrderedDict",
        (),
        False,
    )
    again = PROTO_2 + push(named("torch.nn.modules.linear", "Linear")) + b")\x81}b."
    found = read(again)
    assert (found.is_instance, found.state) == (True, {})
    outside = []
    read_pickle(PROTO_2 + push(("storage", "0")) + b"QN\x86.", FILE, outside=outside)
    assert [type(one) for one in outside] == [Persistent]


@pytest.mark.parametrize(
    ("module", "name"), [("os", "system"), ("builtins", "eval"), ("posix", "system")]
)
def test_that_a_foreign_call_is_refused_by_its_name(module, name):
    for code in (
        push(called(named(module, name), "true")) + b".",
        push(named(module, name)) + push(("true",)) + b"\x81.",
        push(named(module, name)) + push(()) + push({"a": "true"}) + b"\x92.",
        text(module) + text(name) + b"\x93" + push(("true",)) + b"R.",
    ):
        with pytest.raises(ModelFileError, match=name):
            read(b"\x80\4" + code)


def test_that_a_number_of_bytes_of_python_2_is_read_as_it_is():
    data = bytes(range(256))
    assert read(PROTO_2 + b"T" + struct.pack("<i", 256) + data + b".") == data.decode("latin-1")
    assert read(PROTO_2 + b"U\3abc.") == "abc"
