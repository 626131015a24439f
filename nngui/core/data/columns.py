"""What the columns of a table are for, and to which part a row belongs."""

from __future__ import annotations

from dataclasses import dataclass

TRAIN, VALIDATION, TEST = 0, 1, 2
"""The parts of the rows, as in `Prepared.parts`."""


@dataclass(frozen=True)
class Columns:
    """What the columns of a table are for.

    Attributes
    ----------
    numbers : tuple of str
        The features that are numbers.
    categories : tuple of (str, tuple of str)
        The features that are names, and the names that there are.
    target : str
    classes : tuple of str
        What the target can be; empty where it is a number.
    """

    numbers: tuple[str, ...]
    categories: tuple[tuple[str, tuple[str, ...]], ...]
    target: str
    classes: tuple[str, ...] = ()

    @property
    def counts(self) -> list[int]:
        """How many inputs each category takes."""
        return [len(values) for _, values in self.categories]

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the network's inputs are called: ``age``, ``colour=red``."""
        ones = (f"{name}={value}" for name, values in self.categories for value in values)
        return (*self.numbers, *ones)

    @property
    def features(self) -> list[tuple[str, slice]]:
        """Each feature with the inputs that it takes."""
        found = [(name, slice(i, i + 1)) for i, name in enumerate(self.numbers)]
        first = len(self.numbers)
        for name, values in self.categories:
            found.append((name, slice(first, first + len(values))))
            first += len(values)
        return found
