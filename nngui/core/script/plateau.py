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
    return course.revives or course.is_mixed or course.has_other_rates


def plateau_code(course: Course) -> dict[str, list[str]]:
    """Return the fields of a `rates.RateCode`."""
    spec = course.first
    held, chosen = bool(spec.schedule.validation), list(spec.optimizers().values())
    rest = f"{float_text(spec.schedule.rate_factor)}, {spec.schedule.rate_patience}"
    of_epoch = "val_loss.item()" if held else ""
    if len(chosen) == 1:
        made = [f"plateau = Plateau(optimizer, {float_text(chosen[0].lr)}, {rest})", ""]
        ends, steps = [f"plateau.end_epoch({of_epoch})"], ["plateau.add(loss.item())"]
        if course.revives:
            ends, steps = (["if not diverged:", *indented(one)] for one in (ends, steps))
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
        each = "for plateau, out in zip(plateaus, diverged):"
        ends = [each, "    if not out:", "        plateau.end_epoch()"]
        if held:  # where the networks are gone through already
            ends = ["if not diverged[i]:", f"    plateaus[i].end_epoch({of_epoch})"]
    found = {"before": [*CLASS.splitlines(), "", *made], "each_step": [] if held else steps}
    return found | {"validated" if held else "epoch_ends": ends}


def plateau_change(change: Change) -> list[str]:
    """Return the lines that give it the numbers of now."""
    before, after = change.before, change.after
    rates = [[one.lr for one in spec.optimizers().values()] for spec in (before, after)]
    several = len(rates[0]) > 1
    at = [f"s[{i}]" if several else "" for i in range(len(rates[0]))]
    lines = [f"plateau{at[i]}.optimizer = optimizer{at[i]}" for i in change.revived]
    lines += [
        f"plateau{one}.lr = {float_text(new)}"
        for one, old, new in zip(at, *rates, strict=True)
        if old != new
    ]
    for name, key in (("factor", "rate_factor"), ("patience", "rate_patience")):
        old, new = getattr(before.schedule, key), getattr(after.schedule, key)
        if old != new:
            lines += _of_each(f"plateau.{name} = {float_text(new)}", several=several)
    return [*lines, *_of_each("plateau.apply()", several=several)] if lines else []


def _of_each(line: str, *, several: bool) -> list[str]:
    return ["for plateau in plateaus:", f"    {line}"] if several else [line]
