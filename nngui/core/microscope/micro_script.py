"""The step microscope as a stand-alone PyTorch script: its very steps. No torch here.

The networks are made before the seed is set: what they draw for their weights is overwritten.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from nngui.core.code_text import float_text, indented
from nngui.core.microscope.settings import FAR, LINE, NOISE, POINTS, START
from nngui.core.microscope.update_rules import METHODS
from nngui.core.records.printed import TableCheck
from nngui.core.spec.optimizer import optimizer_options
from nngui.core.spec.torch_names import OPTIMIZERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nngui.core.arrays import Floats
    from nngui.core.microscope.settings import MicroSettings
    from nngui.core.records.printed import Numbers
    from nngui.core.spec import OptimizerSpec

USUAL_STEPS = 50  # of a script that is made before the first step

NETS = f"""\
def line():
    net = torch.nn.Linear(1, 1)
    with torch.no_grad():  # all of them start at the same place
        net.weight.fill_({START[0]})
        net.bias.fill_({START[1]})
    return net


nets = {{name: line() for name in {METHODS}}}
"""
DATA = f"""\
x = torch.linspace(0, 4, {POINTS}).unsqueeze(1)
y = {LINE[0]} * x + {LINE[1]} + {NOISE} * torch.randn({POINTS}, 1)
"""
BATCHES = """\
loader = DataLoader(
    TensorDataset(x, y), batch_size={size}, shuffle=True
)


def batches():
    while True:  # pass after pass
        yield from loader


"""
STEP = """\
for name, net in nets.items():
    w, b = net.weight.item(), net.bias.item()
    if max(abs(w), abs(b)) <= {far}:  # else it has left for good
        loss = torch.nn.functional.mse_loss(net({x}), {y})
        optimizers[name].zero_grad()
        loss.backward()
        optimizers[name].step()
    print(step, name, repr(net.weight.item()), repr(net.bias.item()))
"""


def micro_script(settings: MicroSettings, used: Sequence[Mapping[str, OptimizerSpec]]) -> str:
    """Return a script that takes the same steps, and prints where each of them leads.

    A line for each step and optimizer: the step, the optimizer's name, and w and b with `repr`.

    Parameters
    ----------
    settings : MicroSettings
        The present ones.
    used : sequence of mapping of str to OptimizerSpec
        The settings that each step was taken with, by optimizer; without any, it is a script of
        the first `USUAL_STEPS`.
    """
    size = settings.batch_size
    head = ["import torch"]
    head += ["from torch.utils.data import DataLoader, TensorDataset"] if size else []
    head += ["", "# one thread: the same last bits everywhere", "torch.set_num_threads(1)", "", ""]
    first = used[0] if used else settings.optimizers
    counts = f"range(1, {(len(used) or USUAL_STEPS) + 1})"
    loop = f"for step, (batch_x, batch_y) in zip({counts}, batches()):"
    x, y = ("batch_x", "batch_y") if size else ("x", "y")
    body = [*_edits(used), *STEP.format(far=f"{FAR:.0f}", x=x, y=y).splitlines()]
    lines = [
        *head,
        *NETS.splitlines(),
        "optimizers = {",
        *indented([line for name in METHODS for line in _optimizer(name, first[name])]),
        "}",
        "",
        f"torch.manual_seed({settings.seed})",
        *DATA.splitlines(),
        *(BATCHES.format(size=size).splitlines() if size else []),
        loop if size else f"for step in {counts}:",
        *indented(body),
    ]
    return "\n".join([*lines, ""])


def micro_check(paths: Mapping[str, Floats]) -> TableCheck:
    """Return what such a script has to print: where the steps have led (see `Micro.paths`)."""
    wanted: Numbers = {
        (str(step), name): tuple(place)
        for name, path in paths.items()
        for step, place in enumerate(path.tolist()[1:], start=1)
    }
    return TableCheck(wanted, step=0)


def _optimizer(name: str, spec: OptimizerSpec) -> list[str]:
    options = _arguments(optimizer_options(spec))
    return [
        f'"{name}": torch.optim.{OPTIMIZERS[spec.name]}(',
        f'    nets["{name}"].parameters(), {options}',
        "),",
    ]


def _arguments(options: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={_text(value)}" for key, value in options.items())


def _text(value: Any) -> str:
    return float_text(value) if isinstance(value, float) else repr(value)


def _edits(used: Sequence[Mapping[str, OptimizerSpec]]) -> list[str]:
    """Return the lines that change an optimizer before the step from which on it was changed."""
    lines = []
    for number, (before, after) in enumerate(itertools.pairwise(used), start=2):
        changes = [
            f'optimizers["{name}"].param_groups[0].update({_arguments(_all_options(after[name]))})'
            for name in METHODS
            if before[name] != after[name]
        ]
        lines += (
            [f"if step == {number}:  # changed on the way", *indented(changes)] if changes else []
        )
    return lines


def _all_options(spec: OptimizerSpec) -> dict[str, Any]:
    """Return what an optimizer is set to; also what it was not made with."""
    return {"weight_decay": spec.weight_decay} | optimizer_options(spec)
