"""A rate that goes by plateaus, and was changed on the way, in an exported script.

torch's ReduceLROnPlateau does not know how often it has reduced the rate; the program begins with
the new rate, and reduces it as often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import float_text, indented

if TYPE_CHECKING:
    from nngui.core.script.course import Change, Course

PLATEAU = "plateau"
CLASS = '''\

class Plateau:
    """torch's ReduceLROnPlateau, whose numbers can change on the way."""

    def __init__(self, optimizer, lr, factor, patience):
        self.optimizer, self.lr = optimizer, lr
        self.factor, self.patience = factor, patience
        self.best, self.bad, self.cuts = math.inf, 0, 0
        self.total, self.count = 0.0, 0

    def add(self, loss):
        self.total += loss
        self.count += 1

    def end_epoch(self, loss=None):
        if loss is None:
            loss = self.total / max(self.count, 1)
        self.total, self.count = 0.0, 0
        self.bad += 1
        if loss < self.best * (1 - 1e-4):
            self.best, self.bad = loss, 0
        if self.bad > self.patience:
            self.cuts, self.bad = self.cuts + 1, 0
        self.apply()

    def apply(self):
        rate = self.lr
        for _ in range(self.cuts):
            if rate - rate * self.factor > 1e-8:
                rate = rate * self.factor
        self.optimizer.param_groups[0]["lr"] = rate

'''


def by_hand(course: Course) -> bool:
    """Return whether torch's own scheduler of plateaus cannot follow what was changed."""
    if course.first.schedule.rate != PLATEAU:
        return False
    return (
        course.revives
        or course.is_mixed
        or course.varies(lambda spec: [one.lr for one in spec.optimizers().values()])
        or course.varies(lambda spec: (spec.schedule.rate_factor, spec.schedule.rate_patience))
    )


def plateau_code(course: Course) -> dict[str, list[str]]:
    """Return the fields of a `rates.RateCode`."""
    spec = course.first
    held, chosen = bool(spec.schedule.validation), list(spec.optimizers().values())
    rest = f"{float_text(spec.schedule.rate_factor)}, {spec.schedule.rate_patience}"
    of_epoch = "val_loss.item()" if held else ""
    if len(chosen) == 1:
        made = [f"plateau = Plateau(optimizer, {float_text(chosen[0].lr)}, {rest})", ""]
        ends = [f"plateau.end_epoch({of_epoch})"]
        steps = [] if held else ["plateau.add(loss.item())"]
        if course.revives:
            ends, steps = (["if not diverged:", *indented(one)] for one in (ends, steps))
            steps = [] if held else steps
    else:
        rates = ", ".join(float_text(one.lr) for one in chosen)
        made = [
            f"rates = {rates}",
            "plateaus = [",
            f"    Plateau(optimizer, rate, {rest})",
            "    for optimizer, rate in zip(optimizers, rates)",
            "]",
            "",
        ]
        steps = [
            "for plateau, loss, out in zip(plateaus, losses, diverged):",
            "    if not out:",
            "        plateau.add(loss)",
        ]
        ends = ["if not diverged[i]:", f"    plateaus[i].end_epoch({of_epoch})"]
        if not held:
            ends = [
                "for plateau, out in zip(plateaus, diverged):",
                "    if not out:",
                "        plateau.end_epoch()",
            ]
        else:
            steps = []
    found = {"before": [*CLASS.splitlines(), "", *made], "each_step": steps}
    return found | {"validated" if held else "epoch_ends": ends}


def plateau_change(change: Change) -> list[str]:
    """Return the lines that give it the numbers of now."""
    before, after = change.before, change.after
    rates = [[one.lr for one in spec.optimizers().values()] for spec in (before, after)]
    several = len(rates[0]) > 1
    names = [f"plateaus[{i}]" if several else "plateau" for i in range(len(rates[0]))]
    lines = [f"{names[i]}.optimizer = optimizer{f's[{i}]' if several else ''}" for i in change.revived]
    lines += [
        f"{name}.lr = {float_text(new)}"
        for name, old, new in zip(names, *rates, strict=True)
        if old != new
    ]
    numbers = (("factor", "rate_factor"), ("patience", "rate_patience"))
    for name, key in numbers:
        old, new = getattr(before.schedule, key), getattr(after.schedule, key)
        if old != new:
            text = f"plateau.{name} = {float_text(new)}"
            lines += ["for plateau in plateaus:", f"    {text}"] if several else [text]
    if not lines:
        return []
    return [*lines, *(["for plateau in plateaus:", "    plateau.apply()"] if several else ["plateau.apply()"])]
