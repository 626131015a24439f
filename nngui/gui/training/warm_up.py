"""Loading torch behind a window that is in use."""

from __future__ import annotations

import gc
import sys


def load_torch() -> None:
    """Import torch and all that its first optimizer imports, if that was not done yet.

    Meanwhile the garbage collector rests: it would look through all that was imported so far again
    and again, up to 0.2 s at a time in which no other thread runs, and the window would stand
    still. Modules never become garbage, so that afterwards they are left out of its rounds.
    """
    if "torch" in sys.modules:
        return
    collecting = gc.isenabled()
    gc.disable()
    try:
        import torch

        torch.optim.SGD([torch.zeros(1)], lr=0.1)  # imports torch._dynamo
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
