"""Which batch sizes to compare, for how long, and against what their losses are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from nngui.core.errors import NnguiError
from nngui.core.spec.schedule import MAX_STEPS
from nngui.core.spec.toml import with_settings
from nngui.core.studies.batch_sizes import MAX_BATCH_SIZES, read_sizes, sizes_text
from nngui.gui.panels.card import label
from nngui.gui.panels.switch import switch_of
from nngui.gui.plots.kit.losses import AXES
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from nngui.core.spec import Spec
    from nngui.tasks.batch_training.settings import BatchSpec

SIZES = (1, 8, 32, 128, 0)  # those that are offered
LENGTHS = {"epochs": 12, "steps": 500, "seconds": 3}  # and how long each of them trains
OWN_KEYS = (
    "data.kind",
    "schedule.batch_size",
    "schedule.epochs",
    "schedule.steps",
    "schedule.workers",
)
"""The settings that a comparison makes itself, whatever the form says."""


class SizesControls(QWidget):
    """The two rows above the plot.

    Signals
    -------
    pressed
        Compare; or Stop, while it is busy.
    axis_chosen : str
        One of `AXES`.
    edited
        The sizes, or how long they train, are others.

    Attributes
    ----------
    busy : bool
        Whether sizes are being compared: nothing can be changed but the axis.
    """

    pressed = Signal()
    axis_chosen = Signal(str)
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.busy = False
        self._lengths = dict(LENGTHS)
        self._unit = "epochs"
        self.sizes = QLineEdit(sizes_text(SIZES, self.tr("all")))
        self.length, self.unit = QSpinBox(), QComboBox()
        self.button = QPushButton()
        self._make()
        self._describe()
        self._lay_out()
        self.set_busy(False)
        self.button.clicked.connect(self.pressed)
        self.sizes.returnPressed.connect(self.pressed)
        self.sizes.textEdited.connect(self._on_edited)
        self.unit.activated.connect(self._on_unit)
        self.length.valueChanged.connect(self._on_length)
        self.switch.idClicked.connect(self._on_axis)

    @property
    def axis(self) -> str:
        """What the losses are drawn against."""
        return AXES[self.switch.checkedId()]

    @property
    def seconds(self) -> float:
        """How many seconds each size trains; 0 where epochs or steps count."""
        return float(self.length.value()) if self._unit == "seconds" else 0.0

    def specs(self, spec: Spec) -> dict[str, Spec]:
        """Return the settings of each batch size, by the name of its curve.

        Raises
        ------
        SettingError
            When the line of sizes cannot be followed; the field is marked.
        """
        try:
            return self.compared(spec)
        except NnguiError:
            self._mark(True)
            self.sizes.setFocus()
            raise

    def compared(self, spec: Spec) -> dict[str, Spec]:
        """Return the same, and leave the field as it is."""
        points = with_settings(spec, {"data.kind": "points", "schedule.batch_size": 0})
        sizes = read_sizes(self.sizes.text(), cast("BatchSpec", points).to_load, self.tr("all"))
        length = self.length.value()
        schedule = {
            "epochs": {"schedule.epochs": length},
            "steps": {"schedule.epochs": 0, "schedule.steps": length},
            "seconds": {"schedule.epochs": 0, "schedule.steps": MAX_STEPS},
        }[self._unit]
        return {
            sizes_text([size], self.tr("all")): with_settings(
                points, {"schedule.batch_size": size} | schedule
            )
            for size in sizes
        }

    def set_busy(self, busy: bool) -> None:
        """Offer to stop, or to compare."""
        self.busy = busy
        self.button.setText(self.tr("Stop") if busy else self.tr("Compare"))
        set_tip(
            self.button,
            self.tr("Stop; what is drawn stays.")
            if busy
            else self.tr("Train a network with each batch size, by turns."),
        )
        for control in (self.sizes, self.length, self.unit):
            control.setEnabled(not busy)

    def _make(self) -> None:
        self.length.setRange(1, 1_000_000)
        self.length.setGroupSeparatorShown(True)
        self.length.setValue(LENGTHS["epochs"])
        names = (self.tr("epochs"), self.tr("steps"), self.tr("seconds"))
        for unit, name in zip(LENGTHS, names, strict=True):
            self.unit.addItem(name, unit)
        names = (self.tr("Steps"), self.tr("Epochs"), self.tr("Seconds"))
        tips = (
            self.tr("Draw the loss against the steps done."),
            self.tr("Draw the loss against the passes over all points."),
            self.tr("Draw the loss against each one's own seconds of training."),
        )
        self.switch = switch_of(list(zip(names, tips, strict=True)), self)
        self.switch.button(AXES.index("epoch")).setChecked(True)

    def _describe(self) -> None:
        """Give the controls their tips and names."""
        text = self.tr("Batch sizes to compare, up to {n}: whole numbers, and all. Enter starts.")
        set_tip(self.sizes, text.format(n=MAX_BATCH_SIZES))
        self.sizes.setAccessibleName(self.tr("Batch sizes"))
        set_tip(self.length, self.tr("How long each batch size trains."))
        self.length.setAccessibleName(self.tr("Train each for"))
        self.length.lineEdit().setTextMargins(5, 0, 0, 0)
        set_tip(
            self.unit,
            self.tr("The same number of epochs, of steps, or of seconds for each of them."),
        )
        self.unit.setAccessibleName(self.tr("Unit"))

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        sizes, length = (
            label(self.tr("Batch sizes"), "muted"),
            label(self.tr("Train each for"), "muted"),
        )
        sizes.setBuddy(self.sizes)
        length.setBuddy(self.length)
        rows = (above, (sizes, self.sizes, self.button)), (below, (length, self.length, self.unit))
        for row, widgets in rows:
            for widget in widgets:
                row.addWidget(widget)
        below.addStretch(1)
        below.addWidget(label(self.tr("Loss by"), "muted"))
        for number in range(len(AXES)):
            below.addWidget(self.switch.button(number))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for row in (above, below):
            row.setSpacing(6)
            column.addLayout(row)
        self.length.setMinimumWidth(64)
        self.sizes.setMinimumWidth(80)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _mark(self, invalid: bool) -> None:
        self.sizes.setProperty("invalid", invalid)
        self.sizes.style().unpolish(self.sizes)
        self.sizes.style().polish(self.sizes)

    @Slot(str)
    def _on_edited(self, _text: str) -> None:
        self._mark(False)
        self.edited.emit()

    @Slot(int)
    def _on_length(self, _length: int) -> None:
        self.edited.emit()

    @Slot(int)
    def _on_unit(self, index: int) -> None:
        self._lengths[self._unit] = self.length.value()
        self._unit = self.unit.itemData(index)
        self.length.setValue(self._lengths[self._unit])
        self.edited.emit()

    @Slot(int)
    def _on_axis(self, number: int) -> None:
        self.axis_chosen.emit(AXES[number])
