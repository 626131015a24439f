"""A run's state in little memory: one array of bytes, and what it means.

A captured state of a small network is some sixty tensors of a few hundred bytes each. Thousands of
such states would keep Python's garbage collector busy, and take as much memory again for what
surrounds the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

ALIGNED = 16  # bytes: where a tensor begins in the array


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a tensor lies in the array."""

    begin: int
    end: int
    dtype: torch.dtype
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Value:
    """Which of the plain values stands here."""

    index: int


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """A state of plain values, tensors, lists, tuples and dicts.

    Attributes
    ----------
    numbers : ndarray
        All tensors on the CPU, uint8.
    values : tuple
        All else: plain values, and tensors that lie elsewhere.
    form : object
        The state, with places in these in their stead.
    """

    numbers: np.ndarray[Any, np.dtype[np.uint8]]
    values: tuple[Any, ...]
    form: object

    @property
    def nbytes(self) -> int:
        """The memory that it takes, in bytes, without the form: states of a run share it."""
        elsewhere = sum(v.nbytes for v in self.values if isinstance(v, Tensor))
        return self.numbers.nbytes + 16 * len(self.values) + elsewhere


def pack(state: Any, like: Packed | None = None) -> Packed:
    """Return a copy of a state in one piece.

    Parameters
    ----------
    like : Packed, optional
        Another state of the run: the form is shared with it, where it is the same.
    """
    tensors: list[Tensor] = []
    values: list[Any] = []
    form, size = _form(state, tensors, values, 0)
    numbers = np.empty(size, np.uint8)
    begin = 0
    for tensor in tensors:
        raw = tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy()
        numbers[begin : begin + len(raw)] = raw
        begin += _room(len(raw))
    if like is not None and like.form == form:
        form = like.form
    return Packed(numbers, tuple(values), form)


def unpack(packed: Packed) -> Any:
    """Return the state; nothing of it is shared with what was packed."""
    return _filled(packed.form, packed)


def _room(size: int) -> int:
    return -(-size // ALIGNED) * ALIGNED


def _form(part: Any, tensors: list[Tensor], values: list[Any], size: int) -> tuple[Any, int]:
    """Return what stands for a part of a state, and the bytes that all up to it take."""
    if isinstance(part, Tensor) and part.device.type == "cpu":
        length = part.nbytes
        tensors.append(part)
        return _Slot(size, size + length, part.dtype, tuple(part.shape)), size + _room(length)
    if isinstance(part, dict):
        form: dict[Any, Any] = {}
        for key, value in part.items():
            form[key], size = _form(value, tensors, values, size)
        return form, size
    if isinstance(part, list | tuple):
        parts = []
        for value in part:
            found, size = _form(value, tensors, values, size)
            parts.append(found)
        return (parts if isinstance(part, list) else tuple(parts)), size
    values.append(part)
    return _Value(len(values) - 1), size


def _filled(form: Any, packed: Packed) -> Any:
    if isinstance(form, _Slot):
        raw = packed.numbers[form.begin : form.end].copy()
        return torch.from_numpy(raw).view(form.dtype).reshape(form.shape)
    if isinstance(form, _Value):
        value = packed.values[form.index]
        return value.clone() if isinstance(value, Tensor) else value
    if isinstance(form, dict):
        return {key: _filled(value, packed) for key, value in form.items()}
    if isinstance(form, list):
        return [_filled(value, packed) for value in form]
    assert isinstance(form, tuple)
    return tuple(_filled(value, packed) for value in form)
