"""Learn, show and do small neural-network training by clicking: real PyTorch, live."""

from importlib.metadata import version

__version__ = version("nngui")
