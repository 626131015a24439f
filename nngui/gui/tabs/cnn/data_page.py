"""What the network is trained on: images of each class, how they were made, what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nngui.gui.panels.card import label
from nngui.gui.panels.class_table import ClassTable
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.translation import shown, shown_sentence

if TYPE_CHECKING:
    from nngui.core.records.snapshot import DataView, ImagesView

MAX_LISTED = 1000  # files that were left out
ROW, MAX_ROWS = 19, 12  # pixels of one of them, and how many are seen at once


class DataPanel(QWidget):
    """A report on the images, which stays as long as the run has them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes, self.left_out = ClassTable(), QListWidget()
        self.facts, self.notes = Label(), Label()
        self._left_out_title = label("", "muted")
        self.left_out.setAccessibleName(self.tr("Files that were left out"))
        self.left_out.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.left_out.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.notes.setAccessibleName(self.tr("Notes"))
        for text in (self.facts, self.notes):
            text.setWordWrap(True)
            text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        told = QWidget()
        column = QVBoxLayout(told)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        for part in (self.facts, self.notes, self._left_out_title):
            column.addWidget(part)
        column.addWidget(self.left_out)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(told)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.classes, 1)
        row.addWidget(scroll, 1)

    def show_data(self, data: DataView) -> None:
        """Tell of the images of a run."""
        images = data.images
        if images is None:
            return
        names = [shown(name) for name in data.classes]
        self.classes.show_counts(names, images.training, images.test)
        self.facts.setText(self._facts(data, images))
        notes = [shown_sentence(note) for note in images.notes]
        self.notes.setText("\n".join(notes) or self.tr("Nothing was left out or changed."))
        files = images.left_out
        self.left_out.clear()
        for name in files[:MAX_LISTED]:
            item = QListWidgetItem(name)
            set_tip(item, name)
            self.left_out.addItem(item)
        if len(files) > MAX_LISTED:
            more = f"{len(files) - MAX_LISTED:,}"
            self.left_out.addItem(self.tr("and {n} more").format(n=more))
        self._left_out_title.setText(self.tr("Files left out: {n}").format(n=f"{len(files):,}"))
        self.left_out.setFixedHeight(ROW * min(self.left_out.count(), MAX_ROWS) + 8)
        for part in (self.left_out, self._left_out_title):
            part.setVisible(bool(files))

    def _facts(self, data: DataView, images: ImagesView) -> str:
        channels, height, width = data.x.shape[1:]
        colours = self.tr("red, green and blue") if channels == 3 else self.tr("grey")
        counts = self.tr("{n} images to train on, {test} to test on, {classes} classes.").format(
            n=f"{sum(images.training):,}",
            test=f"{sum(images.test):,}",
            classes=f"{len(data.classes):,}",
        )
        size = self.tr("The network sees {width}×{height} pixels, {colours}.").format(
            width=width, height=height, colours=colours
        )
        scaled = self.tr("Pixels, 0 black and 1 white, are given less {mean}, divided by {std}.")
        scaled = scaled.format(mean=f"{images.mean:.4g}", std=f"{images.std:.4g}")
        most, least = max(images.training), min(images.training)
        parts = [counts, size, scaled]
        if most > 3 * least:
            text = self.tr("The classes differ much in number, from {least} to {most} images.")
            parts.append(text.format(least=f"{least:,}", most=f"{most:,}"))
        return "\n".join(parts)
