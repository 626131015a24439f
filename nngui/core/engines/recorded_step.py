"""Plays a recorded training step in place of the step, where both come to the same.

A recording knows addresses, shapes and settings as they were: it is dropped as soon as one of them
is another. And it is held against the step itself before it is used: one that does not do the same,
or cannot be made, leaves the run to the plain steps.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Protocol

    from torch import Tensor, nn
    from torch.optim import Optimizer

    from nngui.core.training.run_state import RunState

    Work = Callable[[], Tensor]

    class Recorder(Protocol):
        """Records steps (see `cuda_graph`)."""

        def prepare(self, optimizers: Sequence[Optimizer], *, on: bool) -> None:
            """Make the optimizers fit to be recorded."""

        def record(self, work: Work, optimizers: Sequence[Optimizer]) -> Work:
            """Record a step."""


ALIKE = 1e-3  # of a loss: how far a recorded one may lie off
SAME_WAY = 0.05  # of a step's length: how far the parameters may
log = logging.getLogger(__name__)


class RecordedStep:
    """A run's step on a full batch, recorded once nothing changes any more.

    Parameters
    ----------
    recorder : Recorder, optional
        None: no device here can record.
    """

    def __init__(self, state: RunState, recorder: Recorder | None) -> None:
        self._state = state
        self._recorder = recorder
        self._play: Work | None = None
        self._gradients: list[tuple[nn.Parameter, Tensor | None]] = []  # that a recording fills in
        self._known: tuple[object, ...] = ()
        self._is_wanted = False
        self._played_rates: list[float] = []

    def look(self) -> None:
        """Look, before a chunk, whether the recording still holds, or one is worth while.

        It is as soon as a chunk has changed nothing but numbers. The first one makes what the
        optimizers remember; and while a slider is dragged each chunk has settings of its own.
        """
        if self._recorder is None:
            return
        known = self._circumstances()
        holds = known == self._known
        if not holds:
            self._play, self._gradients = None, []  # with the device's memory that they hold
        self._known = known
        self._is_wanted = holds and self._play is None

    def stop_recording(self) -> bool:
        """Record nothing any more; return whether there was a recording."""
        was_there, recorder = self._play is not None, self._recorder
        self._play, self._gradients, self._recorder, self._is_wanted = None, [], None, False
        if recorder is not None:
            recorder.prepare([variant.optimizer for variant in self._in_training()], on=False)
        return was_there

    def take(self, x: Tensor, y: Tensor, work: Callable[[Tensor, Tensor], Tensor]) -> Tensor | None:
        """Take a step on a batch by the recording.

        Parameters
        ----------
        work : callable
            Takes the step itself, given a batch.

        Returns
        -------
        Tensor or None
            The step's numbers; None: it was not taken, and is to be taken plainly.
        """
        batches = self._state.batches
        if self._is_wanted and len(x) == (batches.batch_size or len(batches.x)):
            self._is_wanted = False
            self._make(x, y, work)
        if self._play is None or x.shape != self._x.shape or self._rates() != self._played_rates:
            return None
        self._x.copy_(x)
        self._y.copy_(y)
        numbers = self._play().clone()
        for parameter, gradient in self._gradients:  # a plain step in between had others
            parameter.grad = gradient
        return numbers

    def _make(self, x: Tensor, y: Tensor, work: Callable[[Tensor, Tensor], Tensor]) -> None:
        """Record the step, unless the recording does something else than the step."""
        assert self._recorder is not None
        optimizers = [variant.optimizer for variant in self._in_training()]
        before = self._copies()
        expected = self._losses(work(x, y)), self._movement(before)
        _put(before)
        self._recorder.prepare(optimizers, on=True)
        before = self._copies()  # counts of steps may lie elsewhere now
        self._x, self._y = x.clone(), y.clone()
        try:
            play = self._recorder.record(lambda: work(self._x, self._y), optimizers)
            gradients = [(parameter, parameter.grad) for parameter in self._parameters()]
            _put(before)
            found = self._losses(play()), self._movement(before)
        except (RuntimeError, AssertionError):  # torch's words for what a device cannot do
            log.exception("A step on %s could not be recorded", self._state.device)
            works = False
        else:
            works = _alike(*found, *expected)
            if not works:
                log.warning("A recorded step on %s is another one", self._state.device)
        _put(before)
        if works:
            self._play, self._gradients = play, gradients
            self._played_rates = self._rates()
            self._known = self._circumstances()
        else:
            self.stop_recording()

    # What a recording stands on ------------------------------------------------------------------

    def _in_training(self) -> list[Any]:
        return [variant for variant in self._state.variants if not variant.diverged]

    def _rates(self) -> list[float]:
        """Return the learning rates of now: a recording has those of its own in it."""
        return [variant.rate for variant in self._in_training()]

    def _parameters(self) -> Iterator[nn.Parameter]:
        for variant in self._in_training():
            yield from variant.net.parameters()

    def _changing(self) -> Iterator[Tensor]:
        """Yield all that a step changes."""
        for variant in self._in_training():
            yield from variant.net.parameters()
            yield from variant.net.buffers()
            for memory in variant.optimizer.state.values():
                yield from (value for value in memory.values() if torch.is_tensor(value))

    def _copies(self) -> list[tuple[Tensor, Tensor]]:
        return [(tensor, tensor.detach().clone()) for tensor in self._changing()]

    def _circumstances(self) -> tuple[object, ...]:
        """Return where all of this lies, who takes part, the settings, and the data's shape."""
        settings = [
            {name: value for name, value in group.items() if name != "params"}
            for variant in self._in_training()
            for group in variant.optimizer.param_groups
        ]
        out = tuple(variant.diverged for variant in self._state.variants)
        places = tuple(tensor.data_ptr() for tensor in self._changing())
        batches = self._state.batches
        loss = self._state.loss_func  # it may hold the classes' weights
        return out, places, str(settings), batches.batch_size, batches.x.shape, loss

    def _losses(self, numbers: Tensor) -> Tensor:
        return numbers[: len(self._state.variants)].clone()

    def _movement(self, before: list[tuple[Tensor, Tensor]]) -> Tensor:
        """Return how far the parameters have moved since, end to end."""
        parameters = {id(parameter) for parameter in self._parameters()}
        moved = [now.detach() - then for now, then in before if id(now) in parameters]
        return torch.cat([part.flatten() for part in moved])


@torch.no_grad()
def _put(before: list[tuple[Tensor, Tensor]]) -> None:
    """Put values back where they were: a recording knows the places only."""
    for tensor, value in before:
        tensor.copy_(value)


def _alike(losses: Tensor, moved: Tensor, losses_wanted: Tensor, wanted: Tensor) -> bool:
    """Return whether two steps gave the same losses, and went the same way, to rounding."""
    same = torch.allclose(losses, losses_wanted, ALIKE, ALIKE, equal_nan=True)
    return same and bool((moved - wanted).norm() <= SAME_WAY * wanted.norm() + 1e-12)
