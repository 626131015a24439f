"""The training loop of an exported script, as lines of source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nngui.core.code_text import indented
from nngui.core.script.body import body, endings
from nngui.core.script.dragged import dragged
from nngui.core.script.edits import Places
from nngui.core.script.gradients import gradient_lists
from nngui.core.script.racers import ALL_OUT, none_out
from nngui.core.script.rates import rate_code, total_steps
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
    from nngui.core.script.course import Change, Course
    from nngui.core.script.edits import Edits
    from nngui.core.spec import Spec


def sharing(course: Course) -> list[str]:
    """Return the lines that let processes share the gradients."""
    spec = course.first
    return [
        "net.to(device)",
        *(["loss_func.to(device)"] if spec.balances_classes else []),
        "model = net",
        "if world > 1:",
        "    model = torch.nn.parallel.DistributedDataParallel(net)",
        *(_pairs(spec) if spec.network.needs_pairs else []),
        "",
    ]


def _pairs(spec: Spec) -> list[str]:
    """Return the lines that refuse batches of which a process would get a single point."""
    size, smallest = spec.schedule.batch_size, "len(x)"
    if size:
        smallest = str(size) if spec.schedule.loading["drop_last"] else f"len(x) % {size} or {size}"
    return [
        f"smallest = {smallest}  # of the batches",
        "if smallest // world < 2:",
        '    sys.exit("BatchNorm takes no single point: larger batches, or fewer processes")',
    ]


def loop(course: Course, edits: Edits, rows: int, *, shared: bool = False) -> list[str]:
    """Return the tutorial's training loop.

    Parameters
    ----------
    edits : Edits
        The lines of what was changed on the way.
    rows : int
        How many points are validated at once; 0: all of them.
    shared : bool
        Whether several processes may share the work (see `sharing`).
    """
    spec = course.last
    schedule, early, count = spec.schedule, stops_early(course), Count(course)
    rate = rate_code(course)
    by_loader, by_epochs = bool(schedule.batch_size), bool(schedule.epochs)
    changes = [(change, edits.lines(change, count.places(change))) for change in course.changes]
    guarded = course.settled is not None and bool(endings(course) or patience(spec))
    count = replace(count, is_touched=any(lines for _, lines in changes) or guarded)
    changes, table, within = dragged(changes, *count.place)
    changed, afterwards = _changed(count, changes)
    step = [*within, *changed, *body(course, edits.seen, by_loader=by_loader, shared=shared)]
    step += rate.each_step
    target = endings(course)
    if by_loader:
        ends = " or ".join([*count.guarded(target), *([] if by_epochs else ["step == steps"])])
        within = [*step, *(["step += 1"] if count.is_kept else [])]
        within += [f"if {ends}:  # also within an epoch", "    break"] if ends else []
        step = [*rate.epoch_begins, "for batch_x, batch_y in loader:", *indented(within)]
    if validates(course):
        judging = validating(course, rows, rate.validated, shared=shared)
        if count.is_kept and (target or not by_epochs):
            judging = ["if step % len(loader) == 0:  # a whole epoch", *indented(judging)]
        step += judging
    step += rate.epoch_ends
    step += last_gain(spec) if early else []
    out = patience(spec, count.patient_from) if early else []
    ends = " or ".join(count.guarded([*target, *out]))
    step += [f"if {ends}:", "    break"] if ends else []
    begin = best_so_far(course) if early else []
    may_end = (by_loader and by_epochs) or early or bool(ends)  # at any step
    return [
        *(_loader(spec) if by_loader else []),
        *begin,
        *none_out(course),
        *gradient_lists(course)[0],
        *rate.before,
        *table,
        *count.head(),
        *indented(step),
        *afterwards,
        *(best_back(spec, shared=shared) if early else []),
        *(set_at_the_end(course, count.ended) if may_end else []),
    ]


def _changed(count: Count, changes: list[tuple[Change, list[str]]]) -> tuple[list[str], list[str]]:
    """Return the lines of changes within the loop, and of those behind its last step."""
    within, behind = list[str](), list[str]()
    for change, lines in changes:
        if not lines:
            continue
        if count.is_behind(change):
            behind += ["# changed when all was done", *lines]
        else:
            within += [f"if {count.at(change)}:  # changed in mid-run", *indented(lines)]
    return within, behind


@dataclass(frozen=True)
class Count:
    """How a loop counts its steps and passes.

    Attributes
    ----------
    is_touched : bool
        There are lines that go by the number of a step.
    """

    course: Course
    is_touched: bool = False

    @property
    def _is_early(self) -> bool:
        return stops_early(self.course)

    @property
    def _by_loader(self) -> bool:
        return bool(self.course.last.schedule.batch_size)

    @property
    def is_kept(self) -> bool:
        """Whether steps within passes are counted: somebody asks for their number."""
        if not self._by_loader:
            return False
        asked = self._is_early and bool(endings(self.course))
        return not self.course.last.schedule.epochs or asked or self.is_touched

    @property
    def _steps(self) -> int | None:
        """How many steps there are, where that can be told without the data."""
        schedule, settled = self.course.last.schedule, self.course.settled or 0
        if self._by_loader and schedule.epochs:
            return None
        return max(schedule.epochs or schedule.steps, settled)

    def is_behind(self, change: Change) -> bool:
        """Return whether no step comes behind a change."""
        return self._steps is not None and change.step >= self._steps

    @property
    def place(self) -> tuple[str, int]:
        """What counts in the loop, and by how much it is more than the steps done."""
        if self._by_loader:
            return "step", 0
        if self._is_early:  # epochs are told to the user, who counts from 1
            return "epoch", 1
        return ("epoch" if self.course.last.schedule.epochs else "step"), 0

    def at(self, change: Change) -> str:
        """Return the condition that the next step is the first with a change."""
        name, more = self.place
        return f"{name} == {change.step + more}"

    def guarded(self, conditions: list[str]) -> list[str]:
        """Return conditions on which the run ends, as long as it did go on in fact."""
        settled = self.course.settled
        sure = [] if self.course.revives else [one for one in conditions if one == ALL_OUT]
        rest = [one for one in conditions if one not in sure]
        if not rest or not settled:
            return conditions
        if self._steps is not None and settled >= self._steps:  # it ended with the last step
            return sure
        behind = f"step > {settled}" if self._by_loader else self._at_once_behind(settled)
        either = " or ".join(rest)
        return [*sure, f"{behind} and {f'({either})' if len(rest) > 1 else either}"]

    def _at_once_behind(self, settled: int) -> str:
        if self._is_early:
            return f"epoch > {settled}"
        name = "epoch" if self.course.last.schedule.epochs else "step"
        return f"{name} >= {settled}"

    @property
    def ended(self) -> str:
        """The condition that the last change came when the loop had ended."""
        done = self.course.changes[-1].step if self.course.changes else 0
        if self._by_loader:
            return f"step == {done}"
        if self._is_early:
            return f"epoch == {done}"
        return f"{'epoch' if self.course.last.schedule.epochs else 'step'} == {done - 1}"

    @property
    def patient_from(self) -> str:
        """The epoch from which the patience counts anew; empty: the start."""
        settled = self.course.settled
        if not settled:
            return ""
        return f"math.ceil({settled} / len(loader))" if self._by_loader else str(settled)

    def places(self, change: Change) -> Places | None:
        """Return how the loop says where it is at a change; None behind the last step."""
        schedule = change.after.schedule
        if self.is_behind(change):
            return None
        if not self._by_loader:
            return Places(str(change.step), total_steps(change.after))
        total = total_steps(change.after)
        if schedule.epochs and self.needs_bound(change.after):
            total = f"{self.bound(schedule.epochs, change.step)} * len(loader)"
        return Places("step // len(loader)", total)

    def needs_bound(self, spec: Spec) -> bool:
        """Return whether more passes may have begun than these settings ask for."""
        asked = [one.schedule.epochs for one in self.course.specs]
        return any(not epochs or epochs > spec.schedule.epochs for epochs in asked)

    @staticmethod
    def bound(epochs: int, step: int) -> str:
        """Return so many passes, or those that had begun by a step, if that were more."""
        return f"max({epochs}, math.ceil({step} / len(loader)))"

    def head(self) -> list[str]:
        """Return how the outer loop begins: by epochs, or by steps."""
        schedule, early, course = self.course.last.schedule, self._is_early, self.course
        if self._by_loader and not schedule.epochs:
            begin = [f"step, steps = 0, {self._steps}{self.told()}"]
            if not early:
                return [*begin, "while step < steps:"]
            return [*begin, "epoch = 0", "while step < steps:", "    epoch += 1"]
        begin = ["step = 0"] if self.is_kept else []
        passes = str(self._steps)
        if self._by_loader:
            passes = str(schedule.epochs)
            if course.settled and self.needs_bound(course.last):
                begin += [f"epochs = {self.bound(schedule.epochs, course.settled)}{self.told()}"]
                passes = "epochs"
        told = self.told() if passes != "epochs" else ""
        if early:  # epochs are told to the user, who counts from 1
            last = str(int(passes) + 1) if passes != "epochs" else "epochs + 1"
            return [*begin, f"for epoch in range(1, {last}):{told}"]
        return [*begin, f"for {'epoch' if schedule.epochs else 'step'} in range({passes}):{told}"]

    def told(self) -> str:
        """Return a remark on how long the run was to be, where that changed on the way."""
        first, last = self.course.first.schedule, self.course.last.schedule
        if (first.steps if not first.epochs else 0, first.epochs) == (
            last.steps if not last.epochs else 0,
            last.epochs,
        ):
            return ""
        asked = f"{first.epochs} epochs" if first.epochs else f"{first.steps} steps"
        return f"  # {asked} at first"


def passes(course: Course) -> list[str]:
    """Return the loop that goes through the batches and prints them, as the tutorial does."""
    spec, settled = course.last, course.settled or 0
    schedule = spec.schedule
    shown = [
        "print(",
        "    'Epoch:', epoch, '| Step:', step,",
        "    '| batch x:', batch_x.numpy(), '| batch y:', batch_y.numpy(),",
        ")",
    ]
    inner = ["for step, (batch_x, batch_y) in enumerate(loader):", *indented(shown)]
    count = Count(course)
    if schedule.epochs:
        epochs = str(schedule.epochs)
        if settled and count.needs_bound(spec):
            epochs = count.bound(schedule.epochs, settled)
        return [*_loader(spec), f"for epoch in range({epochs}):{count.told()}", *indented(inner)]
    stop = ["steps -= 1", "if not steps:  # also within an epoch", "    raise SystemExit"]
    return [
        *_loader(spec),
        f"steps = {max(schedule.steps, settled)}{count.told()}",
        "for epoch in range(steps):",
        *indented([*inner, *indented(stop)]),
    ]


def _loader(spec: Spec) -> list[str]:
    options = spec.schedule.loading
    lines = [f"    TensorDataset(x, y), batch_size={spec.schedule.batch_size}, shuffle=True"]
    if not options["shuffle"]:
        lines = [lines[0].replace("True", "False")]
    more = ["    drop_last=True,"] if options["drop_last"] else []
    more += [f"    num_workers={worker_count(spec)},"] if worker_count(spec) else []
    if more:
        lines = [f"{lines[0]},", *more]
    return ["loader = DataLoader(", *lines, ")"]


def worker_count(spec: Spec) -> int:
    """Return how many processes fetch the batches of the script; 0: the script itself."""
    schedule = spec.schedule
    return schedule.worker_processes if schedule.batch_size else 0
