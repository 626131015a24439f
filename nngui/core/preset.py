"""Experiments: settings of a task that show one thing each, with a word on what to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Preset:
    """One experiment of a task.

    Attributes
    ----------
    name : str
        As in the command line: ``rate-too-high``.
    title : str
        What it shows in a few words, marked for translation.
    lesson : str
        What to look at and what to try, in a sentence or two, marked for translation.
    settings : dict
        What differs from the tutorial's settings, for `toml.with_settings`.
    """

    name: str
    title: str
    lesson: str
    settings: dict[str, Any] = field(default_factory=dict)
