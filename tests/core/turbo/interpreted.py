"""Turbo's code run by Python as it stands, uncompiled: slow steps, but none waits for numba.

What is compiled is the same text. So a fault in it shows here, within a second, and coverage sees
which lines run.
"""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pytest

from nngui.core.turbo import engine, kernel, layers, losses, rules, shuffle, stepping

MODULES = (kernel, layers, losses, rules, shuffle, stepping)


@contextmanager
def interpreted():
    """Put Python's own functions in the place of the compiled ones; numbers overflow in silence."""
    with pytest.MonkeyPatch.context() as patch, np.errstate(all="ignore"):
        for module in MODULES:
            for name, value in list(vars(module).items()):
                if hasattr(value, "py_func"):
                    patch.setattr(module, name, value.py_func)
        code = kernel.Kernel(kernel.train, kernel.predict, kernel.losses)
        patch.setattr(engine, "kernel", lambda: code)
        yield
