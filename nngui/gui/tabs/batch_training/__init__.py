"""The tab of batch training and its pages."""

from nngui.gui.tabs.batch_training.tab import Tab

__all__ = ["Tab"]
