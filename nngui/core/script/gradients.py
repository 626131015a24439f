"""What an exported script does to gradients, as lines of source: the L1 penalty, and clipping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import float_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.script.course import Change, Course
    from nngui.core.spec import OptimizerSpec, Spec

CLIPPERS = {"norm": "torch.nn.utils.clip_grad_norm_", "value": "torch.nn.utils.clip_grad_value_"}


def learning(course: Course) -> list[str]:
    """Return the lines from the loss to the optimizer's step, of one network."""
    return [
        "optimizer.zero_grad()",
        *_backward(course),
        *_clipping(course),
        "optimizer.step()",
    ]


def gradient_lists(course: Course) -> tuple[list[str], dict[str, str]]:
    """Return what networks differ in, or what changes: lines that begin with it, and its names.

    The names are those of each network, and of the list that it comes from; of a single network
    there is no list. None where all are treated alike, all the time.
    """
    lines, names = [], {}
    chosen = list(course.first.optimizers().values())
    several = len(chosen) > 1
    if course.differs(_l1):
        lines += _assigned("l1", [float_text(one.l1) for one in chosen])
        names["l1"] = "l1s"
    if course.differs(_clipper):
        each = list(map(_clip_text, chosen))
        lines += ["clips = [", *(f"    {one}," for one in each), "]"] if several else []
        lines += [] if several else [f"clip = {each[0]}"]
        names["clip"] = "clips"
    return lines, names if several else {}


def gradient_change(course: Course, change: Change) -> list[str]:
    """Return the lines that give penalty and limit their new values."""
    lines: list[str] = []
    if course.differs(_l1):
        lines += _changed(change, "l1", lambda one: float_text(one.l1))
    if course.differs(_clipper):
        lines += _changed(change, "clip", _clip_text)
    return lines


def _assigned(name: str, values: list[str]) -> list[str]:
    return [f"{name}s = [{', '.join(values)}]" if len(values) > 1 else f"{name} = {values[0]}"]


def _changed(change: Change, name: str, text: Callable[[OptimizerSpec], str]) -> list[str]:
    """Return lines for those networks whose value is another one now."""
    before, after = (list(map(text, _settings(spec))) for spec in (change.before, change.after))
    if len(after) == 1:
        return [f"{name} = {after[0]}"] if before != after else []
    return [
        f"{name}s[{i}] = {new}"
        for i, (old, new) in enumerate(zip(before, after, strict=True))
        if old != new
    ]


def _settings(spec: Spec) -> list[OptimizerSpec]:
    return list(spec.optimizers().values())


def _l1(settings: OptimizerSpec) -> float:
    return settings.l1


def _clipper(settings: OptimizerSpec) -> tuple[str, ...]:
    if settings.clip == "none":
        return ()
    return CLIPPERS[settings.clip], float_text(settings.clip_at)


def _clip_text(settings: OptimizerSpec) -> str:
    found = _clipper(settings)
    return f"({', '.join(found)})" if found else "None"


def _backward(course: Course) -> list[str]:
    penalty = "penalty = sum(p.abs().sum() for p in net.parameters())"
    if course.differs(_l1):
        return [
            "if l1:",
            f"    {penalty}",
            "    (loss + l1 * penalty).backward()",
            "else:",
            "    loss.backward()",
        ]
    l1 = _settings(course.first)[0].l1
    if not l1:
        return ["loss.backward()"]
    return [penalty, f"(loss + {float_text(l1)} * penalty).backward()"]


def _clipping(course: Course) -> list[str]:
    if course.differs(_clipper):
        return ["if clip:", "    clip[0](net.parameters(), clip[1])"]
    settings = _settings(course.first)[0]
    if settings.clip == "none":
        return []
    name, limit = _clipper(settings)
    return [f"{name}(net.parameters(), {limit})"]
