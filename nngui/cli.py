"""The command line: the window by default; train, script, inspect and more without one."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from typing_extensions import override

from nngui import __version__, commands
from nngui.core.abandoned import leave, note_exit_code
from nngui.core.errors import NnguiError
from nngui.core.memory import as_no_memory
from nngui.core.search.plan import BY, RANDOM, SAMPLERS, SEEDS, VAL_LOSS
from nngui.core.spec.table import FORMAT_FIELDS, TABLE_FIELDS, TableSpec
from nngui.core.text import printable
from nngui.files.memory import parse_bytes, set_memory_limit
from nngui.files.searches.processes import MAX_PROCESSES
from nngui.signals import Interrupted, StopRequest, stop_signals
from nngui.terminal import all_printed, let_go, python_told, tell_unexpected, warn

if TYPE_CHECKING:
    from collections.abc import Sequence

    _Subparsers = argparse._SubParsersAction["_Parser"]

LANGUAGES = ("en", "zh_CN")
THEMES = ("dark", "light", "system")
UNEXPECTED = 1  # as Python has it after an exception
DEVICES = ("auto", "cpu", "cuda", "mps")
RUN = "a .nnrun file, a saved run's file, or its number or name in the list of runs"
MAX_DIGITS = 8  # of a size
MIN_AUTOSAVE_S, MAX_AUTOSAVE_S = 0.1, 86_400.0
INTERRUPTED, BROKEN_PIPE = 130, 141  # as shells have it: 128 and the signal's number


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage before it."""

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {printable(message)}. See {self.prog} --help.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code.

    Returns
    -------
    int
        0; 1 after what nobody foresaw, or where a file could not be written; 2 for a request that
        cannot be met; 130 after Ctrl+C, 143 and 129 after SIGTERM and SIGHUP.
    """
    with python_told(), stop_signals(patient=False) as asked:
        options = _parser().parse_args(arguments)
        note_exit_code(UNEXPECTED)
        code = _run(options, asked)
        if not all_printed():
            code = code or UNEXPECTED
    note_exit_code(code)
    if arguments is None and options.run is commands.open_window:
        leave(code)  # all is saved by now; to tear window and torch down takes seconds
    return code


def _run(options: argparse.Namespace, asked: StopRequest) -> int:
    try:
        set_memory_limit(getattr(options, "memory_limit", None))
        return int(options.run(options)) or asked.code
    except Interrupted as signal:
        return signal.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        let_go(sys.stdout)
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - whatever it is: told here, and logged there
        # A library that was being imported makes an error of its own of an interruption.
        return asked.code or _told(error)


def _told(error: Exception) -> int:
    """Say what went wrong; return the exit code."""
    told = error if isinstance(error, NnguiError) else as_no_memory(error)
    if told is None:
        tell_unexpected(error)
        return UNEXPECTED
    warn(f"nngui: {told}")
    return 2


def _names(text: str) -> tuple[str, ...]:
    """Split names by commas; a name with a comma in it stands in quotes, as in a CSV file."""
    try:
        names = next(csv.reader([text], skipinitialspace=True), [])
    except csv.Error as error:
        raise argparse.ArgumentTypeError("a name with a line break stands in quotes") from error
    return tuple(name.strip() for name in names)


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
    _add_memory(parser)
    parser.set_defaults(run=commands.open_window)
    subparsers = parser.add_subparsers(title="commands", parser_class=_Parser)
    for add in (_add_lists, _add_train, _add_replay, _add_search, _add_model_files, _add_tools):
        add(subparsers)
    _add_screenshot(subparsers)
    return parser


def _add_lists(subparsers: _Subparsers) -> None:
    tasks = subparsers.add_parser("tasks", help="list the tasks")
    tasks.set_defaults(run=commands.list_tasks)

    presets = subparsers.add_parser("presets", help="list the tasks' experiments")
    presets.set_defaults(run=commands.list_presets)

    licences = subparsers.add_parser("licences", help="list whose work this stands on")
    licences.add_argument("name", nargs="?", metavar="NAME", help="print the texts of this part")
    licences.set_defaults(run=commands.show_licences)


def _add_train(subparsers: _Subparsers) -> None:
    train = subparsers.add_parser("train", help="train without a window")
    _add_settings(train)
    train.add_argument("--device", choices=DEVICES, help="else auto")
    train.add_argument("--engine", choices=("torch", "turbo"), help="else torch")
    folds = "cross-validate by K folds, by turbo where it covers the run and no --engine is given"
    train.add_argument("--folds", type=int, metavar="K", help=folds)
    _add_outputs(train)
    train.add_argument("--project", type=Path, metavar="FOLDER", help="write all of it there")
    train.add_argument("--tensorboard", type=Path, metavar="FOLDER", help="write a log there")
    train.add_argument(
        "--edit",
        action="append",
        default=[],
        metavar='"STEP: KEY=VALUE"',
        help="change a setting once so many steps are done; engine=turbo, too; several times",
    )
    train.add_argument(
        "--save-run",
        type=Path,
        metavar="FILE.nnrun",
        help="write what it was trained by, to train it again by nngui replay",
    )
    train.add_argument(
        "--run",
        dest="run_file",
        type=Path,
        metavar="FILE",
        help="save the run itself there, to go on with it by --resume",
    )
    train.add_argument(
        "--autosave",
        type=_autosave,
        metavar="SECONDS",
        help="save it so often on the way, too; without --run in the list of runs",
    )
    resume = "go on with a saved run: its file, or its number or name in the list of runs"
    train.add_argument("--resume", metavar="RUN", help=resume)
    _add_quiet(train)
    train.set_defaults(run=commands.train_headless)


def _add_replay(subparsers: _Subparsers) -> None:
    replay = subparsers.add_parser("replay", help="train a run again, up to any step of it")
    replay.add_argument("saved_run", metavar="RUN", help=RUN)
    replay.add_argument("--task", metavar="TASK", help="where several tasks have a run so called")
    replay.add_argument("--step", type=int, metavar="N", help="only so many steps; else all")
    _add_outputs(replay)
    replay.add_argument("--device", choices=DEVICES, help="else where the run was trained")
    replay.add_argument("--strict", action="store_true", help="other losses are a failure")
    _add_quiet(replay)
    _add_memory(replay)
    replay.set_defaults(run=commands.replay_run)


def _add_search(subparsers: _Subparsers) -> None:
    search = subparsers.add_parser("search", help="try several settings, and say which are best")
    _add_settings(search, needs_task=False)
    search.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="KEY=VALUES",
        help="such as optimizer.lr=0.001..0.1:log, or network.hidden=[16],[64,64]; several times",
    )
    search.add_argument("--trials", type=int, default=0, metavar="N", help="else 40, or the grid")
    search.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help="for each; else 3")
    search.add_argument("--sampler", choices=SAMPLERS, default=RANDOM)
    search.add_argument(
        "--by", choices=BY, default=VAL_LOSS, help="what the best one is best in; on validation"
    )
    search.add_argument("--no-prune", action="store_true", help="train each trial to its end")
    search.add_argument(
        "--storage", type=Path, metavar="PATH", help="the journal, which others may share"
    )
    search.add_argument("--workers", type=_workers, default=0, metavar="N", help="else all cores")
    search.add_argument("--engine", choices=("torch", "turbo"), default="turbo")
    search.add_argument("-o", "--output", type=Path, metavar="BEST.toml", help="the best settings")
    search.add_argument("--table", type=Path, metavar="FILE.csv", help="a row for each trial")
    _add_quiet(search)
    search.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    search.set_defaults(run=commands.search_settings)


def _add_model_files(subparsers: _Subparsers) -> None:
    inspect = subparsers.add_parser("inspect", help="say what model files hold, running nothing")
    inspect.add_argument("files", type=Path, nargs="+", metavar="FILE")
    inspect.set_defaults(run=commands.inspect_files)

    export = subparsers.add_parser("export", help="write a saved model in another format")
    export.add_argument("model", type=Path, metavar="MODEL", help="a whole model")
    export.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        required=True,
        help="its suffix says the format: .onnx, .pt2, .safetensors (parameters), .pkl (whole)",
    )
    export.add_argument(
        "--assume",
        action="store_true",
        help="go on where the file leaves something open",
    )
    export.add_argument(
        "--sample", type=_sample, metavar="CxHxW", help="a sample's shape, where it is left open"
    )
    export.set_defaults(run=commands.export_file)

    predict = subparsers.add_parser("predict", help="apply a saved model to a table or pictures")
    predict.add_argument("model", type=Path, metavar="MODEL", help="a whole model")
    data = "a table; for a network of images a picture, or a folder of them"
    predict.add_argument("--data", type=Path, metavar="FILE", required=True, help=data)
    predict.add_argument("-o", "--output", type=Path, metavar="OUT.csv", help="else to stdout")
    _add_table_options(predict, FORMAT_FIELDS)
    _add_memory(predict)
    predict.set_defaults(run=commands.predict_rows)


def _add_tools(subparsers: _Subparsers) -> None:
    compile_turbo = subparsers.add_parser("compile", help="compile turbo's step for this machine")
    compile_turbo.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)
    compile_turbo.set_defaults(run=commands.compile_turbo)

    script = subparsers.add_parser("script", help="write the stand-alone PyTorch script")
    _add_settings(script, needs_task=False)
    script.add_argument("--run", dest="saved_run", metavar="RUN", help=f"as it was trained: {RUN}")
    script.add_argument("-o", "--output", type=Path, metavar="FILE.py", help="else to stdout")
    script.set_defaults(run=commands.write_pytorch_script)

    workers = subparsers.add_parser("workers", help="measure what a loader's processes cost")
    _add_settings(workers)
    workers.add_argument("--fetch-ms", type=_fetch, default=0.0, metavar="X", help="for a sample")
    workers.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)
    workers.set_defaults(run=commands.time_workers)


def _add_screenshot(subparsers: _Subparsers) -> None:
    screenshot = subparsers.add_parser("screenshot", help="train in the window, save its picture")
    _add_settings(screenshot)
    screenshot.add_argument("-o", "--output", type=Path, metavar="FILE.png", required=True)
    screenshot.add_argument("--steps", type=int, metavar="N", help="train so many steps first")
    screenshot.add_argument("--size", type=_size, default=(1280, 800), metavar="WxH")
    screenshot.add_argument("--scale", type=float, default=1.0, metavar="X", help="2 for 2x")
    screenshot.add_argument("--panel", choices=("code", "lesson"), default="code")
    _add_looks(screenshot)
    screenshot.set_defaults(run=commands.take_screenshot)


def _add_looks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the window")
    parser.add_argument("--theme", choices=THEMES, help="colours of the window")


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--history", type=Path, metavar="FILE.csv", help="write each step's loss")
    parser.add_argument("--save-model", type=Path, metavar="FILE.pkl", help="save the network")
    parser.add_argument(
        "--save-params", type=Path, metavar="FILE", help="save its parameters (.pkl, .safetensors)"
    )


def _add_quiet(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="say nothing of how far it is")


def _add_memory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--memory-limit",
        type=_memory,
        default=argparse.SUPPRESS,  # a command without it leaves what stands before the command
        metavar="SIZE",
        help="what reading one file may take, such as 16GB; else 8GB, and half of what is free",
    )


def _add_settings(parser: argparse.ArgumentParser, *, needs_task: bool = True) -> None:
    _add_memory(parser)
    count = None if needs_task else "?"
    parser.add_argument("task", metavar="TASK", nargs=count, help="as listed by `nngui tasks`")
    parser.add_argument("--preset", metavar="NAME", help="an experiment: see `nngui presets`")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--config", type=Path, metavar="FILE.toml", help="settings from a file")
    parser.add_argument("--seed", type=int, metavar="N")
    parser.add_argument("--data", metavar="FILE", help="a table, example:iris, or images")
    parser.add_argument("--target", metavar="COLUMN", help="else one called so, or the last")
    parser.add_argument("--features", type=_names, metavar="A,B", help="else all that can be used")
    _add_table_options(parser, TABLE_FIELDS)


def _add_table_options(parser: argparse.ArgumentParser, names: Sequence[str]) -> None:
    """Add an option for each setting of a table: what is not given is found out from the file."""
    group = parser.add_argument_group("how a table is read; else it is found out")
    for name in names:
        field = TableSpec.model_fields[name]
        is_list = isinstance(field.default, tuple)
        group.add_argument(
            f"--{name.replace('_', '-')}",
            dest=f"table_{name}",
            type=_names if is_list else float if isinstance(field.default, float) else str,
            metavar="A,B" if is_list else "X",
            help=(field.description or field.title or name).replace("%", "%%"),
        )


def _memory(text: str) -> int:
    try:
        return parse_bytes(text)
    except NnguiError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from error


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and 200 <= int(width) <= 10_000):
        raise argparse.ArgumentTypeError("a size is written as 1280x800")
    return int(width), int(height)


def _sample(text: str) -> tuple[int, ...]:
    sizes = text.split("x")
    plain = all(size.isascii() and size.isdecimal() and len(size) <= MAX_DIGITS for size in sizes)
    if not plain or not 1 <= len(sizes) <= 3 or "0" in sizes:
        raise argparse.ArgumentTypeError("a sample is written as 1x28x28, or 4 for four numbers")
    return tuple(int(size) for size in sizes)


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= MAX_PROCESSES):
        raise argparse.ArgumentTypeError(f"there may be from 1 to {MAX_PROCESSES} processes")
    return int(text)


def _autosave(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (value == 0 or MIN_AUTOSAVE_S <= value <= MAX_AUTOSAVE_S):
        raise argparse.ArgumentTypeError(
            f"it is saved every {MIN_AUTOSAVE_S:g} to {MAX_AUTOSAVE_S:,.0f} s, or for 0 at the end"
        )
    return value


def _fetch(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1000:
        raise argparse.ArgumentTypeError("a sample takes from 0 to 1000 ms")
    return value
