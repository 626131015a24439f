"""Plots: numpy in, pixels out. They know no torch and no task."""

from nngui.gui.plots.kit.lazy_pyqtgraph import import_pyqtgraph

import_pyqtgraph()
