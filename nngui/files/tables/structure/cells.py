"""What the cells of a column have in common, as far as a table's structure shows by it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*")
GAPS = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--", "?", ".", ".."})
ERROR = re.compile(r"#([A-Z]+/?[A-Z0]*[!?]|N/A|#+)")
USUAL = 0.8  # the share of the cells that makes a column's kind
MAX_SHAPES = 6
MAX_KNOWN = 50  # words that come again and again


def is_number(cell: str) -> bool:
    """Return whether a cell is written as a number, with a point or a comma."""
    return NUMBER.fullmatch(cell) is not None


def is_gap(cell: str) -> bool:
    """Return whether a cell is empty, or one of the words that often stand for that."""
    return cell.strip().lower() in GAPS


def shape_of(cell: str) -> str:
    """Return how a cell is written: ``9-9-9`` for a date, ``a`` for a word."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell.strip()))


@dataclass(frozen=True)
class Kind:
    """What the cells of a column are like.

    Attributes
    ----------
    name : str
        ``number``; ``shape``: written alike, with digits, as dates are; ``known``: few words,
        again and again; ``text``; ``empty``.
    values : frozenset of str
        The shapes, or the words.
    """

    name: str
    values: frozenset[str] = frozenset()

    @property
    def is_strict(self) -> bool:
        """Whether a cell that does not belong here shows."""
        return self.name in ("number", "shape", "known")

    @property
    def is_measured(self) -> bool:
        """Whether they are numbers, dates or the like, and no names with a number (``n1``)."""
        return self.name == "number" or any(
            "a" not in shape or shape.count("9") > 1 for shape in self._shapes
        )

    @property
    def _shapes(self) -> frozenset[str]:
        return self.values if self.name == "shape" else frozenset()

    def fits(self, cell: str) -> bool:
        """Return whether a cell may stand in such a column; a gap may in any."""
        if not self.is_strict or is_gap(cell):
            return True
        if self.name == "number":
            return is_number(cell)
        return (shape_of(cell) if self.name == "shape" else cell.strip()) in self.values


def kind_of_cells(cells: Iterable[str]) -> Kind:
    """Return what most cells of a column are like."""
    filled = [cell.strip() for cell in cells if not is_gap(cell)]
    if not filled:
        return Kind("empty")
    if sum(map(is_number, filled)) >= USUAL * len(filled):
        return Kind("number")
    shapes = Counter(shape_of(cell) for cell in filled if any(map(str.isdigit, cell)))
    usual = dict(shapes.most_common(MAX_SHAPES))
    if sum(usual.values()) >= USUAL * len(filled):
        return Kind("shape", frozenset(usual))
    words = Counter(filled)
    often = frozenset(word for word, times in words.items() if times > 1)
    if len(often) <= MAX_KNOWN and sum(words[word] for word in often) > USUAL * len(filled):
        return Kind("known", frozenset(words))
    return Kind("text")


def is_comment(cells: Sequence[str], kinds: Sequence[Kind], width: int, sign: str) -> bool:
    """Return whether a row that begins with a comment sign is none like the others.

    A row put behind a sign (``#1.5,2``) is a comment; one with an error that Excel writes
    (``#DIV/0!,2``) is a row.
    """
    first = cells[0].strip()
    if ERROR.fullmatch(first):
        return False
    rest = list(zip(cells, kinds, strict=False))[1:]
    strict = [kind.fits(cell) for cell, kind in rest if kind.is_strict and not is_gap(cell)]
    if any(map(str.strip, cells[width:])) or not all(strict):
        return True
    if kinds[0].name in ("number", "shape"):
        return not strict or kinds[0].fits(first.removeprefix(sign))
    return not strict and width > 1
