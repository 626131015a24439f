"""Kept runs as CSV, for whoever compares them elsewhere."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

from nngui.core.records.run_record import FIGURES, SCORES
from nngui.core.spec.keys import flat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nngui.core.records.run_record import Curves, RunRecord


HEADINGS = {  # ``loss`` alone is also a setting
    "loss": "training_loss",
    "val_loss": "validation_loss",
    "accuracy": "training_accuracy",
    "val_accuracy": "validation_accuracy",
    **{name: name.replace("val_", "validation_") for name in SCORES},
}
VALUES = tuple(dict.fromkeys((*FIGURES, *SCORES)))


def write_runs(file: TextIO, runs: Sequence[RunRecord], names: Mapping[str, str]) -> None:
    """Write a row per run: name, note, search, time, figures, scores, all settings by their keys.

    Parameters
    ----------
    runs : sequence of RunRecord
        Of one task.
    names : mapping of str to str
        What they are called, by id.
    """
    settings = list(flat(runs[0].spec)) if runs else []
    writer = csv.writer(file, lineterminator="\n")
    about = ["run", "note", "group", "ended", "steps", "ending"]
    writer.writerow([*about, *(HEADINGS[name] for name in VALUES), *settings])
    for run in runs:
        values, known = flat(run.spec), [run.value(name) for name in VALUES]
        figures = ["" if value is None else repr(value) for value in known]
        ended = run.ended.isoformat(timespec="seconds")
        words = [names[run.id], run.note, run.group, ended, run.steps, run.ending]
        writer.writerow([*words, *figures, *(_cell(values[key]) for key in settings)])


def write_curves(
    file: TextIO,
    runs: Sequence[RunRecord],
    names: Mapping[str, str],
    curves: Callable[[RunRecord], Curves],
) -> None:
    """Write a row per run, loss and step, as far as the curves are kept.

    Parameters
    ----------
    curves : callable
        Returns a run's (see `RunStore.curves`).
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["run", "loss", "step", "value"])
    for run in runs:
        for loss, (steps, values) in curves(run).items():
            rows = zip(steps.tolist(), values.tolist(), strict=True)
            writer.writerows(
                [names[run.id], HEADINGS[loss], step, repr(value)] for step, value in rows
            )


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return " ".join(str(part) for part in value)
    return repr(value) if isinstance(value, float) else value
