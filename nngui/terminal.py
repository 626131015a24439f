"""What the command line prints: names from files as they are written, never as commands.

A terminal obeys what stands in a text: it clears lines, sets titles, turns the direction of
writing. Nothing else in the program prints (ruff's T20 sees to it), and what Python would print by
itself comes through here: warnings, and exceptions that nobody caught.
"""

from __future__ import annotations

import io
import json
import logging
import os
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
    """Print a line on stderr; where nobody reads it any more, it goes into the log.

    A terminal that was closed, or a full disk behind a log, is no reason to lose a run.
    """
    try:
        print(printable(line), file=sys.stderr)
    except OSError as error:
        log.warning("stderr (%s): %s", error.strerror, line)


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


def let_go(stream: TextIO) -> None:
    """Have what waits to be written to a stream, and all else, go nowhere: its reader has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def all_printed() -> bool:
    """Write out what was printed; return whether stdout has got all of it.

    Python itself would end with a traceback, and an exit code of its own.
    """
    for stream in (sys.stderr, sys.stdout):
        try:
            stream.flush()
        except OSError as error:
            let_go(stream)
            if stream is sys.stdout:
                warn(f"nngui: The result could not be printed: {error.strerror}.")
                return False
    return True


def tell_unexpected(
    error: BaseException, what: str = "Something unexpected happened", then: str = ""
) -> str:
    """Tell of an exception that nobody foresaw: one sentence, and all of it in the log.

    Parameters
    ----------
    then : str
        What is to be said behind it.

    Returns
    -------
    str
        The sentence.
    """
    log.error("Unexpected error", exc_info=error)
    handlers = [h for h in logging.getLogger("nngui").handlers if isinstance(h, LogFile)]
    where = f"The log has the details: {log_file(data_folder())}"
    if not handlers or any(handler.failed for handler in handlers):
        said = " ".join(str(error).split())[:MAX_WARNING]
        where = f"The log cannot be written. {said}".rstrip()
    sentence = f"{what} ({type(error).__name__}). {where}"
    warn(f"nngui: {sentence} {then}".rstrip())
    return sentence


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
    sys.excepthook = lambda _kind, error, _trace: _tell(error)
    threading.excepthook = _tell_of_thread
    sys.unraisablehook = lambda hook: _tell(hook.exc_value)
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


def _tell_of_thread(hook: threading.ExceptHookArgs) -> None:
    if type(hook.thread).__module__.startswith("tensorboard"):
        log.warning("TensorBoard", exc_info=hook.exc_value)  # whoever writes to it next is told
    else:
        _tell(hook.exc_value)


def _tell(error: BaseException | None) -> None:
    if not isinstance(error, KeyboardInterrupt):  # that one is told by the exit code
        tell_unexpected(error or SystemError())


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
