"""The compiled step of turbo on disk: compiled once for a machine, then loaded in a moment.

numba compiles for the very processor it runs on and keeps what it made in a folder of the user's,
keyed by processor, numba's version and the source: a frozen program, too, compiles at its first
use, by the LLVM it brings along. Compiling takes seconds, much of them with Python's lock held: so
it is done in a process of its own, and what that left on disk is loaded here.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import logging
import os
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nngui import __version__
from nngui.core.errors import NnguiError
from nngui.core.folders import cache_folder
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.turbo.kernel import Kernel

SOURCES = (
    "nngui.core.training.health",
    "nngui.core.training.rates",
    *(
        f"nngui.core.turbo.{part}"
        for part in ("codes", "layers", "losses", "rules", "shuffle", "stepping")
    ),
    "nngui.core.turbo.kernel",
)
COMPILED = ("train", "predict", "losses")  # as `kernel.Kernel` calls them
COMPILE_TIMEOUT_S = 300.0  # seconds for compiling on a slow, busy machine
log = logging.getLogger(__name__)
_loading = threading.Lock()
_loaded = threading.Event()


def folder() -> Path:
    """Return where compiled code lies (``NUMBA_CACHE_DIR`` puts it elsewhere)."""
    own = os.environ.get("NUMBA_CACHE_DIR")
    return Path(own) if own else cache_folder() / f"turbo-{_source_key()}"


def _source_key() -> str:
    """Return a name for this state of the source: numba itself looks at a single file of it."""
    key = hashlib.sha256(__version__.encode())
    for name in SOURCES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:  # it was moved: code of before would be loaded
            raise ModuleNotFoundError(f"turbo is compiled from {name}, which is not there")
        if Path(spec.origin).is_file():
            key.update(Path(spec.origin).read_bytes())  # a frozen program has no files of it
    return key.hexdigest()[:16]


def is_on_disk() -> bool:
    """Return whether all of it was compiled before."""
    return all(any(folder().glob(f"**/kernel.{name}-*.nbi")) for name in COMPILED)


def is_loaded() -> bool:
    """Return whether `kernel` returns at once."""
    return _loaded.is_set()


def kernel() -> Kernel:
    """Return the compiled code, loaded or else compiled here and now.

    Raises
    ------
    NnguiError
        When it cannot be compiled on this machine.
    """
    atexit.register(_let_it_end)
    with _loading:
        code = _kernel()
        _loaded.set()
        return code


def _let_it_end() -> None:
    """Wait for what is being compiled: LLVM aborts a process that ends under its feet."""
    with _loading:
        atexit.unregister(_let_it_end)


@functools.cache
def _kernel() -> Kernel:
    try:
        import numba

        from nngui.core.turbo.kernel import compiled

        settings: Any = numba.config
        settings.CACHE_DIR = str(folder())

        return compiled()
    except Exception as error:
        log.exception("Turbo could not be compiled")
        text = mark("core", "Turbo cannot be compiled on this machine: {why}")
        raise NnguiError(text, why=str(error).splitlines()[0] if str(error) else "") from error


def prepare(cancelled: threading.Event) -> None:
    """Load the compiled step; where there is none, have another process compile it first.

    Parameters
    ----------
    cancelled : threading.Event
        When it is set, the other process is ended, and nothing is loaded.

    Raises
    ------
    NnguiError
        When it cannot be compiled on this machine.
    """
    if not is_loaded() and not is_on_disk():
        try:
            _compile_elsewhere(cancelled)
        except OSError:  # then in this one
            log.exception("No other process could be started to compile turbo")
    if not cancelled.is_set():
        kernel()


def _compile_elsewhere(cancelled: threading.Event) -> None:
    """Have another process compile; what it leaves on disk, `kernel` will find."""
    own = [] if getattr(sys, "frozen", False) else ["-m", "nngui"]
    until = time.monotonic() + COMPILE_TIMEOUT_S
    with subprocess.Popen(  # it ends with its input: this process may go without a word
        [sys.executable, *own, "compile", "--until-eof"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while process.poll() is None:
            if cancelled.wait(0.1) or time.monotonic() > until:
                process.kill()
    if process.returncode and not cancelled.is_set():
        log.error("Compiling turbo in another process ended with %s", process.returncode)
