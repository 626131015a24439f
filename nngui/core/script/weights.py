"""Weights that were set by hand, as lines of an exported script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import indented

if TYPE_CHECKING:
    from nngui.core.script.course import Change, Course


def weight_lines(course: Course, change: Change) -> list[str]:
    """Return the lines that set numbers of the networks by hand."""
    several = len(course.first.optimizers()) > 1
    lines: list[str] = []
    for one in change.weights:
        at = f"[{one.variant}]" if several else ""
        net = f"nets{at}" if several else "net"
        if one.of_best:
            lines += [f"{net}.load_state_dict(best{at})  # the best weights, as it had ended"]
        index = ", ".join(map(str, one.index)) or "()"
        lines += [f'{net}.state_dict()["{one.parameter}"][{index}] = {one.value!r}']
    return lines


def set_at_the_end(course: Course, condition: str) -> list[str]:
    """Return the lines of weights that were set when the run may have ended.

    Parameters
    ----------
    condition : str
        That it has ended there.
    """
    last = course.changes[-1] if course.changes else None
    if last is None or not last.weights:
        return []
    if course.last.schedule.keeps_best and not last.ends_by_hand:
        return []  # the best weights were put back over it
    lines = weight_lines(course, last)
    return [f"if {condition}:  # set when all was done", *indented(lines)]
