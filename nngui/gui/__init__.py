"""The window: PySide6 and pyqtgraph. What it shows comes from the layers below."""
