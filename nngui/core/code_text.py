"""Python source text for exported scripts."""

from __future__ import annotations

import importlib.util
import itertools
import pprint
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH = 60  # characters, which the panel beside the plots shows


@dataclass(frozen=True)
class DataCode:
    """How a script makes a task's data.

    Attributes
    ----------
    lines : list of str
        They leave ``x``, shape (n, *shape), and ``y``.
    shape : tuple of int
        A sample's: (features,), or (channels, height, width).
    outputs : int
        How many values the network gives for it.
    standardise : tuple of str
        Which of ``x`` and ``y`` the network sees with mean 0 and standard deviation 1; of images
        over all pixels.
    reads_images : bool
        The lines read the file ``IMAGES``, and also leave ``x_test`` and ``y_test``.
    are_own : bool
        The images are a user's own: in a project they lie in a file that this program reads, too.
    may_lack_test : bool
        ``x_test`` may be empty: of few images, none is kept to test on.
    after : list of str
        What is to be done once the data are as the network sees them.
    seen : str
        What the network is given of a batch, with ``{x}`` for it.
    table : str
        The file that the lines read as ``TABLE``.
    is_beside : bool
        That file is to lie beside the script; otherwise it is read where it is.
    is_prepared : bool
        The lines also split the data and standardise them.
    ending : list of str
        What is to be done when the network is trained.
    saving : list of str
        What is to be written then into a project, besides the network.
    """

    lines: list[str]
    shape: tuple[int, ...]
    outputs: int
    standardise: tuple[str, ...] = ()
    reads_images: bool = False
    are_own: bool = False
    may_lack_test: bool = False
    after: list[str] = field(default_factory=list)
    seen: str = "{x}"
    table: str = ""
    is_beside: bool = False
    is_prepared: bool = False
    ending: list[str] = field(default_factory=list)
    saving: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class NetworkCode:
    """How a script makes a network.

    Attributes
    ----------
    lines : list of str
        An expression, over several lines.
    definitions : list of str
        What it needs: a class, a function.
    widest : int
        How many numbers its largest layer makes of a sample (see `forward.widest`).
    """

    lines: list[str]
    definitions: list[str] = field(default_factory=list)
    widest: int = 1


def float_text(value: float) -> str:
    """Return a number as one would write it: ``-1`` for ``-1.0``, else its `repr`."""
    return str(int(value)) if value == int(value) and abs(value) < 1e6 else repr(value)


def value_code(name: str, value: object) -> list[str]:
    """Return lines that assign a list or a dict of words to `name`."""
    text = f"{name} = {value!r}"
    if len(text) <= WIDTH:
        return [text]
    lines = pprint.pformat(value, width=WIDTH, compact=True, sort_dicts=False).splitlines()
    return [f"{name} = (", *(f"    {line}" for line in lines), ")"]


def points_code(name: str, rows: Iterable[Iterable[float]]) -> list[str]:
    """Return lines that assign a float32 tensor of shape (n, columns) to `name`."""
    rows = [tuple(row) for row in rows]
    texts = ("(" + ", ".join(float_text(value) for value in row) + ")," for row in rows)
    wrapped = textwrap.wrap(" ".join(text.replace(" ", "") for text in texts), 92)
    lines = [line.replace(",", ", ").replace("), ", "),") for line in wrapped]
    body = (f"    {line}".rstrip() for line in lines)
    return [f"{name} = torch.tensor([", *body, "], dtype=torch.float32)"]


def function_code(module: str, name: str) -> list[str]:
    """Return the source of a function, as it stands in a module, without importing it."""
    spec = importlib.util.find_spec(module)
    # Not by its type: the loader of a frozen program has the method alone.
    get_source = getattr(spec.loader if spec else None, "get_source", None)
    source = (get_source(module) if get_source else None) or ""
    lines = source.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith(f"def {name}(")), None)
    if start is not None:
        # By its lines: `ast.parse` in two threads at once fails now and then in Python 3.11
        # ("AST constructor recursion depth mismatch", python/cpython#106905).
        inside = itertools.takewhile(lambda line: not line or line[0] in " )", lines[start + 1 :])
        return ["", *"\n".join([lines[start], *inside]).rstrip().splitlines(), "", ""]
    raise LookupError(f"{module} has no readable function {name}")


def indented(lines: list[str]) -> list[str]:
    """Return lines a level further in."""
    return [f"    {line}" if line else line for line in lines]
