"""The data in an exported script: made, split and standardised; and made anew on the way."""

from __future__ import annotations

import itertools
import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from nngui.core.code_text import indented, points_code
from nngui.core.spec.torch_names import LOSSES

if TYPE_CHECKING:
    from nngui.core.code_text import DataCode
    from nngui.core.script.course import Change
    from nngui.core.spec import Spec

READ_TENSORS = "images = torch.load(IMAGES, weights_only=True)"
READ_ARRAYS = [
    "arrays = np.load(IMAGES)",
    "images = {",
    "    name: torch.from_numpy(arrays[name])",
    "    for name in ('x', 'y', 'x_test', 'y_test')",
    "}",
]
NEW_PASS = [
    "if len(x) != len(taken):",
    "    taken, position = [], 0  # a new pass",
]
DRAWS = re.compile(r"torch\.(rand|normal)|split_off\(")


def data_lines(data: DataCode, spec: Spec, *, arrays: bool = False) -> list[str]:
    """Return the lines that make the data as the networks see them.

    Parameters
    ----------
    arrays : bool
        Images are read from an archive of arrays in place of tensors.
    """
    return [
        *(_read_arrays(data.lines) if arrays else data.lines),
        *split(data, spec),
        *_standardise(data, spec),
        *data.after,
    ]


def _read_arrays(lines: list[str]) -> list[str]:
    """Return lines that read images from an archive of arrays in place of tensors."""
    place = lines.index(READ_TENSORS)
    return [*lines[:place], *READ_ARRAYS, *lines[place + 1 :]]


def table_lines(data: DataCode, beside: str) -> list[str]:
    """Return the line that says where the table is."""
    if beside or data.is_beside:
        return [f"TABLE = Path(__file__).with_name({beside or PurePath(data.table).name!r})"]
    return [f"TABLE = {data.table!r}"]


def split(data: DataCode, spec: Spec) -> list[str]:
    """Return the lines that keep points out of training."""
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


def loss_lines(spec: Spec, classes: int) -> list[str]:
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


# Made anew on the way ----------------------------------------------------------------------------


def definitions(lines: list[str]) -> list[list[str]]:
    """Return the functions among lines, each with the empty lines around it."""
    return _parted(lines)[0]


def without_definitions(lines: list[str]) -> list[str]:
    """Return the other lines."""
    return _parted(lines)[1]


def _parted(lines: list[str]) -> tuple[list[list[str]], list[str]]:
    found, rest, place = [], list[str](), 0
    while place < len(lines):
        if not lines[place].startswith("def "):
            rest.append(lines[place])
            place += 1
            continue
        inside = itertools.takewhile(lambda line: not line or line[0] in " )", lines[place + 1 :])
        end = place + 1 + sum(1 for _ in inside)
        body = "\n".join(lines[place:end]).rstrip().splitlines()
        found.append(["", *body, "", ""])
        place = end
    while rest and not rest[0]:
        rest.pop(0)
    return found, rest


def remade_lines(code: DataCode, change: Change, points: list[str], *, shared: bool) -> list[str]:
    """Return the lines that make the data anew, from the seed, as a run of these settings would.

    What the run itself draws at random is left where it is.

    Parameters
    ----------
    code : DataCode
        Of the settings behind the change.
    points : list of str
        Lines that come first (see `other_points`).
    """
    spec, whole = change.after, data_lines(code, change.after)
    made = [*points, *without_definitions(whole)]
    if any(map(DRAWS.search, whole)):
        made = [
            "with torch.random.fork_rng():  # drawn as at the start",
            *indented([f"torch.manual_seed({spec.seed})", *made]),
        ]
    if spec.balances_classes:
        made += loss_lines(spec, code.outputs)
        made += ["loss_func.to(device)"] if shared else []
    return made


def other_points(change: Change) -> list[str]:
    """Return the lines that add, move or take away points placed by hand.

    All of them are told where most are new.
    """
    old, new = (getattr(spec.data, "placed", ()) for spec in (change.before, change.after))
    pairs = zip(old, new, strict=False)
    first = sum(1 for _ in itertools.takewhile(lambda two: two[0] == two[1], pairs))
    pairs = zip(reversed(old[first:]), reversed(new[first:]), strict=False)
    last = sum(1 for _ in itertools.takewhile(lambda two: two[0] == two[1], pairs))
    added = new[first : len(new) - last]
    if change.before.data.kind != change.after.data.kind or 2 * len(added) > len(new):
        return points_code("points", new)
    parts = [f"points[:{first}]" if first < len(old) else "points"] if first else []
    parts += ["more"] if added else []
    parts += [f"points[{len(old) - last}:]"] if last else []
    lines = points_code("more", added) if added else []
    return [*lines, f"points = torch.cat([{', '.join(parts)}])"]
