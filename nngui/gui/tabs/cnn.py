"""The tab of the convolutional network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from nngui.core.cnn_looks import TestLook, TestResult
from nngui.gui.tabs.task_tab import TaskTab

if TYPE_CHECKING:
    from nngui.core.snapshot import DataView, Snapshot


class Tab(TaskTab):
    """Section 7 of the tutorial."""

    @override
    def make_centre(self) -> QWidget:
        self._text = QLabel()
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setWordWrap(True)
        return self._text

    @override
    def connect_room(self) -> None:
        self.run.look_with(TestLook())

    @override
    def title(self) -> str:
        return self.tr("Images")

    @override
    def headline_text(self, losses: dict[str, float]) -> str:
        return f"Accuracy={losses['accuracy']:.2f}" if "accuracy" in losses else ""

    @override
    def subtitle_text(self) -> str:
        assert self.data is not None
        _, height, width = self.data.x.shape[1:]
        text = self.tr("{n} images of {height} × {width}, {classes} classes")
        n, classes = len(self.data.y), len(self.data.classes)
        return text.format(n=f"{n:,}", height=height, width=width, classes=classes)

    @override
    def show_data(self, data: DataView, *, fresh: bool) -> None:
        if fresh:
            self._text.setText(
                self.tr("Press Train: the accuracy on the test images appears here.")
            )

    @override
    def draw(self, snapshot: Snapshot) -> None:
        result = snapshot.seen
        if isinstance(result, TestResult):
            text = self.tr("Test accuracy {accuracy} at step {step}")
            accuracy = f"{result.accuracy:.1%}"
            self._text.setText(text.format(accuracy=accuracy, step=f"{result.step:,}"))
