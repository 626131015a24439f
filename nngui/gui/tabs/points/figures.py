"""What heads the tab of a table: a figure of rows that are not trained on, and a baseline's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from nngui.core.evaluation.headline import Headline
    from nngui.core.evaluation.linear import LinearModel
    from nngui.gui.style.labels import Label
    from nngui.gui.tabs.points.table_views import TableViews
    from nngui.gui.tabs.points.view_stack import ViewStack
    from nngui.gui.training.run import Run

MAX_CLASS = 24  # characters of a class's name above the plot


class Figures(QObject):
    """Has the run tell what its network is worth on a table, and says it above the views.

    Parameters
    ----------
    views : TableViews
        Which page is open, and of which data.
    stage : ViewStack
        Where it is said.
    losses : QWidget
        They give way to pages that take all the room.
    """

    def __init__(self, run: Run, views: TableViews, stage: ViewStack, losses: QWidget) -> None:
        super().__init__(stage)
        self._run, self._views, self._stage, self._losses = run, views, stage, losses
        self._headline: Headline | None = None
        self._linear: LinearModel | None = None
        views.page_changed.connect(self.ask)

    def forget(self) -> None:
        """Say nothing of the run before, and ask this one."""
        self._headline = None
        self.ask()

    @Slot()
    def ask(self) -> None:
        """Have the scores, or the headline alone, in the pictures of a table's run."""
        data = self._views.data
        self._losses.setVisible(not (self._views.shows_scores or self._views.shows_report))
        if data is None or data.table is None:
            self._run.inspect_with(None)
            return
        from nngui.core.evaluation.evaluation import EvaluationInspector  # torch is there by now
        from nngui.core.evaluation.headline import HeadlineInspector
        from nngui.core.evaluation.linear import LinearModel

        self._linear = self._linear or LinearModel()
        asks = EvaluationInspector if self._views.shows_scores else HeadlineInspector
        self._run.inspect_with(asks(self._linear))

    def take(self, inspection: object) -> None:
        """Take what was told with a picture of the run, if anything was."""
        if inspection is None:
            return
        from nngui.core.evaluation.evaluation import Evaluation  # torch is there by now
        from nngui.core.evaluation.headline import Headline

        if isinstance(inspection, Evaluation):
            if self._views.shows_scores:
                self._views.page.show_evaluation(inspection)
            inspection = inspection.headline
        if isinstance(inspection, Headline):
            self._headline = inspection

    def show(self, label: Label) -> None:
        """Show the headline in place of the task's own, and below it what one has without it."""
        headline = self._headline
        if headline is None or not headline.step:
            self._stage.show_verdict("")
            return
        label.setText(self._headline_text(headline))
        is_better = headline.is_better and headline.beats_linear
        self._stage.show_verdict(self._verdict(headline), warns=not is_better)

    def _headline_text(self, headline: Headline) -> str:
        """Return the figure that heads the tab, and whose rows it is of."""
        figure = self.tr("accuracy") if headline.always else "R²"
        text = {
            "Validation": self.tr("Validation {figure}={value}"),
            "Test": self.tr("Test {figure}={value}"),
            "Training": self.tr("Training {figure}={value}"),
        }[headline.part]
        return text.format(figure=figure, value=_figures(headline)[0])

    def _verdict(self, headline: Headline) -> str:
        """Return what one has without the network, and whether it is no better than that."""
        _, baseline, linear = _figures(headline)
        if headline.always and headline.is_better:
            text = self.tr("always “{name}”: {value}")
        elif headline.always:
            text = self.tr("no better than always saying “{name}”: {value}")
        elif headline.is_better:
            text = self.tr("always the mean: {value}")
        else:
            text = self.tr("no better than always the mean: {value}")
        said = text.format(name=shown(headline.always)[:MAX_CLASS], value=baseline)
        if math.isnan(headline.linear):
            return said
        text = self.tr("linear model: {value}")
        if headline.is_better and not headline.beats_linear:
            text = self.tr("no better than the linear model: {value}")
        both = [text.format(value=linear), said]  # what matters more comes first
        return self.tr("; ", "between figures").join(both if headline.is_better else both[::-1])


def _figures(headline: Headline) -> tuple[str, str, str]:
    """Return the figures with so many digits that the network's differs from the others.

    Those are of the network, the baseline and the linear model.
    """
    found = (headline.value, headline.baseline, headline.linear)
    digits = 2
    if any(f"{found[0]:.2f}" == f"{other:.2f}" and found[0] != other for other in found[1:]):
        digits = 3
    shown_ = ["–" if math.isnan(v) else f"{v:z.{digits}f}".replace("-", "−") for v in found]
    return shown_[0], shown_[1], shown_[2]
