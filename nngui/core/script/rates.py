"""The schedule of the learning rate in an exported script, as lines of source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nngui.core.code_text import float_text
from nngui.core.script.plateau import PLATEAU, by_hand, plateau_change, plateau_code
from nngui.core.spec.schedule import PER_EPOCH, START_FACTOR

if TYPE_CHECKING:
    from nngui.core.script.course import Change, Course
    from nngui.core.spec import Spec


@dataclass
class RateCode:
    """The lines of a schedule of the learning rate, each list for its place in the loop.

    Attributes
    ----------
    before : list of str
        Before the loop, behind the loader: they make the scheduler.
    epoch_begins, each_step, epoch_ends : list of str
        Where their names say.
    validated : list of str
        Behind a validation, whose loss is ``val_loss``; of several networks that of number ``i``.
    """

    before: list[str] = field(default_factory=list)
    epoch_begins: list[str] = field(default_factory=list)
    each_step: list[str] = field(default_factory=list)
    epoch_ends: list[str] = field(default_factory=list)
    validated: list[str] = field(default_factory=list)


def rate_code(course: Course, total: str = "") -> RateCode:
    """Return the lines of the schedule; none where the rate is constant.

    Parameters
    ----------
    total : str
        How many steps the run would have as it began; empty: as its settings say.
    """
    spec = course.first
    schedule, several = spec.schedule, len(spec.optimizers()) > 1
    if schedule.rate == "constant":
        return RateCode()
    if by_hand(course):
        return RateCode(**plateau_code(course))
    total = total or total_steps(spec)
    code = RateCode(_schedulers(spec, total) if several else _scheduler(spec, total))
    step = ["for scheduler in schedulers:", "    scheduler.step()"] if several else []
    step = step or ["scheduler.step()"]
    if schedule.rate == PLATEAU and schedule.validation:
        code.validated = [f"scheduler{'s[i]' if several else ''}.step(val_loss.item())"]
    elif schedule.rate == PLATEAU:
        _follow_losses(code, several=several, batches=bool(schedule.batch_size))
    elif schedule.rate in PER_EPOCH:
        code.epoch_ends = step
    else:
        code.each_step = step
    return code


def rate_change(course: Course, change: Change, epochs_done: str, total: str) -> list[str]:
    """Return the lines that go on with the schedule as if it had been the new one from the start.

    Parameters
    ----------
    epochs_done : str
        How many passes over the data have come to their end.
    total : str
        How many steps the run will have.
    """
    before, after = change.before, change.after
    if after.schedule.rate == "constant":
        return []
    if by_hand(course):
        return plateau_change(change)
    if after.schedule.rate == PLATEAU:
        return []
    if not (change.revived or course.is_mixed or _moved(before, after)):
        return []
    schedule = after.schedule
    done = epochs_done if schedule.rate in PER_EPOCH else str(change.step)
    if len(after.optimizers()) == 1:
        (settings,) = after.optimizers().values()
        return [
            "group = optimizer.param_groups[0]",
            f'group["lr"] = group["initial_lr"] = {float_text(settings.lr)}',
            *_scheduler(after, total)[:-1],
            f"for _ in range({done}):  # to where the run is",
            "    scheduler.step()",
        ]
    rates = ", ".join(float_text(one.lr) for one in after.optimizers().values())
    return [
        f"rates = {rates}",
        "for optimizer, rate in zip(optimizers, rates):",
        "    group = optimizer.param_groups[0]",
        '    group["lr"] = group["initial_lr"] = rate',
        *_schedulers(after, total, rate='optimizer.param_groups[0]["lr"]')[:-1],
        f"for _ in range({done}):  # to where the run is",
        "    for scheduler in schedulers:",
        "        scheduler.step()",
    ]


def _moved(before: Spec, after: Spec) -> bool:
    """Return whether the rates of two settings differ at some place."""
    one, other = before.schedule, after.schedule
    keys = {
        "step": ("rate_every", "rate_factor"),
        "exponential": ("rate_decay",),
        "warm_up": ("rate_warm_up",),
    }.get(one.rate, ("steps", "epochs"))
    if any(getattr(one, key) != getattr(other, key) for key in keys):
        return True
    rates = [[settings.lr for settings in spec.optimizers().values()] for spec in (before, after)]
    return rates[0] != rates[1]


def total_steps(spec: Spec) -> str:
    """Return how many steps a run of these settings has."""
    schedule = spec.schedule
    if schedule.epochs and schedule.batch_size:
        return f"{schedule.epochs} * len(loader)"
    return f"{schedule.epochs or schedule.steps}"


def _scheduler(spec: Spec, total: str) -> list[str]:
    (settings,) = spec.optimizers().values()
    name, options = _options(spec, float_text(settings.lr), total)
    return [
        f"scheduler = torch.optim.lr_scheduler.{name}(",
        *(f"    {line}" for line in _wrapped(["optimizer", *options])),
        ")",
        "",
    ]


def _schedulers(spec: Spec, total: str, rate: str = 'optimizer.defaults["lr"]') -> list[str]:
    name, options = _options(spec, rate, total)
    return [
        "schedulers = [",
        f"    torch.optim.lr_scheduler.{name}(",
        *(f"        {line}" for line in _wrapped(["optimizer", *options])),
        "    )",
        "    for optimizer in optimizers",
        "]",
        "",
    ]


def _wrapped(arguments: list[str]) -> list[str]:
    """Return arguments on one line, or where that is long on one each."""
    line = ", ".join(arguments)
    return [line] if len(line) <= 52 else [f"{argument}," for argument in arguments]


def _options(spec: Spec, rate: str, total: str) -> tuple[str, list[str]]:
    """Return the class of a schedule, and what it is made with besides the optimizer."""
    schedule = spec.schedule
    factor = float_text(schedule.rate_factor)
    return {
        "step": ("StepLR", [f"step_size={schedule.rate_every}", f"gamma={factor}"]),
        "exponential": ("ExponentialLR", [f"gamma={float_text(schedule.rate_decay)}"]),
        "cosine": ("CosineAnnealingLR", [f"T_max={total}"]),
        "one_cycle": (
            "OneCycleLR",
            [f"max_lr={rate}", f"total_steps={total}", "cycle_momentum=False"],
        ),
        "warm_up": (
            "LinearLR",
            [f"start_factor={START_FACTOR}", f"total_iters={schedule.rate_warm_up}"],
        ),
        PLATEAU: (
            "ReduceLROnPlateau",
            [f"factor={factor}", f"patience={schedule.rate_patience}"],
        ),
    }[schedule.rate]


def _follow_losses(code: RateCode, *, several: bool, batches: bool) -> None:
    """Add the lines by which a schedule sees what the steps of an epoch gave."""
    if batches:
        code.epoch_begins = ["totals = [0.0] * len(nets)" if several else "total = 0.0"]
        more = "totals = [sum(two) for two in zip(totals, losses)]"
        code.each_step = [more if several else "total += loss.item()"]
    mean = "total / len(loader)" if batches else "loss.item()"
    code.epoch_ends = [f"scheduler.step({mean})"]
    if several:
        of_all, one = ("totals", "total") if batches else ("losses", "loss")
        code.epoch_ends = [
            f"for scheduler, {one} in zip(schedulers, {of_all}):",
            f"    scheduler.step({one}{' / len(loader)' if batches else ''})",
        ]
