"""What other settings mean for the network of a run: whether it goes on with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError

if TYPE_CHECKING:
    from nngui.core.spec import Spec
    from nngui.core.task import Task


def without_misfits(task: Task[Any], before: Spec, spec: Spec) -> Spec:
    """Let go of a model file whose parameters are no longer those of the network."""
    weights = spec.network.weights
    if not weights or weights != before.network.weights:
        return spec
    same = spec.network.layout == before.network.layout and _as_wide(task, before, spec)
    return spec if same else spec.changed("network", weights="")


def can_take(task: Task[Any], before: Spec, spec: Spec) -> bool:
    """Return whether the network for some data takes points that were edited by hand."""
    kinds = [getattr(one.data, "kind", "") for one in (before, spec)]
    return kinds[0] == kinds[1] or _as_wide(task, before, spec)


def _as_wide(task: Task[Any], before: Spec, spec: Spec) -> bool:
    """Return whether other data are known to have as many inputs and outputs as those before.

    The window's thread asks: what would have to be read first is not known, and not as wide.
    """
    if spec.data == before.data:
        return True
    try:
        known = task.known_shape(spec)
        return known is not None and known == task.known_shape(before)
    except NnguiError:  # there are no such data
        return False
