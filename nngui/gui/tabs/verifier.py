"""Has the script that is shown run by a plain Python, and tells whether it says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nngui.gui.style.translation import shown
from nngui.gui.training.script_process import (
    MAX_VERIFY_S,
    PACKED,
    ScriptProcess,
    Verified,
    can_verify,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.records.printed import Check, Difference
    from nngui.gui.panels.verify_row import VerifyRow

MAX_WORDS = 200  # characters of what a script says of an error


class Verifier(QObject):
    """Stands behind the row below the code.

    Signals
    -------
    wanted
        The script is to be verified: `start` does it.

    Attributes
    ----------
    unit : str
        What is compared: ``losses``, ``batches`` or ``numbers``.
    why : str
        What is known that keeps the script from the last bits; "" for nothing.
    lost : int
        How many steps are not kept exactly any more.
    """

    wanted = Signal()

    def __init__(self, row: VerifyRow, parent: QObject) -> None:
        super().__init__(parent)
        self._row, self._process = row, ScriptProcess(self)
        self.unit, self.why, self.lost = "numbers", "", 0
        self._process.progressed.connect(self._on_progressed)
        self._process.ended.connect(self._on_ended)
        row.pressed.connect(self._on_pressed)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """End the script with the window; return whether it is gone."""
        return self._process.close(deadline)

    def forget(self) -> None:
        """Say nothing of the code before: it is another one."""
        self._process.cancel()
        self._row.show_busy(False)
        self._row.say("")
        self._row.offer("" if can_verify() else shown(PACKED))

    def start(
        self,
        write: Callable[[Path], object],
        name: str,
        check: Callable[[], Check] | None,
    ) -> None:
        """Run a script and compare (see `ScriptProcess`); None: there are no numbers yet."""
        if check is None:
            self._row.say(self.tr("There is nothing to compare with yet: press Train first."))
            return
        self._row.show_busy(True)
        self._row.say(self.tr("A Python of its own starts, and loads PyTorch…"))
        self._process.start(write, name, check)

    @Slot()
    def _on_pressed(self) -> None:
        if not self._process.is_busy:
            self.wanted.emit()
            return
        self._process.cancel()
        self._row.show_busy(False)
        self._row.say(self.tr("Cancelled: nothing was told of it."))

    @Slot(int, int)
    def _on_progressed(self, equal: int, total: int) -> None:
        self._row.show_share(equal / max(total, 1))
        if equal:
            self._row.say(f"{self._equal_text(equal, total)}…")

    @Slot(object)
    def _on_ended(self, found: Verified) -> None:
        self._row.show_busy(False)
        equal = self._equal_text(found.equal, found.total)
        if found.problem:
            text = self.tr("The script did not run: {why}")
            self._row.say(text.format(why=found.problem[:MAX_WORDS]), "problem")
        elif found.difference is not None:
            self._row.say(self._difference_text(found.difference), "problem")
        elif found.is_late:
            text = self.tr("Ended after {minutes} minutes: {what} by then.")
            self._row.say(text.format(minutes=MAX_VERIFY_S // 60, what=equal), "warning")
        else:
            self._row.say(
                "\n".join(part for part in (f"✓ {equal}", self._lost_text()) if part), "good"
            )

    def _equal_text(self, equal: int, total: int) -> str:
        text = {
            "losses": self.tr("{n} of {total} losses equal, to the bit"),
            "batches": self.tr("{n} of {total} batches equal, as they are printed"),
            "numbers": self.tr("{n} of {total} numbers equal, to the bit"),
        }[self.unit]
        return text.format(n=f"{equal:,}", total=f"{total:,}")

    def _lost_text(self) -> str:
        if not self.lost:
            return ""
        text = self.tr("The first {n} steps are not kept exactly any more.")
        return "\n" + text.format(n=f"{self.lost:,}")

    def _difference_text(self, found: Difference) -> str:
        if not found.printed:
            text = self.tr("The script ends before step {place}; here that is {wanted}.")
        elif not found.wanted:
            text = self.tr("The script goes on to step {place}; here it ended before.")
        else:
            text = self.tr(
                "Differs first at step {place}: the script has {printed}, here it is {wanted}."
            )
        said = text.format(place=found.place, printed=found.printed, wanted=found.wanted)
        return f"{said} {self.why}" if self.why else said
