"""A loop whose batches change their size or their points on the way, as lines of source.

No DataLoader goes on within a pass with another size, or with points that were moved: the script
takes the order of the pass from one, and cuts the batches by itself (see `data/batches.py`).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from nngui.core.code_text import indented
from nngui.core.script.body import body, endings
from nngui.core.script.data import NEW_PASS
from nngui.core.script.dragged import dragged
from nngui.core.script.edits import Places
from nngui.core.script.gradients import gradient_lists
from nngui.core.script.racers import none_out
from nngui.core.script.rates import rate_code
from nngui.core.script.stopping import (
    best_back,
    best_so_far,
    last_gain,
    patience,
    stops_early,
    validates,
    validating,
)
from nngui.core.script.weights import set_at_the_end

if TYPE_CHECKING:
    from nngui.core.script.codes import DataCodes
    from nngui.core.script.course import Change, Course
    from nngui.core.script.edits import Edits
    from nngui.core.spec import DataSpec, Spec

ORDER = '''\

def order_of(n):
    """Return the order in which a DataLoader takes n points."""
    points = TensorDataset(torch.arange(n))
    [[order]] = DataLoader(points, batch_size=n, shuffle={shuffle})
    return order


'''
BATCH = (
    "if not left:  # a new pass",
    "    taken, position, epoch = order_of(len(x)), 0, epoch + 1",
    "batch = taken[position : position + size]",
    "batch_x, batch_y = x[batch], y[batch]",
    "position += size",
)
ALL = ("batch_x, batch_y = x, y", "epoch += 1")


def is_mixed(course: Course, codes: DataCodes) -> bool:
    """Return whether a run needs this loop; a DataLoader reads better."""
    if course.sizes == [0]:
        return False
    if len(course.sizes) > 1 or any(map(codes.is_remade_in, course.changes)):
        return True
    # Of the very end: what is the best there is put back.
    last = course.changes[-1] if course.changes else None
    return last is not None and last.begins_anew and stops_early(course)


def mixed_loop(course: Course, edits: Edits, rows: int, *, shared: bool = False) -> list[str]:
    """Return the training loop (see `loop.loop`)."""
    spec = course.last
    early, settled = stops_early(course), course.settled or 0
    rate = rate_code(course, _total(course.first, None))
    step = [
        *_batch(course),
        *body(course, edits.seen, by_loader=True, shared=shared),
        "step += 1",
        f"{_left(spec)}  # of the pass",
        *rate.each_step,
    ]
    ended = validating(course, rows, rate.validated, shared=shared) if validates(course) else []
    ended += rate.epoch_ends
    step += ["if not left:", *indented(ended)] if ended else []
    changes = [(one, _change_lines(course, edits, one)) for one in course.changes]
    at_start = [line for one, lines in changes if not one.step for line in lines]
    changes, table, dragging = dragged([one for one in changes if one[0].step], "step", 0)
    step += dragging
    for change, lines in changes:
        if lines:
            step += [f"if step == {change.step}:  # changed in mid-run", *indented(lines)]
    ends = _ends(spec, settled, [*endings(course), *_out_of_patience(spec, early=early)])
    if ends:
        step += [*(last_gain(spec) if early else []), f"if {ends}:", "    break"]
    elif early:
        step += last_gain(spec)
    return [
        *ORDER.format(shuffle=spec.schedule.loading["shuffle"]).splitlines(),
        *(best_so_far(course) if early else []),
        *none_out(course),
        *gradient_lists(course)[0],
        *(["size = {size}{told}".format(**_first_size(course))]),
        *rate.before,
        *table,
        "step = epoch = position = patient_from = 0" if early else "step = epoch = position = 0",
        "taken, left = [], False",
        *at_start,
        _head(spec, settled),
        *indented(step),
        *(best_back(spec, shared=shared) if early else []),
        *(set_at_the_end(course, f"step == {course.changes[-1].step}") if early else []),
    ]


def _first_size(course: Course) -> dict[str, str]:
    told = "  # 0: all at once" if 0 in course.sizes else ""
    return {"size": str(course.first.schedule.batch_size), "told": told}


def _batch(course: Course) -> list[str]:
    if 0 not in course.sizes:
        return list(BATCH)
    return ["if size:", *indented(list(BATCH)), "else:", *indented(list(ALL))]


def _head(spec: Spec, settled: int) -> str:
    schedule = spec.schedule
    if not schedule.epochs:
        return f"while step < {max(schedule.steps, settled)}:"
    by_then = f"step < {settled} or " if settled else ""
    return f"while {by_then}epoch < {schedule.epochs} or left:"


def _out_of_patience(spec: Spec, *, early: bool) -> list[str]:
    found = patience(spec, "patient_from") if early else []
    return [f"not left and {one}" for one in found]


def _ends(spec: Spec, settled: int, conditions: list[str]) -> str:
    either = " or ".join(conditions)
    if not conditions or not settled:
        return either
    return f"step > {settled} and ({either})"


def _change_lines(course: Course, edits: Edits, change: Change) -> list[str]:
    """Return the lines of a change: the loop's own between the data and the rates."""
    before, after = change.before.schedule, change.after.schedule
    lines: list[str] = []
    if edits.codes.is_remade_in(change):
        lines += _broken_by_length(change)
    if before.batch_size != after.batch_size:
        lines += [f"size = {after.batch_size}"]
    toggled = any(
        bool(one.schedule.batch_size) != bool(other.schedule.batch_size)
        for one, other in pairwise(change.specs)
    )
    if toggled:
        lines += ["taken, position = [], 0  # no pass is left"]
    if any("taken" in line for line in lines):
        lines += [_left(change.after)]
    if change.step == course.settled and stops_early(course):
        lines += ["patient_from = epoch"]
    is_behind = not after.epochs and change.step >= max(after.steps, course.settled or 0)
    places = Places("epoch - left", _total(change.after, change.step))
    return edits.lines(change, None if is_behind else places, within=lines)


def _broken_by_length(change: Change) -> list[str]:
    """Return the lines that begin a pass anew where there are more points or fewer than before."""
    share = change.after.schedule.validation
    counts = {_count(spec.data, share) for spec in change.specs}
    if None not in counts:
        return ["taken, position = [], 0  # a new pass"] if len(counts) > 1 else []
    return NEW_PASS


def _count(data: DataSpec, share: float) -> int | None:
    """Return how many points placed by hand are trained on; None for other data."""
    if data.kind != "hand":
        return None
    n = len(getattr(data, "placed", ()))
    return n - int(n * share)


def _total(spec: Spec, step: int | None) -> str:
    """Return how many steps the run will have, of settings in force from a step on."""
    schedule = spec.schedule
    if not schedule.epochs:
        return str(schedule.steps)
    batches = "{points} // size" if schedule.loading["drop_last"] else "math.ceil({points} / size)"
    a_pass = f" * ({batches.format(points='len(x)')})" if schedule.batch_size else ""
    if step is None:
        return f"{schedule.epochs}{a_pass}"
    total = f"{step} + max({schedule.epochs} - epoch, 0){a_pass}"
    return total + (f" + {batches.format(points='len(taken[position:])')}" if a_pass else "")


def _left(spec: Spec) -> str:
    """Return the line that says whether batches of the pass are left."""
    if spec.schedule.loading["drop_last"]:
        return "left = position + size <= len(taken)"
    return "left = position < len(taken)"
