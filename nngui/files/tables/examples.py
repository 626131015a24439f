"""The real data sets that come with the program: iris, wine, diabetes."""

from __future__ import annotations

import csv
import functools
import math
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.errors import FileError
from nngui.core.text import mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLASS_COLUMN = "class"  # a table whose last column is called so tells classes apart


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """A table of measurements. Its arrays are shared: they cannot be written to.

    Attributes
    ----------
    name : str
        As in `read_dataset`: ``iris``.
    columns : tuple of str
        What the columns of `values` are called.
    values : ndarray
        Shape (n, columns), float64, in the units of the source. Without classes the target is
        one of the columns.
    target : str
        What there is to predict: ``class``, or the name of a column.
    labels : ndarray or None
        Class numbers, shape (n,), int64; None without classes.
    classes : tuple of str
        The classes' names, by number; empty without classes.
    """

    name: str
    columns: tuple[str, ...]
    values: NDArray[np.float64]
    target: str
    labels: NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()


@functools.cache
def read_dataset(name: str) -> Dataset:
    """Return one of the data sets that come with the program.

    Raises
    ------
    FileError
        When there is no such data set, or its file is damaged.
    """
    folder = files("nngui.resources.datasets")
    known = sorted(file.name[:-4] for file in folder.iterdir() if file.name.endswith(".csv"))
    if name not in known:
        text = mark("core", "There is no data set {name}: choose one of {known}.")
        raise FileError(text, name=name, known=", ".join(known))
    return parse_dataset(name, folder.joinpath(f"{name}.csv").read_bytes())


def parse_dataset(name: str, content: bytes) -> Dataset:
    """Read a data set from the content of its file.

    Parameters
    ----------
    content : bytes
        UTF-8, comma-separated, with a header line. The last column is the target: class names
        where it is called ``class``, otherwise numbers like all the others.

    Raises
    ------
    FileError
        When the content is not such a table; the sentence names the data set and the line.
    """
    try:
        reader = csv.reader(content.decode("utf-8-sig").splitlines(), strict=True)
        lines = [(reader.line_num, line) for line in reader if line]
    except (UnicodeDecodeError, csv.Error) as error:
        text = mark("core", "The data set {name} is damaged ({reason}): install the program again.")
        raise FileError(text, name=name, reason=error) from error
    header = tuple(lines[0][1]) if lines else ()
    if len(lines) < 2 or len(header) < 2 or len(set(header)) < len(header) or "" in header:
        text = mark(
            "core",
            "The data set {name} is damaged (it lacks rows, or different names for two columns or "
            "more): install the program again.",
        )
        raise FileError(text, name=name)
    width = len(header) - (header[-1] == CLASS_COLUMN)
    values = np.array([_numbers(name, header, width, *line) for line in lines[1:]])
    values.setflags(write=False)
    if width == len(header):
        return Dataset(name, header, values, header[-1])
    names = [line[-1] for _, line in lines[1:]]
    classes = tuple(dict.fromkeys(names))
    labels = np.array([classes.index(label) for label in names], dtype=np.int64)
    labels.setflags(write=False)
    return Dataset(name, header[:-1], values, header[-1], labels, classes)


def _numbers(
    name: str, header: tuple[str, ...], width: int, number: int, line: list[str]
) -> list[float]:
    """Return the first `width` values of a line as finite numbers."""
    if len(line) != len(header):
        text = mark(
            "core",
            "The data set {name} is damaged (line {line} has {found} values instead of "
            "{expected}): install the program again.",
        )
        raise FileError(text, name=name, line=number, found=len(line), expected=len(header))
    values = [_number(value) for value in line[:width]]
    for column, value in enumerate(values):
        if not math.isfinite(value):
            text = mark(
                "core",
                "The data set {name} is damaged (line {line} has “{value}” for {column}, which is "
                "not a number): install the program again.",
            )
            raise FileError(text, name=name, line=number, value=line[column], column=header[column])
    if width < len(header) and not line[-1].strip():
        text = mark(
            "core",
            "The data set {name} is damaged (line {line} names no class): install the program "
            "again.",
        )
        raise FileError(text, name=name, line=number)
    return values


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
