"""Colours, icons, fonts, and the language."""
