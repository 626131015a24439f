"""The tab of the optimizer race and its pages."""

from nngui.gui.tabs.optimizers.tab import Tab

__all__ = ["Tab"]
