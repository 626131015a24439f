"""The tab of saving and restoring and its pages."""

from nngui.gui.tabs.save_restore.tab import Tab

__all__ = ["Tab"]
