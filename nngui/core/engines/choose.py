"""Which engine takes the steps of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.engines.accelerated import Accelerated
from nngui.core.engines.all_cores import AllCores
from nngui.core.training.plain_loop import PlainLoop
from nngui.core.turbo.support import sees_images, unsupported_reason

if TYPE_CHECKING:
    from nngui.core.training.engine import Engine
    from nngui.core.training.run_state import RunState


def eager_engine(state: RunState) -> Engine:
    """Return what trains a run by PyTorch's own steps, on the device where it is."""
    return PlainLoop(state) if state.device.type == "cpu" else Accelerated(state)


def turbo_engine(state: RunState) -> Engine:
    """Return what trains a run by turbo.

    Raises
    ------
    NnguiError
        When it does not cover the run (see `unsupported_reason`), or cannot be compiled here.
    """
    reason = unsupported_reason(state)
    if reason is not None:
        raise reason
    if sees_images(state):
        return AllCores(state)
    from nngui.core.turbo.engine import Turbo  # numba: only where it is wanted

    return Turbo(state)
