"""A run without a window as its journal: written down with what it can be known again by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from nngui import __version__
from nngui.core.journal.journal_text import Facts, JournalFile
from nngui.files.runs.journal_file import write_journal
from nngui.files.runs.loss_checksum import LossChecksum

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from torch import Tensor

    from nngui.core.records.history import History
    from nngui.core.trainer import Trainer


@dataclass(frozen=True, slots=True)
class Start:
    """What a run began with, as checksums; empty where that is not known any more."""

    data: str = ""
    parameters: str = ""


def start_of(trainer: Trainer) -> Start:
    """Return what a run that stands at its beginning begins with."""
    if trainer.step_count:
        return Start()
    nets = (variant.net.state_dict().values() for variant in trainer.variants)
    return Start(
        _sum_of([trainer.data.x, trainer.data.y]), _sum_of(part for net in nets for part in net)
    )


def _sum_of(tensors: Iterable[Tensor]) -> str:
    """Return the sha256 of tensors: of each its numbers, the lowest byte first."""
    found = hashlib.sha256()
    for tensor in tensors:
        array = tensor.detach().cpu().contiguous().numpy()
        if array.size:  # of none there is no view
            found.update(array.astype(array.dtype.newbyteorder("<"), copy=False).data.cast("B"))
    return found.hexdigest()


class JournalWriter:
    """Writes a run's journal once it has ended.

    Parameters
    ----------
    history : History
        Its losses so far, and those to come.
    """

    def __init__(self, path: Path, trainer: Trainer, history: History) -> None:
        self.path, self.checksum = path, LossChecksum(history)
        self._trainer, self._start = trainer, start_of(trainer)
        self._device = trainer.state.device.type  # `auto` may choose another one elsewhere

    def write(self) -> None:
        """Write it.

        Raises
        ------
        NnguiError
            When it cannot be written.
        """
        trainer, checksum = self._trainer, self.checksum
        start = self._start
        facts = Facts(
            checksum.value,
            checksum.columns,
            start.data,
            start.parameters,
            __version__,
            str(torch.__version__),  # which is a class of its own
        )
        journal = replace(trainer.journal, device=self._device)
        found = JournalFile(journal, trainer.step_count, facts)
        write_journal(self.path, found)
