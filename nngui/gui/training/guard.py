"""What views ask of a run must not end it: their questions are put to it under guard."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from nngui.core.errors import NnguiError
from nngui.core.memory import as_no_memory
from nngui.core.text import mark
from nngui.core.training.failure import sentence_of

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
log = logging.getLogger(__name__)


class Guard:
    """Puts questions to a run, which goes on where one of them fails.

    A failure is told once in a run: a view may well ask again with every picture. It is logged with
    its traceback; one that comes again is only counted there.

    Parameters
    ----------
    tell : callable of NnguiError
        Is told what is no longer shown.
    """

    def __init__(self, tell: Callable[[NnguiError], None]) -> None:
        self._tell = tell
        self._times: Counter[str] = Counter()

    def begin(self) -> None:
        """Begin another run, of which nothing has been told."""
        self._times.clear()

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
        try:
            return question()
        except Exception as error:  # whatever a view's code raises: it is not the run's
            if self.is_new(sentence):
                log.exception("A question to a run failed")
            found = error
        if drop is not None:
            drop()
        self.tell_once(found, sentence)
        return None

    def is_new(self, sentence: str) -> bool:
        """Return whether a failure has not been told in this run."""
        return not self._times[sentence]

    def tell_once(self, error: Exception, sentence: str) -> None:
        """Tell of a failure, unless that was done: then it is counted.

        Parameters
        ----------
        sentence : str
            Marked for translation (see `ask`); ``{what}`` in it stands for what the error says.
        """
        self._times[sentence] += 1
        times = self._times[sentence]
        if times > 1:
            if times & (times - 1) == 0:  # the second, fourth, eighth ... time
                log.error("For the %d. time: %s", times, str(error))
            return
        missing = NnguiError(sentence, what=sentence_of(error))
        why = as_no_memory(error)
        if why is None or "{what}" in sentence:
            self._tell(missing)
        else:
            self._tell(NnguiError(mark("core", "{missing} {why}"), missing=missing, why=why))
