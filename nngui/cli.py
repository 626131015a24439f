"""The command line: the window by default; train, script, inspect and more without one."""

from __future__ import annotations

import argparse
import csv
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from typing_extensions import override

from nngui import __version__
from nngui.core.errors import DeviceError, NnguiError, SettingError
from nngui.core.spec.table import TabularData
from nngui.core.spec.toml import parse_assignment, read_toml, with_settings
from nngui.core.studies.loader_processes import end_with_input
from nngui.files.atomic import read_text
from nngui.tasks import all_tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.spec import Spec
    from nngui.core.task import Task

LANGUAGES = ("en", "zh_CN")
THEMES = ("dark", "light", "system")
INTERRUPTED, BROKEN_PIPE = 130, 141  # as shells have it: 128 and the signal's number


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage before it."""

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code.

    Returns
    -------
    int
        0; 2 for a request that cannot be met; 130 after Ctrl+C.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except NnguiError as error:
        print(f"nngui: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE


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
    """Return the task and the Spec that the options of `_add_settings` ask for."""
    task = find_task(options.task)
    spec = task.spec if options.data is None else _on_table(task, options)
    if options.preset:
        if options.data is not None:
            text = "An experiment has data of its own: give --preset or --data, not both."
            raise SettingError(text)
        spec = task.spec_of(task.preset(options.preset))
    if options.config:
        document = read_toml(read_text(options.config))
        named = document.pop("task", task.name)
        if named != task.name:
            text = "{file} holds settings of {named}, not of {task}."
            raise SettingError(text, file=options.config, named=named, task=task.name)
        spec = with_settings(spec, document)
    changes = dict(parse_assignment(text) for text in options.set)
    if options.seed is not None:
        changes["seed"] = options.seed
    return task, with_settings(spec, changes) if changes else spec


def _on_table(task: Task, options: argparse.Namespace) -> Spec:
    """Return the settings that train on the table of ``--data``."""
    from nngui.files.tables.training_data import settings_for_table  # imports pandas

    if not isinstance(task.spec.data, TabularData):
        able = [task.name for task in all_tasks() if isinstance(task.spec.data, TabularData)]
        text = "{task} takes no table: --data is for {able}."
        raise SettingError(text, task=task.name, able=" and ".join(able))
    return settings_for_table(task.spec, options.data, options.target, options.features or ())


def _names(text: str) -> tuple[str, ...]:
    """Split names by commas; a name with a comma in it stands in quotes, as in a CSV file."""
    return tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), []))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="nngui", description="Learn, show and do neural-network training.")
    parser.add_argument("--version", action="version", version=f"nngui {__version__}")
    parser.add_argument("--task", metavar="TASK", help="open this task's tab")
    parser.add_argument("--train", action="store_true", help="and start training")
    parser.add_argument(
        "--open", type=Path, nargs="?", metavar="FILE", help="settings, a table, images or a model"
    )
    parser.add_argument("--demo", action="store_true", help="play all tabs until a key is pressed")
    _add_looks(parser)
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(title="commands", parser_class=_Parser)

    tasks = commands.add_parser("tasks", help="list the tasks")
    tasks.set_defaults(run=_tasks)

    presets = commands.add_parser("presets", help="list the tasks' experiments")
    presets.set_defaults(run=_presets)

    train = commands.add_parser("train", help="train without a window")
    _add_settings(train)
    train.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    train.add_argument("--engine", choices=("torch", "turbo"), default="torch")
    train.add_argument("--history", type=Path, metavar="FILE.csv", help="write each step's loss")
    train.add_argument("--save-model", type=Path, metavar="FILE.pkl", help="save the network")
    train.add_argument(
        "--save-params", type=Path, metavar="FILE", help="save its parameters (.pkl, .safetensors)"
    )
    train.add_argument("--project", type=Path, metavar="FOLDER", help="write all of it there")
    train.add_argument("--tensorboard", type=Path, metavar="FOLDER", help="write a log there")
    train.set_defaults(run=_train)

    inspect = commands.add_parser("inspect", help="say what model files hold, running nothing")
    inspect.add_argument("files", type=Path, nargs="+", metavar="FILE")
    inspect.set_defaults(run=_inspect)

    export = commands.add_parser("export", help="write a saved model in another format")
    export.add_argument("model", type=Path, metavar="MODEL", help="a whole model")
    export.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        required=True,
        help="its suffix says the format: .onnx, .pt2, .safetensors (parameters), .pkl (whole)",
    )
    export.set_defaults(run=_export)

    predict = commands.add_parser("predict", help="apply a saved model to the rows of a table")
    predict.add_argument("model", type=Path, metavar="MODEL", help="a whole model")
    predict.add_argument("--data", type=Path, metavar="FILE", required=True, help="a table")
    predict.add_argument("-o", "--output", type=Path, metavar="OUT.csv", help="else to stdout")
    predict.set_defaults(run=_predict)

    compile_ = commands.add_parser("compile", help="compile turbo's step for this machine")
    compile_.set_defaults(run=_compile)

    script = commands.add_parser("script", help="write the stand-alone PyTorch script")
    _add_settings(script)
    script.add_argument("-o", "--output", type=Path, metavar="FILE.py", help="else to stdout")
    script.set_defaults(run=_script)

    workers = commands.add_parser("workers", help="measure what a loader's processes cost")
    _add_settings(workers)
    workers.add_argument("--fetch-ms", type=_fetch, default=0.0, metavar="X", help="for a sample")
    workers.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)
    workers.set_defaults(run=_workers)

    screenshot = commands.add_parser("screenshot", help="train in the window, save its picture")
    _add_settings(screenshot)
    screenshot.add_argument("-o", "--output", type=Path, metavar="FILE.png", required=True)
    screenshot.add_argument("--steps", type=int, metavar="N", help="train so many steps first")
    screenshot.add_argument("--size", type=_size, default=(1280, 800), metavar="WxH")
    screenshot.add_argument("--scale", type=float, default=1.0, metavar="X", help="2 for 2x")
    screenshot.add_argument("--panel", choices=("code", "lesson"), default="code")
    _add_looks(screenshot)
    screenshot.set_defaults(run=_screenshot)
    return parser


def _add_looks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the window")
    parser.add_argument("--theme", choices=THEMES, help="colours of the window")


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="TASK", help="as listed by `nngui tasks`")
    parser.add_argument("--preset", metavar="NAME", help="an experiment: see `nngui presets`")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--config", type=Path, metavar="FILE.toml", help="settings from a file")
    parser.add_argument("--seed", type=int, metavar="N")
    parser.add_argument("--data", metavar="FILE", help="a table, or example:iris and the like")
    parser.add_argument("--target", default="", metavar="COLUMN", help="else the table's last")
    parser.add_argument("--features", type=_names, metavar="A,B", help="else all that can be used")


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and 200 <= int(width) <= 10_000):
        raise argparse.ArgumentTypeError("a size is written as 1280x800")
    return int(width), int(height)


def _fetch(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1000:
        raise argparse.ArgumentTypeError("a sample takes from 0 to 1000 ms")
    return value


def _tasks(_options: argparse.Namespace) -> int:
    for task in all_tasks():
        print(f"{task.name:<16} {task.title}")
    return 0


def _presets(_options: argparse.Namespace) -> int:
    for task in all_tasks():
        for preset in task.presets:
            print(f"{task.name:<16} {preset.name:<20} {preset.title}")
    return 0


def _train(options: argparse.Namespace) -> int:
    from nngui.headless import Outputs, train

    outputs = Outputs(
        options.history,
        options.save_model,
        options.save_params,
        options.project,
        options.tensorboard,
    )
    return train(*settings(options), options.device, outputs, options.engine)


def _inspect(options: argparse.Namespace) -> int:
    from nngui.files.models.describe import describe_file
    from nngui.files.models.reader import read_model

    code = 0
    for file in options.files:
        try:
            for line in describe_file(read_model(file)):
                print(line)
        except NnguiError as error:
            print(f"{file}: {type(error).__name__}: {error}", file=sys.stderr)
            code = 2
    return code


def _export(options: argparse.Namespace) -> int:
    from nngui.files.models.export import export_model

    export_model(options.model, options.output)
    return 0


def _predict(options: argparse.Namespace) -> int:
    from nngui.files.predictions import (
        predict_file,
        predictor,
        save_predictions,
        write_predictions,
    )

    found = predict_file(predictor(options.model), options.data)
    if options.output is None:
        write_predictions(found, sys.stdout)
    else:
        save_predictions(found, options.output)
    return 0


def _compile(_options: argparse.Namespace) -> int:
    from nngui.core.turbo.cache import kernel

    kernel()
    return 0


def _script(options: argparse.Namespace) -> int:
    from nngui.core.script import images_file, script, start_file
    from nngui.files.script_files import write_script

    task, spec = settings(options)
    if options.output is not None:
        write_script(task, spec, options.output)
        return 0
    print(script(task, spec), end="")
    read = [start_file(task.name)] if spec.network.weights else []
    read += [images_file(task.name)] if task.script_data else []
    for name in read:
        print(f"nngui: the script reads {name}, which -o writes beside it.", file=sys.stderr)
    return 0


def _workers(options: argparse.Namespace) -> int:
    if options.until_eof:
        end_with_input()
    from nngui.headless import measure_workers  # imports torch: seconds

    return measure_workers(*settings(options), options.fetch_ms)


def _has_display() -> bool:
    """Return whether a window could open: Qt would end the program where none can."""
    chosen = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform != "linux" or any(os.environ.get(name) for name in chosen)


def _window(options: argparse.Namespace) -> int:
    if options.task:
        find_task(options.task)
    if not _has_display():
        text = "There is no display here. Use nngui train, or nngui screenshot, without a window."
        raise DeviceError(text)
    from nngui.gui.app import run

    looks = (options.lang, options.theme)
    return run(options.task, options.train, *looks, options.open, demo=options.demo)


def _screenshot(options: argparse.Namespace) -> int:
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
