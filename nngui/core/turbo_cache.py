"""Where the compiled step of turbo lies on disk, and how it gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def kernel() -> Callable[..., Any]:
    """Return the compiled step (see `turbo_kernel.train`)."""
    from nngui.core.turbo_kernel import compiled

    return compiled
