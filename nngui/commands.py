"""What each command of the command line does; each returns the program's exit code.

Torch and Qt take seconds to import, so a command imports what it needs itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nngui.core.errors import DeviceError, NnguiError, SettingError
from nngui.core.search.plan import make_plan
from nngui.core.spec.keys import flat
from nngui.core.spec.refusals import short_text
from nngui.core.spec.table import FORMAT_FIELDS, TABLE_FIELDS, TableSpec, TabularData
from nngui.core.spec.toml import dotted, parse_assignment, with_settings
from nngui.core.studies.loader_processes import end_with_input
from nngui.files.settings_file import read_settings
from nngui.tasks import all_tasks
from nngui.terminal import say, warn, write_out

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


def list_tasks(_options: argparse.Namespace) -> int:
    """List the tasks."""
    for task in all_tasks():
        say(f"{task.name:<16} {task.title}")
    return 0


def show_licences(options: argparse.Namespace) -> int:
    """List whose work the program stands on, or print the texts of one part."""
    from nngui.files.licences import notice_named, notices

    if options.name is not None:
        text = notice_named(options.name).text()
        write_out(lambda out: out.write(text))
        return 0
    for notice in notices():
        say(f"{notice.name:<24} {notice.version:<14} {notice.licence}")
    return 0


def list_presets(_options: argparse.Namespace) -> int:
    """List the experiments of all tasks."""
    for task in all_tasks():
        for preset in task.presets:
            say(f"{task.name:<16} {preset.name:<20} {preset.title}")
    return 0


def train_headless(options: argparse.Namespace) -> int:
    """Train without a window."""
    from nngui.headless import Outputs, train

    outputs = Outputs(
        options.history,
        options.save_model,
        options.save_params,
        options.project,
        options.tensorboard,
    )
    task, spec = settings(options)
    return train(task, spec, options.device, outputs, options.engine or "", options.folds)


def search_settings(options: argparse.Namespace) -> int:
    """Try several settings; or work on a search that another process has begun."""
    from nngui.files.searches.places import data_hash, path_for  # these import torch: seconds
    from nngui.headless_search import How, join, search

    tasks = {task.name: task for task in all_tasks()}
    path, turbo, plan = options.storage, options.engine == "turbo", None
    if options.worker:
        return join(path, tasks, turbo=turbo)
    if options.task is not None:
        task, spec = settings(options)
        plan, notes = make_plan(
            task,
            spec,
            options.over,
            trials=options.trials,
            seeds=options.seeds,
            sampler=options.sampler,
            by=options.by,
            prune=not options.no_prune,
            data=data_hash(spec),
        )
        for note in notes:
            warn(f"nngui: {note}")
    elif path is None or options.over or options.data or options.set or options.config:
        text = "Name a task and what to search over, or only the --storage of a search to join."
        raise SettingError(text)
    if path is None:
        assert plan is not None
        path = path_for(plan)
    how = How(options.workers, turbo, options.output, options.table, options.storage is not None)
    return search(path, tasks, plan, how)


def inspect_files(options: argparse.Namespace) -> int:
    """Say what model files hold; those that cannot be read are named, and the others go on."""
    from nngui.files.models.describe import describe_file
    from nngui.files.models.reader import read_model

    code = 0
    for file in options.files:
        try:
            for line in describe_file(read_model(file)):
                say(line)
        except NnguiError as error:
            warn(f"{file}: {type(error).__name__}: {error}")
            code = 2
    return code


def export_file(options: argparse.Namespace) -> int:
    """Write a saved model in another format."""
    from nngui.files.models.export import export_model

    notes = export_model(
        options.model, options.output, assume=options.assume, sample=options.sample
    )
    for note in notes:
        warn(f"nngui: {note}")
    return 0


def predict_rows(options: argparse.Namespace) -> int:
    """Apply a saved model to the rows of a table, or to pictures."""
    from nngui.files.picture_predictions import predict_pictures
    from nngui.files.predictions import (
        predict_file,
        predictor,
        save_predictions,
        write_predictions,
    )
    from nngui.files.tables.format import format_of

    asked = {name: value for name, value in table_options(options).items() if name in FORMAT_FIELDS}
    form = format_of(TableSpec().replaced(**asked))
    model = predictor(options.model)
    if model.images is None:
        found = predict_file(model, options.data, form)
        frame, notes = found.frame, found.notes
    elif asked:
        text = "{model} takes images: --{option} is for tables."
        option = next(iter(asked)).replace("_", "-")
        raise SettingError(text, model=options.model.name, option=option)
    else:
        answers = predict_pictures(model, options.data)
        frame, notes = answers.frame(), tuple(answers.notes())
    for note in (*model.notes, *notes):
        warn(f"nngui: {note}")
    if options.output is None:
        write_out(lambda file: write_predictions(frame, file))
    else:
        save_predictions(frame, options.output)
    return 0


def compile_turbo(_options: argparse.Namespace) -> int:
    """Compile turbo's step for this machine."""
    from nngui.core.turbo.cache import kernel

    kernel()
    return 0


def write_pytorch_script(options: argparse.Namespace) -> int:
    """Write the stand-alone script, and say which files it reads."""
    from nngui.core.script import images_file, script, start_file
    from nngui.files.script_files import write_script

    task, spec = settings(options)
    if options.output is not None:
        write_script(task, spec, options.output)
        return 0
    write_out(lambda file: file.write(script(task, spec)))
    read = [start_file(task.name)] if spec.network.weights else []
    read += [images_file(task.name)] if task.script_data else []
    for name in read:
        warn(f"nngui: the script reads {name}, which -o writes beside it.")
    return 0


def time_workers(options: argparse.Namespace) -> int:
    """Measure what a loader's processes cost."""
    if options.until_eof:
        end_with_input()
    from nngui.headless import measure_workers  # imports torch: seconds

    return measure_workers(*settings(options), options.fetch_ms)


def _has_display() -> bool:
    """Return whether a window could open: Qt would end the program where none can."""
    chosen = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform != "linux" or any(os.environ.get(name) for name in chosen)


def open_window(options: argparse.Namespace) -> int:
    """Open the window."""
    if options.task:
        find_task(options.task)
    if not _has_display():
        text = "There is no display here. Use nngui train, or nngui screenshot, without a window."
        raise DeviceError(text)
    from nngui.gui.app import run

    looks = (options.lang, options.theme)
    return run(options.task, options.train, *looks, options.open, demo=options.demo)


def take_screenshot(options: argparse.Namespace) -> int:
    """Train in the window, without showing it, and save its picture."""
    if not _has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from nngui.gui.screenshot import Shot, take

    task, spec = settings(options)
    steps = options.steps
    if steps:
        spec = with_settings(spec, {"schedule.steps": steps, "schedule.epochs": 0})
    looks = Shot(
        options.output, options.size, options.scale, options.lang, options.theme, options.panel
    )
    return take(task, spec, looks, train=steps != 0)
