"""The body of an exported script's loop, as lines of source: a step, and when it is the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import float_text
from nngui.core.script.gradients import gradient_lists, learning
from nngui.core.script.racers import ALL_OUT, race_step, watched

if TYPE_CHECKING:
    from nngui.core.script.course import Course
    from nngui.core.spec import Spec


def endings(course: Course) -> list[str]:
    """Return the conditions on which the loop ends before its time."""
    spec = course.last
    several, target = len(spec.optimizers()) > 1, spec.schedule.target_loss
    found = [ALL_OUT] if several else []
    if target and several:  # a loss may be NaN, which `min` may or may not see
        found += [f"any(loss <= {float_text(target)} for loss in losses)"]
    elif target:
        found += [f"loss.item() <= {float_text(target)}"]
    return found


def body(course: Course, seen: str, *, by_loader: bool, shared: bool) -> list[str]:
    """Return a step of all networks.

    Parameters
    ----------
    seen : str
        How the network sees a batch: an expression with ``{x}`` in it.
    by_loader : bool
        Whether there are batches; else all points at once.
    shared : bool
        Whether several processes may share the work.
    """
    x, y = ("batch_x", "batch_y") if by_loader else ("x", "y")
    return (_shared_step if shared else _step)(course, seen.format(x=x), y)


def _step(course: Course, x: str, y: str) -> list[str]:
    predicting = [f"prediction = net({x})", f"loss = loss_func(prediction, {y})"]
    if len(course.first.optimizers()) == 1:
        behind = learning(course)
        behind = watched(behind, "loss") if course.revives else behind
        return [*predicting, *behind, "print(repr(loss.item()))"]
    lists = {"net": "nets", "optimizer": "optimizers"} | gradient_lists(course)[1]
    return race_step(course, lists, predicting, learning(course))


def _shared_step(course: Course, x: str, y: str) -> list[str]:
    """Return a step of which each process takes its part; alone it is the whole, bit for bit."""
    lines = [
        f"part_x = {x}[rank::world].to(device)",
        f"part_y = {y}[rank::world].to(device)",
        "prediction = model(part_x)",
        "loss = prediction.sum()  # of nothing, where a batch is too small for all",
        "if len(part_y):",
        f"    share = {_share(course.first, y)}",
        "    loss = loss_func(prediction, part_y) * share",
    ]
    summed = ["if world > 1:", "    torch.distributed.all_reduce({name})"]
    shown = ["if rank == 0:", "    print(repr(loss.item()))"]
    if course.revives:
        summed = [line.format(name="whole") for line in summed]
        lines += ["whole = loss.detach() / world", *summed, *watched(learning(course), "whole")]
        return [*lines, "loss = whole", *shown]
    lines += [*learning(course), "loss = loss.detach() / world"]
    return [*lines, *(line.format(name="loss") for line in summed), *shown]


def _share(spec: Spec, y: str) -> str:
    """Return what a process's part of a batch is worth, so that the sum is the mean over all."""
    if spec.balances_classes:  # whose mean is one of weights
        return f"class_weights[{y}[rank::world]].sum() * world / class_weights[{y}].sum()"
    return f"len(part_y) * world / len({y})"
