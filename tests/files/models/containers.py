"""Writers for the three kinds of file, whose every field can be made to lie.

`zip_file` writes what torch's own writer does: stored entries, padded to multiples of 64 bytes,
each with a data descriptor, and a zip64 end record in any case.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from tests.files.models.pickles import program, push, take_apart

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_VERSION = 1001
LEGACY_SYSTEM = {
    "protocol_version": 1001,
    "little_endian": True,
    "type_sizes": {"short": 2, "int": 4, "long": 4},
}
LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
END_64 = struct.Struct("<4sQ2H2I4Q")
LOCATOR = struct.Struct("<4sIQI")


@dataclass(frozen=True)
class Entry:
    """One file in a zip, and what its records say otherwise than the truth.

    `local`, `central` and `descriptor` overwrite: method, flags, crc, packed, size, name, extra,
    and for `central` also offset, disk, comment. `offset` may be a function of the true one.
    """

    name: str | bytes
    content: bytes = b""
    local: dict = field(default_factory=dict)
    central: dict = field(default_factory=dict)
    descriptor: dict | None = field(default_factory=dict)
    packed: bytes | None = None

    def fields(self):
        name = self.name if isinstance(self.name, bytes) else self.name.encode()
        stored = self.content if self.packed is None else self.packed
        return {
            "method": 0 if self.packed is None else 8,
            "flags": 0x0808,
            "crc": zlib.crc32(self.content),
            "packed": len(stored),
            "size": len(self.content),
            "name": name,
            "extra": b"",
            "comment": b"",
            "disk": 0,
        }


def deflated(name, content, **lies):
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    return Entry(name, content, packed=press.compress(content) + press.flush(), **lies)


def local_record(entry, place):
    truth = entry.fields()
    zeros = {"crc": 0, "packed": 0, "size": 0}  # they follow in the descriptor
    shown = truth | zeros | entry.local
    padding = -(place + LOCAL.size + len(shown["name"]) + 4) % 64
    extra = entry.local.get("extra", b"FB" + struct.pack("<H", padding) + b"Z" * padding)
    head = LOCAL.pack(
        b"PK\3\4", 0, shown["flags"], shown["method"], 0, 0, shown["crc"], shown["packed"],
        shown["size"], len(shown["name"]), len(extra),
    )  # fmt: skip
    tail = b""
    if entry.descriptor is not None:
        last = truth | entry.descriptor
        tail = struct.pack("<4s3I", b"PK\7\x08", last["crc"], last["packed"], last["size"])
    stored = entry.content if entry.packed is None else entry.packed
    return head + shown["name"] + extra + stored + tail


def central_record(entry, place):
    shown = entry.fields() | {"offset": place} | entry.central
    offset = shown["offset"](place) if callable(shown["offset"]) else shown["offset"]
    head = CENTRAL.pack(
        b"PK\1\2", 0, 0, shown["flags"], shown["method"], 0, 0, shown["crc"], shown["packed"],
        shown["size"], len(shown["name"]), len(shown["extra"]), len(shown["comment"]),
        shown["disk"], 0, 0, offset,
    )  # fmt: skip
    return head + shown["name"] + shown["extra"] + shown["comment"]


def end_records(truth, zip64=True, comment=b"", **lies):
    """Return what ends a zip. `lies` overwrite count, size, offset, and with _64 those of zip64."""
    shown = truth | lies
    records, end = b"", truth["offset"] + truth["size"]
    if zip64:
        big = {name: lies.get(f"{name}_64", shown[name]) for name in ("count", "size", "offset")}
        records += END_64.pack(
            b"PK\6\6", 44, 0x31E, 45, 0, 0, big["count"], big["count"], big["size"], big["offset"]
        )
        records += LOCATOR.pack(b"PK\6\7", 0, lies.get("locator", end), 1)
    return records + END.pack(
        b"PK\5\6", lies.get("disk", 0), 0, shown["count"], shown["count"], shown["size"],
        shown["offset"], lies.get("comment_size", len(comment)),
    ) + comment  # fmt: skip


def zip_file(entries, prefix=b"", between=b"", suffix=b"", **lies):
    """Return a zip of the entries; `lies` go to `end_records`."""
    body, places = bytearray(prefix), []
    for entry in entries:
        places.append(len(body))
        body += local_record(entry, len(body))
    body += between
    directory = b"".join(map(central_record, entries, places))
    truth = {"count": len(entries), "size": len(directory), "offset": len(body)}
    end = end_records(truth, **lies)
    return bytes(body) + directory + end + suffix


# --- Model files ----------------------------------------------------------------------------------

STORAGES = {"0": struct.pack("<4f", 1, 2, 3, 4), "1": struct.pack("<2f", 5, 6)}


def torch_entries(code, storages=None, folder="archive"):
    """Return the entries of a file that torch.save wrote, in its order."""
    storages = STORAGES if storages is None else storages
    return [
        Entry(f"{folder}/data.pkl", code),
        Entry(f"{folder}/.format_version", b"1"),
        Entry(f"{folder}/.storage_alignment", b"64"),
        Entry(f"{folder}/byteorder", b"little"),
        *[Entry(f"{folder}/data/{key}", data) for key, data in storages.items()],
        Entry(f"{folder}/version", b"3\n"),
        Entry(f"{folder}/.data/serialization_id", b"0" * 40),
    ]


def torch_file(value, storages=None):
    """Return a zip as torch.save writes it, of a value or of the opcodes of a whole pickle."""
    code = value if isinstance(value, bytes) else program(value)
    return zip_file(torch_entries(code, storages))


def entries_of(data):
    """Return the entries of a zip that is right."""
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        return [Entry(info.filename, box.read(info)) for info in box.infolist()]


def legacy_file(value, storages, keys=None, **lies):
    """Return a file as torch.save wrote it before 1.6; `storages` maps keys to (numel, bytes)."""
    code = value if isinstance(value, bytes) else program(value)
    keys = list(storages) if keys is None else keys
    return b"".join(
        [
            program(lies.get("magic", LEGACY_MAGIC)),
            program(lies.get("version", LEGACY_VERSION)),
            program(lies.get("system", LEGACY_SYSTEM)),
            code,
            keys if isinstance(keys, bytes) else program(keys),
            *[struct.pack("<q", numel) + data for numel, data in storages.values()],
        ]
    )


def as_legacy(data):
    """Return a zip that torch.save wrote in the older format, with the same pickle in it."""
    boxes = {str(entry.name): entry.content for entry in entries_of(data)}
    code = next(content for name, content in boxes.items() if name.endswith("/data.pkl"))
    stored = {name.rpartition("/")[2]: box for name, box in boxes.items() if "/data/" in name}
    pieces, storages, key = take_apart(code), {}, ""
    for number, piece in enumerate(pieces):
        if piece[:1] == b"X" and piece[5:].decode() in stored:
            key = piece[5:].decode()
        if piece == b"Q":
            end = max(i for i in range(number) if pieces[i] == b"t")
            numel = int.from_bytes(pieces[end - 1][1:], "little")
            storages[key] = (numel, stored[key])
            pieces[end] = push(None) + b"t"  # the view that older storages had
    return legacy_file(b"".join(pieces), dict(sorted(storages.items())))


def safetensors_file(header, data=b"", length=None):
    """Return a safetensors file; the header may be a dict or any bytes."""
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = len(head) if length is None else length
    return struct.pack("<Q", size) + head + data
