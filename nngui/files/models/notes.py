"""What has to be said of a file that was opened."""

from __future__ import annotations

from nngui.core.errors import NnguiError


class Note(NnguiError):
    """Something to say about a file that was opened: a sentence, as errors are."""
