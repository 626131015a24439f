"""What cannot be known about a table is asked, where it is said: a line with its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from nngui.gui.style.labels import Label, no_shortcut, set_tip
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.survey.questions import Question

LINE = 28  # pixels
MAX_LINES = 3  # that are seen at once
MAX_ASKED = 50  # lines; of more, the first


class QuestionLine(QWidget):
    """A question and a button for each answer; the one that holds is down.

    Signals
    -------
    answered : int
        Which answer was chosen.
    """

    answered = Signal(int)

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
        self.text = Label(shown_sentence(question.text))
        self.text.setWordWrap(True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.text, 1)
        self.buttons: list[QPushButton] = []
        for answer in question.answers:
            text = shown_sentence(answer.label)
            button = QPushButton(no_shortcut(text))
            button.setCheckable(True)
            button.setProperty("small", True)
            button.setAccessibleName(f"{self.text.text()} {text}")
            set_tip(button, text)
            button.clicked.connect(self._on_clicked)
            if len(question.answers) == 1:  # it is only said
                button.hide()
            line.addWidget(button)
            self.buttons.append(button)

    def show_chosen(self, chosen: int) -> None:
        """Show which answer holds."""
        for place, button in enumerate(self.buttons):
            button.setChecked(place == chosen)

    @Slot()
    def _on_clicked(self) -> None:
        for place, button in enumerate(self.buttons):
            if button is self.sender():
                self.show_chosen(place)
                self.answered.emit(place)


class QuestionsPanel(QFrame):
    """A line for each question, hidden while there is none.

    Signals
    -------
    answered : Question, Answer
    """

    answered = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("notice", "info")
        self.lines: list[QuestionLine] = []
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(4)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._body)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 6, 6)
        column.addWidget(self._scroll)
        self.hide()

    def show_questions(
        self, questions: Sequence[Question], spec: TableSpec, *, classes: bool
    ) -> bool:
        """Show what is asked; return whether there are other lines than before."""
        questions = questions[:MAX_ASKED]
        there = [(line.question.key, len(line.buttons)) for line in self.lines]
        is_new = [(q.key, len(q.answers)) for q in questions] != there
        if is_new:
            self._make_lines(questions)
        for line, question in zip(self.lines, questions, strict=True):
            line.question = question
            line.text.setText(shown_sentence(question.text))
            line.show_chosen(question.chosen(spec, classes=classes))
        self.setVisible(bool(questions))
        return is_new

    def _make_lines(self, questions: Sequence[Question]) -> None:
        focus = [
            (line.question.key, place)
            for line in self.lines
            for place, button in enumerate(line.buttons)
            if button.hasFocus()
        ]
        old = {line.question.key: line for line in self.lines}
        self.lines = []
        for question in questions:
            line = old.get(question.key)
            if line is not None and len(line.buttons) == len(question.answers):
                del old[question.key]
            else:
                line = QuestionLine(question)
                line.answered.connect(self._on_answered)
            self._column.removeWidget(line)
            self._column.addWidget(line)
            self.lines.append(line)
        for line in old.values():
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        height = min(len(questions), MAX_LINES) * (LINE + 4)
        self._scroll.setFixedHeight(height)
        for key, place in focus:
            for line in self.lines:
                if line.question.key == key and place < len(line.buttons):
                    line.buttons[place].setFocus()

    @Slot(int)
    def _on_answered(self, place: int) -> None:
        line = self.sender()
        assert isinstance(line, QuestionLine)
        self.answered.emit(line.question, line.question.answers[place])

    @property
    def stops(self) -> list[QWidget]:
        """Its buttons in the order of Tab."""
        return [b for line in self.lines for b in line.buttons if not b.isHidden()]
