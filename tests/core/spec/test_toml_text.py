"""Reading TOML from anywhere: within bounds of size, depth and time, refused in one sentence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngui.core.errors import SettingError
from nngui.core.spec.table import is_text_encoding
from nngui.core.spec.toml import parse_assignment, to_toml, with_settings
from nngui.core.spec.toml_text import (
    MAX_KEY_DEPTH,
    MAX_NESTING,
    MAX_TOML_BYTES,
    SETTINGS,
    read_toml,
)
from tests.core.helpers import TASKS

MAX_CPU_S = 2
SPEC = TASKS["regression"].spec
PIECES = [
    *("a", "data", "optimizer.lr", ".", "=", "1", "0x", "f", "_", "e", "-", "9" * 40, "true"),
    *("[", "]", "{", "}", ",", "#", "\n", " ", "\t", "\r\n", '"', '"""', "'", "'''", "\\", "\\u12"),
    *("nan", "1979-05-27T07:32:00Z", "\0", "é", "\U0001f393", "<img src=/dev/zero>"),
]


def sentence_of(text):
    began = time.process_time()
    with pytest.raises(SettingError) as caught:
        with_settings(SPEC, read_toml(text))
    assert time.process_time() - began < MAX_CPU_S
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def assert_taken_or_refused_in_time(read):
    began, sentence = time.process_time(), ""
    try:
        changes = read()
        changes.pop("task", None)
        with_settings(SPEC, changes)
    except SettingError as error:
        sentence = str(error)
    assert time.process_time() - began < MAX_CPU_S
    assert len(sentence) < 2000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a" + ".a" * 20_000 + "=1", "a name has more than 8 parts"),
        ("[" + "a . " * 20_000 + "a]", "a name has more than 8 parts"),
        ('"a"' + """."b".'c'""" * 10_000 + "=1", "a name has more than 8 parts"),
        ('x = "" # "\n' + "a" + ".a" * 20_000 + "=1", "a name has more than 8 parts"),
        ("x = '''\n'' ' \\'''\n" + "a" + ".a" * 20_000 + "=1", "a name has more than 8 parts"),
        ('x = """\\""" " "" """\n' + "a" + ".a" * 20_000 + "=1", "a name has more than 8 parts"),
        ("seed = " + "9" * 5000, "a number has more than 100 digits"),
        ("seed = -1." + "9" * 400_000, "a number has more than 100 digits"),
        ("seed = " + "[" * 100_000, "more than 8 lists are in each other"),
        ("a={a=" * 100_000, "more than 8 lists are in each other"),
        ("".join(f"[a{i}.b.c.d.e.f.g.h]\n" for i in range(40_000)), "more than 2,000 tables"),
        ("#" * (MAX_TOML_BYTES + 1), "more than 1,000,000 characters"),
        ("seed = 0x" + "f" * 900_000, "seed is a number of thousands of digits, but must be"),
        ("seed = 1" + " " * 900_000 + "a", "not valid TOML"),
        ("seed" + "\t" * 900_000 + ".a", "not valid TOML"),
        ("[" + " " * 900_000, "not valid TOML"),
        ("network.hidden = [0x" + "f" * 5000 + "]", "a number of thousands of digits"),
    ],
    ids=lambda text: text[:12],
)
def test_that_what_would_take_long_is_refused_at_once_in_a_sentence(text, words):
    assert words in sentence_of(text)


def test_that_long_names_are_cut_in_sentences():
    for text in ("a" * 900_000 + " = 1", f"a = {{{'b' * 9000} = 1, {'b' * 9000} = 2}}"):
        sentence = sentence_of(text)
        assert max(len(word.rstrip(".")) for word in sentence.split()) <= 80


@pytest.mark.parametrize(
    "text",
    [
        ".".join("abcdefgh"[:MAX_KEY_DEPTH]) + " = 1",
        "a = " + "[" * MAX_NESTING + "]" * MAX_NESTING,
        'a = "' + "x." * 1000 + "9" * 5000 + '"  # ' + "a." * 100 + "[" * 100,
        "a = '''\n" + "a.a.a.a.a.a.a.a.a.a\n" * 10 + "'''",
        'a = """\n"" ' + "[[[[[[[[[[" + '\\""" """',
        "a = [" + "[0.5, -1.25],\n" * 5000 + "]",
        "".join(f"[a.b{i}]\n" for i in range(SETTINGS.headers)),
        "a." + "b" * 5000 + " = 1979-05-27T07:32:00.999999+07:00",
    ],
    ids=lambda text: text[:12],
)
def test_that_what_is_within_the_bounds_is_read(text):
    assert "a" in read_toml(text)


def test_that_the_largest_settings_are_read_again():
    placed = [[i / 7919, -i / 7907] for i in range(5000)]
    spec = with_settings(SPEC, {"data.kind": "hand", "data.placed": placed})
    document = read_toml(to_toml("regression", spec))
    assert document.pop("task") == "regression"
    assert with_settings(SPEC, document) == spec


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60), st.integers(1, 2000))
def test_that_any_text_is_settings_or_refused_in_time(pieces, times):
    text = ("".join(pieces) * times)[:100_000]
    assert_taken_or_refused_in_time(lambda: read_toml(text))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_that_mutated_settings_are_settings_or_refused_in_time(data):
    text = to_toml("regression", SPEC)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        piece = data.draw(st.sampled_from(PIECES)) * data.draw(st.sampled_from([1, 1, 3, 5000]))
        text = text[:at] + piece + text[at + data.draw(st.integers(0, 20)) :]
    assert_taken_or_refused_in_time(lambda: {**read_toml(text), "task": None})


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.integers(1, 500))
def test_that_any_assignment_is_a_setting_or_refused_in_time(pieces, times):
    text = "seed=" + ("".join(pieces) * times)[:30_000]
    assert_taken_or_refused_in_time(lambda: dict([parse_assignment(text)]))


@pytest.mark.parametrize("name", ["zip", "bz2", "hex", "rot13", "base64", "uu", "no", "a\0", "é"])
def test_that_an_encoding_that_is_no_text_is_refused(name):
    assert not is_text_encoding(name)
    with pytest.raises(SettingError, match=r"^data\.table\.encoding is .* must be a text encoding"):
        with_settings(SPEC, {"data.table.encoding": name})


@pytest.mark.parametrize("name", ["utf-8", "UTF8", "gb18030", "shift_jis", "latin-1", "koi8-r"])
def test_that_text_encodings_are_taken_by_any_of_their_names(name):
    assert with_settings(SPEC, {"data.table.encoding": name}).data.table.encoding == name
