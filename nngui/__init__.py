"""Learn, show and do small neural-network training by clicking: real PyTorch, live."""

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    """Read the version when it is asked for: the window opens without it."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("nngui")
