"""What reading the parts of an Excel file would take, worked out from their sizes and tags.

openpyxl keeps trees of XML in memory: of a sheet those of one row, of the shared texts those of one
text, of all other parts the whole. A tag of four bytes takes hundreds, and what is cleared leaves
something behind. An archive unpacks no more of a part than the size that it tells.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.errors import FileError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.progress import check_cancelled

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

    from nngui.files.memory import Budget

MAX_ROWS = 1 << 20  # of a sheet
MAX_PARTS = 10_000
MAX_WHOLE_BYTES = 1 << 26  # of a part that is read in one go
MAX_WHOLE_TAGS = 1 << 20
MAX_STRETCH_TAGS = 1 << 18  # of a row, or of what stands before and behind the rows
TAG_BYTES = 1000  # of a tag in a tree, and of what openpyxl makes of it
LEFT_BYTES = 150  # of a row or a text that has been read
CHARACTER_BYTES = 8  # of a character in a tree, and in what is made of it
CHUNK_BYTES = 1 << 20
UNITS = {"worksheet+xml": b"<row", "sharedStrings+xml": b"<si"}
"""What is read at a time, by how the manifest calls a part."""
EMPTY = re.compile(rb'(?:\s+[\w:]+="[^"<>]*")*\s*/>')  # what follows of a unit without an end
OVERRIDE = re.compile(rb"<Override\b[^>]*>")
PART_NAME, PART_TYPE = re.compile(rb'PartName="/([^"]*)"'), re.compile(rb'ContentType="([^"]*)"')
CHART = re.compile(rb'<Relationship\b[^>]*chartsheet"[^>]*>')
TARGET = re.compile(rb'Target="([^"]*)"')
MANIFEST = "[Content_Types].xml"


@dataclass
class _Scan:
    """What a part holds: tags in all, in the longest stretch between rows, and how many rows."""

    tags: int = 0
    units: int = 0
    values: int = 0
    stretch_tags: int = 0
    stretch_bytes: int = 0
    is_plain: bool = True  # no comments and the like, in which rows could be made up


def check_parts(path: Path, archive: zipfile.ZipFile, budget: Budget) -> int:
    """Return how many cells of all sheets hold something, at most.

    Raises
    ------
    FileError
        When reading the file would take too much memory, or a sheet has too many rows.
    """
    entries = [entry for entry in archive.infolist() if entry.filename.endswith((".xml", ".rels"))]
    if len(entries) > MAX_PARTS:
        raise FileError(mark("core", "{path} has too many parts to be an Excel file."), path=path)
    streamed = _streamed(archive)
    values = 0
    for entry in entries:
        # Before it is unpacked: a part that takes more than all memory even as plain bytes.
        budget.check(entry.file_size)
        unit = streamed.get(entry.filename)
        scanner = _Scanner(unit or UNITS["worksheet+xml"])
        with archive.open(entry) as file:
            for text in _pieces(file):
                check_cancelled()
                scanner.feed(text)
                _check(path, entry, unit, scanner.found, budget)
        values += scanner.found.values
        if unit:
            budget.take(scanner.found.units * LEFT_BYTES)
    return values


def _check(
    path: Path, entry: zipfile.ZipInfo, unit: bytes | None, found: _Scan, budget: Budget
) -> None:
    """Refuse a part as soon as what has been seen of it is too much."""
    part = short_text(entry.filename)
    if unit and found.is_plain:
        if unit == UNITS["worksheet+xml"] and found.units > MAX_ROWS:
            text = mark("core", "{path} has more rows in {part} than Excel can hold.")
            raise FileError(text, path=path, part=part)
        if found.stretch_tags > MAX_STRETCH_TAGS:
            text = mark("core", "{path} has a row in {part} that is longer than Excel can hold.")
            raise FileError(text, path=path, part=part)
        needed = found.stretch_tags * TAG_BYTES + found.stretch_bytes * CHARACTER_BYTES
        budget.check(needed + found.units * LEFT_BYTES)
        return
    if entry.file_size > MAX_WHOLE_BYTES or found.tags > MAX_WHOLE_TAGS:
        text = mark("core", "{path} has a part {part} that is too large: save it anew in Excel.")
        raise FileError(text, path=path, part=part)
    budget.check(found.tags * TAG_BYTES + entry.file_size * CHARACTER_BYTES)


def _streamed(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the parts that openpyxl reads by rows or texts, and what each of these begins with."""
    named: dict[str, list[str]] = {}
    manifest = _small(archive, MANIFEST)
    if b"&" in manifest:  # a name could be written in another way
        return {}
    for override in OVERRIDE.findall(manifest):
        name, kind = PART_NAME.search(override), PART_TYPE.search(override)
        if name and kind:
            text = kind[1].decode("utf-8", "replace")
            named.setdefault(name[1].decode("utf-8", "replace"), []).append(text)
    charts = {
        target[1].decode("utf-8", "replace").rpartition("/")[2]
        for entry in archive.namelist()
        if entry.endswith(".rels")
        for found in CHART.findall(_small(archive, entry))
        if (target := TARGET.search(found))
    }  # what a chart's sheet is called is read whole
    return {
        name: UNITS[kinds[0].rpartition(".")[2]]
        for name, kinds in named.items()
        if len(kinds) == 1 and kinds[0].rpartition(".")[2] in UNITS
        if name.rpartition("/")[2] not in {*charts, "styles.xml", "theme1.xml", "workbook.xml"}
        if name.startswith("xl/")
    }


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the beginning of a part; nothing where it is missing."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as file:
        return file.read(CHUNK_BYTES)


class _Scanner:
    """Counts the tags of a part, piece by piece.

    Parameters
    ----------
    unit : bytes
        What begins what is read at a time, such as ``<row``.
    """

    def __init__(self, unit: bytes) -> None:
        self.found = _Scan()
        self._unit, self._end = unit, unit.replace(b"<", b"</")
        self._tags = self._length = 0  # since the last unit began
        self._is_ended = True

    def feed(self, text: bytes) -> None:
        """Take a piece that ends before a tag."""
        found = self.found
        found.values += text.count(b"<v") + text.count(b"<is")
        found.is_plain = found.is_plain and b"<!" not in text and text.count(b"<?") <= 1
        first, *units = text.split(self._unit)
        self._go_on(first, first.count(b"<"))
        # Those that are alike, as in a bomb, are looked at once; the last may go on.
        for part, times in [*Counter(units[:-1]).items(), *((part, 1) for part in units[-1:])]:
            found.is_plain = found.is_plain and self._is_ended  # none stands within another
            found.units += times
            found.tags += (times - 1) * (part.count(b"<") + 1)
            self._tags = self._length = 0
            self._is_ended = EMPTY.match(part) is not None
            self._go_on(part, part.count(b"<") + 1)

    def _go_on(self, text: bytes, tags: int) -> None:
        found = self.found
        self._is_ended = self._is_ended or self._end in text
        self._tags += tags
        self._length += len(text)
        found.tags += tags
        found.stretch_tags = max(found.stretch_tags, self._tags)
        found.stretch_bytes = max(found.stretch_bytes, self._length)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a part in pieces that end before a tag, as far as there are tags."""
    rest = b""
    while chunk := file.read(CHUNK_BYTES):
        text = rest + chunk
        cut = text.rfind(b"<")
        if cut <= 0 or len(text) - cut > CHUNK_BYTES:
            cut = len(text)
        rest = text[cut:]
        yield text[:cut]
    yield rest
