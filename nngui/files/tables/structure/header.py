"""Which of the first rows of a table names its columns, and which hold their units."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from nngui.files.tables.structure.cells import is_gap, is_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.files.tables.structure.cells import Kind

MAX_NAME = 300  # letters of a column's name; what is longer is a text
DATE = re.compile(r"[\d\s:./TZ+-]+")
BRACKETS = re.compile(r"[\[(<].*[\])>]")
UNIT_WORDS = (
    "m s h g l k c f v a w j n t pa hz km cm mm nm um kg mg ug lb oz ml dl cl min sec ms us ns "
    "day days d yr year years month mol mmol ppm ppb bar mbar hpa kpa mpa kj mj kw mw kwh mwh "
    "ma mv kv khz mhz ghz deg rad degc degf psi mph knots kn in ft yd mi usd eur gbp cny m2 m3 "
    "ha count counts n/a none unit units unitless text string str float int integer number "
    "date datetime bool boolean double categorical 元 米 克 千克 公斤 秒 分钟 小时 天 年 度 "
    "毫米 厘米 公里"
)
UNITS = frozenset(UNIT_WORDS.split())
SIGNS = re.compile(r"[%°µμ€$£¥‰²³/^]")
FEW = 10  # rows


def trimmed(cells: Sequence[str]) -> list[str]:
    """Return the cells up to the last that holds something."""
    found = [cell.strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return found


def uncommented(cells: Sequence[str], text: str, sign: str, width: int) -> list[str] | None:
    """Return the names in a header that begins with a comment sign; None where it is none.

    ``# x y z`` has a sign before its names, ``#,height`` and ``#id,height`` have it in them.
    """
    names = list(cells)
    if text.lstrip()[len(sign) :][:1].isspace():
        first = names[0].strip().removeprefix(sign).strip()
        names = [first, *names[1:]] if first else names[1:]
    return names if len(names) == width and is_name_like(names) else None


def is_name_like(cells: Sequence[str]) -> bool:
    """Return whether all cells could be names of columns, each of another one."""
    names = trimmed(cells)
    return bool(names) and all(map(_is_name, names)) and len(set(names)) == len(names)


def _is_name(cell: str) -> bool:
    return (
        0 < len(cell) <= MAX_NAME
        and not is_number(cell)
        and not DATE.fullmatch(cell)
        and ": " not in cell
        and "://" not in cell
        and not cell.endswith(":")
    )


def is_data(cells: Sequence[str], kinds: Sequence[Kind]) -> bool:
    """Return whether numbers and dates stand in a row where they stand in the others."""
    strict = [
        (cell, kind)
        for cell, kind in zip(cells, kinds, strict=False)
        if kind.is_measured and cell.strip()
    ]
    fitting = [cell for cell, kind in strict if kind.fits(cell)]
    return len(fitting) > len(strict) / 2 and not _are_years(fitting, len(cells))


def _are_years(cells: Sequence[str], width: int) -> bool:
    """Return whether numbers are names: years or the like, one after the other."""
    if not 2 <= len(cells) < width or not all(cell.strip().isdecimal() for cell in cells):
        return False
    numbers = list(map(int, cells))
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    return steps == {1} and 1000 <= numbers[0] <= 3000


def find_header(
    rows: Sequence[Sequence[str]],
    kinds: Sequence[Kind],
    width: int,
    gaps: Sequence[bool],
    *,
    is_white: bool = False,
) -> int | None:
    """Return which of the first rows names the columns; None where none does.

    Parameters
    ----------
    kinds : sequence of Kind
        What the cells of each column are like further below.
    width : int
        How many cells most rows have.
    gaps : sequence of bool
        Whether a line with nothing in it stands above each row.
    is_white : bool
        Blanks part the cells: each line of words above the header may have as many as it.
    """
    if not any(kind.is_measured for kind in kinds):
        return _header_of_words(rows, width)
    end = next((place for place, row in enumerate(rows) if is_data(row, kinds)), len(rows))
    full = [place for place in range(end) if is_full(rows[place], width)]
    named = [place for place in full if is_name_like(rows[place])]
    if end and end - 1 not in full and _is_shorter(rows[end - 1], width):
        return end - 1  # right above the rows: the names of those have no cell in it
    if named and is_white:
        words = [place for place in named if not all(map(_is_unit, trimmed(rows[place])))]
        return (words or named)[-1]
    for found in (named, full):
        if found:
            blank = max((place for place in range(found[-1] + 1) if gaps[place]), default=0)
            return next(place for place in found if place >= blank)
    return next((place for place in range(end) if _is_shorter(rows[place], width)), None)


def _is_shorter(cells: Sequence[str], width: int) -> bool:
    """Return whether a row could name all columns but the first."""
    names = trimmed(cells)
    return len(names) == width - 1 and is_name_like(names)


def is_full(cells: Sequence[str], width: int) -> bool:
    """Return whether a row has as many cells as most, and more than a few hold something."""
    filled = sum(bool(cell.strip()) for cell in cells)
    return len(trimmed(cells)) >= width or (len(cells) >= width and filled >= width / 2)


def _header_of_words(rows: Sequence[Sequence[str]], width: int) -> int | None:
    """Return the first whole row where its words are new ones."""
    place = next((place for place, row in enumerate(rows) if is_full(row, width)), 0)
    names = [cell.strip() for cell in rows[place]]
    if place + 1 == len(rows):
        return None if any(map(is_number, names)) else place
    words = {cell.strip() for row in rows[place + 1 :] for cell in row}
    if len(set(names)) == len(names) and all(names) and not words & set(names):
        return place
    return None


def is_units(cells: Sequence[str], kinds: Sequence[Kind], below: Sequence[Sequence[str]]) -> bool:
    """Return whether a row holds units or descriptions, and not a number where numbers stand."""
    words, others = [], []
    for place, cell in enumerate(cells):
        strict = place < len(kinds) and kinds[place].is_measured
        if not cell.strip() or (is_gap(cell) and not strict):
            continue
        if not strict:
            others.append((place, cell.strip()))
        elif not is_gap(cell) and kinds[place].fits(cell):
            return False
        elif not is_gap(cell):
            words.append(cell.strip())
    if not words:
        return False
    known = [{row[place].strip() for row in below if place < len(row)} for place, _ in others]
    if any(cell in there for (_, cell), there in zip(others, known, strict=True)):
        return False
    units = sum(map(_is_unit, words))
    if units > len(words) / 2:
        return all(_is_unit(cell) for _, cell in others) or len(words) > 1
    different = {*words, *(cell for _, cell in others)}
    return len(words) > 1 and len(different) == len(words) + len(others) >= 0.8 * len(kinds)


def _is_unit(cell: str) -> bool:
    return (
        cell.lower() in UNITS
        or BRACKETS.fullmatch(cell) is not None
        or (len(cell) <= 12 and SIGNS.search(cell) is not None)
    )


def has_row_names(width: int, rows: Sequence[Sequence[str]], texts: Sequence[str]) -> bool:
    """Return whether all rows have a name in front that the header has no cell for.

    R writes tables so. Names are words, quoted, or count the rows; each is there once.

    Parameters
    ----------
    width : int
        How many cells the header has.
    texts : sequence of str
        The rows as they stand in the file.
    """
    whole = [place for place, row in enumerate(rows) if len(row) == width + 1]
    if not whole or len(whole) < 0.9 * len(rows):  # a total at the end may have no name
        return False
    rows, texts = [rows[place] for place in whole], [texts[place] for place in whole]
    names = [row[0].strip() for row in rows]
    if len(set(names)) < len(names) or not all(names) or not any(row[-1].strip() for row in rows):
        return False
    if names == [str(number) for number in range(1, len(names) + 1)] and len(names) > 1:
        return True
    if all(text.lstrip().startswith('"') for text in texts):
        return any(not text.rstrip().endswith('"') for text in texts) or not any(
            map(is_number, names)
        )
    if not any(map(is_number, names)):
        return len(names) > 1
    whole = [int(name) for name in names if name.isdecimal()]
    return len(whole) == len(names) >= FEW and whole == sorted(whole)
