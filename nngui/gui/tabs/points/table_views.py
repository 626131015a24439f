"""What a tab of points shows of a table: plots for many features, scores, a report on the data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QWidget,
)

from nngui.core.data.projection import Projection, of_features, principal
from nngui.core.spec.table import TabularData
from nngui.files.tables.training_data import cached_table_data
from nngui.gui.panels.card import label
from nngui.gui.panels.page_switch import PageSwitch
from nngui.gui.style.labels import RichLabel, escaped, set_tip
from nngui.gui.style.theme import OKABE_ITO
from nngui.gui.style.translation import shown
from nngui.gui.tabs.points.report_page import ReportPage

if TYPE_CHECKING:
    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.arrays import Floats
    from nngui.core.records.snapshot import DataView
    from nngui.files.tables.training_data import TableData
    from nngui.gui.plots.predicted_plot import PredictedPlot
    from nngui.gui.style.theme import Colours
    from nngui.gui.tabs.points.evaluation_page import EvaluationPage
    from nngui.gui.tabs.points.view_stack import ViewStack
    from nngui.gui.training.run import Run

PLOT, SCORES, REPORT = range(3)
GLYPHS = ("●", "▲", "■", "◆", "★", "✚", "▼", "⬟")  # as `theme.MARKERS` draws them
GAP = "\u00a0\u00a0"  # between the entries of a legend
MAX_DRAWN_ROWS = 500  # rows of a part that are drawn


class TableViews(QObject):
    """Decides what of a table is drawn; other data are drawn as ever.

    Parameters
    ----------
    run : Run
        Whose data they are.

    Attributes
    ----------
    plane : Plane or None
        Where the rows lie, when they have more features than the plot.
    is_predicted : bool
        Whether predicted against true stands in the place of the curve.
    sample : ndarray
        Which rows it draws.

    Signals
    -------
    page_changed
        Another page was opened: see `shows_scores` and `shows_report`.
    plane_changed
        The rows are to be drawn in another plane.
    dialog_requested
        The user wants to use the table's columns in another way.
    refused : str
        Why the rows cannot be cross-validated, in words.
    """

    page_changed = Signal()
    plane_changed = Signal()
    dialog_requested = Signal(str)
    refused = Signal(str)

    def __init__(self, stage: ViewStack, theme: Colours, run: Run[Any], parent: QWidget) -> None:
        super().__init__(parent)
        self._stage, self._theme, self._run = stage, theme, run
        self.data: DataView | None = None
        self.plane: Projection | None = None
        self.is_predicted = False
        self.sample = np.zeros(0, np.int64)
        self._made: TableData | None = None  # what the run was made of
        self._page: EvaluationPage | None = None
        self._report: ReportPage | None = None
        self._predicted: PredictedPlot | None = None
        self.switch = PageSwitch(
            (
                (self.tr("Plot"), self.tr("The rows, and what the network makes of them.")),
                (self.tr("Scores"), self.tr("What the network is worth, and where it errs.")),
                (self.tr("Data"), self.tr("The table's columns, and what was left out, and why.")),
            )
        )
        self.switch.chosen.connect(self._on_switched)
        stage.put_switch(self.switch)
        self._across, self._up = QComboBox(), QComboBox()
        self._legend = RichLabel()
        self._make_bar()

    def _make_bar(self) -> None:
        row = QHBoxLayout(self._stage.bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for title, box in ((self.tr("Across"), self._across), (self.tr("Up"), self._up)):
            words = label(title, "muted")
            words.setBuddy(box)
            box.setAccessibleName(title)
            set_tip(
                box,
                self.tr(
                    "A column, with the others as usual; or the directions of most differences."
                ),
            )
            box.setMaximumWidth(190)
            box.setMinimumContentsLength(10)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.activated.connect(self._on_plane)
            row.addWidget(words)
            row.addWidget(box)
        self._legend.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self._legend, 1)

    # What is shown -------------------------------------------------------------------------------

    def show_data(self, data: DataView, *, fresh: bool) -> DataView:
        """Return the data as the task's plot draws them: as they are, or in a plane."""
        self.data = data
        is_table = data.table is not None
        self._remember(data, fresh=fresh)
        self._stage.show_switch(is_table)
        many = is_table and len(data.features) != (2 if data.classes else 1)
        self.is_predicted = many and not data.classes
        if not (many and data.classes):
            self.plane = None
        if not is_table:
            self.switch.show_page(PLOT)
            self.page_changed.emit()
        if self._page is not None and is_table and fresh:
            self._wait_for_scores(data)
        if self.is_predicted:
            self._show_rows(data)
        if self._report is not None and self._made is not None:
            self._report.show_report(self._made, data)
        self._stage.show_legend(*self._parts_legend(data))
        seen = data
        if many and data.classes:
            self._offer_planes(data)
            seen = self._in_plane(data)
        self._show_page()
        return seen

    def probe(self, x: Floats) -> Floats:
        """Return what the network is to be asked, given places in the plot and the rows' dots.

        Parameters
        ----------
        x : ndarray
            Shape (m, 2): places of a grid, then those of the sample of rows.
        """
        if self.plane is None or self.data is None:
            return x
        sample = self._stage.view.sample
        grid = self.plane.rows(x[: len(x) - len(sample)])
        return np.concatenate((grid, self.data.x[sample]))

    @property
    def predicted(self) -> PredictedPlot:
        """The plot of predicted against true, made when it is first needed."""
        if self._predicted is None:
            from nngui.gui.plots.predicted_plot import PredictedPlot

            self._predicted = PredictedPlot()
            self._add(self._predicted)
        return self._predicted

    @property
    def page(self) -> EvaluationPage:
        """The scores, made when they are first looked at: their module imports torch."""
        if self._page is None:
            from nngui.gui.tabs.points.evaluation_page import EvaluationPage

            self._page = EvaluationPage(self._run.task, self._run.viewed_spec)
            self._page.folds.refused.connect(self.refused)
            self._add(self._page)
            if self.data is not None:
                self._wait_for_scores(self.data)
        return self._page

    @property
    def report(self) -> ReportPage:
        """The report on the data, made when it is first looked at."""
        if self._report is None:
            self._report = ReportPage()
            self._report.dialog_requested.connect(self.dialog_requested)
            self._add(self._report)
            if self._made is not None and self.data is not None:
                self._report.show_report(self._made, self.data)
        return self._report

    def _remember(self, data: DataView, *, fresh: bool) -> None:
        """Keep what the run was made of: its file may change while it trains."""
        if data.table is None:
            self._made = None
            return
        settings = self._run.viewed_spec.data
        assert isinstance(settings, TabularData)
        made = cached_table_data(settings.table, classes=bool(data.classes))
        if made is not None and len(made.x) == len(data.x):
            self._made = made
        elif fresh:
            self._made = None

    def _wait_for_scores(self, data: DataView) -> None:
        frame = None if self._made is None else self._made.table.frame
        self.page.show_waiting(tuple(shown(name) for name in data.classes), frame)
        self.page.folds.show_data(data)

    @Slot()
    def show_spec(self) -> None:
        """Have the folds told from those of other settings."""
        if self._page is not None:
            self._page.folds.show_spec(self._run.viewed_spec)

    @property
    def shows_scores(self) -> bool:
        """Whether the page of scores is open."""
        return self.switch.page == SCORES

    @property
    def shows_report(self) -> bool:
        """Whether the report on the data is open."""
        return self.switch.page == REPORT

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme, for what is made later."""
        self._theme = theme
        if self.data is not None:
            self._stage.show_legend(*self._parts_legend(self.data))

    def close(self, deadline: QDeadlineTimer) -> bool:
        """Give up what is being worked out for the scores and the report."""
        pages = [page for page in (self._page, self._report) if page is not None]
        return all([page.close_work(deadline) for page in pages])  # noqa: C419 - each is to end

    def _add(self, part: PredictedPlot | EvaluationPage | ReportPage) -> None:
        part.set_theme(self._theme)
        self._stage.stack.addWidget(part)

    def _show_rows(self, data: DataView) -> None:
        """Draw a sample of the rows; each part has one, however few it has."""
        table, kinds = data.table, data.parts
        assert table is not None
        assert kinds is not None
        places = [np.flatnonzero(kinds == part) for part in range(3)]
        self.sample = np.concatenate(
            [
                part[np.linspace(0, len(part) - 1, min(len(part), MAX_DRAWN_ROWS)).astype(int)]
                for part in places
            ]
        )
        true = data.y[self.sample].astype(np.float64)
        parts, rows = kinds[self.sample], table.rows[self.sample]
        target = "" if data.target in ("x", "y") else shown(data.target)
        self.predicted.set_rows(true, parts, target, rows)

    def _show_page(self) -> None:
        stack = self._stage.stack
        if self.shows_scores:
            stack.setCurrentWidget(self.page)
        elif self.shows_report:
            stack.setCurrentWidget(self.report)
        elif self.is_predicted:
            stack.setCurrentWidget(self.predicted)
        else:
            stack.setCurrentWidget(self._stage.view)
        on_plot = self.switch.page == PLOT
        self._stage.bar.setVisible(self.plane is not None and on_plot)
        self._stage.show_legend_on(on_plot and not self.is_predicted)

    def _parts_legend(self, data: DataView) -> tuple[str, str]:
        """Return as markup which points are kept out of training, and a tip; empty without any."""
        if data.parts is None or not data.parts.any():
            return "", ""
        names = (self.tr("training"), self.tr("validation"), self.tr("test"))
        there = [part for part in range(3) if bool((data.parts == part).any())]
        if not data.classes:
            colours = (self._theme.points, *OKABE_ITO[1:3])
            marked = (
                f'<span style="color:{colours[part]}">{GLYPHS[part]}</span> {escaped(names[part])}'
                for part in there
            )
            return f"{GAP} ".join(marked), ""
        held = [names[part] for part in there if part]
        tip = self.tr("Hollow, and not trained on: {parts}.").format(parts=", ".join(held))
        if data.table is not None:
            ringed = self.tr(
                "Ringed: what the network tells wrong of {part}, as the figure counts."
            )
            tip += " " + ringed.format(part=held[0])
        held_out = escaped(self.tr("held out"))
        return f"● {escaped(names[0])}{GAP} ○ {held_out}", tip

    # The plane -----------------------------------------------------------------------------------

    def _offer_planes(self, data: DataView) -> None:
        table = data.table
        assert table is not None
        names = [shown(name) for name in data.features[: table.numbers]]
        first = (self.tr("Component 1"), self.tr("Component 2"))
        for box, component in zip((self._across, self._up), first, strict=True):
            offered = [component, *names]
            if [box.itemText(i) for i in range(box.count())] != offered:
                box.clear()
                box.addItems(offered)
        classes = zip(GLYPHS, OKABE_ITO, data.classes, strict=False)
        parts = (
            f'<span style="color:{colour}">{glyph}</span> {escaped(shown(name))}'
            for glyph, colour, name in classes
        )
        self._legend.setText("&nbsp;&nbsp; ".join(parts))

    def _in_plane(self, data: DataView) -> DataView:
        across, up = self._across.currentIndex() - 1, self._up.currentIndex() - 1
        components = across < 0 or up < 0 or across == up
        plane = principal(data) if components else of_features(data, across, up)
        self.plane = plane
        names = (self._across.itemText(0), self._up.itemText(0))
        if not components:
            names = data.features[across], data.features[up]
        elif len(data.features) == 1:
            names = data.features[0], ""
        return replace(data, x=plane.places(data.x).astype(np.float32), features=names)

    @Slot()
    def _on_plane(self) -> None:
        """Draw the rows in the plane that was chosen; a component never stands alone."""
        box = self.sender()
        other = self._up if box is self._across else self._across
        assert isinstance(box, QComboBox)
        chosen = box.currentIndex()
        if chosen == 0:
            other.setCurrentIndex(0)
        elif other.currentIndex() in (0, chosen):
            other.setCurrentIndex(1 if chosen != 1 else min(2, other.count() - 1))
        self.plane_changed.emit()

    @Slot(int)
    def _on_switched(self, _number: int) -> None:
        self._show_page()
        self.page_changed.emit()
