"""What images are like, and what is made of them: seen before they are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from nngui.core.spec.schedule import MAX_POINTS
from nngui.gui.dialogs.open_row import OpenRow
from nngui.gui.panels.card import ElidedLabel, label
from nngui.gui.panels.class_table import ClassTable
from nngui.gui.plots.image_grid import ImageGrid
from nngui.gui.plots.kit.pixels import in_colour
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.translation import shown, shown_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nngui.files.images.notes import LeftOut
    from nngui.files.images.reader import Images
    from nngui.files.images.survey import ImageSurvey
    from nngui.gui.style.theme import Colours

SIDES = (8, 16, 28, 32, 48, 64, 96, 128, 224)
MAX_SIZES = 3  # that are named one by one
SOON_MS = 150  # ms after the last change until the images are shown anew
MAX_LISTED = 1000  # files that are left out
LARGE = 64  # pixels: larger ones train slowly on a processor


class ImagesDialog(QDialog):
    """Shows a few images as the network will see them, and asks for their size and colours.

    Signals
    -------
    changed
        The user wants to see them in another size or other colours: see `choice`.
    images_requested
        The user wants to train on them.
    """

    changed = Signal()
    images_requested = Signal()

    def __init__(self, path: Path, theme: Colours, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open images"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(940, 600)
        self.path = path
        self._survey: ImageSurvey | None = None
        self._listed: tuple[LeftOut, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        title = label(path.name, "plot-title")
        set_tip(title, str(path))
        column.addWidget(title)
        column.addLayout(self._make_choices())
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self._make_grid(theme))
        halves.addWidget(self._make_right())
        halves.setSizes([620, 300])
        column.addWidget(halves, 1)
        self.notes = Label()
        self.notes.setWordWrap(True)
        self.notes.setAccessibleName(self.tr("Notes"))
        self.notes.hide()
        column.addWidget(self.notes)
        self._summary = ElidedLabel()
        column.addWidget(self._summary)
        self._end = OpenRow(
            self.tr("Reading the images"),
            160,
            ElidedLabel(),
            QDialogButtonBox.ButtonRole.ActionRole,
        )
        self._end.open_requested.connect(self.images_requested)
        self._end.cancelled.connect(self.reject)
        self.open_button = self._end.open_button
        column.addWidget(self._end)
        self.show_reading(self.tr("Looking at the images …"))
        self.open_button.setFocus()

    # What it is made of --------------------------------------------------------------------------

    def _make_choices(self) -> QHBoxLayout:
        self.side, self.fit, self.colours = QComboBox(), QComboBox(), QComboBox()
        self.most = QSpinBox()
        set_tip(self.side, self.tr("The network needs images of one size: so many pixels."))
        set_tip(self.fit, self.tr("What is done to images that are no squares."))
        for text, way in (
            (self.tr("squash"), "squash"),
            (self.tr("pad with black"), "pad"),
            (self.tr("crop the edges"), "crop"),
        ):
            self.fit.addItem(text, way)
        set_tip(self.colours, self.tr("Grey images have one channel, coloured ones three."))
        set_tip(self.most, self.tr("At most so many images to train on, and to test on."))
        self.most.setRange(0, MAX_POINTS)
        self.most.setSpecialValueText(self.tr("all"))
        self.most.setGroupSeparatorShown(True)
        self.most.setAccelerated(True)
        self.most.setMinimumWidth(110)
        row = QHBoxLayout()
        row.setSpacing(6)
        boxes: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Size"), self.side),
            (self.tr("Other shapes"), self.fit),
            (self.tr("Colours"), self.colours),
            (self.tr("Number"), self.most),
        )
        for text, box in boxes:
            words = label(text, "muted")
            words.setBuddy(box)
            if isinstance(box, QComboBox):
                box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setAccessibleName(text)
            row.addWidget(words)
            row.addWidget(box)
            row.addSpacing(8)
        row.addStretch(1)
        self.side.activated.connect(self._on_changed)
        self.fit.activated.connect(self._on_changed)
        self.colours.activated.connect(self._on_changed)
        self.most.valueChanged.connect(self._on_number)
        return row

    def _make_grid(self, theme: Colours) -> ImageGrid:
        self.grid = ImageGrid(least=36, most=112)
        self.grid.setAccessibleName(self.tr("The first images, as the network will see them"))
        self.grid.setMinimumSize(220, 160)
        self.grid.set_theme(theme)
        return self.grid

    def _make_right(self) -> QWidget:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.classes = ClassTable()
        column.addWidget(self.classes, 2)
        self._left_out_title = label("", "muted")
        self.left_out = QListWidget()
        self.left_out.setAccessibleName(self.tr("Files that are left out"))
        self.left_out.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.left_out.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for part in (self._left_out_title, self.left_out):
            part.hide()
            column.addWidget(part, 1 if part is self.left_out else 0)
        return right

    # What is shown -------------------------------------------------------------------------------

    def show_reading(self, text: str) -> None:
        """Say what is being waited for; nothing can be changed meanwhile."""
        self._end.show_progress(0.0)
        self._end.state.setText(text)
        self._set_enabled(False)

    def _set_enabled(self, on: bool) -> None:
        for control in (self.side, self.fit, self.colours, self.most, self.open_button):
            control.setEnabled(on)

    def show_progress(self, share: float) -> None:
        """Show how far the reading is."""
        self._end.show_progress(share)

    def show_survey(self, survey: ImageSurvey, present: dict[str, Any]) -> None:
        """Offer what can be chosen for these images.

        Parameters
        ----------
        present : dict
            The choice so far: ``side``, ``fit``, ``colours``, ``images``; it may be empty.
        """
        self._survey = survey
        self._show_sides(survey, present.get("side", survey.side))
        self.fit.setCurrentIndex(self.fit.findData(present.get("fit", "squash")))
        notes = [shown_sentence(note) for note in survey.notes]
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        self._list(survey.left_out)
        found = self.tr("colour") if survey.coloured else self.tr("grey")
        self.colours.clear()
        self.colours.addItem(self.tr("as they are ({found})").format(found=found), "auto")
        self.colours.addItem(self.tr("grey"), "grey")
        self.colours.addItem(self.tr("coloured"), "colour")
        self.colours.setCurrentIndex(self.colours.findData(present.get("colours", "auto")))
        self.most.blockSignals(True)
        self.most.setValue(present.get("images", survey.most))
        self.most.blockSignals(False)
        self.classes.show_counts(survey.classes, survey.training, survey.test)
        self._show_summary()

    def _show_sides(self, survey: ImageSurvey, chosen: int) -> None:
        self.side.clear()
        if not survey.side:
            (width, height), *_ = survey.sizes
            self.side.addItem(
                self.tr("as they are ({width}×{height})").format(width=width, height=height), 0
            )
        for side in sorted({*SIDES, survey.side, chosen} - {0}):
            self.side.addItem(f"{side}×{side}", side)
        place = self.side.findData(chosen)
        self.side.setCurrentIndex(place if place >= 0 else self.side.findData(survey.side))

    def show_samples(self, found: Images) -> None:
        """Show images as they would be read; from here on they can be opened."""
        images = np.asarray(found.x, np.float32) / found.white
        names = [found.classes[number] for number in found.y]
        self.grid.show_hint("")
        self.grid.show_images(in_colour(images), names, levels=(0.0, 1.0))
        self._ready()

    def has_news(self, left_out: Sequence[LeftOut]) -> bool:
        """Return whether files could not be read that are not listed yet."""
        return len(left_out) > len(self._listed)

    def show_left_out(self, left_out: Sequence[LeftOut]) -> None:
        """Ask whether to go on without files that were found to be damaged as they were read."""
        self._list(left_out)
        self._ready()

    def _list(self, left_out: Sequence[LeftOut]) -> None:
        """List files that are left out; to open the images is to agree to that."""
        self._listed = tuple(left_out)
        n = len(self._listed)
        self.left_out.clear()
        for one in self._listed[:MAX_LISTED]:
            item = QListWidgetItem(f"{one.name} – {shown(one.why)}")
            set_tip(item, item.text())
            self.left_out.addItem(item)
        if n > MAX_LISTED:
            self.left_out.addItem(self.tr("and {n} more").format(n=f"{n - MAX_LISTED:,}"))
        self._left_out_title.setText(self.tr("Files left out: {n}").format(n=f"{n:,}"))
        for part in (self._left_out_title, self.left_out):
            part.setVisible(bool(n))
        self._end.ask(self.tr("Open without them") if n else "")

    def show_problem(self, text: str) -> None:
        """Say why they cannot be read so; another choice may help."""
        self.grid.show_images(np.zeros((0, 1, 1), np.float32))
        self._ready()
        self.open_button.setEnabled(False)
        self._summary.setText(text)
        set_tip(self._summary, text)

    def _ready(self) -> None:
        self._end.rest()
        self._set_enabled(True)
        self._show_summary()

    def _show_summary(self) -> None:
        survey = self._survey
        if survey is None:
            return
        training, test = sum(survey.training), sum(survey.test)
        most = self.most.value()
        if most:
            training, test = min(training, most), min(test, most)
        text = self.tr("{n} images to train on, {test} to test on, {classes} classes")
        parts = [
            text.format(n=f"{training:,}", test=f"{test:,}", classes=f"{len(survey.classes):,}")
        ]
        if len(survey.sizes) > 1:
            sizes = list(survey.sizes.items())
            named = ", ".join(f"{w}×{h} ({n:,})" for (w, h), n in sizes[:MAX_SIZES])
            more = ", …" if len(sizes) > MAX_SIZES else ""
            parts.append(self.tr("of different sizes: {sizes}").format(sizes=named + more))
        if 0 < survey.coloured < survey.total:
            parts.append(self.tr("{n} of them coloured").format(n=f"{survey.coloured:,}"))
        side = self.side.currentData() or max(next(iter(survey.sizes)))
        self.fit.setEnabled(bool(self.side.currentData()) and self.side.isEnabled())
        if side > LARGE:
            parts.append(self.tr("large images train slowly"))
        self._summary.setText(" · ".join(parts))
        set_tip(self._summary, self._summary.text())

    # What the user makes of it -----------------------------------------------------------------

    @property
    def summary_text(self) -> str:
        """What it says of the images as they would be read."""
        return self._summary.text()

    def choice(self) -> dict[str, Any]:
        """Return what the user has chosen: ``side``, ``fit``, ``colours``, ``images``."""
        return {
            "side": self.side.currentData() or 0,
            "fit": self.fit.currentData() or "squash",
            "colours": self.colours.currentData() or "auto",
            "images": self.most.value(),
        }

    @Slot()
    def _on_changed(self) -> None:
        self._show_summary()
        self._soon.start()

    @Slot(int)
    def _on_number(self, _number: int) -> None:
        self._show_summary()
