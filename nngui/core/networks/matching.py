"""Whether saved parameters are those of a network: by their names, or by their order."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter's name, the shape that the network has, and the shape that the file has."""

    name: str
    expected: Sizes | None
    found: Sizes | None

    @property
    def fits(self) -> bool:
        """Whether the two shapes are the same."""
        return self.expected == self.found


class MisfitError(NnguiError):
    """Parameters that are not those of the network.

    Attributes
    ----------
    rows : list of Row
        All parameters of either, in order.
    """

    def __init__(self, rows: list[Row]) -> None:
        bad = next(row for row in rows if not row.fits)
        if bad.expected is None:
            text = mark(
                "core",
                "The saved parameters do not fit the network: the file also has {name} ({found}).",
            )
        elif bad.found is None:
            text = mark(
                "core",
                "The saved parameters do not fit the network: the file lacks {name} ({expected}).",
            )
        else:
            text = mark(
                "core",
                "The saved parameters do not fit the network: {name} should have the shape "
                "{expected}, but the file has {found}.",
            )
        super().__init__(
            text,
            name=bad.name,
            expected=parameter_shape_text(bad.expected),
            found=parameter_shape_text(bad.found),
        )
        self.rows = rows


def parameter_shape_text(shape: Sizes | None) -> str:
    """Return a parameter's shape as people write it, or a dash for none."""
    if shape is None:
        return "–"
    return " × ".join(f"{size:,}" for size in shape) or mark("core", "one number")


def shapes_of(parameters: Mapping[str, Tensor]) -> dict[str, Sizes]:
    """Return the shapes of parameters, by name."""
    return {name: tuple(tensor.shape) for name, tensor in parameters.items()}


def matched(found: Mapping[str, Tensor], expected: Mapping[str, Sizes]) -> dict[str, Tensor]:
    """Return the parameters under the network's names.

    Where the names differ, as with ``0.weight`` for ``hidden.weight``, their order counts.

    Raises
    ------
    MisfitError
        With a row for each parameter.
    NnguiError
        When they are complex numbers.
    """
    if any(tensor.is_complex() for tensor in found.values()):
        raise NnguiError(mark("core", "The saved parameters are complex: the network's are real."))
    shapes = shapes_of(found)
    if shapes.keys() == expected.keys():
        rows = [Row(name, size, shapes[name]) for name, size in expected.items()]
        names = {name: name for name in expected}
    else:
        pairs = itertools.zip_longest(expected.items(), shapes.items(), fillvalue=("", None))
        rows = [Row(e_name or f_name, e, f) for (e_name, e), (f_name, f) in pairs]
        names = dict(zip(expected, shapes, strict=False))
    if not all(row.fits for row in rows):
        raise MisfitError(rows)
    return {name: found[other] for name, other in names.items()}
