"""What stands between the cells of a text file, and within its numbers."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from nngui.files.tables.structure.cells import GAPS, is_number
from nngui.files.tables.structure.records import records

if TYPE_CHECKING:
    from collections.abc import Sequence

LINES = 100  # whose cells are compared
SEPARATORS = ("\t", ";", "|", ",", " ")  # by how seldom they stand in a text
WITH_COMMA = re.compile(r"\s*[+-]?\d*,\d+([eE][+-]?\d+)?\s*")
WITH_POINT = re.compile(r"\s*[+-]?\d*\.\d+([eE][+-]?\d+)?\s*")
THOUSANDS = re.compile(r"\s*[+-]?[1-9]\d{0,2}(,\d{3})+\s*")
SAID = re.compile(r'"?sep=(.)"?[;,\t|\s]*', re.IGNORECASE)  # as Excel writes it
QUOTED = re.compile(r'"(?:[^"]|"")*"(.)')
BETWEEN = re.compile(r'[^\d\s"][,;|]|[,;|][^\d\s"]')
HEADER_BONUS, NUMBERS_BONUS = 0.3, 0.3


def said_separator(lines: Sequence[str]) -> str:
    """Return the separator that the first line says (``sep=;``); empty: it says none."""
    first = next((line.strip(" \r\n") for line in lines if line.strip()), "")
    said = SAID.fullmatch(first)
    return said[1] if said else ""


def separator_of(lines: Sequence[str]) -> str:
    """Return what cuts the lines into the same number of cells, at least two."""
    if is_one_column(lines):
        return ";"
    behind = _behind_quotes(lines)
    if behind:
        return behind
    found, best = ",", 0.0
    for separator in SEPARATORS:
        rows = _rows(lines, separator)
        score = _score(rows)
        if separator == " " and (score < 0.9 or _are_sentences(lines) or _have_tabs(lines)):
            continue
        if score > best + 0.1:
            found, best = separator, score
    return found


def _score(rows: Sequence[Sequence[str]]) -> float:
    """Return how much rows are like a table: as long as each other, as the header, with numbers."""
    counts = [len(row) for row in rows]
    last = counts[len(counts) // 2 :]  # below the lines above the header
    usual = max(sorted(set(last), reverse=True), key=last.count, default=0)
    if usual < 2:
        return 0.0
    share = counts.count(usual) / len(counts)
    numbers = [sum(map(is_number, row)) for row in rows]
    first = next((i for i, row in enumerate(rows) if len(row) == usual and numbers[i]), 1)
    if first and max(2, usual - 1) <= counts[first - 1] <= usual:
        share += HEADER_BONUS
    torn = sum('"' in cell for row in rows for cell in row)  # of quotes that a cut went through
    return share + (NUMBERS_BONUS * sum(numbers) - torn) / sum(counts)


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


def _behind_quotes(lines: Sequence[str]) -> str:
    """Return what stands behind the first cell of most lines, where that is within quotes."""
    quoted = [found[1] for line in lines if (found := QUOTED.match(line))]
    usual = max(set(quoted), key=quoted.count, default="")
    return usual if usual in SEPARATORS and quoted.count(usual) > 0.6 * len(lines) else ""


def _are_sentences(lines: Sequence[str]) -> bool:
    """Return whether commas and the like stand between words: blanks part no cells then."""
    return sum(BETWEEN.search(line) is not None for line in lines) > 0.2 * len(lines)


def _have_tabs(lines: Sequence[str]) -> bool:
    """Return whether tabs stand in nearly all lines: blanks are within cells then."""
    last = lines[len(lines) // 2 :]
    return sum("\t" in line.strip() for line in last) >= 0.9 * len(last)


def _rows(lines: Sequence[str], separator: str) -> list[list[str]]:
    text = "".join(lines[:LINES])
    try:
        return [record.cells for record in records(io.StringIO(text, newline=""), separator)]
    except csv.Error:
        return []
