"""A task's experiments: settings that show one thing each, one click away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from nngui.gui.panels.card import label
from nngui.gui.style.labels import no_shortcut, set_tip
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from nngui.core.preset import Preset
    from nngui.core.spec import Spec
    from nngui.core.task import Task


TUTORIAL = ""  # in place of an experiment's name


class PresetChooser(QWidget):
    """Says which experiment the settings are and what to look at, and offers the others.

    Attributes
    ----------
    choices : QMenu
        The experiments, and last the way back to the tutorial's settings.

    Signals
    -------
    preset_requested : Preset or None
        An experiment was chosen; None: the tutorial's settings.
    """

    preset_requested = Signal(object)

    def __init__(self, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task = task
        self._specs = {preset.name: task.spec_of(preset) for preset in task.presets}
        self._actions: dict[str, QAction] = {}
        self.choices = QMenu(self)
        self.choices.setToolTipsVisible(True)
        for preset in task.presets:
            self._add(preset.name, shown(preset.title), shown(preset.lesson), preset)
        if task.presets:
            self.choices.addSeparator()
        tip = self.tr("Back to step 0 of what the tutorial does (Ctrl+N)")
        self._add(TUTORIAL, self.tr("Reset to the tutorial's values"), tip, None)
        self.button = QPushButton()
        self.button.setMenu(self.choices)
        self.button.setProperty("chooser", True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Space goes on meaning Train
        set_tip(self.button, self.tr("Experiments: settings that show one thing each"))
        self.lesson = label("", "muted")
        self.lesson.setWordWrap(True)
        self.lesson.setContentsMargins(4, 0, 4, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button)
        column.addWidget(self.lesson)
        self.show_spec(task.spec)

    def _add(self, name: str, title: str, tip: str, preset: Preset | None) -> None:
        action = self._actions[name] = QAction(no_shortcut(title), self)
        set_tip(action, tip)
        action.setCheckable(name != TUTORIAL)
        action.triggered.connect(partial(self._choose, preset))
        self.choices.addAction(action)

    def _choose(self, preset: Preset | None, _checked: bool = False) -> None:
        self.preset_requested.emit(preset)

    def show_spec(self, spec: Spec) -> None:
        """Say which experiment these settings are; more steps of it are still the same one."""
        chosen = self._name_of(spec)
        for name, action in self._actions.items():
            action.setChecked(name == chosen)
        lesson = ""
        if chosen is None:
            text = self.tr("Own settings")
        elif chosen == TUTORIAL:
            text = self.tr("As in the tutorial")
        else:
            preset = self._task.preset(chosen)
            text, lesson = shown(preset.title), shown(preset.lesson)
        self.button.setText(no_shortcut(text))
        self.button.setAccessibleName(self.tr("Experiments: {name}").format(name=text))
        self.lesson.setText(lesson)
        self.lesson.setVisible(bool(lesson))

    def _name_of(self, spec: Spec) -> str | None:
        """Return which experiment has these settings, `TUTORIAL`, or None for no one's."""
        known = {TUTORIAL: self._task.spec} | self._specs
        same = [name for name, own in known.items() if own == spec]
        alike = [name for name, own in known.items() if _alike(own, spec)]
        return next(iter(same + alike), None)


def _alike(one: Spec, other: Spec) -> bool:
    """Whether settings agree but for how long they train."""
    longer = {"steps": one.schedule.steps, "epochs": one.schedule.epochs}
    return one == other.changed("schedule", **longer)
