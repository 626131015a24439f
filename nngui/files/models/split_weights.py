"""Weights that a file keeps in pieces: by weight_norm, or with a mask where they were pruned.

Each is put together as PyTorch's own hook or parametrization does it before every pass, to the
last bit; from then on it is a plain weight.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from nngui.core.errors import NnguiError
from nngui.core.text import mark
from nngui.files.models.inert import Global, Made, mapping_of
from nngui.files.models.notes import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from torch import Tensor

WEIGHT_NORM = Global("torch.nn.utils.weight_norm", "WeightNorm")
PRUNING = {
    Global("torch.nn.utils.prune", name)
    for name in (
        "Identity", "RandomUnstructured", "L1Unstructured", "RandomStructured", "LnStructured",
        "CustomFromMask", "PruningContainer",
    )
}  # fmt: skip
HOOKS = {WEIGHT_NORM} | PRUNING
NORMED = ("_g", "_v")  # length and direction
PRUNED = ("_orig", "_mask")
PARAMETRIZED = (".original0", ".original1")  # what weight_norm is since PyTorch 2.0


def pieces_of(present: Iterable[str], hooks: Any) -> dict[str, str]:
    """Return which of a layer's tensors are pieces, and of what, by the hooks that it has."""
    records = (mapping_of(hooks) or {}).values()
    result: dict[str, str] = {}
    for hook in records:
        if not isinstance(hook, Made) or not isinstance(hook.state, dict):
            continue
        normed = hook.by == WEIGHT_NORM
        name = hook.state.get("name" if normed else "_tensor_name")
        ends = NORMED if normed else PRUNED
        if type(name) is str and hook.by in HOOKS and {name + end for end in ends} <= set(present):
            result |= {name + end: name for end in ends}
    return result


def put_together(parameters: dict[str, Tensor]) -> tuple[dict[str, Tensor], list[Note]]:
    """Return parameters with their weights in one piece, and what was put together.

    What is given is empty afterwards.

    Raises
    ------
    NnguiError
        When two pieces do not fit each other.
    """
    result: dict[str, Tensor] = {}
    found: dict[str, list[str]] = {}
    names = set(parameters)
    for name in list(parameters):
        piece = next((p for p in (way(name) for way in _WAYS) if p is not None), None)
        if piece is None or not {piece.first, piece.second} <= names:
            result[name] = parameters.pop(name)  # held once, to be let go of one by one
        elif piece.whole not in result:
            first, second = parameters[piece.first], parameters[piece.second]
            result[piece.whole] = _whole(piece.how, first, second)
            found.setdefault(piece.how, []).append(piece.whole)
    parameters.clear()
    return result, [_note(how, names) for how, names in found.items()]


@dataclass(frozen=True, slots=True)
class _Piece:
    """The weight that a name is a piece of, and the names of both pieces."""

    how: str
    whole: str
    first: str
    second: str


def _pieces_by(how: str, ends: tuple[str, str], within: str = "") -> Callable[[str], _Piece | None]:
    """Return what tells by its name whether a tensor is a piece."""
    form = re.compile(rf"((?:.*\.)?){re.escape(within)}([^.]+)({'|'.join(map(re.escape, ends))})")

    def read(name: str) -> _Piece | None:
        found = form.fullmatch(name)
        if found is None:
            return None
        layer, own, _ = found.groups()
        stem = f"{layer}{within}{own}"
        return _Piece(how, f"{layer}{own}", stem + ends[0], stem + ends[1])

    return read


_WAYS = (
    _pieces_by("weight_norm", PARAMETRIZED, "parametrizations."),
    _pieces_by("weight_norm", NORMED),
    _pieces_by("pruning", PRUNED),
)


def _whole(how: str, first: Tensor, second: Tensor) -> Tensor:
    misfit = NnguiError(mark("core", "the pieces of a weight do not fit each other"))
    if how == "pruning":
        if first.shape != second.shape:
            raise misfit
        return second.to(first.dtype) * first
    length, direction = first, second
    usable = direction.is_floating_point() and direction.element_size() > 1 and direction.dim() > 0
    if length.dtype != direction.dtype or not usable:
        raise misfit
    if length.dim() == 0:
        return torch._weight_norm(direction, length, -1)  # of all numbers together
    sizes = list(length.shape)
    for dim in range(direction.dim()):
        if sizes == [n if d == dim else 1 for d, n in enumerate(direction.shape)]:
            return torch._weight_norm(direction, length, dim)
    raise misfit


def _note(how: str, names: list[str]) -> Note:
    text = mark(
        "core",
        "What {how} keeps in two pieces was put together, and is plain from now on: {names}.",
    )
    shown = ", ".join(name[:80] for name in names[:8]) + (", …" if len(names) > 8 else "")
    return Note(text, how=how, names=shown)
