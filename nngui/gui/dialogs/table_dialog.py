"""How a table is read and what its columns are for: seen before it is taken.

It is longer than most, as it brings together what `dialogs/table/` shows: columns, rows, questions,
the file's structure, and what will be left out.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from nngui.core.spec.refusals import short_text
from nngui.core.spec.table import FORMAT_FIELDS, TableSpec
from nngui.files.tables.kinds.column_kind import CATEGORY, DATE, NUMBER
from nngui.files.tables.survey.edits import (
    with_feature,
    with_kind,
    with_target,
    without_feature,
)
from nngui.files.tables.survey.surveyor import FEATURE, OUT, TARGET, Survey
from nngui.gui.dialogs.open_row import OpenRow
from nngui.gui.dialogs.table.columns_model import ColumnsModel
from nngui.gui.dialogs.table.columns_view import ColumnsView
from nngui.gui.dialogs.table.findings import Findings
from nngui.gui.dialogs.table.format_panel import FormatPanel
from nngui.gui.dialogs.table.options_row import OptionsRow
from nngui.gui.dialogs.table.questions_panel import QuestionsPanel
from nngui.gui.panels.card import label
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from nngui.files.tables.format import TableFormat
    from nngui.files.tables.survey.questions import Answer, Question
    from nngui.files.tables.survey.surveyor import ColumnSurvey

SIZE = (1080, 690)  # pixels
TASKS = ("regression", "classification")


class TableDialog(QDialog):
    """Shows a table's columns and first rows, and asks what is to be predicted from what.

    Whatever the user changes is a change of `spec`; what it comes to is worked out elsewhere, and
    comes back as a `Survey`.

    Parameters
    ----------
    kind : str
        What the file is: ``text``, ``excel`` and so on.
    sheets : list of str
        Of a workbook.
    spec : TableSpec
        How it is used so far.

    Signals
    -------
    format_changed
        The user says that the file is written in another way: it has to be read again.
    changed
        The columns are used in another way.
    images_requested
        The rows are images, and shall be opened so.
    """

    format_changed = Signal()
    changed = Signal()
    images_requested = Signal()

    def __init__(
        self, path: Path, kind: str, sheets: list[str], spec: TableSpec, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open a table"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self.path, self.spec = path, spec.replaced(path=spec.path or str(path))
        self.classes: bool | None = None  # as the user says
        self.survey: Survey | None = None
        self._is_whole = self._is_wanted = self._is_asking = False
        self._make(kind, sheets)
        self.open_button.setFocus()  # mostly it is right as it is: Enter takes it

    # What it is made of --------------------------------------------------------------------------

    def _make(self, kind: str, sheets: list[str]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        title = label(self.path.name, "plot-title")
        set_tip(title, str(self.path))
        column.addWidget(title)
        self._format = FormatPanel(kind, sheets)
        self._format.edited.connect(self._on_format)
        column.addWidget(self._format)
        column.addWidget(self._make_images())
        self._questions = QuestionsPanel()
        self._questions.answered.connect(self._on_answered)
        column.addWidget(self._questions)
        self.model = ColumnsModel(self)
        self.model.use_chosen.connect(self._on_use)
        self.model.kind_chosen.connect(self._on_kind)
        self.columns = ColumnsView(self.model, self.tr("Columns"))
        self._findings = Findings()
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.columns)
        parts.addWidget(self._findings)
        parts.setSizes([300, 170])
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 1)
        column.addWidget(parts, 1)
        self._options = OptionsRow(self.spec)
        self._options.task_chosen.connect(self._on_task)
        self._options.rows_changed.connect(self._on_rows)
        self._options.edited.connect(self._on_format)
        column.addWidget(self._options)
        self._summary = label("", "muted")
        self._summary.setWordWrap(True)
        column.addWidget(self._summary)
        self._end = OpenRow(
            self.tr("Reading the table"),
            200,
            Label(self.tr("Reading …")),
            QDialogButtonBox.ButtonRole.AcceptRole,
        )
        self._end.open_requested.connect(self._on_open)
        self._end.cancelled.connect(self.reject)
        self.open_button = self._end.open_button
        column.addWidget(self._end)
        self._order_stops()

    def _make_images(self) -> QWidget:
        self._images = QFrame()
        self._images.setProperty("notice", "info")
        self._images_text = Label()
        self._images_button = QPushButton(self.tr("Open as images"))
        self._images_button.setProperty("small", True)
        set_tip(self._images_button, self.tr("For a convolutional network, in the tab CNN."))
        self._images_button.clicked.connect(self.images_requested)
        line = QHBoxLayout(self._images)
        line.setContentsMargins(12, 6, 12, 6)
        line.addWidget(self._images_text, 1)
        line.addWidget(self._images_button)
        self._images.hide()
        return self._images

    def _order_stops(self) -> None:
        """Have Tab lead from top to bottom, also to what has come since."""
        stops = [
            *self._format.stops,
            self._images_button,
            *self._questions.stops,
            self.columns,
            *self._findings.stops,
            *self._options.stops,
            *self._end.buttons,
        ]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    # What is shown -------------------------------------------------------------------------------

    def show_beginning(self, raw: pd.DataFrame, form: TableFormat) -> None:
        """Show the first rows and how the file is written, while the rest is being read."""
        self._is_whole = self._is_wanted = False
        self._findings.show_rows(raw)
        self._format.show_format(form, self.spec)

    def show_survey(self, survey: Survey, image_side: int = 0, *, is_whole: bool) -> None:
        """Show what would be made of the table.

        Parameters
        ----------
        image_side : int
            The rows are images of so many pixels squared; 0: they are none.
        is_whole : bool
            All rows were looked at.
        """
        self.survey, self._is_asking, self._is_whole = survey, False, is_whole
        self.spec = survey.spec
        self._set_able(True)
        self._format.show_format(None, self.spec)
        self.model.show(survey.columns)
        self._findings.show_survey(survey)
        if self._questions.show_questions(survey.questions, self.spec, classes=survey.classes):
            self._order_stops()
        text = self.tr("Each row is an image of {n} × {n} pixels, and {name} says what is on it.")
        self._images_text.setText(text.format(n=image_side, name=short_text(survey.target)))
        self._images.setVisible(bool(image_side))
        self._options.show_survey(survey)
        if is_whole:
            self._end.rest()
        self._show_summary()
        if self._is_wanted and is_whole:
            self._is_wanted = False
            if survey.problem is None:
                self.accept()

    def point_at(self, name: str) -> None:
        """Go to a column, whose use and type are to be changed."""
        self.columns.point_at(name)

    def show_progress(self, share: float) -> None:
        """Show how much of the file has been read."""
        self._end.show_progress(share)
        if not self._is_wanted:
            self._end.state.setText(self.tr("Reading …"))

    def show_problem(self, text: str) -> None:
        """Say why it cannot be read so."""
        self._is_wanted = self._is_asking = False
        self.survey = None
        self._end.rest()
        self._set_able(False)
        self._say(text, is_problem=True)
        self.open_button.setEnabled(False)

    def _set_able(self, able: bool) -> None:
        """Let nothing be changed but how the file is written, while it cannot be read so."""
        parts = (self._questions, self.columns, self._findings, self._options, self._images)
        for part in parts:
            part.setEnabled(able)

    def _say(self, text: str, *, is_problem: bool) -> None:
        self._summary.setProperty("role", "problem" if is_problem else "muted")
        self._summary.style().unpolish(self._summary)
        self._summary.style().polish(self._summary)
        self._summary.setText(text)

    def _show_summary(self) -> None:
        survey = self.survey
        if survey is None:
            return
        able = survey.problem is None and not self._is_wanted
        self.open_button.setEnabled(able)
        if survey.problem is not None:
            self._say(shown_sentence(survey.problem), is_problem=True)
            return
        rows = self.tr("{n} rows") if self._is_whole else self.tr("the first {n} rows")
        parts = [rows.format(n=f"{survey.rows:,}")]
        if survey.used != survey.rows:
            parts[0] += self.tr(", {n} of them used").format(n=f"{survey.used:,}")
        used = [column for column in survey.columns if column.use == FEATURE]
        text = self.tr("{target} from {n} columns")
        if len(used) == 1:
            text = self.tr("{target} from {name}")
        name = short_text(used[0].name) if used else ""
        target = short_text(survey.target)
        parts.append(text.format(target=target, n=f"{len(used):,}", name=name))
        if out := sum(column.use == OUT for column in survey.columns):
            parts.append(self.tr("columns left out: {n}").format(n=f"{out:,}"))
        if filled := sum(survey.filled.values()):
            parts.append(self.tr("gaps filled: {n}").format(n=f"{filled:,}"))
        self._say(" · ".join(parts), is_problem=False)

    # What the user makes of it -----------------------------------------------------------------

    @property
    def summary_text(self) -> str:
        """What it says of the choice as it stands."""
        return self._summary.text()

    @property
    def task(self) -> str:
        """The task that fits the target."""
        assert self.survey is not None
        return TASKS[int(self.survey.classes)]

    def choice(self) -> dict[str, Any]:
        """Return the fields of the `TableSpec` that the user has chosen."""
        assert self.survey is not None
        spec = self.spec.replaced(target=self.survey.target)
        if not self.survey.classes and self._column(spec.target).meaning.how.kind != NUMBER:
            spec = with_kind(spec, spec.target, NUMBER)
        return spec.model_dump()

    def _column(self, name: str) -> ColumnSurvey:
        assert self.survey is not None
        return next(column for column in self.survey.columns if column.name == name)

    def _edit(self, spec: TableSpec) -> None:
        """Take other settings; what they come to is shown as soon as it is known."""
        self.spec = spec
        self._is_asking = True
        self.changed.emit()

    @Slot()
    def _on_open(self) -> None:
        """Open it, as soon as all of it has been read; until then it can be cancelled."""
        if self._is_whole and not self._is_asking:
            self.accept()
            return
        self._is_wanted = True
        self.open_button.setEnabled(False)
        self._end.state.setText(self.tr("It opens as soon as all rows are read."))

    @Slot(str, object)
    def _on_format(self, field: str, value: object) -> None:
        spec = self.spec.replaced(**{field: value})
        if field in FORMAT_FIELDS:
            self.spec = spec
            self._is_whole = False
            self._format.show_format(None, spec)
            self.format_changed.emit()
        else:
            self._edit(spec)

    @Slot(str, str)
    def _on_use(self, name: str, use: str) -> None:
        spec, column = self.spec, self._column(name)
        used = [one.name for one in self.model.columns if one.use == FEATURE]
        if use == TARGET:
            self.classes = None
            assert self.survey is not None
            spec = with_target(spec, name, self.survey.target)
        elif column.use == TARGET:  # it takes another target first
            return
        elif use == FEATURE:
            spec = with_feature(spec, name, "" if column.is_usable else column.kind)
        else:
            spec = without_feature(spec, name, used)
        self._edit(spec)

    @Slot(str, str)
    def _on_kind(self, name: str, kind: str) -> None:
        spec, column = self.spec, self._column(name)
        if column.use == TARGET:
            if kind != DATE:
                self._on_task(int(kind == CATEGORY))
            return
        if column.use == OUT and not column.is_usable:  # who says what it is wants it used
            spec = with_feature(spec, name, kind)
        self._edit(with_kind(spec, name, kind))

    @Slot(int)
    def _on_task(self, number: int) -> None:
        self.classes = bool(number)
        self._options.press(number)
        self._edit(self.spec)

    @Slot()
    def _on_rows(self) -> None:
        self._edit(self.spec.replaced(**self._options.choice()))

    @Slot(object, object)
    def _on_answered(self, _question: Question, answer: Answer) -> None:
        if answer.classes is not None:
            self.classes = answer.classes
        self._edit(answer.edit(self.spec))
