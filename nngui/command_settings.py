"""What the options of a command ask for: its task, and the settings of a run.

Torch takes seconds to import, so what needs it is imported where it is needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nngui.core.errors import SettingError
from nngui.core.spec.keys import flat
from nngui.core.spec.refusals import short_text
from nngui.core.spec.table import TABLE_FIELDS, TabularData
from nngui.core.spec.toml import dotted, parse_assignment, with_settings
from nngui.files.settings_file import read_settings
from nngui.tasks import all_tasks
from nngui.terminal import warn

if TYPE_CHECKING:
    import argparse

    from nngui.core.spec import Spec
    from nngui.core.task import Task

TABLE = "data.table."
LENGTHS = {"schedule.steps", "schedule.epochs"}  # how long a run is
WITH_TABLE = ("data.kind", "data.standardise")  # settings of the data that count with a table


def find_task(name: str) -> Task:
    """Return the task of a name.

    Raises
    ------
    SettingError
        When there is none.
    """
    tasks = {task.name: task for task in all_tasks()}
    if name not in tasks:
        raise SettingError(
            "There is no task {name}: choose {all}.", name=name, all=" or ".join(tasks)
        )
    return tasks[name]


def settings(options: argparse.Namespace) -> tuple[Task, Spec]:
    """Return the task and the Spec that ``--preset``, ``--set``, ``--config``... ask for.

    A model file to start from brings its network along; what is to be said of it is said here.
    """
    task = find_task(options.task)
    changes = dict(parse_assignment(text) for text in options.set)
    document = _document(task, options)
    spec = task.spec
    if options.data is not None:
        spec = _on_data(task, options, [*dotted(document, task.spec), *dotted(changes, task.spec)])
    given: set[str] = set()
    if options.preset:
        if options.data is not None:
            text = "An experiment has data of its own: give --preset or --data, not both."
            raise SettingError(text)
        preset = task.preset(options.preset)
        given |= preset.settings.keys()
        spec = task.spec_of(preset)
    if document:
        given |= {key for key, _ in dotted(document, task.spec)}
        spec = with_settings(spec, document)
    if options.seed is not None:
        changes["seed"] = options.seed
    given |= changes.keys()
    spec = with_settings(spec, changes) if changes else spec
    _check_table(spec, task.spec, options)
    return task, _with_its_network(task, spec, given)


def _with_its_network(task: Task, spec: Spec, given: set[str]) -> Spec:
    """Return the settings with the network of the model file that they start from, if any."""
    if not spec.network.weights:
        return spec
    from nngui.files.models.start_weights import start_network  # imports torch

    spec, notes = start_network(task, spec, given)
    for note in notes:
        warn(f"nngui: {note}")
    return spec


def _document(task: Task, options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings in the file of ``--config``; none without one."""
    if not options.config:
        return {}
    document = read_settings(options.config)
    named = document.pop("task", task.name)
    if named != task.name:
        text = "{file} holds settings of {named}, not of {task}."
        raise SettingError(text, file=options.config, named=short_text(named), task=task.name)
    return document


def table_options(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the options of a command say of the table, as fields of a `TableSpec`."""
    found = {name: getattr(options, f"table_{name}", None) for name in TABLE_FIELDS}
    found |= {name: getattr(options, name, None) for name in ("target", "features")}
    return {name: value for name, value in found.items() if value is not None}


def _on_data(task: Task, options: argparse.Namespace, given: list[tuple[str, Any]]) -> Spec:
    """Return the settings that train on the table or the images of ``--data``."""
    if task.script_data is None:  # it does not learn from images
        return _on_table(task, options, given)
    if asked := list(table_options(options)):
        text = "{task} learns from images: --{option} is for tables."
        raise SettingError(text, task=task.name, option=asked[0].replace("_", "-"))
    from nngui.files.images.reader import read_images
    from nngui.files.images.start import fitting_settings  # these import numpy

    settings = {"data.kind": "file", "data.path": str(Path(options.data).absolute())}
    spec = with_settings(task.spec, settings)
    data: Any = with_settings(spec, dict(given)).data
    images = read_images(Path(data.path), data.images, data.side, data.colours, how=data.fit)
    start = fitting_settings(spec.schedule.batch_size, len(images.x))
    return _without_validation(with_settings(spec, start), given)


def _without_validation(spec: Spec, given: list[tuple[str, Any]]) -> Spec:
    """Return settings that fit a run of which no part is kept to judge it by, if that is asked for.

    Nothing ends it before its last epoch: it has as many as it would have been patient.
    """
    asked = dict(given)
    if asked.get("schedule.validation") != 0 or LENGTHS & asked.keys():
        return spec
    epochs = spec.schedule.patience or spec.schedule.epochs
    warn(
        f"nngui: Nothing is held out, so nothing ends the run early: it has {epochs} epochs. Set "
        "schedule.epochs for another length."
    )
    return with_settings(spec, {"schedule.epochs": epochs})


def _on_table(task: Task, options: argparse.Namespace, given: list[tuple[str, Any]]) -> Spec:
    """Return the settings that train on the table of ``--data``.

    Parameters
    ----------
    given : list of (str, object)
        All other settings that are asked for: those of the table decide how it is read.
    """
    from nngui.files.tables.training_data import (  # imports pandas
        settings_for_table,
        start_of_table,
    )

    if not isinstance(task.spec.data, TabularData):
        able = [task.name for task in all_tasks() if isinstance(task.spec.data, TabularData)]
        text = "{task} takes no table: --data is for {able}."
        raise SettingError(text, task=task.name, able=" and ".join(able))
    table = {key.removeprefix(TABLE): value for key, value in given if key.startswith(TABLE)}
    if "path" in table:
        raise SettingError("Both --data and data.table.path name a table: give one of them.")
    for key, value in given:
        is_other = key.startswith("data.") and key not in WITH_TABLE and not key.startswith(TABLE)
        if is_other or (key == "data.kind" and value != "table"):
            text = "{key} does not count with a table: leave it out, or leave out --data."
            raise SettingError(text, key=key)
    spec = settings_for_table(task.spec, options.data, **(table | table_options(options)))
    spec = _without_validation(spec, given)
    warn(f"nngui: {start_of_table(spec)}")
    return spec


def _check_table(spec: Spec, usual: Spec, options: argparse.Namespace) -> None:
    """Refuse settings of a table where there is none."""
    if spec.data.kind == "table":
        return
    before = flat(usual)
    asked = [key for key, value in flat(spec).items() if value != before[key]]
    asked += [f"{TABLE}{name}" for name in table_options(options)]
    asked = [key for key in asked if key.startswith(TABLE)]
    if asked:
        text = "{key} counts only with a table: give --data FILE."
        raise SettingError(text, key=asked[0])


def resumed_settings(options: argparse.Namespace) -> tuple[Task, dict[str, Any]]:
    """Return the task of a run that goes on, and the settings of it that are to change."""
    asked = [name for name in ("preset", "data") if getattr(options, name) is not None]
    asked += table_options(options)
    if asked:
        text = "The run has its settings: --{option} does not go with --resume."
        raise SettingError(text, option=asked[0].replace("_", "-"))
    task = find_task(options.task)
    changes = dict(dotted(_document(task, options), task.spec))
    changes |= dict(parse_assignment(text) for text in options.set)
    if options.seed is not None:
        changes["seed"] = options.seed
    return task, changes
