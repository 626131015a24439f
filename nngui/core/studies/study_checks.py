"""What the scripts of studies have to print: the numbers that are drawn. No torch here."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nngui.core.records.printed import END, MeansCheck, TableCheck
from nngui.core.studies.seeds import MAX_CURVE_POINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nngui.core.records.printed import Check, Numbers
    from nngui.core.spec import Spec
    from nngui.core.studies.seeds import Seeds
    from nngui.core.studies.sizes_sweep import SizesState


def sizes_check(specs: Mapping[str, Spec], state: SizesState) -> Check:
    """Return what a script of these runs has to print: the losses that are drawn."""
    wanted: Numbers = {
        (str(spec.schedule.batch_size), str(int(row[0]))): (float(row[3]),)
        for name, spec in specs.items()
        for row in state.curves[name]
        if math.isfinite(row[3])
    }
    return TableCheck(wanted)


def seeds_check(spec: Spec, state: Seeds) -> Check:
    """Return what a script of these seeds has to print: the losses that are drawn.

    Left out is what no script can tell: the steps of a mean that was not full when it was stopped,
    and, with BatchNorm, the last losses, which are taken in another way (see `Landscape`).
    """
    steps = state.steps.astype(int).tolist()
    every = max(-(-state.total // MAX_CURVE_POINTS), 1)
    is_over = state.done >= 1
    known = len(steps) if is_over or every == 1 else len(steps) - 1
    wanted: Numbers = {
        (str(seed), str(step)): tuple(row)
        for seed, rows in zip(state.seeds, state.losses.tolist(), strict=True)
        for step, row in zip(steps[:known], rows[:known], strict=True)
        if np.isfinite(row).any()
    }
    if is_over and getattr(spec.network, "norm", "none") != "batch":
        pairs = zip(state.seeds, state.ends.tolist(), strict=True)
        wanted |= {(str(seed), END): tuple(row) for seed, row in pairs}
    return MeansCheck(wanted, steps, every)
