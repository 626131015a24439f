"""The zip archives that torch.save writes, checked more strictly than a zip library does.

The entries must be stored as they are, lie one behind the other without gaps or overlaps, and
say the same of themselves in both places where a zip file describes them. So there is one way to
read the archive, and nothing to unpack. The layout: PKWARE's APPNOTE.TXT, 4.3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError
from nngui.core.text import mark
from nngui.files.models.errors import corrupted, cut, not_a_model, too_large, unsupported

if TYPE_CHECKING:
    from nngui.files.models.open_file import OpenFile

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
END64, LOCATOR64, DESCRIPTOR = b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
END_SIZE, END64_SIZE, LOCATOR64_SIZE = 22, 56, 20
MAX_ENTRIES = 20_000
MAX_DIRECTORY_BYTES = 4_000_000
HAS_DESCRIPTOR, ENCRYPTED = 0x0008, 0x0001
MODELS = (".pkl", ".pt", ".pth", ".tar", ".ckpt", ".bin", ".safetensors")


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """Where the bytes of an entry are in the file, and their CRC-32."""

    start: int
    size: int
    crc: int


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry as the central directory lists it."""

    name: bytes
    flags: int
    crc: int
    size: int
    offset: int
    packed: bool


def read_directory(file: OpenFile) -> dict[str, ZipEntry]:
    """Return the entries of an archive by name, without the folder that they all are in.

    Raises
    ------
    ModelFileError
        When the archive is damaged, compressed, encrypted, or ambiguous in any way.
    """
    count, start, size = _find_directory(file)
    listed = sorted(_parse_directory(file, count, start, size), key=lambda entry: entry.offset)
    _check_kind(file, [item.name for item in listed])
    if any(item.packed for item in listed):
        raise unsupported(file.path, mark("core", "its parts are compressed or encrypted"), PACKED)
    end = 0
    entries: dict[str, ZipEntry] = {}
    for item in listed:
        if item.offset != end:
            raise corrupted(file.path, mark("core", "its parts overlap or have gaps"))
        entry, end = _check_local(file, item)
        entries[_plain_name(file, item.name)] = entry
    if end != start:
        raise corrupted(file.path, mark("core", "its parts overlap or have gaps"))
    if len(entries) != count:
        raise corrupted(file.path, mark("core", "it holds two parts of one name"))
    for entry in entries.values():
        if file.crc(entry.start, entry.size) != entry.crc:
            raise corrupted(file.path, mark("core", "a checksum does not match"))
    return entries


PACKED = mark("core", "Have it saved once more by torch.save, and not packed again.")


def _check_kind(file: OpenFile, raw: list[bytes]) -> None:
    """Say what other archives are, by the names in them, before their bytes are looked at."""
    names = [name.decode("utf-8", "replace") for name in raw]
    inner = [name.partition("/")[2] for name in names]
    if "archive_format" in inner:
        remedy = mark("core", "Load it by torch.export.load, and save its state_dict.")
        raise unsupported(file.path, mark("core", "it is an exported program (.pt2)"), remedy)
    if "constants.pkl" in inner or any(name.startswith("code/") for name in inner):
        remedy = mark("core", "Load it by torch.jit.load, and save its state_dict by torch.save.")
        raise unsupported(file.path, mark("core", "it is a TorchScript program"), remedy)
    if "data.pkl" in inner or not names:
        return
    if all(name.endswith(".npy") for name in names):
        text = mark("core", "it holds NumPy arrays, not a network of PyTorch's")
        remedy = mark("core", "Make tensors of them by torch.from_numpy, and save these.")
        raise unsupported(file.path, text, remedy)
    models = [name for name in names if name.lower().endswith(MODELS)]
    if models:
        what = NnguiError(
            mark("core", "it is a zip archive with {name} in it"), name=cut(models[0])
        )
        raise unsupported(file.path, what, mark("core", "Unpack it, and open what was in it."))


def _find_directory(file: OpenFile) -> tuple[int, int, int]:
    """Return how many entries there are, and where the directory begins and how long it is."""
    end = file.size - END_SIZE
    record = bytes(file.read(max(end, 0), min(END_SIZE, file.size)))
    if record[:4] != END or record[20:] != b"\0\0":  # a comment behind it is not torch's
        raise corrupted(file.path, mark("core", "its end is missing"))
    disk, first_disk, here, count, size, start = struct.unpack("<4H2I", record[4:20])
    if disk or first_disk or here != count:
        raise corrupted(file.path, mark("core", "its table of contents makes no sense"))
    before = end - LOCATOR64_SIZE
    if before >= END64_SIZE and file.read(before, 4) == LOCATOR64:
        count, start, size = _read_end64(file, before, (count, start, size))
        end = before - END64_SIZE
    if count > MAX_ENTRIES or size > MAX_DIRECTORY_BYTES:
        raise too_large(file.path, mark("core", "it has too many parts"))
    if start + size != end:
        raise corrupted(file.path, mark("core", "its table of contents makes no sense"))
    return count, start, size


