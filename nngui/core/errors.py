"""The program's own errors: plain sentences that say what happened and what to do now."""

from __future__ import annotations

from nngui.core.text import mark

MISFIT = mark("core", "What was saved does not fit the run's settings.")


class NnguiError(Exception):
    """An error a user can act on.

    Parameters
    ----------
    sentence : str
        English text, marked for translation, with ``{name}`` placeholders.
    **values : object
        What stands in the placeholders. They are kept apart so that the sentence can be
        translated before they are filled in.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


class SettingError(NnguiError):
    """A setting is unknown, of the wrong kind, or out of its bounds."""


class DataError(NnguiError):
    """The data cannot be trained on: no points, a single class, a constant column."""


class FileError(NnguiError):
    """A file cannot be read or written."""


class DeviceError(NnguiError):
    """The device asked for is not there."""


class NoMemoryError(NnguiError):
    """There is not enough memory for what was asked."""
