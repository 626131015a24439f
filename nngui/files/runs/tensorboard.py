"""Runs written for TensorBoard: losses, settings, parameters. Its package is an optional extra."""

from __future__ import annotations

import importlib.util
import math
from contextlib import contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from nngui.core.errors import FileError
from nngui.core.records.history import held_out_losses, training_losses
from nngui.core.spec.keys import flat
from nngui.core.spec.toml import to_toml
from nngui.core.text import mark, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from torch import nn
    from torch.utils.tensorboard import SummaryWriter

    from nngui.core.arrays import Floats
    from nngui.core.records.run_record import Curves, RunRecord
    from nngui.core.spec import Spec

HOW_TO_GET = 'pip install "nngui[tensorboard]"'
MAX_ROWS = 200  # of one call that are written: TensorBoard draws a thousand points of a curve
VALIDATION = "loss/validation"
RUN_TAGS = {  # what TensorBoard calls the figures of a stored run
    "loss": "loss/training",
    "val_loss": VALIDATION,
    "accuracy": "accuracy/training",
    "val_accuracy": "accuracy/validation",
}


def has_tensorboard() -> bool:
    """Return whether its package is installed."""
    return importlib.util.find_spec("tensorboard") is not None


class TensorBoardLog:
    """The log of one run, in a folder of its own.

    Parameters
    ----------
    folder : Path
        Is made; a log that is in it stays.
    task : str
        The task's name.
    spec : Spec
        Its settings: TensorBoard shows them as text, and compares runs by them (HPARAMS).

    Raises
    ------
    FileError
        When the package is not here, or the folder cannot be written to.
    """

    def __init__(self, folder: Path, task: str, spec: Spec) -> None:
        if not has_tensorboard():
            text = mark("core", "TensorBoard's package is not here. Get it by: {command}")
            raise FileError(text, command=HOW_TO_GET)
        from torch.utils.tensorboard import SummaryWriter

        self.folder, self._spec = folder, spec
        self._last: dict[str, float] = {}
        with _as_sentence(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._writer: SummaryWriter = SummaryWriter(str(folder))
            toml = "".join(f"    {line}\n" for line in to_toml(task, spec).splitlines())
            self._call("add_text", "settings", toml)  # four spaces: Markdown leaves them alone

    def add_rows(self, first: int, columns: Sequence[str], rows: Floats) -> None:
        """Write measured values; of many rows only some, the last among them.

        Parameters
        ----------
        first : int
            The step of the first row, from 1.
        columns : sequence of str
            What a `History` has.
        rows : ndarray
            Shape (steps, columns); what was not measured is NaN.
        """
        every = max(-(-len(rows) // MAX_ROWS), 1)
        names = [_tag(column, columns) for column in columns]
        for place in range((len(rows) - 1) % every, len(rows), every):
            for tag, value in zip(names, rows[place].tolist(), strict=True):
                self._add(tag, value, first + place)
        held_out = [i for i, tag in enumerate(names) if tag == VALIDATION]
        for i in held_out if every > 1 else ():  # few of them are measured: none is left out
            for place in np.flatnonzero(~np.isnan(rows[:, i])).tolist():
                if (len(rows) - 1 - place) % every:
                    self._add(names[i], float(rows[place, i]), first + place)

    def add_curve(self, tag: str, steps: Sequence[int], values: Sequence[float]) -> None:
        """Write a curve that is already thinned."""
        for step, value in zip(steps, values, strict=True):
            self._add(tag, value, step)

    def add_edits(self, edits: Mapping[int, str]) -> None:
        """Write as text what was edited, by the step that was the first one with it."""
        for step, text in edits.items():
            self._call("add_text", "edits", f"    {printable(text)}", step)

    def add_parameters(self, net: nn.Module, step: int, prefix: str = "") -> None:
        """Write a histogram of each parameter; of numbers that are not finite there is none."""
        for name, parameter in net.named_parameters():
            values = parameter.detach().cpu().numpy()
            if np.isfinite(values).all():
                tag = f"{prefix}.{name}" if prefix else name
                self._call("add_histogram", tag.replace(".", "/"), values, step)

    def close(self, figures: Mapping[str, float] | None = None) -> None:
        """Write what the runs are compared by, and end.

        Parameters
        ----------
        figures : mapping, optional
            What came out, by name; by default the last values.
        """
        from torch.utils.tensorboard.summary import hparams

        found = self._last if figures is None else figures
        metrics = {f"final/{tag}": value for tag, value in found.items() if math.isfinite(value)}
        settings = {key: _plain(value) for key, value in flat(self._spec).items()}
        with _as_sentence(self.folder):
            file: Any = self._writer.file_writer  # not typed
            for part in hparams(settings, metrics):  # type: ignore[no-untyped-call]
                file.add_summary(part)  # add_hparams would make a second run
            for tag, value in metrics.items():
                self._call("add_scalar", tag, value)
            self._writer.close()

    def give_up(self) -> None:
        """End a log that could not be written, with its thread; what is in it stays."""
        with suppress(OSError):  # the disk is still full
            self._writer.close()

    def _add(self, tag: str, value: float, step: int) -> None:
        if math.isnan(value) and tag != "loss/training":
            return  # not measured here
        self._last[tag] = value
        self._call("add_scalar", tag, value, step)

    def _call(self, method: str, *arguments: Any) -> None:
        with _as_sentence(self.folder):
            getattr(self._writer, method)(*arguments)


def write_runs(
    folder: Path,
    runs: Sequence[RunRecord],
    names: Mapping[str, str],
    curves: Callable[[RunRecord], Curves],
) -> list[Path]:
    """Write kept runs, each into a folder of its own; return the folders.

    Parameters
    ----------
    names : mapping of str to str
        What they are called, by id.
    curves : callable
        Returns a run's (see `RunStore.curves`).

    Raises
    ------
    FileError
        See `TensorBoardLog`; or a run's curves cannot be read.
    """
    made: list[Path] = []
    for run in runs:
        place = folder / _folder_name(run.task, run.ended, names[run.id])
        if place in made:  # of one name, and at one time by a clock that was set back
            place = next(other for other in _others(place) if other not in made)
        log = TensorBoardLog(place, run.task, run.spec)
        for loss, (steps, values) in curves(run).items():
            log.add_curve(RUN_TAGS[loss], steps.tolist(), values.tolist())
        log.close({RUN_TAGS[name]: value for name, value in run.figures.items()})
        made.append(log.folder)
    return made


def _folder_name(task: str, ended: datetime, name: str) -> str:
    plain = "".join(letter if letter.isalnum() else "-" for letter in name)[:60].strip("-")
    return f"{task}-{ended:%Y%m%d-%H%M%S}-{plain}".rstrip("-")


def run_folder(folder: Path, task: str, begun: datetime) -> Path:
    """Return where a run's log goes, among others: a folder that is not there yet."""
    place = folder / _folder_name(task, begun, "")
    return place if not place.exists() else next(o for o in _others(place) if not o.exists())


def _others(place: Path) -> Iterator[Path]:
    return (place.with_name(f"{place.name}-{number}") for number in count(2))


def _tag(column: str, columns: Sequence[str]) -> str:
    if column in RUN_TAGS:
        return RUN_TAGS[column]
    if column in training_losses(columns) or column in held_out_losses(columns):
        return f"loss/{column}"
    return column


def _plain(value: Any) -> bool | int | float | str:
    return value if isinstance(value, bool | int | float | str) else str(value)


@contextmanager
def _as_sentence(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        text = mark("core", "The log in {path} could not be written: {why}.")
        raise FileError(text, path=folder, why=error.strerror or str(error)) from error
