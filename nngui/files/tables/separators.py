"""What stands between the cells of a text file, and within its numbers."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from nngui.files.tables.cells import GAPS
from nngui.files.tables.records import records

if TYPE_CHECKING:
    from collections.abc import Sequence

LINES = 100  # whose cells are compared
SEPARATORS = ("\t", ";", "|", ",", " ")  # by how seldom they stand in a text
WITH_COMMA = re.compile(r"\s*[+-]?\d*,\d+([eE][+-]?\d+)?\s*")
WITH_POINT = re.compile(r"\s*[+-]?\d*\.\d+([eE][+-]?\d+)?\s*")
THOUSANDS = re.compile(r"\s*[+-]?[1-9]\d{0,2}(,\d{3})+\s*")
SAID = re.compile(r'"?sep=(.)"?[;,\t|\s]*', re.IGNORECASE)  # as Excel writes it
HEADER_BONUS = 0.3


def said_separator(lines: Sequence[str]) -> str:
    """Return the separator that the first line says (``sep=;``); empty: it says none."""
    first = next((line.strip() for line in lines if line.strip()), "")
    said = SAID.fullmatch(first)
    return said[1] if said else ""


def separator_of(lines: Sequence[str]) -> str:
    """Return what cuts the lines into the same number of cells, at least two."""
    if is_one_column(lines):
        return ";"
    found, best = ",", 0.0
    for separator in SEPARATORS:
        counts = _counts(lines, separator)
        last = counts[len(counts) // 2 :]  # below the lines above the header
        usual = max(sorted(set(last), reverse=True), key=last.count, default=0)
        if usual < 2:
            continue
        share = counts.count(usual) / len(counts)
        if any(count in (usual, usual - 1) for count in counts[:3]):
            share += HEADER_BONUS
        if share > best + 0.1 and (separator != " " or last.count(usual) == len(last)):
            found, best = separator, share
    return found


def is_one_column(lines: Sequence[str]) -> bool:
    """Return whether commas stand within the numbers of a single column: ``1,5`` below ``x``."""
    cells = [line.strip() for line in lines if line.strip()]
    first, rest = (cells[0], cells[1:]) if cells else ("", [])
    if not rest or "," in first or any(map(str.isdigit, first[:1])):
        return False
    numbers = [cell for cell in rest if cell.lower() not in GAPS]
    with_comma = [cell for cell in numbers if WITH_COMMA.fullmatch(cell)]
    whole = [cell for cell in numbers if cell.lstrip("+-").isdigit()]
    return bool(with_comma) and len(with_comma) + len(whole) == len(numbers)


def decimal_of(rows: Sequence[Sequence[str]], separator: str) -> str:
    """Return the decimal sign: a comma only where it cannot stand for thousands everywhere."""
    if separator == ",":
        return "."
    cells = [cell for row in rows for cell in row]
    commas = [cell for cell in cells if WITH_COMMA.fullmatch(cell)]
    points = sum(WITH_POINT.fullmatch(cell) is not None for cell in cells)
    if all(THOUSANDS.fullmatch(cell) for cell in commas):
        return "."
    return "," if len(commas) > points else "."


def _counts(lines: Sequence[str], separator: str) -> list[int]:
    text = "".join(lines[:LINES])
    try:
        found = records(io.StringIO(text, newline=""), separator)
        return [len(record.cells) for record in found]
    except csv.Error:
        return []
