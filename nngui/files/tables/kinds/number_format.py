"""How the numbers of a column are written: decimal sign, groups of thousands, a unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.data.cells import number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_SAMPLE = 20_000  # different cells of a column that are looked at
MIN_GROUPED = 3  # cells with a separator before three digits, to take it for one of thousands
BLANKS = re.compile("[\u00a0\u2007\u2009\u202f]")
AFFIXED = re.compile(
    r"\s*[-+\u2212]?\s*(\D*?)\s*([-+\u2212]?[\d.,](?:[\d.,' ]*\d)?\.?)\s*(\D*?)\s*"
)
SYMBOLS = frozenset("%‰$€£¥₹₽₩₺₫₴₦元円") | {"kr", "zł", "Kč", "Rs", "R$", "C$"}
CODES = re.compile(r"[A-Z]{3}")  # of a currency (ISO 4217)
MAX_UNIT = 12  # characters
OTHERS = {".": ",", ",": "."}


@dataclass(frozen=True)
class NumberFormat:
    """How numbers are written.

    Attributes
    ----------
    decimal, thousands, unit : str
        See `cells.number_of`.
    is_doubtful : bool
        A point or comma before three digits could as well be the other: it should be asked.
    example : str
        A cell in doubt.
    """

    decimal: str = "."
    thousands: str = ""
    unit: str = ""
    is_doubtful: bool = False
    example: str = ""


def number_format(
    words: Sequence[str], decimal: str = ".", wanted: str | None = None
) -> tuple[NumberFormat, float]:
    """Return how most cells are written as numbers, and the share of those that are.

    Parameters
    ----------
    words : sequence of str
        The different cells of a column, without its gaps.
    decimal : str
        The decimal sign of the rest of the file.
    wanted : str, optional
        What groups thousands, where that is known: empty for nothing.
    """
    sample = _sample([BLANKS.sub(" ", word).strip() for word in words])
    unit = _unit(sample)
    other = OTHERS.get(decimal, ".")
    groups = ("", other, " ", "'", "\u2019") if wanted is None else (wanted,)
    pairs = [(decimal, group) for group in groups if group != decimal]
    groups = ("", decimal, " ", "'", "\u2019") if wanted is None else (wanted,)
    pairs += [(other, group) for group in groups if group != other]
    best, most = pairs[0], -1
    for pair in pairs:
        found = sum(not np.isnan(number_of(word, *pair, unit)) for word in sample)
        if found > most:
            best, most = pair, found
    share = most / max(len(sample), 1)
    doubt = NumberFormat(*best, unit)
    if wanted is None and best[1] == "" and share > 0:
        doubt = _weighed(sample, doubt)
    return doubt, share


def _weighed(sample: list[str], found: NumberFormat) -> NumberFormat:
    """Return the format once more, where its decimal sign might be one that groups thousands."""
    sign = re.escape(found.decimal)
    bare = [word.removeprefix(found.unit).removesuffix(found.unit).strip() for word in sample]
    parted = [word for word in bare if found.decimal in word]
    grouped = [
        word for word in parted if re.fullmatch(rf"[-+\u2212]?[1-9]\d{{0,2}}{sign}\d{{3}}", word)
    ]
    if not parted or len(grouped) < len(parted):
        return found
    plain = [word.lstrip("-+\u2212") for word in bare if word.isdecimal()]
    if any(len(word) > 3 for word in plain):  # thousands are written without it
        return found
    is_thousands = bool(plain) and len(grouped) >= MIN_GROUPED
    decimal, thousands = found.decimal, ""
    if is_thousands:  # numbers under a thousand have no sign, all others three digits behind it
        decimal, thousands = OTHERS.get(found.decimal, "."), found.decimal
    return NumberFormat(decimal, thousands, found.unit, is_doubtful=True, example=grouped[0])


def _unit(sample: list[str]) -> str:
    """Return what stands before or behind nearly all numbers; empty where nothing does."""
    counts: dict[str, int] = {}
    numbers = 0
    for word in sample:
        parts = AFFIXED.fullmatch(word)
        if parts is None:
            continue
        numbers += 1
        before, behind = parts[1], parts[3]
        if bool(before) == bool(behind):
            continue
        unit = before or behind
        gap = " " in word
        if len(unit) <= MAX_UNIT and _is_unit(unit, is_before=bool(before), is_apart=gap):
            counts[unit] = counts.get(unit, 0) + 1
    unit = max(counts, key=counts.__getitem__, default="")
    return unit if unit and counts[unit] >= 0.8 * numbers else ""


def _is_unit(text: str, *, is_before: bool, is_apart: bool) -> bool:
    """Return whether a text is a unit, and not the letters of a code such as A1."""
    if text in SYMBOLS or CODES.fullmatch(text):
        return True
    if text in (".", ",", "-", "'") or any(sign in text for sign in "<>=≤≥/:#"):
        return not is_before and "/" in text and text[0].isalpha()
    return not is_before and (is_apart or (text[0] in "°µ" or text[0].isalpha()))


def _sample(words: list[str]) -> list[str]:
    if len(words) <= MAX_SAMPLE:
        return words
    return [words[int(place)] for place in np.linspace(0, len(words) - 1, MAX_SAMPLE)]
