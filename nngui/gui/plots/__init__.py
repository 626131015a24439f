"""Plots: numpy in, pixels out. They know no torch and no task."""

from nngui.gui.plots.kit.lean import import_pyqtgraph

import_pyqtgraph()
