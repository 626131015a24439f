"""A run as a stand-alone PyTorch script: the same numbers, without this program."""

from nngui.core.script.course import specs_of
from nngui.core.script.data import READ_TENSORS
from nngui.core.script.notes import notes
from nngui.core.script.whole import images_file, script, start_file

__all__ = ["READ_TENSORS", "images_file", "notes", "script", "specs_of", "start_file"]
