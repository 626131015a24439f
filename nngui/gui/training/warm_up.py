"""Loading torch behind a window that is in use."""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import logging
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARIES = ("libtorch_cpu.so", "libtorch_cpu.dylib")  # nearly all of torch; nothing of Python's
log = logging.getLogger(__name__)


def load_torch() -> None:
    """Import torch and all that its first optimizer imports, if that was not done yet."""
    if "torch" in sys.modules:
        return
    with importing():
        _load_libraries()
        import torch

        torch.optim.SGD([torch.zeros(1)], lr=0.1)  # imports torch._dynamo
        gc.freeze()  # modules never become garbage: they are left out of its rounds from now on


@contextmanager
def importing() -> Iterator[None]:
    """Let the garbage collector rest while much is imported.

    It would look through all that was imported so far again and again, up to 0.2 s at a time in
    which no other thread runs, and the window would stand still.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _load_libraries() -> None:
    """Have the system load torch's library while other threads go on.

    Python loads libraries under its lock, and this one takes half a second, on a busy machine two:
    the window would neither draw nor close. Called as a function of C's, without the lock, the
    system's loader lets all others run; torch's import then finds the library there. Where that
    cannot be done, the import does it.
    """
    found = importlib.util.find_spec("torch")
    if os.name != "posix" or found is None or found.origin is None:
        return
    files = [Path(found.origin).parent / "lib" / name for name in LIBRARIES]
    load = ctypes.CDLL(None).dlopen
    load.argtypes, load.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    for file in files:
        if file.is_file() and not load(os.fsencode(file), os.RTLD_NOW | os.RTLD_LOCAL):
            log.info("%s is left to torch to load", file)
