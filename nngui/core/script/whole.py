"""A run as a stand-alone PyTorch script: the same numbers, without this program."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

from nngui.core.code_text import indented
from nngui.core.memory import rows_at_once
from nngui.core.networks.initial_code import initial_weights_code
from nngui.core.script.codes import DataCodes
from nngui.core.script.course import course_of, specs_of
from nngui.core.script.data import data_lines, definitions, loss_lines, split, table_lines
from nngui.core.script.edits import Edits
from nngui.core.script.loop import loop, passes, sharing, worker_count
from nngui.core.script.mixed_loop import is_mixed, mixed_loop
from nngui.core.script.notes import notes
from nngui.core.script.optimizers import optimizers_lines
from nngui.core.script.stopping import MAX_ROWS, validates

if TYPE_CHECKING:
    from nngui.core.code_text import DataCode, NetworkCode
    from nngui.core.journal.journal import Journal
    from nngui.core.spec import Spec
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
    run: Spec | Journal,
    start: str = "",
    images: str = "",
    table: str = "",
    *,
    shared: bool = False,
) -> str:
    """Return the source of a script that prints each step's loss with `repr`.

    Run by plain Python on the same machine it prints the losses of the run, bit for bit: the
    random numbers are drawn in the same order, and what was changed on the way is changed there.
    What no script can have it says (see `script.notes`).

    Parameters
    ----------
    run : Spec or Journal
        What happened; settings alone: a run that nobody touches.
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
    course = course_of(run)
    codes = DataCodes(task, specs_of(run))
    course = replace(course, is_mixed=is_mixed(course, codes))
    spec, names = course.first, list(course.first.optimizers())
    data = codes.whole(spec)
    said = [f"# {line}" for note in notes(run) for line in textwrap.wrap(str(note), 76)]
    if not names:
        body = [*data.lines, *split(data, spec), "", *passes(course)]
        return _whole(course.last, body, said)
    networks = [task.network.code(spec, data, name) for name in names]
    shared = shared and len(names) == 1
    edits = Edits(course, codes, shared=shared)
    body = [
        *_files(task, codes, images, table),
        *_definitions(codes, data),
        *data_lines(data, spec, arrays=images.endswith(".npz")),
        *edits.seen_before(),
        "",
        *(_network(networks[0], spec) if len(names) == 1 else _networks(networks, spec)),
        *_start(spec, start or start_file(task.name)),
        *optimizers_lines(spec),
        *loss_lines(spec, data.outputs),
        "",
    ]
    data = codes.of(course.last)  # by which it is judged in the end
    ending = [*_test(data), *data.ending]
    rows = rows_at_once(networks[0].widest)  # points that it validates at once; 0: all of them
    if not validates(course) or rows >= MAX_ROWS:
        rows = 0
    trained = (mixed_loop if course.is_mixed else loop)(course, edits, rows, shared=shared)
    if shared:
        body += [*sharing(course), *trained]
        if not networks[0].definitions:  # a class of the script's own opens nowhere else
            ending += ["", *SAVING, *data.saving]
        ending = ["", "if rank == 0:", "    net.cpu()", *indented(ending[1:])] if ending else []
        return _whole(course.last, [*SHARES, *body, *ending, *ALONE], said)
    return _whole(course.last, [*body, *trained, *ending], said)


def _files(task: Task, codes: DataCodes, images: str, table: str) -> list[str]:
    """Return the lines that say where the files are that the script reads."""
    lines: list[str] = []
    if any(code.reads_images for code in codes.all):
        lines += [f"IMAGES = Path(__file__).with_name({images or images_file(task.name)!r})", ""]
    tables = [code for code in codes.all if code.table]
    return [*lines, *(table_lines(tables[0], table) if tables else [])]


def _definitions(codes: DataCodes, first: DataCode) -> list[str]:
    """Return the functions that only data of later on take."""
    known = definitions(first.lines)
    found = [one for code in codes.all for one in definitions(code.lines)]
    new = [one for i, one in enumerate(found) if one not in known and one not in found[:i]]
    return [line for one in new for line in one]


def _whole(spec: Spec, body: list[str], said: list[str]) -> str:
    """Return imports, seed and body; worker processes may import the file, so not they too."""
    lines = [*_seed(spec), *body]
    if worker_count(spec):
        lines = ['if __name__ == "__main__":  # not in each worker', *indented(lines)]
    return "\n".join([*said, *([""] if said else []), *_imports(body), "", *lines, ""])


def _imports(body: list[str]) -> list[str]:
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
    if "DataLoader(" in text:
        lines.append("from torch.utils.data import DataLoader, TensorDataset")
    return lines


def _seed(spec: Spec) -> list[str]:
    return [
        "# one thread: the same last bits everywhere",
        "torch.set_num_threads(1)",
        f"torch.manual_seed({spec.seed})",
        "",
    ]


def _test(data: DataCode) -> list[str]:
    if not data.reads_images:
        return []
    if not data.may_lack_test:
        return [*TEST, TEST_RESULT]
    return [*TEST, "if len(right):  # of few images, none is kept to test on", f"    {TEST_RESULT}"]


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
