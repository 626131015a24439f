"""What a DataLoader's worker processes cost: measured, in a process in which nothing else runs.

The program itself never trains with them: `core.data.Batches` brings the same batches without, and
only its place in a pass can be taken and put back. And a window must not be forked: the child would
have one thread of many, and every lock that another one held at that moment stays closed in it. So
``nngui workers`` measures as a script would find it, with the start method that Python has on this
machine. On Linux, two workers bring their first batch after 50 ms with fork; with spawn, as on
Windows and macOS, or forkserver they load torch again for every pass: after 1.5 to 3 s.
"""

from __future__ import annotations

import itertools
import multiprocessing
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.utils.data import DataLoader, TensorDataset
from typing_extensions import override

from nngui.core.errors import NnguiError
from nngui.core.text import mark
from nngui.core.trainer import Trainer

if TYPE_CHECKING:
    from torch import Tensor

    from nngui.core.spec import Spec
    from nngui.core.task import Task

MAX_BATCHES = 200  # batches of a pass that are looked at
ENOUGH_S = 5.0  # seconds that all samples may take to be fetched, where fetching takes time
PATIENCE_S = 60.0  # seconds for a batch: a worker that died may never bring it


class SlowDataset(TensorDataset):
    """A `TensorDataset` whose samples take their time, as files that are read do."""

    def __init__(self, seconds: float, *tensors: Tensor) -> None:
        super().__init__(*tensors)
        self.seconds = seconds

    @override
    def __getitem__(self, index: int) -> tuple[Tensor, ...]:
        if self.seconds:
            time.sleep(self.seconds)
        return tuple(tensor[index] for tensor in self.tensors)


@dataclass(frozen=True)
class LoaderCost:
    """What a pass took.

    Attributes
    ----------
    first : float
        Seconds until the first batch was there: with workers, until they had started.
    whole : float
        Seconds until all batches that were looked at were there.
    batches : list of tuple of Tensor
        What was brought.
    """

    first: float
    whole: float
    batches: list[tuple[Tensor, ...]]


def start_method() -> str:
    """Return how Python starts processes on this machine: ``fork``, ``spawn``, ``forkserver``."""
    return multiprocessing.get_start_method()


def measure(task: Task, spec: Spec, fetch: float = 0.0) -> tuple[LoaderCost, LoaderCost]:
    """Go through a pass with worker processes, and through the same one without.

    Parameters
    ----------
    fetch : float
        Seconds that each sample takes to be fetched.

    Returns
    -------
    with_workers, without : LoaderCost

    Raises
    ------
    NnguiError
        When there is no loader, or the processes could not be started.
    """
    if not spec.schedule.batch_size or not spec.schedule.worker_processes:
        text = mark(
            "core", "There are no workers to measure: set Workers and Batch size to 1 or more."
        )
        raise NnguiError(text)
    _pass(task, spec, 0, 0.0)  # the very first one loads parts of torch
    try:
        with_workers = _pass(task, spec, spec.schedule.worker_processes, fetch)
    except (RuntimeError, OSError) as error:
        text = mark("core", "The worker processes did not bring their batches: {why}.")
        raise NnguiError(text, why=str(error).splitlines()[0].rstrip(".")) from error
    return with_workers, _pass(task, spec, 0, fetch)


def _pass(task: Task, spec: Spec, workers: int, fetch: float) -> LoaderCost:
    trainer, size = Trainer(task, spec), spec.schedule.batch_size
    most = MAX_BATCHES if not fetch else max(4, min(MAX_BATCHES, int(ENOUGH_S / (size * fetch))))
    with trainer.state.random.in_place():
        loader = DataLoader(
            SlowDataset(fetch, *trainer.state.train_data),
            batch_size=size,
            num_workers=workers,
            timeout=PATIENCE_S if workers else 0,
            **spec.schedule.loading,
        )
        began = time.perf_counter()
        batches = iter(loader)
        brought = [tuple(next(batches))]
        first = time.perf_counter() - began
        brought += [tuple(batch) for batch in itertools.islice(batches, most - 1)]
        whole = time.perf_counter() - began
    return LoaderCost(first, whole, brought)


def alike(one: LoaderCost, other: LoaderCost) -> bool:
    """Return whether two passes brought the same batches."""
    pairs = zip(one.batches, other.batches, strict=True)
    return all(torch.equal(a, b) for x, y in pairs for a, b in zip(x, y, strict=True))
