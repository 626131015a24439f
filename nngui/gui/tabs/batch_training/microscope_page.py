"""The step microscope: one batch, one parameter, and what five optimizers make of its gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.core.microscope.micro_script import micro_check, micro_script
from nngui.core.microscope.records import PARAMETERS
from nngui.core.microscope.settings import DEFAULTS, MicroSettings
from nngui.gui.background import Background
from nngui.gui.form.number_fields import WholeField
from nngui.gui.panels.card import label
from nngui.gui.panels.page_code import PageCode
from nngui.gui.plots.batch_line import BatchLine
from nngui.gui.plots.micro_surface import MicroSurface
from nngui.gui.style.icons import icon
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown_sentence
from nngui.gui.tabs.batch_training.method_bar import MethodChips, MethodSettings
from nngui.gui.tabs.batch_training.rule_panel import RulePanel

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.errors import NnguiError
    from nngui.core.microscope.steps import Microscope
    from nngui.gui.style.theme import Colours

PLAY_EVERY_MS = 120  # ms
MAX_PLAYED_STEPS = 500  # steps that it plays by itself
ROOMY = 400  # pixels of height from which there is room for some words
KEYS = (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Space)


class MicroscopePage(QWidget):
    """Steps forward and back, the paths on the loss, and the rule with its real numbers.

    Signals
    -------
    refused : str
        Why it cannot be shown, in words.
    code_changed
        `code` is another one.
    """

    refused = Signal(str)
    code_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._seed = 1
        self._scope: Microscope | None = None
        self._work = Background(self)
        self._work.failed.connect(self._on_failed)
        self._timer = QTimer(self)
        self._timer.setInterval(PLAY_EVERY_MS)
        self._timer.timeout.connect(self._on_tick)
        self.surface, self.batch = MicroSurface(), BatchLine()
        self.chips = MethodChips()
        self.settings: MethodSettings | None = None
        self.rule = RulePanel()
        self._make_buttons()
        self._lay_out()
        self._describe()
        self.chips.chosen.connect(self._on_chosen)
        self._show_playing()

    # Layout --------------------------------------------------------------------------------------

    def _make_buttons(self) -> None:
        self.step, self.play = QPushButton(self.tr("Step")), QPushButton(self.tr("Play"))
        self.back, self.reset = QToolButton(), QToolButton()
        for button, slot in (
            (self.back, self.step_back),
            (self.step, self.step_once),
            (self.play, self._on_play),
            (self.reset, self._begin),
        ):
            button.setProperty("small", True)
            button.clicked.connect(slot)
            button.setEnabled(False)
        self.batch_size = WholeField({"ge": 0, "le": 64}, self.tr("all"))
        self.batch_size.setFixedWidth(56)
        self.batch_size.show_value(4)
        self.batch_size.edited.connect(self._begin)
        self.which = QButtonGroup(self)
        for number, name in enumerate(PARAMETERS):
            button = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setProperty("small", True)
            button.setFixedWidth(30)
            self.which.addButton(button, number)
        self.which.button(0).setChecked(True)
        self.which.idClicked.connect(self._show)

    def _lay_out(self) -> None:
        plots = QHBoxLayout()
        plots.setSpacing(8)
        plots.addWidget(self.surface, 3)
        plots.addWidget(self.batch, 2)
        self.surface.setMinimumSize(180, 90)
        self.batch.setMinimumSize(150, 90)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        for widget in (self.back, self.step, self.play, self.reset):
            self._row.addWidget(widget)
        self._row.addSpacing(8)
        for number in range(len(PARAMETERS)):
            self._row.addWidget(self.which.button(number))
        self._row.addStretch(1)
        batch = label(self.tr("Batch"), "muted")
        batch.setBuddy(self.batch_size)
        self._row.addWidget(batch)
        self._row.addWidget(self.batch_size)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.chips)
        column.addLayout(plots, 1)
        column.addLayout(self._row)
        column.addWidget(self.rule)

    def _describe(self) -> None:
        self.surface.setAccessibleName(self.tr("The loss by w and b, and the five paths"))
        self.batch.setAccessibleName(self.tr("The points, the batch, and the line"))
        for control, tip in (
            (self.step, self.tr("One step with all five, on the same batch (Right arrow)")),
            (self.back, self.tr("Take the last step back (Left arrow)")),
            (self.play, self.tr("Step after step, or pause (Space)")),
            (self.reset, self.tr("Back to the start")),
            (self.batch_size.control, self.tr("Points in a step; all: no noise in the gradient")),
            (self.which.button(0), self.tr("The numbers of w, the slope of the line")),
            (self.which.button(1), self.tr("The numbers of b, the height of the line at 0")),
        ):
            set_tip(control, tip)
            control.setAccessibleName(tip.partition(" (")[0])

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        for part in (self.surface, self.batch, self.rule):
            part.set_theme(theme)
        self.back.setIcon(icon("mdi6.chevron-left", theme.muted, theme.text))
        self.reset.setIcon(icon("mdi6.restore", theme.muted, theme.text))
        self._show()

    # Its life ------------------------------------------------------------------------------------

    def wake(self, seed: int) -> None:
        """Be ready, with the points of this seed; PyTorch is there by now."""
        if self._scope is None or seed != self._seed:
            self._seed = seed
            self._begin()

    def rest(self) -> None:
        """Stop playing: the page is not looked at."""
        self._timer.stop()
        self._show_playing()

    def close_work(self, deadline: QDeadlineTimer) -> bool:
        """Give up what is being made."""
        self._timer.stop()
        return self._work.close(deadline)

    def code(self) -> PageCode:
        """Return the script of the steps that were taken."""
        scope = self._scope
        if scope is None:
            return PageCode(self.tr("The script comes with the points: PyTorch is loading."))
        settings, used, paths = scope.settings, scope.used, scope.now.paths

        return PageCode(
            name="step_microscope",
            make=lambda _start: micro_script(settings, used),
            check=(lambda: micro_check(paths)) if used else None,
        )

    @Slot()
    def _begin(self) -> None:
        """Make everything anew, with the settings that stand there."""
        self.rest()
        seed, size = self._seed, self.batch_size.value
        specs = None if self.settings is None else dict(self.settings.specs)

        def make() -> Microscope:
            from nngui.core.microscope.steps import Microscope  # imports torch

            return Microscope(MicroSettings(seed, size, specs or DEFAULTS))

        self._work.start(make, self._on_made)

    def _on_made(self, scope: Microscope) -> None:
        self._scope = scope
        if self.settings is None:
            self.settings = MethodSettings(scope.settings.optimizers)
            self.settings.changed.connect(self._on_settings)
            self.settings.show_method(self.chips.method)
            self._row.insertWidget(self._row.count() - 3, self.settings)
        for button in (self.step, self.play, self.reset):
            button.setEnabled(True)
        self.surface.show_points(scope.now)
        self._show()

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.refused.emit(shown_sentence(error))

    # What the user does ------------------------------------------------------------------------

    @Slot()
    def step_once(self) -> None:
        """Take a step with all of them."""
        if self._scope is not None:
            self._scope.step()
            self._show()

    @Slot()
    def step_back(self) -> None:
        """Take the last step back."""
        if self._scope is not None:
            self.rest()
            self._scope.back()
            self._show()

    @Slot()
    def _on_play(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
        elif self._scope is not None:
            self._timer.start()
        self._show_playing()

    @Slot()
    def _on_tick(self) -> None:
        self.step_once()
        if self._scope is None or self._scope.now.step >= MAX_PLAYED_STEPS:
            self.rest()

    @Slot()
    def _on_settings(self) -> None:
        if self._scope is not None and self.settings is not None:
            self._scope.change(self.settings.specs)
            self.code_changed.emit()

    @Slot(str)
    def _on_chosen(self, method: str) -> None:
        if self.settings is not None:
            self.settings.show_method(method)
        self._show()

    @override
    def event(self, event: QEvent) -> bool:
        ours = isinstance(event, QKeyEvent) and event.key() in KEYS and not event.modifiers()
        if ours and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # Space is for this page while it has the focus, not for the training
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        acts = dict(zip(KEYS, (self.step_once, self.step_back, self._on_play), strict=True))
        act = acts.get(Qt.Key(event.key()))
        if act is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            act()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = event.size().height() >= ROOMY
        self.rule.show_words(roomy)
        self.surface.show_names(roomy)

    # What is shown -------------------------------------------------------------------------------

    def _show_playing(self) -> None:
        self.play.setText(self.tr("Pause") if self._timer.isActive() else self.tr("Play"))

    @Slot()
    def _show(self) -> None:
        """Show where everything stands."""
        if self._scope is None:
            self.surface.show_hint(self.tr("PyTorch is loading: the loss appears in a moment."))
            return
        now, method = self._scope.now, self.chips.method
        self.surface.draw_paths(now, method)
        self.batch.draw_micro(now, method)
        self.back.setEnabled(self._scope.goes_back)
        self.rule.show_step(now, method, self.which.checkedId())
        self.code_changed.emit()
