"""What the command line prints: names from files as they are written, never as commands.

A terminal obeys what stands in a text: it clears lines, sets titles, turns the direction of
writing. Nothing else in the program prints (ruff's T20 sees to it).
"""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

from nngui.core.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable


def say(line: str) -> None:
    """Print a line on stdout."""
    print(printable(line))


def warn(line: str) -> None:
    """Print a line on stderr."""
    print(printable(line), file=sys.stderr)


def say_json(values: dict[str, Any]) -> None:
    """Print values on stdout as one line of JSON, whose own escapes are all but complete."""
    print(json.dumps(values).replace("\x7f", "\\u007f"))


def write_out(write: Callable[[TextIO], object]) -> None:
    """Write data to stdout: to the letter into a file or a pipe, printable on a terminal."""
    if not sys.stdout.isatty():
        write(sys.stdout)
        return
    text = io.StringIO()
    write(text)
    print(printable(text.getvalue(), keep="\n\t"), end="")
