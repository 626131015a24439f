"""What an exported script does to gradients and learning rates, as lines of source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nngui.core.code_text import float_text
from nngui.core.spec.schedule import PER_EPOCH, START_FACTOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.spec import OptimizerSpec, Spec

PLATEAU = "plateau"
CLIPPERS = {"norm": "torch.nn.utils.clip_grad_norm_", "value": "torch.nn.utils.clip_grad_value_"}


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
        Behind a validation, which is also at the end of an epoch.
    """

    before: list[str] = field(default_factory=list)
    epoch_begins: list[str] = field(default_factory=list)
    each_step: list[str] = field(default_factory=list)
    epoch_ends: list[str] = field(default_factory=list)
    validated: list[str] = field(default_factory=list)


def rate_code(spec: Spec) -> RateCode:
    """Return the lines of the schedule; none where the rate is constant."""
    schedule, several = spec.schedule, len(spec.optimizers()) > 1
    if schedule.rate == "constant":
        return RateCode()
    code = RateCode(_schedulers(spec) if several else _scheduler(spec))
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


def _scheduler(spec: Spec) -> list[str]:
    (settings,) = spec.optimizers().values()
    name, options = _options(spec, float_text(settings.lr))
    return [
        f"scheduler = torch.optim.lr_scheduler.{name}(",
        *(f"    {line}" for line in _wrapped(["optimizer", *options])),
        ")",
        "",
    ]


def _schedulers(spec: Spec) -> list[str]:
    name, options = _options(spec, 'optimizer.defaults["lr"]')
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


def _options(spec: Spec, rate: str) -> tuple[str, list[str]]:
    """Return the class of a schedule, and what it is made with besides the optimizer."""
    schedule = spec.schedule
    total = f"{schedule.epochs or schedule.steps}"
    if schedule.epochs and schedule.batch_size:
        total = f"{schedule.epochs} * len(loader)"
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


# Gradients ---------------------------------------------------------------------------------------


def learning(spec: Spec) -> list[str]:
    """Return the lines from the loss to the optimizer's step, of one network."""
    chosen = list(spec.optimizers().values())
    return [
        "optimizer.zero_grad()",
        *_backward(chosen),
        *_clipping(chosen),
        "optimizer.step()",
    ]


def gradient_lists(spec: Spec) -> tuple[list[str], dict[str, str]]:
    """Return what several networks differ in: lines that make lists, and each one's name in them.

    None where they are all treated alike.
    """
    chosen = list(spec.optimizers().values())
    lines, names = [], {}
    if _differ(chosen, lambda one: one.l1):
        lines.append(f"l1s = [{', '.join(float_text(one.l1) for one in chosen)}]")
        names["l1"] = "l1s"
    if _differ(chosen, _clipper):
        each = [
            f"    ({', '.join(_clipper(one))})," if one.clip != "none" else "    None,"
            for one in chosen
        ]
        lines += ["clips = [", *each, "]"]
        names["clip"] = "clips"
    return lines, names


def _differ(chosen: list[OptimizerSpec], what: Callable[[OptimizerSpec], object]) -> bool:
    return len({what(one) for one in chosen}) > 1


def _clipper(settings: OptimizerSpec) -> tuple[str, ...]:
    if settings.clip == "none":
        return ()
    return CLIPPERS[settings.clip], float_text(settings.clip_at)


def _backward(chosen: list[OptimizerSpec]) -> list[str]:
    penalty = "penalty = sum(p.abs().sum() for p in net.parameters())"
    if _differ(chosen, lambda one: one.l1):
        return [
            "if l1:",
            f"    {penalty}",
            "    (loss + l1 * penalty).backward()",
            "else:",
            "    loss.backward()",
        ]
    if not chosen[0].l1:
        return ["loss.backward()"]
    return [penalty, f"(loss + {float_text(chosen[0].l1)} * penalty).backward()"]


def _clipping(chosen: list[OptimizerSpec]) -> list[str]:
    if _differ(chosen, _clipper):
        return ["if clip:", "    clip[0](net.parameters(), clip[1])"]
    if chosen[0].clip == "none":
        return []
    name, limit = _clipper(chosen[0])
    return [f"{name}(net.parameters(), {limit})"]
