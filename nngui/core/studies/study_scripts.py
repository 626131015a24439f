"""Studies as stand-alone PyTorch scripts: the numbers that their pages draw. No torch here.

Each run of a study is the script of its settings (`core.script`) within a function, which is called
for every batch size, or every seed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.code_text import indented
from nngui.core.memory import rows_at_once
from nngui.core.records.printed import END
from nngui.core.script import script
from nngui.core.spec.toml import with_settings
from nngui.core.studies.batch_sizes import FURTHER
from nngui.core.surface.surface import MAX_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nngui.core.spec import Spec
    from nngui.core.task import Task

THREAD = "torch.set_num_threads(1)"
STEP_BEGINS = "prediction = net("
STEP_ENDS = ("print(repr(loss.item()))", "print(*map(repr, losses))")
LOADED = re.compile(r"(?<=batch_size=)\d+")
SEEDED = re.compile(r"(?<=torch\.manual_seed\()\d+")


@dataclass(frozen=True)
class _Code:
    """A script in two parts: what it imports, and what it does once torch is set up."""

    imports: tuple[str, ...]
    body: tuple[str, ...]


def sizes_script(
    task: Task,
    specs: Sequence[Spec],
    points: int,
    steps: Sequence[int] | None = None,
    start: str = "",
) -> str:
    """Return a script that trains with several batch sizes and prints the loss of all points.

    A line each: the batch size (0: all at once), the steps done, and the loss with `repr`; before
    the first step, after the last one, and wherever a comparison may have measured in between.

    Parameters
    ----------
    specs : sequence of Spec
        One for each batch size.
    points : int
        How many points there are to train on.
    steps : sequence of int, optional
        After how many steps each of them stops at the latest.
    start : str
        See `script.script`.
    """
    functions: dict[tuple[str, ...], str] = {}  # what they are called, by their lines
    imports: list[str] = []
    calls = []
    for number, spec in enumerate(specs):
        size = spec.schedule.batch_size
        code = _code(script(task, with_settings(spec, {"schedule.workers": 0}), start))
        imports += code.imports
        lines = tuple(_measuring(code.body, "batch_size" if size else "0", stops=steps is not None))
        lines = tuple(LOADED.sub("batch_size", line) for line in lines)
        wanted = "train_by_batches" if size else "train_on_all_points"
        called = functions.setdefault(lines, _unused(wanted, functions.values()))
        arguments = [str(size)] if size else []
        arguments += [str(steps[number])] if steps is not None else []
        calls.append(f"{called}({', '.join(arguments)})")
    body = _loss_of_all(_rows(task, specs[0], points))
    for lines, called in functions.items():
        takes = ["batch_size"] if called.startswith("train_by") else []
        takes += ["limit"] if steps is not None else []
        body += _function(f"{called}({', '.join(takes)})", lines)
    return _whole(imports, [*body, "", *calls])


def seeds_script(task: Task, spec: Spec, seeds: Sequence[int], points: int, start: str = "") -> str:
    """Return a script that runs a race with several seeds.

    A line for each step: the seed, and the loss of each racer with `repr`. Behind the last one the
    seed, the word ``end``, and the losses on all training data; infinite for who diverged.

    Parameters
    ----------
    points : int
        How many points there are to train on; of many, an even sample is looked at in the end.
    start : str
        See `script.script`.
    """
    code = _code(script(task, spec, start))
    lines = []
    for line in code.body:
        text = line.strip()
        if text in STEP_ENDS:
            line = line.replace("print(", "print(seed, ", 1)
        lines.append(SEEDED.sub("seed", line))
    every = -(-points // MAX_POINTS)
    sample = "x, y" if every == 1 else f"x[::{every}], y[::{every}]"
    if len(spec.optimizers()) > 1:
        lines += [
            "ends = [",
            f"    math.inf if out else loss_of_all(net, loss_func, {sample})",
            "    for net, out in zip(nets, diverged)",
            "]",
            f'print(seed, "{END}", *map(repr, ends))',
        ]
    else:
        lines += [f'print(seed, "{END}", repr(loss_of_all(net, loss_func, {sample})))']
    calls = [f"for seed in range({seeds[0]}, {seeds[-1] + 1}):", "    race(seed)"]
    body = [*_loss_of_all(0), *_function("race(seed)", lines), "", *calls]
    return _whole(list(code.imports), body)


def _code(text: str) -> _Code:
    """Take a script apart."""
    lines = text.splitlines()
    place = lines.index(THREAD)
    return _Code(tuple(lines[: place - 1]), tuple(lines[place + 1 :]))


def _measuring(body: Iterable[str], size: str, *, stops: bool) -> list[str]:
    """Return the lines with measurements, in place of the losses of single batches.

    Parameters
    ----------
    size : str
        What stands for the batch size.
    stops : bool
        Whether it returns after ``limit`` steps.
    """
    told = f"print({size}, done, repr(loss_of_all(net, loss_func, x, y)))"
    look = [
        f"if done == due{' or done == limit' if stops else ''}:",
        f"    {told}",
        f"    due = int(done * {FURTHER}) + 1",
        *(["if done == limit:", "    return"] if stops else []),
        "done += 1",
    ]
    lines = ["done, due = 0, 0  # steps done, and when to look at all points again"]
    for line in body:
        text = line.lstrip()
        if text in STEP_ENDS:
            continue
        if text.startswith(STEP_BEGINS):
            lines += [" " * (len(line) - len(text)) + more for more in look]
        lines.append(line)
    return [*lines, told]


def _rows(task: Task, spec: Spec, points: int) -> int:
    """Return how many points the network is asked about at once; 0: all of them."""
    data = task.data_code(spec)
    widest = max(task.network.code(spec, data, name).widest for name in spec.optimizers())
    rows = rows_at_once(widest)
    return rows if rows < points else 0


def _loss_of_all(rows: int) -> list[str]:
    said = f"torch.cat([net(part) for part in x.split({rows})])" if rows else "net(x)"
    lines = [
        "net.eval()",
        "with torch.no_grad():",
        f"    loss = loss_func({said}, y)",
        "net.train()",
        "return loss.item()",
    ]
    return _function("loss_of_all(net, loss_func, x, y)", lines)


def _function(head: str, lines: Iterable[str]) -> list[str]:
    """Return a function; within it, never two empty lines on end."""
    body: list[str] = []
    for line in lines:
        if line or (body and body[-1]):
            body.append(line)
    return ["", f"def {head}:", *indented(body), ""]


def _unused(name: str, taken: Iterable[str]) -> str:
    count = sum(other.startswith(name) for other in taken)
    return f"{name}_{count + 1}" if count else name


def _whole(imports: Sequence[str], body: list[str]) -> str:
    """Return a script of imports, each of them once, and what follows torch's set-up."""
    text = "\n".join(body)
    own = list(dict.fromkeys(line for line in imports if line))
    if "math." in text and "import math" not in own:
        own.append("import math")
    ours = sorted(line for line in own if "torch" not in line)
    ours.sort(key=lambda line: line.startswith("from"))
    theirs = [line for line in own if "torch" in line]
    theirs.sort(key=lambda line: (line.startswith("from"), line))
    gap = [""] if ours else []
    set_up = ["", "# one thread: the same last bits everywhere", THREAD, ""]
    return "\n".join([*ours, *gap, *theirs, *set_up, *body, ""])
