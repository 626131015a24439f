"""What a search is: settings that all trials share, those it goes over, and how it chooses."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nngui.core.errors import SettingError
from nngui.core.search.space import grid_size, read_space, without_effect
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.spec.toml_text import read_toml
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nngui.core.search.space import Axis
    from nngui.core.spec import Spec
    from nngui.core.task import Task

GRID, RANDOM, TPE = "grid", "random", "tpe"
SAMPLERS = (RANDOM, GRID, TPE)
VAL_LOSS = "val_loss"
SCORES = {  # as the command line has them, and as `evaluation.metrics` calls them
    "r2": "R²",
    "mae": "MAE",
    "rmse": "RMSE",
    "accuracy": "Accuracy",
    "macro_f1": "Macro F1",
    "log_loss": "Log loss",
    "auc": "AUC",
}
BY = (VAL_LOSS, *SCORES)
HIGHER = frozenset({"r2", "accuracy", "macro_f1", "auc"})
MAX_TRIALS = 10_000
MAX_SEEDS = 20
TRIALS, SEEDS = 40, 3  # unless others are asked for
VALIDATION = 0.2  # of the points, where the settings keep none for it
SEED_BOUND = 2**32


@dataclass(frozen=True)
class Plan:
    """A search before its trials; the same plan comes to the same search again.

    Attributes
    ----------
    task : Task
    spec : Spec
        What all trials share; trial 0 is these settings as they are.
    axes : tuple of Axis
        What the search goes over.
    sampler : str
        One of `SAMPLERS`.
    trials : int
        How many there are, trial 0 not counted.
    seeds : int
        With how many seeds each is trained: the settings' own one, and those behind it.
    by : str
        What a trial is worth, one of `BY`: the mean over the seeds, on the validation points.
    prune : bool
        Whether a trial is given up when others were better at the same epoch.
    data : str
        A hash of the file that is learned from; empty where there is none.
    """

    task: Task
    spec: Spec
    axes: tuple[Axis, ...]
    sampler: str = RANDOM
    trials: int = TRIALS
    seeds: int = SEEDS
    by: str = VAL_LOSS
    prune: bool = True
    data: str = ""

    @property
    def seed_list(self) -> list[int]:
        """The seeds of each trial."""
        return [(self.spec.seed + i) % SEED_BOUND for i in range(self.seeds)]

    @property
    def higher_is_better(self) -> bool:
        """Whether the best trial has the largest score."""
        return self.by in HIGHER

    @property
    def compares_losses(self) -> bool:
        """Whether the validation losses of its trials can be compared: pruning goes by them."""
        return all("." in axis.key for axis in self.axes)

    def settings(self, values: Mapping[str, Any]) -> Spec:
        """Return the settings of a trial.

        Raises
        ------
        SettingError
            When these values do not go together.
        """
        return with_settings(self.spec, values) if values else self.spec

    def header(self) -> dict[str, Any]:
        """Return all of it as plain values; `plan_from` reads them."""
        return {
            "task": self.task.name,
            "settings": to_toml(self.task.name, self.spec),
            "over": [axis.text for axis in self.axes],
            "sampler": self.sampler,
            "trials": self.trials,
            "seeds": self.seeds,
            "by": self.by,
            "prune": self.prune,
            "data": self.data,
        }

    @property
    def identity(self) -> str:
        """A name of 32 hexadecimal digits for this search, however many trials it has.

        Where a file's content is known, its place does not count: another machine has it elsewhere.
        """
        about = self.header() | {"trials": 0, "over": sorted(axis.text for axis in self.axes)}
        table = getattr(self.spec.data, "table", None)
        if self.data and table is not None:
            about["settings"] = to_toml(
                self.task.name, with_settings(self.spec, {"data.table.path": ""})
            )
        text = json.dumps(about, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def make_plan(
    task: Task, spec: Spec, over: Sequence[str], *, trials: int = 0, **choices: Any
) -> tuple[Plan, list[SettingError]]:
    """Return a search, and what is to be said of it: what was assumed, what has no effect.

    Parameters
    ----------
    over : sequence of str
        See `space.read_axis`.
    trials : int
        0: all of a grid, else `TRIALS`.
    **choices
        Fields of a `Plan`.

    Raises
    ------
    SettingError
        When there is nothing that could be searched in this way.
    """
    notes = []
    if len(spec.optimizers()) != 1:
        text = mark("core", "A search is for one network: {task} has another number of them.")
        raise SettingError(text, task=task.name)
    if not spec.schedule.validation:
        spec = with_settings(spec, {"schedule.validation": VALIDATION})
        text = mark(
            "core",
            "The search compares trials on validation points: schedule.validation is {share} for "
            "it, not 0.",
        )
        notes.append(SettingError(text, share=VALIDATION))
    axes = read_space(over, spec, choices.get("by", VAL_LOSS))
    for key in without_effect(axes, spec):
        text = mark(
            "core", "{key} does nothing with these settings: the search goes over it in vain."
        )
        notes.append(SettingError(text, key=key))
    sampler = choices.get("sampler", RANDOM)
    if sampler == GRID:
        size = grid_size(axes)
        if not trials and size > MAX_TRIALS:
            text = mark(
                "core",
                "The grid has {n} settings or more: name fewer values, or fewer trials of it "
                "(--trials).",
            )
            raise SettingError(text, n=f"{size:,}")
        if 0 < trials < size:
            text = mark(
                "core", "The grid has {n} settings: {trials} of them are tried, drawn at random."
            )
            notes.append(SettingError(text, n=f"{size:,}", trials=trials))
        trials = min(trials or size, size)
    plan = Plan(task, spec, axes, trials=trials or TRIALS, **choices)
    check_plan(plan)
    if plan.prune and not plan.compares_losses:
        text = mark(
            "core",
            "Trials with other losses cannot be compared on the way: none is given up early.",
        )
        notes.append(SettingError(text))
    return plan, notes


def check_plan(plan: Plan) -> None:
    """Refuse numbers out of their bounds, and names that are none.

    Raises
    ------
    SettingError
    """
    for what, number, most in (
        ("trials", plan.trials, MAX_TRIALS),
        ("seeds", plan.seeds, MAX_SEEDS),
    ):
        if type(number) is not int or not 1 <= number <= most:
            text = mark("core", "{what} is {value}, but must be a whole number from 1 to {most}.")
            raise SettingError(text, what=what, value=str(number)[:40], most=f"{most:,}")
    for what, name, known in (("sampler", plan.sampler, SAMPLERS), ("by", plan.by, BY)):
        if name not in known:
            text = mark("core", "{what} is {value}, but must be one of: {choices}.")
            raise SettingError(text, what=what, value=str(name)[:40], choices=", ".join(known))


def plan_from(header: Mapping[str, Any], tasks: Mapping[str, Task]) -> Plan:
    """Return the search that `Plan.header` was taken from.

    Raises
    ------
    SettingError, KeyError, TypeError, ValueError
        When it is none.
    """
    task = tasks[header["task"]]
    settings = read_toml(header["settings"])
    settings.pop("task", None)
    spec = with_settings(task.spec, settings)
    over, data = header["over"], header["data"]
    if not isinstance(over, list) or not all(isinstance(text, str) for text in over):
        raise ValueError("no axes")
    if not isinstance(data, str) or len(data) > 64 or type(header["prune"]) is not bool:
        raise ValueError("no plan")
    plan = Plan(
        task,
        spec,
        read_space(over, spec, header["by"]),
        header["sampler"],
        header["trials"],
        header["seeds"],
        header["by"],
        header["prune"],
        data,
    )
    check_plan(plan)
    return plan
