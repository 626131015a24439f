"""The format that torch.save wrote before PyTorch 1.6: five pickles, then the numbers.

The pickles are a magic number, a protocol version, facts of the machine, the object itself, and
the order of the storages; each storage's count of numbers and the numbers follow.
(torch/serialization.py, `_legacy_save`.)
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from nngui.core.text import mark
from nngui.files.models.errors import corrupted, unsupported
from nngui.files.models.inert import Persistent, class_outside
from nngui.files.models.pickle_reader import MAX_BYTES, read_pickle
from nngui.files.models.tensor_records import storage_record

if TYPE_CHECKING:
    from nngui.files.models.open_file import OpenFile
    from nngui.files.models.tensor_records import Storage

MAGIC = b"\x80\x02\x8a\x0a" + 0x1950A86A20F9469CFC6C.to_bytes(10, "little") + b"."
VERSION = 1001


class LegacyFile:
    """The object of such a file, and where its storages are.

    Attributes
    ----------
    value : Any
        The inert records of `pickle_reader`.
    """

    def __init__(self, file: OpenFile) -> None:
        self._file = file
        data = bytes(file.read(0, min(file.size, MAX_BYTES)))
        at = len(MAGIC)
        version, at = read_pickle(data, file.path, at)
        machine, at = read_pickle(data, file.path, at)
        if type(version) is not int or version != VERSION or not isinstance(machine, dict):
            raise corrupted(file.path, mark("core", "its beginning makes no sense"))
        if machine.get("little_endian") is False:
            raise unsupported(file.path, mark("core", "it comes from a big-endian machine"))
        outside: list[Persistent] = []
        self.value, at = read_pickle(data, file.path, at, outside)
        records = (record for record in outside if class_outside(record) is None)
        self._storages = {s.key: s for s in (storage_record(r, file.path) for r in records)}
        keys, at = read_pickle(data, file.path, at)
        if not isinstance(keys, list) or not all(type(key) is str for key in keys):
            raise corrupted(file.path, mark("core", "its list of the numbers makes no sense"))
        self._places = self._place_storages(keys, at)

    def _place_storages(self, keys: list[str], at: int) -> dict[str, int]:
        """Return where each storage's numbers begin; the file must end with the last of them."""
        places: dict[str, int] = {}
        for key in keys:
            storage = self._storages.get(key)
            if storage is None or key in places:
                raise corrupted(self._file.path, mark("core", "its numbers belong to no tensor"))
            (count,) = struct.unpack("<q", self._file.read(at, 8))
            if count != storage.count:
                text = mark("core", "its list of the numbers makes no sense")
                raise corrupted(self._file.path, text)
            places[key] = at + 8
            at += 8 + count * storage.dtype.itemsize
        if at != self._file.size or len(places) != len(self._storages):
            raise corrupted(self._file.path, mark("core", "its end is missing"))
        return places

    def read(self, storage: Storage) -> bytearray:
        """Return a storage's bytes."""
        return self._file.read(self._places[storage.key], storage.count * storage.dtype.itemsize)


def is_legacy(start: bytes) -> bool:
    """Return whether a file begins as this format does."""
    return start.startswith(MAGIC)
