"""Saved parameters as they are named and stored by those who save them, made those of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import torch

from nngui.core.text import mark
from nngui.files.models.errors import cut
from nngui.files.models.notes import Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor, nn

    from nngui.files.models.tensor_records import TensorRecord

T = TypeVar("T")

PREFIXES = {  # what wrappers put before every name
    "module.": mark("core", "The names began with module., as DataParallel saves them."),
    "_orig_mod.": mark("core", "The names began with _orig_mod., as torch.compile saves them."),
}
AVERAGED = "n_averaged"  # a counter that AveragedModel has beside the names
COUNTER = "num_batches_tracked"
PIECE = 1 << 20  # numbers
MAX_PREFIXES = 4


def without_prefixes(tensors: dict[str, T]) -> tuple[dict[str, T], list[Note]]:
    """Return tensors by the names that they have without what wrappers put before all of them."""
    notes: list[Note] = []
    for _ in range(MAX_PREFIXES):
        names = [name for name in tensors if name != AVERAGED]
        prefix = next((p for p in PREFIXES if names and all(n.startswith(p) for n in names)), None)
        if prefix is None or any(name == prefix for name in names):
            break
        if AVERAGED in tensors:
            text = mark("core", "{name} was left aside: it counts what AveragedModel averaged.")
            notes.append(Note(text, name=AVERAGED))
        tensors = {name.removeprefix(prefix): tensors[name] for name in names}
        notes.append(Note(PREFIXES[prefix]))
    return tensors, notes


def with_counters(parameters: dict[str, Tensor], notes: list[Note]) -> dict[str, Tensor]:
    """Return parameters with the counters that BatchNorm has since PyTorch 0.4.1, set to 0."""
    result: dict[str, Tensor] = {}
    lacking, names = 0, set(parameters)
    for name in list(parameters):
        result[name] = parameters.pop(name)  # they are held once, to be let go of one by one
        stem, _, last = name.rpartition("running_var")
        counter = stem + COUNTER
        if not last and name.endswith("running_var") and counter not in names:
            result[counter] = torch.tensor(0)
            lacking += 1
    if lacking:
        text = mark(
            "core",
            "Its BatchNorm layers have no {name}, as before PyTorch 0.4.1: it starts at 0.",
        )
        notes.append(Note(text, name=COUNTER))
    return result


def as_float32(parameters: dict[str, Tensor], notes: list[Note]) -> dict[str, Tensor]:
    """Return parameters in this program's precision; counters (whole numbers) stay as they are."""
    others = {
        str(t.dtype).removeprefix("torch.")
        for t in parameters.values()
        if t.is_floating_point() and t.dtype is not torch.float32
    }
    if others:
        text = mark("core", "Its numbers were {kinds}; they became float32.")
        notes.append(Note(text, kinds=", ".join(sorted(others))))
    if any(tensor.is_complex() for tensor in parameters.values()):
        notes.append(Note(mark("core", "Its numbers are complex: no network here takes them.")))
    result: dict[str, Tensor] = {}
    for name in list(parameters):  # one by one, so that not all of them are there twice
        tensor = parameters.pop(name)
        result[name] = tensor.float() if tensor.is_floating_point() else tensor
    return result


def is_finite(tensor: Tensor) -> bool:
    """Return whether all numbers are finite; looked at in pieces, as the answers take memory."""
    if not (tensor.is_floating_point() or tensor.is_complex()):
        return True
    return all(bool(piece.isfinite().all()) for piece in torch.split(tensor.flatten(), PIECE))


# Tied weights ------------------------------------------------------------------------------------


def tied_names(tensors: Mapping[str, TensorRecord]) -> tuple[tuple[str, ...], ...]:
    """Return the names of tensors that are one in the file, those of each together."""
    places: dict[tuple[object, ...], list[str]] = {}
    for name, record in tensors.items():
        if record.count:
            places.setdefault(record.place, []).append(name)
    return tuple(tuple(names) for names in places.values() if len(names) > 1)


def tied_note(tied: tuple[tuple[str, ...], ...], *, kept: bool) -> list[Note]:
    """Return what is to be said of tied weights; parameters alone cannot stay tied."""
    if not tied:
        return []
    if kept:
        text = mark("core", "These are one parameter, and stay so (tied weights): {names}.")
    else:
        text = mark(
            "core", "These were one parameter (tied weights), and are trained apart: {names}."
        )
    return [Note(text, names=tied_text(tied))]


def shared_note(shared: Sequence[tuple[str, ...]]) -> list[Note]:
    """Return what is to be said of tensors that have numbers in common and are not the same."""
    if not shared:
        return []
    text = mark("core", "These share their numbers in the file; here each has its own: {names}.")
    return [Note(text, names=tied_text(tuple(shared)))]


def tied_text(tied: tuple[tuple[str, ...], ...]) -> str:
    """Return the names of tied weights: ``0.weight = 2.weight``."""
    shown = [
        " = ".join([*(cut(name) for name in names[:4]), *["…"] * (len(names) > 4)])
        for names in tied[:4]
    ]
    return ", ".join(shown) + (", …" if len(tied) > 4 else "")


def tie(net: nn.Module, tied: tuple[tuple[str, ...], ...]) -> None:
    """Make one parameter of those that are one in the file."""
    parameters = dict(net.named_parameters(remove_duplicate=False))
    for names in tied:
        first, *others = [name for name in names if name in parameters] or [""]
        for other in others:
            owner, _, own = other.rpartition(".")
            net.get_submodule(owner).register_parameter(own, parameters[first])
