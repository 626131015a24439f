"""What views ask of a run must not end it: their questions are put to it under guard."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from nngui.core.errors import NnguiError
from nngui.core.memory import as_no_memory
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
log = logging.getLogger(__name__)


class Guard:
    """Puts questions to a run, which goes on where one of them fails.

    A failure is logged each time, with its traceback, and told once in a run: a view may well ask
    again with every picture.

    Parameters
    ----------
    tell : callable of NnguiError
        Is told what is no longer shown.
    """

    def __init__(self, tell: Callable[[NnguiError], None]) -> None:
        self._tell = tell
        self._told: set[str] = set()

    def begin(self) -> None:
        """Begin another run, of which nothing has been told."""
        self._told.clear()

    def ask(
        self,
        question: Callable[[], T],
        sentence: str,
        drop: Callable[[], None] | None = None,
    ) -> T | None:
        """Return what a question finds; None where it fails.

        Parameters
        ----------
        sentence : str
            Marked for translation: tells of a failure, and what is missing by it.
        drop : callable, optional
            Is called after a failure, and before it is told: has the question not asked again.
        """
        why = None
        try:
            return question()
        except Exception as error:  # whatever a view's code raises: it is not the run's
            log.exception("A question to a run failed")
            why = as_no_memory(error)
        if drop is not None:
            drop()
        if sentence not in self._told:
            self._told.add(sentence)
            missing = NnguiError(sentence)
            both = mark("core", "{missing} {why}")
            self._tell(missing if why is None else NnguiError(both, missing=missing, why=why))
        return None
