"""What a terminal would obey is shown as it is written."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngui.core.text import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b]0;pwn\x07", r"\x1b[2J\x1b]0;pwn\x07"),
        ("a\nnote: b\r\tc\x7f", r"a\nnote: b\r\tc\x7f"),
        ("\x9b31m\x85", r"\x9b31m\x85"),
        ("\u202egnp.exe\u2066\u2069\u200e\u061c", r"\u202egnp.exe\u2066\u2069\u200e\u061c"),
        ("\u2028\u2029\udcff", r"\u2028\u2029\udcff"),
    ],
)
def test_that_what_a_terminal_would_obey_is_an_escape(text, shown):
    assert printable(text) == shown


def test_that_other_text_stays():
    text = "Größe, 年龄, café → 10 × 1 · \N{MINUS SIGN}2 «a\\b» 👩\u200d🔬" + string.punctuation
    assert printable(text) == text
    assert printable("a\n\tb\x1b", keep="\n\t") == "a\n\tb\\x1b"


@given(st.text(st.characters(codec=None)))
def test_that_nothing_is_left_to_obey(text):
    shown = printable(text)
    shown.encode("utf-8")
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(c) for c in shown} & {
        *("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }
    assert printable(shown) == shown