def _read_end64(file: OpenFile, locator: int, short: tuple[int, int, int]) -> tuple[int, int, int]:
    """Read the 64-bit record, which must say the same as the short one as far as that can say."""
    at = locator - END64_SIZE
    disk, offset, disks = struct.unpack("<IQI", file.read(locator + 4, 16))
    record = bytes(file.read(at, END64_SIZE))
    length, _, _, here_disk, first_disk, here, count, size, start = struct.unpack(
        "<Q2H2I4Q", record[4:]
    )
    full = (count, start, size)
    limits = (0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    agrees = all(s in (f, limit) for s, f, limit in zip(short, full, limits, strict=True))
    single = disk == here_disk == first_disk == 0 and disks == 1 and here == count
    if record[:4] != END64 or offset != at or length != 44 or not single or not agrees:
        raise corrupted(file.path, mark("core", "its table of contents makes no sense"))
    return full


def _parse_directory(file: OpenFile, count: int, start: int, size: int) -> list[_Listed]:
    data = bytes(file.read(start, size))
    result: list[_Listed] = []
    at = 0
    while at < len(data):
        fixed = data[at : at + 46]
        if len(fixed) < 46 or fixed[:4] != CENTRAL or len(result) == count:
            raise corrupted(file.path, mark("core", "its table of contents makes no sense"))
        _made, _needs, flags, method, _time, _date, crc, packed, full = struct.unpack(
            "<6H3I", fixed[4:28]
        )
        name_size, extra_size, comment_size, disk, _, _, offset = struct.unpack(
            "<5HII", fixed[28:46]
        )
        name = data[at + 46 : at + 46 + name_size]
        at += 46 + name_size + extra_size + comment_size
        squeezed = bool(method or flags & ENCRYPTED)
        if (packed != full and not squeezed) or disk or at > len(data):
            raise corrupted(file.path, mark("core", "its table of contents makes no sense"))
        result.append(_Listed(name, flags, crc, full, offset, squeezed))
    if len(result) != count:
        raise corrupted(file.path, mark("core", "its table of contents makes no sense"))
    return result


def _check_local(file: OpenFile, listed: _Listed) -> tuple[ZipEntry, int]:
    """Return where an entry's bytes are and where the next entry begins."""
    fixed = bytes(file.read(listed.offset, 30))
    _needs, flags, method, _time, _date, crc, packed, full = struct.unpack("<5H3I", fixed[4:26])
    name_size, extra_size = struct.unpack("<2H", fixed[26:])
    name = bytes(file.read(listed.offset + 30, name_size))
    start = listed.offset + 30 + name_size + extra_size
    end = start + listed.size
    said = (crc, packed, full)
    agreed = (listed.crc, listed.size, listed.size)
    later = bool(flags & HAS_DESCRIPTOR)
    fits = said == agreed or (later and said == (0, 0, 0))
    if fixed[:4] != LOCAL or method or flags != listed.flags or name != listed.name or not fits:
        raise corrupted(file.path, mark("core", "its parts contradict its table of contents"))
    if later:
        end += _descriptor_size(file, end, agreed)
    return ZipEntry(start, listed.size, listed.crc), end


def _descriptor_size(file: OpenFile, at: int, agreed: tuple[int, int, int]) -> int:
    """Check the record behind an entry, which repeats its sizes, and return its length."""
    for layout in ("<3I", "<I2Q"):
        length = 4 + struct.calcsize(layout)
        if at + length <= file.size:
            record = bytes(file.read(at, length))
            if record[:4] == DESCRIPTOR and struct.unpack(layout, record[4:]) == agreed:
                return length
    raise corrupted(file.path, mark("core", "its parts contradict its table of contents"))


def _plain_name(file: OpenFile, raw: bytes) -> str:
    """Return an entry's name without the outermost folder."""
    try:
        folder, slash, rest = raw.decode("utf-8").partition("/")
    except UnicodeDecodeError as error:
        raise corrupted(file.path, mark("core", "its table of contents makes no sense")) from error
    if not (folder and slash and rest) or "\0" in rest or ".." in (folder, *rest.split("/")):
        raise not_a_model(file.path)
    return rest
