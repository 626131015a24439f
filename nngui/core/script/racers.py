"""Networks that diverge, in an exported script: each is left where the program leaves it.

The lines are those of `training/plain_loop.py` and `training/variant.py`: a loss that is no number,
or beyond all bounds, ends a network's training, and its last good weights are put back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import float_text, indented
from nngui.core.training.health import GOOD_LOSS_FACTOR, MAX_LOSS_FACTOR

if TYPE_CHECKING:
    from nngui.core.script.course import Course

ALL_OUT = "all(diverged)"
COPIED = "{name: value.clone() for name, value in net.state_dict().items()}"
GOOD, MOST = float_text(GOOD_LOSS_FACTOR), f"{MAX_LOSS_FACTOR:.0e}".replace("+", "")


def none_out(course: Course) -> list[str]:
    """Return the lines that begin a race: nobody has diverged.

    None where a single network trains, unless it diverged, and went on all the same.
    """
    count = len(course.first.optimizers())
    if count == 1:
        return [f"first_loss, good = 0.0, {COPIED}"] if course.revives else []
    return [
        f"first_losses, diverged = [0.0] * {count}, [False] * {count}",
        f"good = [{COPIED} for net in nets]",
    ]


def race_step(
    course: Course, lists: dict[str, str], predicting: list[str], learning: list[str]
) -> list[str]:
    """Return a step of all networks that are still in the race.

    Parameters
    ----------
    lists : dict of str to str
        Each network's own name for what it has, and the list that it comes from.
    predicting, learning : list of str
        The lines up to the loss, and those behind it, of which the last is the optimizer's step.
    """
    first = ["first_losses[i] = first_losses[i] or losses[i]"]
    if course.revives:
        first = ["if math.isfinite(losses[i]):", f"    {first[0]}"]
    one = [
        "if diverged[i]:",
        "    losses.append(math.nan)",
        "    continue",
        *predicting,
        "losses.append(loss.item())",
        *first,
        f"if not losses[i] < {MOST} * max(first_losses[i], 1):",
        "    net.load_state_dict(good[i])  # it diverged: the last good weights",
        "    diverged[i] = True",
        "    continue",
        *learning[:-1],
        f"if losses[i] <= {GOOD} * first_losses[i]:",
        f"    good[i] = {COPIED}",
        learning[-1],
    ]
    each = f"for i, ({', '.join(lists)}) in enumerate(zip({', '.join(lists.values())})):"
    return ["losses = []", each, *indented(one), "print(*map(repr, losses))"]


def watched(learning: list[str], loss: str) -> list[str]:
    """Return what a single network learns of a loss, unless it has diverged.

    Parameters
    ----------
    learning : list of str
        The lines behind the loss, of which the last is the optimizer's step.
    loss : str
        The tensor that tells.
    """
    return [
        f"if not first_loss and math.isfinite({loss}.item()):",
        f"    first_loss = {loss}.item()",
        f"diverged = not {loss}.item() < {MOST} * max(first_loss, 1)",
        "if diverged:",
        "    net.load_state_dict(good)  # the last good weights",
        "else:",
        *indented(learning[:-1]),
        f"    if {loss}.item() <= {GOOD} * first_loss:",
        f"        good = {COPIED}",
        f"    {learning[-1]}",
    ]
