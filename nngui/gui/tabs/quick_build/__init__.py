"""The tab of quick building and its pages."""

from nngui.gui.tabs.quick_build.tab import Tab

__all__ = ["Tab"]
