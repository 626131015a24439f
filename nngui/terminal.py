"""What the command line prints: names from files as they are written, never as commands.

A terminal obeys what stands in a text: it clears lines, sets titles, turns the direction of
writing. Nothing else in the program prints (ruff's T20 sees to it), and what Python would print by
itself comes through here: warnings, and exceptions that nobody caught.
"""

from __future__ import annotations

import io
import json
import logging
import signal
import sys
import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from nngui.core.folders import data_folder
from nngui.core.text import printable
from nngui.files.log import LogFile, log_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_WARNING = 400  # characters
log = logging.getLogger(__name__)


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


def tell_unexpected(error: BaseException) -> None:
    """Tell of an exception that nobody foresaw: one sentence, and all of it in the log."""
    log.error("Unexpected error", exc_info=error)
    handlers = [h for h in logging.getLogger("nngui").handlers if isinstance(h, LogFile)]
    where = f"The log has the details: {log_file(data_folder())}"
    if not handlers or any(handler.failed for handler in handlers):
        said = " ".join(str(error).split())[:MAX_WARNING]
        where = f"The log cannot be written. {said}".rstrip()
    warn(f"nngui: Something unexpected happened ({type(error).__name__}). {where}")


@contextmanager
def python_told() -> Iterator[None]:
    """Have what Python would print by itself told here, and logged, as long as a command runs.

    It writes tracebacks and warnings as they are, with names from files in them. The window tells
    exceptions in its own way, in place of this one.
    """
    before = warnings.showwarning, sys.excepthook, threading.excepthook, sys.unraisablehook
    root = logging.getLogger("nngui")
    file = None if root.handlers else LogFile(log_file(data_folder()))
    warnings.showwarning = _show_warning
    sys.excepthook = lambda _kind, error, _trace: tell_unexpected(error)
    threading.excepthook = lambda hook: tell_unexpected(hook.exc_value or SystemError())
    sys.unraisablehook = lambda hook: tell_unexpected(hook.exc_value or SystemError())
    if file is not None:  # without one, Python's logging prints as it likes
        file.setLevel(logging.WARNING)
        root.addHandler(file)
    try:
        yield
    finally:
        warnings.showwarning, sys.excepthook, threading.excepthook, sys.unraisablehook = before
        if file is not None:
            root.removeHandler(file)
            file.close()


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del filename, lineno, file, line  # places in sources say nothing to a user
    text = " ".join(str(message).split())
    log.warning("%s: %s", category.__name__, text)
    warn(f"nngui: {category.__name__}: {text[:MAX_WARNING]}")


@contextmanager
def ctrl_c() -> Iterator[threading.Event]:
    """Let Ctrl+C ask for an end, so that no step is torn apart; a second one does not wait."""
    asked = threading.Event()

    def ask(*_: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield asked
        return
    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
