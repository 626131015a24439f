"""A learning rate that was dragged: many changes of it, as a table in an exported script."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from nngui.core.code_text import WIDTH, indented

if TYPE_CHECKING:
    from nngui.core.script.course import Change

    Changes = list[tuple[Change, list[str]]]

MANY = 6  # changes that nobody reads one by one
RATE = re.compile(r'optimizer(?:s\[(\d+)\])?\.param_groups\[0\]\["lr"\] = (\S+)')


def dragged(changes: Changes, place: str, offset: int) -> tuple[Changes, list[str], list[str]]:
    """Return the changes without those of a rate that are many, and what stands in their place.

    Parameters
    ----------
    changes : list of (Change, list of str)
        With their lines.
    place : str
        What counts in the loop: ``step`` or ``epoch``.
    offset : int
        By how much it is more than the steps done at a change.

    Returns
    -------
    changes : list of (Change, list of str)
        The others.
    before, within : list of str
        Lines before the loop, and within it.
    """
    found: dict[str, dict[int, str]] = {}
    for change, lines in changes:
        if len(lines) == 1 and (match := RATE.fullmatch(lines[0])):
            found.setdefault(match[1] or "", {})[change.step] = match[2]
    many = {number: rates for number, rates in found.items() if len(rates) >= MANY}
    told = {step for rates in many.values() for step in rates}
    rest = [(change, lines) for change, lines in changes if change.step not in told]
    before, within = list[str](), list[str]()
    for number, rates in many.items():
        name, optimizer = (
            (f"rates_{number}", f"optimizers[{number}]") if number else ("rates", "optimizer")
        )
        pairs = ", ".join(f"{step + offset}: {rate}" for step, rate in rates.items())
        before += [f"{name} = {{  # changed in mid-run", *indented(_wrapped(pairs)), "}"]
        within += [f"if {place} in {name}:"]
        within += [f'    {optimizer}.param_groups[0]["lr"] = {name}[{place}]']
    return rest, before, within


def _wrapped(pairs: str) -> list[str]:
    lines = textwrap.wrap(pairs.replace(": ", ":"), WIDTH - 4)
    return [line.replace(":", ": ").rstrip(",") + "," for line in lines]
