"""The regression tab: points, the fitted curve, and points placed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from nngui.core.records.snapshot import DataView
from nngui.gui.plots.fit_plot import FitPlot
from nngui.gui.tabs.points.points_tab import PointsTab, shortest
from nngui.tasks.regression.settings import RegressionSpec

if TYPE_CHECKING:
    from nngui.core.arrays import Floats


class Tab(PointsTab[RegressionSpec]):
    """Section 1 of the tutorial."""

    @override
    def make_view(self) -> FitPlot:
        return FitPlot()

    @override
    def title(self) -> str:
        return self.tr("Fit")

    @override
    def headline_text(self, losses: dict[str, float]) -> str:
        loss = losses["loss"]
        return f"Loss={loss:.4f}" if loss < 1e4 else f"Loss={loss:.3g}"

    @override
    def placed(self, rows: Floats) -> dict[str, object]:
        points = [(shortest(x), shortest(y)) for x, y, _ in rows]
        data = self.spec.data
        real = data.kind == "diabetes" or (data.kind == "hand" and data.standardise)
        return {"data": {"kind": "hand", "placed": points, "standardise": real}}

    @override
    def placed_view(self) -> DataView:
        points = np.array(self.spec.data.placed, np.float32).reshape(-1, 2)
        return DataView(points[:, :1], points[:, 1], ("x",), "y", ())
