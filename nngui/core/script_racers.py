"""Racers that diverge, in an exported script: each is left where the program leaves it.

The lines are those of `training/plain_loop.py` and `training/variant.py`: a loss that is no number,
or beyond all bounds, ends a network's training, and its last good weights are put back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import float_text, indented
from nngui.core.training.health import GOOD_LOSS_FACTOR, MAX_LOSS_FACTOR

if TYPE_CHECKING:
    from nngui.core.spec import Spec

ALL_OUT = "all(diverged)"
COPIED = "{name: value.clone() for name, value in net.state_dict().items()}"


def none_out(spec: Spec) -> list[str]:
    """Return the lines that begin a race: nobody has diverged; none where a single one trains."""
    count = len(spec.optimizers())
    if count == 1:
        return []
    return [
        f"first_losses, diverged = [0.0] * {count}, [False] * {count}",
        f"good = [{COPIED} for net in nets]",
    ]


def race_step(lists: dict[str, str], predicting: list[str], learning: list[str]) -> list[str]:
    """Return a step of all networks that are still in the race.

    Parameters
    ----------
    lists : dict of str to str
        Each network's own name for what it has, and the list that it comes from.
    predicting, learning : list of str
        The lines up to the loss, and those behind it, of which the last is the optimizer's step.
    """
    good, most = float_text(GOOD_LOSS_FACTOR), f"{MAX_LOSS_FACTOR:.0e}".replace("+", "")
    one = [
        "if diverged[i]:",
        "    losses.append(math.nan)",
        "    continue",
        *predicting,
        "losses.append(loss.item())",
        "first_losses[i] = first_losses[i] or losses[i]",
        f"if not losses[i] < {most} * max(first_losses[i], 1):",
        "    net.load_state_dict(good[i])  # it diverged: the last good weights",
        "    diverged[i] = True",
        "    continue",
        *learning[:-1],
        f"if losses[i] <= {good} * first_losses[i]:",
        f"    good[i] = {COPIED}",
        learning[-1],
    ]
    each = f"for i, ({', '.join(lists)}) in enumerate(zip({', '.join(lists.values())})):"
    return ["losses = []", each, *indented(one), "print(*map(repr, losses))"]
