"""A Spec as a stand-alone PyTorch script: the same numbers, without this program."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from nngui.core.code_text import indented
from nngui.core.memory import rows_at_once
from nngui.core.networks.initial_code import initial_weights_code
from nngui.core.script_loop import loop, passes, sharing, worker_count
from nngui.core.script_stopping import MAX_ROWS, validates
from nngui.core.spec.optimizer import optimizer_options
from nngui.core.spec.torch_names import LOSSES, OPTIMIZERS

if TYPE_CHECKING:
    from nngui.core.code_text import DataCode, NetworkCode
    from nngui.core.spec import OptimizerSpec, Spec
    from nngui.core.task import Task


TEST = [
    "",
    "net.eval()",
    "with torch.no_grad():",
    "    right = net(x_test).argmax(1) == y_test",
]
TEST_RESULT = 'print(f"test accuracy: {right.float().mean():.4f}", file=sys.stderr)'


SAVING = [
    'torch.save(net, Path(__file__).with_name("model.pkl"))',
]
READ_TENSORS = "images = torch.load(IMAGES, weights_only=True)"
READ_ARRAYS = [
    "arrays = np.load(IMAGES)",
    "images = {",
    "    name: torch.from_numpy(arrays[name])",
    "    for name in ('x', 'y', 'x_test', 'y_test')",
    "}",
]
SHARES = [
    "# under torchrun each process takes its part of every batch",
    'rank = int(os.environ.get("RANK", 0))',
    'world = int(os.environ.get("WORLD_SIZE", 1))',
    'local = int(os.environ.get("LOCAL_RANK", 0))',
    "gpu = world > 1 and torch.cuda.is_available()",
    'device = torch.device("cuda", local) if gpu else "cpu"',
    "if gpu:",
    "    torch.cuda.set_device(local)",
    "if world > 1:",
    '    torch.distributed.init_process_group("nccl" if gpu else "gloo")',
    "",
]
ALONE = [
    "",
    "if world > 1:  # all are done; Gloo's threads would sometimes abort an ordinary end",
    "    sys.stdout.flush()",
    "    torch.distributed.barrier()",
    "    os._exit(0)",
]


def start_file(stem: str) -> str:
    """Return what the file is called that a script of that name starts from, if it does."""
    return f"{stem}_start.pkl"


def images_file(stem: str, suffix: str = ".pt") -> str:
    """Return what the file is called that a script of that name reads its images from, if any."""
    return f"{stem}_images{suffix}"


def script(
    task: Task,
    spec: Spec,
    start: str = "",
    images: str = "",
    table: str = "",
    *,
    shared: bool = False,
) -> str:
    """Return the source of a script that prints each step's loss with `repr`.

    Run by plain Python on the same machine it prints the losses of the run, bit for bit: the
    random numbers are drawn in the same order.

    Parameters
    ----------
    start : str
        The name of the file beside it with the parameters that the run starts from, where the
        settings name some (see `files.script_files`).
    images : str
        The name of the file beside it with the images, where the task has some: tensors, or
        NumPy's arrays (``.npz``).
    table : str
        The name of the file beside it with the table that it reads; without one it reads a
        user's own where it is.
    shared : bool
        Whether it lies in a project: several processes under ``torchrun`` may share the work, each
        taking its part of every batch, and it writes the network beside it. By itself it prints the
        same losses, bit for bit.
    """
    data = task.data_code(spec)
    names = list(spec.optimizers())
    codes = [task.network.code(spec, data, name) for name in names]
    if not names:
        body = [*data.lines, *_split(data, spec), "", *passes(spec)]
        return _whole(spec, body)
    networks = _network(codes[0], spec) if len(names) == 1 else _networks(codes, spec)
    beside = [f"IMAGES = Path(__file__).with_name({images or images_file(task.name)!r})", ""]
    body = [
        *(beside if data.reads_images else []),
        *(_table(data, table) if data.table else []),
        *(_read_arrays(data.lines) if images.endswith(".npz") else data.lines),
        *_split(data, spec),
        *_standardise(data, spec),
        *data.after,
        "",
        *networks,
        *_start(spec, start or start_file(task.name)),
        *_optimizers(spec),
        *_loss(spec, data.outputs),
        "",
    ]
    ending = [*_test(data), *data.ending]
    rows = rows_at_once(codes[0].widest)  # points that it validates at once; 0: all of them
    if not validates(spec) or rows >= MAX_ROWS:
        rows = 0
    if shared and len(names) == 1:
        body += [*sharing(spec), *loop(spec, data.seen, rows, shared=True)]
        if not codes[0].definitions:  # a class of the script's own opens nowhere else
            ending += ["", *SAVING, *data.saving]
        ending = ["", "if rank == 0:", "    net.cpu()", *indented(ending[1:])] if ending else []
        return _whole(spec, [*SHARES, *body, *ending, *ALONE])
    return _whole(spec, [*body, *loop(spec, data.seen, rows), *ending])


def _read_arrays(lines: list[str]) -> list[str]:
    """Return lines that read images from an archive of arrays in place of tensors."""
    place = lines.index(READ_TENSORS)
    return [*lines[:place], *READ_ARRAYS, *lines[place + 1 :]]


def _whole(spec: Spec, body: list[str]) -> str:
    """Return imports, seed and body; worker processes may import the file, so not they too."""
    lines = [*_seed(spec), *body]
    if worker_count(spec):
        lines = ['if __name__ == "__main__":  # not in each worker', *indented(lines)]
    return "\n".join([*_imports(spec, body), "", *lines, ""])


def _imports(spec: Spec, body: list[str]) -> list[str]:
    text = "\n".join(body)
    own = ["import copy"] if "copy.deepcopy(" in text else []
    own += ["import json"] if "json." in text else []
    own += ["import math"] if "math." in text else []
    own += ["import os"] if "os." in text else []
    own += ["import re"] if re.search(r"\bre\.[a-z]", text) else []
    own += ["import sys"] if "sys." in text else []
    own += ["from collections import OrderedDict"] if "OrderedDict(" in text else []
    own += ["from pathlib import Path"] if "Path(" in text else []
    own += [""] if own else []
    own += ["import numpy as np"] if "np." in text else []
    own += ["import pandas as pd"] if "pd." in text else []
    lines = [*own, "import torch"]
    if re.search(r"(?<![\w.])F\.", text):
        lines.append("import torch.nn.functional as F")
    if re.search(r"(?<![\w.])nn\.", text):
        lines.append("from torch import nn")
    if re.search(r"\bTensor\b", text):
        lines.append("from torch import Tensor")
    if spec.schedule.batch_size:
        lines.append("from torch.utils.data import DataLoader, TensorDataset")
    return lines


def _seed(spec: Spec) -> list[str]:
    return [
        "# one thread: the same last bits everywhere",
        "torch.set_num_threads(1)",
        f"torch.manual_seed({spec.seed})",
        "",
    ]


def _table(data: DataCode, beside: str) -> list[str]:
    if beside or data.is_beside:
        return [f"TABLE = Path(__file__).with_name({beside or PurePath(data.table).name!r})"]
    return [f"TABLE = {data.table!r}"]


def _test(data: DataCode) -> list[str]:
    if not data.reads_images:
        return []
    if not data.may_lack_test:
        return [*TEST, TEST_RESULT]
    return [*TEST, "if len(right):  # of few images, none is kept to test on", f"    {TEST_RESULT}"]


def _split(data: DataCode, spec: Spec) -> list[str]:
    if data.is_prepared or not spec.schedule.validation:
        return []
    return [
        "",
        "order = torch.randperm(len(x))",
        f"held_out = int(len(x) * {spec.schedule.validation})",
        "x_val, y_val = x[order[:held_out]], y[order[:held_out]]",
        "x, y = x[order[held_out:]], y[order[held_out:]]",
    ]


def _standardise(data: DataCode, spec: Spec) -> list[str]:
    lines = [""] if data.standardise else []
    over = "" if len(data.shape) > 1 else "0"  # of images, one mean and deviation for all pixels
    for name in data.standardise:
        lines.append(f"{name}_mean, {name}_std = {name}.mean({over}), {name}.std({over})")
        if spec.schedule.validation:
            lines.append(f"{name}_val = ({name}_val - {name}_mean) / {name}_std")
        if data.reads_images:
            lines.append(f"{name}_test = ({name}_test - {name}_mean) / {name}_std")
        lines.append(f"{name} = ({name} - {name}_mean) / {name}_std")
    return lines


def _network(code: NetworkCode, spec: Spec) -> list[str]:
    first, *rest = code.lines
    initial = initial_weights_code(spec.network, code.definitions + code.lines, several=False)
    return [*code.definitions, f"net = {first}", *rest, *initial]


def _networks(codes: list[NetworkCode], spec: Spec) -> list[str]:
    """Return the lines that build several networks: one after the other, all in a list."""
    definitions: list[str] = []
    for code in codes:
        if code.definitions and code.definitions != definitions:
            definitions += code.definitions
    if all(code.lines == codes[0].lines for code in codes):
        first, *rest = codes[0].lines
        lines = [
            *("", "def make_net():", *indented([f"return {first}", *rest]), "", ""),
            f"nets = [make_net() for _ in range({len(codes)})]",
        ]
    else:
        each = [[*code.lines[:-1], f"{code.lines[-1]},"] for code in codes]
        lines = ["nets = [", *indented([line for code in each for line in code]), "]"]
    lines += initial_weights_code(spec.network, definitions + lines, several=True)
    if spec.same_start and not spec.network.weights:
        lines += [
            "with torch.no_grad():  # all from the same weights",
            "    for net in nets[1:]:",
            "        for mine, first in zip(net.parameters(), nets[0].parameters()):",
            "            mine.copy_(first)",
        ]
    return [*definitions, *lines]


def _start(spec: Spec, file: str) -> list[str]:
    """Return the lines that put saved parameters in the place of the random ones."""
    if not spec.network.weights:
        return []
    return [
        "# it starts from parameters beside this script",
        "start = Path(__file__).with_name(",
        f"    {file!r}",
        ")",
        *(_LOAD if len(spec.optimizers()) == 1 else _LOAD_INTO_ALL),
        "",
    ]


_LOAD = (
    "net.load_state_dict(",
    "    torch.load(start, weights_only=True)",
    ")",
)
_LOAD_INTO_ALL = (  # by their order: the same parameter may have another name in each
    "saved = torch.load(start, weights_only=True)",
    "with torch.no_grad():",
    "    for net in nets:",
    "        for mine, value in zip(net.state_dict().values(), saved.values()):",
    "            mine.copy_(value)",
)


def _optimizers(spec: Spec) -> list[str]:
    chosen = list(spec.optimizers().values())
    if len(chosen) == 1:
        lines = _optimizer(chosen[0], "net")
        return [f"optimizer = {lines[0]}", *lines[1:]]
    each = [_optimizer(settings, f"nets[{i}]") for i, settings in enumerate(chosen)]
    body = [line for lines in each for line in [*lines[:-1], f"{lines[-1]},"]]
    return ["optimizers = [", *indented(body), "]"]


def _optimizer(settings: OptimizerSpec, net: str) -> list[str]:
    options = ", ".join(f"{k}={v}" for k, v in optimizer_options(settings).items())
    name = OPTIMIZERS[settings.name]
    line = f"torch.optim.{name}({net}.parameters(), {options})"
    if len(line) <= 32:
        return [line]
    return [f"torch.optim.{name}(", f"    {net}.parameters(), {options}", ")"]


def _loss(spec: Spec, classes: int) -> list[str]:
    """Return the lines that make the loss; in it classes may count alike, or points."""
    name, smoothing = f"torch.nn.{LOSSES[spec.loss]}", spec.smoothing
    if not spec.balances_classes:
        return [f"loss_func = {name}({f'label_smoothing={smoothing}' if smoothing else ''})"]
    made = [f"loss_func = {name}(weight=class_weights)"]
    if smoothing:
        options = ["weight=class_weights,", f"label_smoothing={smoothing},"]
        made = [f"loss_func = {name}(", *indented(options), ")"]
    return [
        "# a point of a rare class counts for more, so that all classes count alike",
        f"counts = y.bincount(minlength={classes})",
        f"class_weights = len(y) / ({classes} * counts.clamp(min=1))",
        *made,
    ]
