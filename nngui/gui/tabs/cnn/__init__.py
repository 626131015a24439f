"""The tab of the convolutional network and its pages."""

from nngui.gui.tabs.cnn.tab import Tab

__all__ = ["Tab"]
