"""TOML from anywhere, read within bounds: nothing else in the program parses it.

`tomllib` takes time and memory that grow with the square of a dotted key's length (a key of 20,000
parts: 8 s and 1.6 GB), recurses into nested arrays, and leaves numbers of any length to Python; a
megabyte of short names takes it more than a second. So a look at the text, in time that grows with
its length alone, comes before it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from nngui.core.errors import SettingError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark

_NOT_VALID = mark("core", "These settings are not valid TOML: {detail}.")
MAX_TOML_BYTES = 1_000_000
MAX_KEY_DEPTH = 8  # names with points between them
MAX_NESTING = 8  # lists and tables within each other
MAX_DIGITS = 100  # of a number, its sign, point and exponent aside


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a document may be.

    Attributes
    ----------
    characters, lines : int
        Of all of it.
    headers : int
        Of tables.
    keys : int
        With a value.
    values : int
        Behind commas: the columns of a table, points placed by hand.
    """

    characters: int = MAX_TOML_BYTES
    lines: int = 50_000
    headers: int = 2_000
    keys: int = 5_000
    values: int = 50_000


SETTINGS = Bounds()

# Strings and comments, in the order in which TOML tells them apart; where one does not end, all
# that follows belongs to it, and tomllib says so. None of it can be read in two ways (`*+`).
_STRING = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}|\Z)'''
    r"""|'''(?:[^']|'(?!''))*+(?:'{3,5}|\Z)"""
    r"""|"(?:[^"\\\n]|\\[^\n])*+"?"""
    r"""|'[^'\n]*+'?"""
    r"|#[^\n]*+",
    re.DOTALL,
)
_PART = r"[ \t]*+\.[ \t]*+[\w-]++"
# From the first of many spaces alone: from each of them the others would be gone through again.
_LONG_KEY = re.compile(rf"(?<![ \t])(?:{_PART}){{{MAX_KEY_DEPTH}}}")
# Hexadecimal ones are read in linear time; whoever takes a number has bounds for it.
_LONG_NUMBER = re.compile(rf"(?<![\w-])(?!0[xob])[+-]?\d\w{{{MAX_DIGITS}}}")
_HEADER = re.compile(r"^[ \t]*+\[\[?[^\[\],=\n]*+\]", re.MULTILINE)
_LIST_ROW = re.compile(r"^[ \t]*+\[[^\[\]=\n]*+\][ \t]*+,", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]{}]")


def read_toml(text: str, bounds: Bounds = SETTINGS) -> dict[str, Any]:
    """Read a TOML document: a nested mapping.

    Raises
    ------
    SettingError
        When the text is not TOML, saying where; or larger, deeper or longer in its numbers than
        any settings are.
    """
    if len(text) > bounds.characters:
        raise _refused(mark("core", "it has more than {most} characters"), bounds.characters)
    _check(text, bounds)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingError(_NOT_VALID, detail=_detail(error)) from None


def _check(text: str, bounds: Bounds) -> None:
    """Refuse what tomllib would take too long over, or what cannot be a setting."""
    # What stands within strings and comments costs nothing: a word in the place of each.
    plain = _STRING.sub(lambda found: "" if found[0].startswith("#") else "s", text)
    if _LONG_KEY.search(plain):
        raise _refused(mark("core", "a name has more than {most} parts"), MAX_KEY_DEPTH)
    if _LONG_NUMBER.search(plain):
        raise _refused(mark("core", "a number has more than {most} digits"), MAX_DIGITS)
    if plain.count("\n") > bounds.lines:
        raise _refused(mark("core", "it has more than {most} lines"), bounds.lines)
    depth = 0
    for found in _BRACKET.finditer(plain):
        depth += 1 if found[0] in "[{" else -1
        if depth > MAX_NESTING:
            raise _refused(mark("core", "more than {most} lists are in each other"), MAX_NESTING)
    if plain.count("=") > bounds.keys:
        raise _refused(mark("core", "there are more than {most} names with a value"), bounds.keys)
    if plain.count(",") > bounds.values:
        raise _refused(mark("core", "there are more than {most} values"), bounds.values)
    # Rows of a list of lists look like headers where they hold a single value.
    headers = sum(1 for _ in _HEADER.finditer(plain))
    if headers - sum(1 for _ in _LIST_ROW.finditer(plain)) > bounds.headers:
        raise _refused(mark("core", "there are more than {most} tables"), bounds.headers)


def _refused(why: str, most: int) -> SettingError:
    return SettingError(_NOT_VALID, detail=SettingError(why, most=f"{most:,}"))


def _detail(error: Exception) -> str:
    """Return what tomllib says, where it quotes a long name only the place of it."""
    text = str(error)
    place = text[text.rfind("(at ") :] if "(at " in text else ""
    return short_text(text.removesuffix(place).rstrip()) + (f" {place}" if place else "")
