"""What each command of the command line does; each returns the program's exit code.

Torch and Qt take seconds to import, so a command imports what it needs itself.
"""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

from nngui.command_edits import parse_edits
from nngui.command_settings import find_task, resumed_settings, settings, table_options
from nngui.core.errors import DeviceError, NnguiError, SettingError
from nngui.core.folders import data_folder
from nngui.core.search.plan import make_plan
from nngui.core.spec.table import FORMAT_FIELDS, TableSpec
from nngui.core.spec.toml import with_settings
from nngui.core.studies.loader_processes import end_with_input
from nngui.signals import end_at_once, leave_to_system
from nngui.tasks import all_tasks
from nngui.terminal import say, warn, write_out

if TYPE_CHECKING:
    import argparse

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.files.runs.store import RunStore
    from nngui.headless_found import FoundRun
    from nngui.headless_saving import Place


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
    """Train without a window: a new run, or one that was saved."""
    from nngui.headless import How, go_on, train
    from nngui.headless_outputs import Outputs
    from nngui.headless_saving import FilePlace, StorePlace

    outputs = Outputs(
        options.history,
        options.save_model,
        options.save_params,
        options.project,
        options.tensorboard,
        options.save_run,
    )
    edits = parse_edits(options.edit)
    if edits and options.folds is not None:
        text = "Each fold is a run of its own, in which nothing changes: leave out --edit."
        raise SettingError(text)
    store = _run_store()
    place: Place | None = (
        None if options.run_file is None else FilePlace(options.run_file.absolute())
    )
    if options.resume is None and place is None and options.autosave:
        place = StorePlace(store)
    how = How(
        options.engine or "",
        options.folds,
        place,
        options.autosave,
        _resume_command(options),
        edits,
        quiet=options.quiet,
    )
    if options.resume is None:
        task, spec = settings(options)
        return train(task, spec, options.device or "auto", outputs, how)
    from nngui.headless_resume import resume

    task, changes = resumed_settings(options)
    return go_on(resume(task, options.resume, store, changes, options.device), outputs, how)


def replay_run(options: argparse.Namespace) -> int:
    """Train a run again, up to any step of it."""
    from nngui.headless_outputs import Outputs
    from nngui.headless_replay import How, replay

    outputs = Outputs(options.history, options.save_model, options.save_params)
    how = How(options.step, options.device, options.strict, options.quiet)
    return replay(_found_run(options), outputs, how)


def _found_run(options: argparse.Namespace) -> FoundRun:
    """Return the run that a command is about, of the task that is named, if one is."""
    from nngui.headless_found import find_run

    task = None if options.task is None else find_task(options.task)
    tasks = {one.name: one for one in all_tasks()}
    return find_run(options.saved_run, _run_store(), tasks, task)


def _run_store() -> RunStore:
    """Return the list of runs that the window shows."""
    from nngui.files.runs.store import RunStore

    return RunStore(data_folder() / "runs", all_tasks())


def _resume_command(options: argparse.Namespace) -> str:
    """Return the command that goes on with a run, with a place for its name."""
    words = ["nngui", "train", options.task, "--resume", "{name}"]
    files = ("history", "save_model", "save_params", "save_run", "project", "tensorboard")
    for name in ("engine", "folds", *files):
        if (value := getattr(options, name)) is not None:
            words += [f"--{name.replace('_', '-')}", str(value)]
    for text in options.edit:
        words += ["--edit", text]
    return shlex.join(words).replace("'{name}'", "{name}")


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
    files, shared = (options.output, options.table), options.storage is not None
    how = How(options.workers, turbo, *files, shared=shared, quiet=options.quiet)
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


def compile_turbo(options: argparse.Namespace) -> int:
    """Compile turbo's step for this machine."""
    if options.until_eof:
        end_with_input()
    from nngui.core.turbo.cache import kernel

    kernel()
    return 0


def write_pytorch_script(options: argparse.Namespace) -> int:
    """Write the stand-alone script, and say which files it reads."""
    from nngui.core.script import images_file, script, start_file
    from nngui.files.script_files import write_script

    task, what, spec = _to_be_written(options)
    if options.output is not None:
        write_script(task, what, options.output)
        return 0
    write_out(lambda file: file.write(script(task, what)))
    read = [start_file(task.name)] if spec.network.weights else []
    read += [images_file(task.name)] if task.script_data else []
    for name in read:
        warn(f"nngui: the script reads {name}, which -o writes beside it.")
    return 0


def _to_be_written(options: argparse.Namespace) -> tuple[Task, Any, Spec]:
    """Return what a script is to be of, by its task: a run as it was trained, or settings."""
    if options.saved_run is None:
        if options.task is None:
            raise SettingError("Name a task, or by --run a run that was trained.")
        task, spec = settings(options)
        return task, spec, spec
    names = ("preset", "config", "data", "seed")
    asked = [name for name in names if getattr(options, name) is not None]
    asked += ["set"] if options.set else []
    if asked := [*asked, *table_options(options)]:
        text = "The run has its settings: --{option} does not go with --run."
        raise SettingError(text, option=asked[0].replace("_", "-"))
    run = _found_run(options)
    return run.task, run.journal, run.journal.spec


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
    leave_to_system()
    from nngui.gui.app import run

    looks = (options.lang, options.theme)
    return run(options.task, options.train, *looks, options.open, demo=options.demo)


def take_screenshot(options: argparse.Namespace) -> int:
    """Train in the window, without showing it, and save its picture."""
    if not _has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    end_at_once()
    from nngui.gui.screenshot import Shot, take

    task, spec = settings(options)
    steps = options.steps
    if steps:
        spec = with_settings(spec, {"schedule.steps": steps, "schedule.epochs": 0})
    looks = Shot(
        options.output, options.size, options.scale, options.lang, options.theme, options.panel
    )
    return take(task, spec, looks, train=steps != 0)
