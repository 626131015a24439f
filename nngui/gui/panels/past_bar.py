"""The step that is looked back at, and what to do with it: go on from there, or return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSpinBox, QWidget
from typing_extensions import override

from nngui.gui.style.icons import icon
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from nngui.gui.style.theme import Colours

AIR = 24  # pixels around its text


class StepBox(QSpinBox):
    """A step among words, to be typed or stepped.

    Signals
    -------
    sought : int
        The user wants to see this step.
    """

    sought = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        before, _, behind = self.tr("step {step}").partition("{step}")
        self.setPrefix(before)
        self.setSuffix(behind)
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)
        self.setAccelerated(True)
        self.setProperty("small", True)
        self.setAccessibleName(self.tr("Step that is shown"))
        set_tip(self, self.tr("The step that is shown. Type another one to go there."))
        self.lineEdit().setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.valueChanged.connect(self.sought)

    def show_step(self, step: int, newest: int) -> None:
        """Show a step, and let the user go up to the newest one."""
        self.blockSignals(True)
        self.setRange(0, newest)
        self.setValue(step)
        self.blockSignals(False)
        longest = f"{self.prefix()}{newest:,}{self.suffix()}"
        self.setFixedWidth(self.fontMetrics().horizontalAdvance(longest) + AIR)

    @override
    def stepEnabled(self) -> QSpinBox.StepEnabledFlag:
        return QSpinBox.StepEnabledFlag.StepUpEnabled | QSpinBox.StepEnabledFlag.StepDownEnabled


class PastBar(QWidget):
    """Stands in a card's header while one looks back.

    Signals
    -------
    sought : int
        The user wants to see another step.
    branch_requested
        The run is to go on from the step that is shown, on another line.
    live_requested
        It is to be shown as it stands now.
    """

    sought = Signal(int)
    branch_requested = Signal()
    live_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = StepBox()
        self.branch = QPushButton(self.tr("Branch here"))
        self.live = QPushButton(self.tr("Live"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.branch, self.live):
            button.setProperty("small", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_tip(
            self.branch,
            self.tr(
                "Go on from this step on a line of its own: the run as it is stays. To train from "
                "here, or to change a setting, does the same."
            ),
        )
        set_tip(self.live, self.tr("Show the run as it stands now. (Esc in the plot)"))
        self._words = self.branch.text()
        self.branch.setAccessibleName(self._words)
        for widget in (self.step, self.branch, self.live):
            row.addWidget(widget)
        self.step.sought.connect(self.sought)
        self.branch.clicked.connect(self._on_branch)
        self.live.clicked.connect(self._on_live)
        self.hide()

    def show_step(self, step: int | None, newest: int) -> None:
        """Show which step is looked at; None: none, and there is no such bar."""
        if step is not None:
            self.step.show_step(step, newest)
        self.setVisible(step is not None)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.branch.setIcon(icon("mdi6.source-branch", theme.muted, theme.text))

    def make_narrow(self, on: bool) -> None:
        """Leave out what an icon says, too."""
        self.branch.setText("" if on else self._words)

    @Slot()
    def _on_branch(self) -> None:
        self.branch_requested.emit()

    @Slot()
    def _on_live(self) -> None:
        self.live_requested.emit()
