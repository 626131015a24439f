"""Several runs of a task by turns: batch sizes beside each other, or several seeds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from nngui.core.trainer import Trainer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import Tensor

    from nngui.core.spec import Spec
    from nngui.core.task import Task


class StudyState(Protocol):
    """How the runs of a study stand."""

    @property
    def done(self) -> float:
        """The share of all that is to be trained, from 0 to 1."""


State = TypeVar("State", bound=StudyState)
SomeState = TypeVar("SomeState", covariant=True)


class Pausing(Protocol[SomeState]):
    """Work that pauses every few milliseconds, when it can be stopped, or asked how it stands."""

    @property
    def is_level(self) -> bool:
        """Whether it makes sense to ask for the state now."""

    def __iter__(self) -> Iterator[None]:
        """Work, with pauses."""

    def state(self) -> SomeState:
        """Return how it stands."""


class Study(ABC, Generic[State]):
    """Trains several runs by turns; each gives the losses it would give alone.

    A class of it says how long a turn is, and what is kept of it.

    Parameters
    ----------
    task : Task
    specs : sequence of Spec
        One for each run.
    weights : mapping of str to Tensor, optional
        What the networks start from in place of random numbers.

    Attributes
    ----------
    trainers : list of Trainer
        The runs; empty until they are built.
    is_level : bool
        Whether every run has had its turn in this round, so that they can be compared.
    """

    def __init__(
        self, task: Task, specs: Sequence[Spec], weights: Mapping[str, Tensor] | None = None
    ) -> None:
        self.trainers: list[Trainer] = []
        self.is_level = False
        self._task, self._specs, self._weights = task, tuple(specs), weights

    def __iter__(self) -> Iterator[None]:
        """Build, then train by turns until all have ended.

        It pauses every few milliseconds: whoever iterates may stop there, or ask for the `state`.

        Raises
        ------
        NnguiError
            When one of the runs cannot be built.
        """
        for spec in self._specs:
            self.trainers.append(Trainer(self._task, spec, weights=self._weights))
            yield
        self.prepare()
        while not all(self.is_over(run) for run in range(len(self.trainers))):
            self.is_level = False
            self.begin_round()
            for run in range(len(self.trainers)):
                for _ in self.take_turn(run):
                    yield
            self.is_level = True
            yield

    # What a class of it fills in -----------------------------------------------------------------

    @abstractmethod
    def prepare(self) -> None:
        """Do what is to be done when all runs are built, and none has begun."""

    @abstractmethod
    def take_turn(self, run: int) -> Iterator[None]:
        """Train a run until it is the next one's turn, with a pause after each slice."""

    @abstractmethod
    def state(self) -> State:
        """Return how the runs stand; only between two rounds all of them are equally far."""

    def begin_round(self) -> None:
        """Do what is to be done before each round of turns."""

    def is_over(self, run: int) -> bool:
        """Return whether a run has come to its end."""
        return self.trainers[run].ending is not None
