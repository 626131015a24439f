"""A second, opened network drawn beside the run's own: what it says of the same data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from nngui.gui.style.labels import no_shortcut, set_tip

if TYPE_CHECKING:
    from nngui.core.records.snapshot import Reference, Snapshot
    from nngui.gui.plots.task_view import TaskView


class ReferenceView(QObject):
    """Draws the reference network, and has a chip in the plot's header that takes it away.

    Signals
    -------
    ended
        The user does not want the comparison any more.
    """

    ended = Signal()

    def __init__(self, view: TaskView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self._drawn: Reference | None = None
        self.chip = QToolButton(parent)
        self.chip.setProperty("small", True)
        set_tip(self.chip, self.tr("The dashed line is this network's. Click to take it away."))
        self.chip.clicked.connect(self._on_clicked)
        self.chip.hide()

    def draw(self, snapshot: Snapshot) -> None:
        """Draw the reference, unless it stands there already."""
        if snapshot.reference is self._drawn:
            return
        self._drawn = reference = snapshot.reference
        self._view.draw_reference(None if reference is None else reference.predictions)
        self.chip.setVisible(reference is not None)
        if reference is not None:
            loss = f"{reference.loss:.4f}" if reference.loss < 1e4 else f"{reference.loss:.3g}"
            self.chip.setText(no_shortcut(f"╌╌ {reference.name}: Loss={loss}  ✕"))
            self.chip.setAccessibleName(self.tr("Stop comparing"))

    def clear(self) -> None:
        """Take it away, until a picture brings it again."""
        if self._drawn is not None:
            self._drawn = None
            self._view.draw_reference(None)
            self.chip.hide()

    @Slot()
    def _on_clicked(self) -> None:
        self.ended.emit()
