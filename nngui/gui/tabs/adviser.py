"""What is wrong with a run that has ended, above its plots, with a button that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from nngui.core.errors import NnguiError
from nngui.core.spec.toml import with_settings
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from nngui.core.evaluation.hints import Hint
    from nngui.gui.panels.banner import Banner
    from nngui.gui.training.run import Run


class Adviser(QObject):
    """Tells a run's hints one after the other; what was dismissed is not told again.

    Another question that stands in the banner goes first: then nothing is told.
    """

    def __init__(self, run: Run, banner: Banner, parent: QObject) -> None:
        super().__init__(parent)
        self._run, self._banner = run, banner
        self._hints: list[Hint] = []
        self._dismissed: set[str] = set()
        self._take = QAction(self)
        self._take.triggered.connect(self._on_taken)
        self._dismiss = QAction(self.tr("Dismiss"), self)
        set_tip(self._dismiss, self.tr("Do not tell this again in this tab."))
        self._dismiss.triggered.connect(self._on_dismissed)
        run.advised.connect(self._on_advised)
        run.state_changed.connect(self._on_state)

    @Slot(object)
    def _on_advised(self, hints: list[Hint]) -> None:
        self._hints = [hint for hint in hints if hint.kind not in self._dismissed]
        self._tell()

    def _tell(self) -> None:
        if not self._hints or self._banner.is_asking:
            return
        hint = self._hints[0]
        answers = [self._dismiss]
        if hint.settings:
            self._take.setText(shown(hint.remedy).format(**hint.values))
            set_tip(self._take, self._tip(hint))
            answers.insert(0, self._take)
        level = "error" if hint.kind == "diverged" else "warning"
        self._banner.say(level, shown_sentence(hint), answers)

    def _tip(self, hint: Hint) -> str:
        if hint.goes_on:
            return self.tr("Change the setting, and go on training.")
        return self.tr("Change the setting, and train again from the start.")

    @Slot()
    def _on_taken(self) -> None:
        hint, self._hints = self._hints[0], []
        try:
            spec = with_settings(self._run.viewed_spec, hint.settings)
        except NnguiError as error:  # other settings have come since
            self._banner.say("warning", shown_sentence(error))
            return
        if hint.goes_on:
            self._run.apply(spec)
            self._run.train()
        else:  # from step 0: what it asks for may be less than has been done
            self._run.start_from(spec, State.TRAINING)

    @Slot()
    def _on_dismissed(self) -> None:
        if self._hints:
            self._dismissed.add(self._hints.pop(0).kind)
        self._tell()

    @Slot()
    def _on_state(self) -> None:
        """Take the advice back when its run goes on, or makes room for another one."""
        if self._run.state is not State.ENDED and self._hints:
            self._hints = []
            self._banner.withdraw(self._dismiss)
