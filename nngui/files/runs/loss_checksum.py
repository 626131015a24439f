"""By what the losses of a run are known again: whether a replay has the same, to the last bit."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from nngui.core.journal.journal_text import bytes_of
from nngui.core.records.history import training_losses

if TYPE_CHECKING:
    from nngui.core.records.history import History

UNKNOWN = ""
"""The checksum of losses of which some are not there any more."""
_AT_ONCE = 65_536  # rows


class LossChecksum:
    """The sha256 of a run's training losses, as they come.

    Of each step the loss of each network, in the order of the columns (see
    `journal_text.checksum_of`).

    Parameters
    ----------
    history : History
        The losses so far, and those to come.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        losses = training_losses(history.columns)
        self.columns = tuple(losses)
        self._chosen = [history.columns.index(name) for name in losses]
        self._sum, self._rows, self._is_whole = hashlib.sha256(), 0, True

    def follow(self) -> None:
        """Take what has come since; where rows were taken back, all of it anew."""
        history = self._history
        length = len(history)
        if length < self._rows:
            self._sum, self._rows = hashlib.sha256(), 0
        if history.first_exact > self._rows:  # forgotten before they were seen
            self._is_whole = False
        while self._is_whole and self._rows < length:
            last = min(self._rows + _AT_ONCE, length)
            self._sum.update(bytes_of(history.exact(self._rows, last)[:, self._chosen]))
            self._rows = last

    @property
    def value(self) -> str:
        """The checksum, 64 hexadecimal digits; `UNKNOWN` where not all losses were seen."""
        self.follow()
        return self._sum.hexdigest() if self._is_whole else UNKNOWN
