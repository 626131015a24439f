"""A run's state in little memory: an array for each type of number, and what they mean.

A captured state of a small network is some sixty tensors of a few hundred bytes each. Thousands of
such states would keep Python's garbage collector busy, and take as much memory again for what
surrounds the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a tensor lies among those of its type."""

    begin: int
    end: int
    dtype: torch.dtype
    shape: torch.Size


@dataclass(frozen=True, slots=True)
class _Value:
    """Which of the plain values stands here."""

    index: int


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """A state of plain values, tensors, lists, tuples and dicts.

    Attributes
    ----------
    numbers : dict of dtype to Tensor
        All tensors on the CPU, one behind the other.
    values : tuple
        All else: plain values, and tensors that lie elsewhere.
    form : object
        The state, with places in these in their stead.
    nbytes : int
        The memory that it takes, in bytes, without the form: states of a run share it.
    """

    numbers: dict[torch.dtype, Tensor]
    values: tuple[Any, ...]
    form: object
    nbytes: int


@dataclass(slots=True)
class _Packing:
    """What has been found in a state so far."""

    tensors: dict[torch.dtype, list[Tensor]] = field(default_factory=dict)
    sizes: dict[torch.dtype, int] = field(default_factory=dict)
    values: list[Any] = field(default_factory=list)

    def form_of(self, part: Any) -> Any:
        """Return what stands for a part of the state."""
        if isinstance(part, Tensor) and part.device.type == "cpu":
            dtype, begin = part.dtype, self.sizes.get(part.dtype, 0)
            self.tensors.setdefault(dtype, []).append(part.detach().reshape(-1))
            self.sizes[dtype] = end = begin + part.numel()
            return _Slot(begin, end, dtype, part.shape)
        if isinstance(part, dict):
            return {key: self.form_of(value) for key, value in part.items()}
        if isinstance(part, list):
            return [self.form_of(value) for value in part]
        if isinstance(part, tuple):
            return tuple([self.form_of(value) for value in part])
        if isinstance(part, Tensor):
            part = part.detach().clone()
        self.values.append(part)
        return _Value(len(self.values) - 1)

    def fill(self, form: Any, part: Any) -> bool:
        """Take a part of the state that may well have a known form; return whether it has."""
        kind = type(form)
        if kind is _Slot:
            if not isinstance(part, Tensor) or part.shape != form.shape:
                return False
            if part.dtype is not form.dtype or part.device.type != "cpu":
                return False
            self.tensors.setdefault(form.dtype, []).append(part.detach().reshape(-1))
            return True
        if kind is _Value:
            self.values.append(part)
            return not isinstance(part, Tensor | dict | list | tuple)
        if not isinstance(part, kind) or len(part) != len(form):
            return False
        if kind is dict:
            return form.keys() == part.keys() and all(
                self.fill(value, part[key]) for key, value in form.items()
            )
        return all(self.fill(*pair) for pair in zip(form, part, strict=True))


def pack(state: Any, like: Packed | None = None) -> Packed:
    """Return a copy of a state in few pieces.

    Parameters
    ----------
    like : Packed, optional
        Another state of the run: the form is shared with it, where it is the same.
    """
    packing = _Packing()
    if like is not None and packing.fill(like.form, state):
        form = like.form
    else:
        packing = _Packing()
        form = packing.form_of(state)
    numbers = {dtype: torch.cat(parts) for dtype, parts in packing.tensors.items()}
    size = sum(tensor.nbytes for tensor in numbers.values()) + 16 * len(packing.values)
    size += sum(value.nbytes for value in packing.values if isinstance(value, Tensor))
    return Packed(numbers, tuple(packing.values), form, size)


def unpack(packed: Packed) -> Any:
    """Return the state; nothing of it is shared with what was packed."""
    return _filled(packed.form, packed.numbers, packed.values)


def _filled(form: Any, numbers: dict[torch.dtype, Tensor], values: tuple[Any, ...]) -> Any:
    if isinstance(form, _Slot):
        return numbers[form.dtype][form.begin : form.end].view(form.shape).clone()
    if isinstance(form, _Value):
        value = values[form.index]
        return value.clone() if isinstance(value, Tensor) else value
    if isinstance(form, dict):
        return {key: _filled(value, numbers, values) for key, value in form.items()}
    if isinstance(form, list):
        return [_filled(value, numbers, values) for value in form]
    assert isinstance(form, tuple)
    return tuple(_filled(value, numbers, values) for value in form)
