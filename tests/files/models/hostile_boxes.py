"""Files whose container lies: zips, and the legacy format."""

from __future__ import annotations

import struct
from dataclasses import replace

from tests.files.models.cases import BAD, BIG, CODE, NOT, ODD, OPENS, Case
from tests.files.models.containers import (
    STORAGES,
    Entry,
    deflated,
    legacy_file,
    torch_entries,
    torch_file,
    zip_file,
)
from tests.files.models.pickles import (
    linear,
    program,
    push,
    sequential,
)

REFUSED = (BAD, BIG, CODE, NOT)
ANY = (*REFUSED, ODD, OPENS)
MODEL = program(sequential([linear()]))
NUMBERS = struct.pack("<4f", 1, 2, 3, 4)


def box(**changes):
    """Return a good model's zip in which the entry `at` that place is changed."""
    entries = torch_entries(MODEL)
    position = changes.pop("at", 0)
    entries[position] = replace(entries[position], **changes)
    return zip_file(entries)


def zip_files(_canary):
    """Return zips whose records lie; the model within is good."""
    good = torch_entries(MODEL)
    everywhere = {
        "deflate that is stored": {"method": 8}, "an unknown method": {"method": 99},
        "encrypted": {"flags": 0x0809}, "strong encryption": {"flags": 0x0841},
        "a wrong CRC": {"crc": 1}, "a size of 2**32 - 1": {"size": 2**32 - 1, "packed": 2**32 - 1},
        "a packed size of 0": {"packed": 0}, "a size of 0": {"size": 0, "packed": 0},
        "a smaller size": {"size": 10, "packed": 10}, "another name": {"name": b"archive/data.pk"},
    }  # fmt: skip
    files = {}
    for name, lie in everywhere.items():
        files[f"{name}, in both"] = box(local=lie, central=lie, descriptor=lie)
        files[f"{name}, in the directory"] = box(central=lie)
        files[f"{name}, beside the data"] = box(local=lie)
    files |= {
        "a wrong descriptor": box(descriptor={"size": 1, "packed": 1, "crc": 1}),
        "no descriptor": box(descriptor=None),
        "an offset of 2**32 - 1": box(central={"offset": 2**32 - 1}),
        "an offset into itself": box(at=4, central={"offset": lambda true: true + 1}),
        "an offset of the first": box(at=4, central={"offset": 0}),
        "a disk number": box(central={"disk": 1}),
        "an extra field too long": box(local={"extra": b"FB\xff\xff"}),
        "zip64 sizes": box(central={"extra": struct.pack("<2H2Q", 1, 16, 2**63, 2**63),
                                    "size": 2**32 - 1, "packed": 2**32 - 1}),
        "a comment of an entry": box(central={"comment": b"PK\5\6" * 9}),
        "another CRC in the storage": box(at=4, content=b"\0" * 16, central={"crc": 7}),
        "a name that is not UTF-8": box(at=1, name=b"archive/\xff"),
    }  # fmt: skip
    for name, odd in {
        "..": "archive/../data/0", "above": "../data", "absolute": "/etc/passwd", "": "",
        "NUL": "archive/data.pkl\0.txt", "a backslash": "archive\\data\\0", "a drive": "C:/x",
        "a folder": "archive/", "long": "archive/" + "x" * 65_000, "another folder": "other/x",
    }.items():  # fmt: skip
        files[f"a name: {name}"] = zip_file([*good, Entry(odd, b"x")])
    files |= doubled_zips(good) | ended_zips(good)
    return [Case(f"zip: {name}", data, ANY) for name, data in files.items()] + zip_bombs(good)


def doubled_zips(good):
    pickle = good[0]
    twice = zip_file([*good, pickle])
    return {
        "two pickles of one name": twice,
        "two storages of one name": zip_file([*good, Entry("archive/data/0", NUMBERS[::-1])]),
        "a pickle in two folders": zip_file([*good, Entry("other/data.pkl", MODEL)]),
        "no pickle": zip_file(good[1:]),
        "no entries": zip_file([]),
        "a pickle alone": zip_file([pickle]),
        "two directories": twice + zip_file(good),
        "overlapping entries": zip_file([
            *good, Entry("archive/x", b"", central={"offset": 0}),
        ]),
        "a hidden entry": hidden_entry(good),
        "big-endian": zip_file([
            replace(e, content=b"big") if "byteorder" in str(e.name) else e for e in good]),
        "a byte order of 4 kB": zip_file([
            replace(e, content=b"little" * 700) if "byteorder" in str(e.name) else e
            for e in good]),
    }  # fmt: skip


def hidden_entry(good):
    """Return a zip with an entry between two others that its directory does not list."""
    whole = zip_file([*good, Entry("archive/hidden", b"x" * 50)])
    listed = zip_file(good)
    at = listed.index(b"PK\1\2")
    return whole[: whole.index(b"PK\1\2")] + listed[at:]


def ended_zips(good):
    zip64 = {"size_64": 2**63, "offset_64": 2**63}
    return {
        "data before": zip_file(good, prefix=b"\x7fELF" * 16),
        "a space before": zip_file(good, prefix=b" "),
        "data between": zip_file(good, between=b"x" * 100),
        "data behind": zip_file(good, suffix=b"x"),
        "a comment": zip_file(good, comment=b"hello"),
        "a comment that is a zip": zip_file(good, comment=zip_file(good)[:60_000]),
        "a comment size that lies": zip_file(good, comment_size=65_535),
        "65,535 entries said": zip_file(good, count=65_535),
        "2**63 entries said": zip_file(good, count=65_535, count_64=2**63),
        "no entries said": zip_file(good, count=0),
        "one entry less said": zip_file(good, count=len(good) - 1),
        "a zip64 of 2**63 bytes": zip_file(good, **zip64),
        "a zip64 that differs": zip_file(good, offset_64=0),
        "a zip64 elsewhere": zip_file(good, locator=0),
        "a zip64 at 2**63": zip_file(good, locator=2**63),
        "no zip64": zip_file(good, zip64=False),
        "a directory at 2**32 - 1": zip_file(good, offset=2**32 - 1),
        "a directory of 2**32 - 1 bytes": zip_file(good, size=2**32 - 1),
        "another disk": zip_file(good, disk=1),
        "the end only": b"PK\5\6" + b"\0" * 18,
        "a beginning only": b"PK\3\4",
        "a beginning and an end": b"PK\3\4PK\5\6" + b"\0" * 18,
        "a part of many": zip_file(good).replace(b"PK\3\4", b"PK\7\x08", 1),
        "65,535 entries": lambda: zip_file(
            [*good, *[Entry(f"a/{number}") for number in range(65_500)]], count=65_535,
            count_64=65_500 + len(good),
        ),
        "19,000 entries": lambda: zip_file(
            [*good, *[Entry(f"a/{number}") for number in range(19_000)]]
        ),
    }  # fmt: skip


def zip_bombs(good):
    def bomb(**lies):
        return zip_file([good[0], replace(deflated("archive/data/0", bytes(100_000_000)), **lies)])

    stored = {"method": 0}
    files = {
        "a bomb of 100 MB": bomb,
        "a bomb that says it is stored": lambda: bomb(central=stored, local=stored),
        "a deflated pickle": zip_file([deflated("archive/data.pkl", MODEL), *good[1:]]),
        "a pickle of 64 MB": lambda: torch_file(MODEL[:-1] + push(bytes(64_000_000)) + b"0."),
    }
    return [Case(f"zip: {name}", data, REFUSED) for name, data in files.items()]


# --- The legacy format ----------------------------------------------------------------------------


def legacy_files(_canary):
    pair = {"0": (4, NUMBERS), "1": (2, STORAGES["1"])}
    value = sequential([linear()])
    good = legacy_file(value, pair)
    files = {
        "a count of 2**63 - 1": legacy_file(value, {"0": (2**63 - 1, NUMBERS)}),
        "a count of -1": legacy_file(value, pair | {"0": (-1, NUMBERS)}),
        "a count of 3": legacy_file(value, pair | {"0": (3, NUMBERS)}),
        "a key too many": legacy_file(value, pair, keys=["0", "1", "2"]),
        "a key twice": legacy_file(value, pair, keys=["0", "0"]),
        "no keys": legacy_file(value, pair, keys=[]),
        "keys in a dict": legacy_file(value, pair, keys=program({"0": 1})),
        "keys that are numbers": legacy_file(value, pair, keys=program([0, 1])),
        "keys that are lists": legacy_file(value, pair, keys=program([[], []])),
        "bytes behind": good + b"x",
        "another version": legacy_file(value, pair, version=1000),
        "a version that is True": legacy_file(value, pair, version=True),
        "a version that is a list": legacy_file(value, pair, version=[1001]),
        "a big-endian machine": legacy_file(value, pair, system={"little_endian": False}),
        "a machine that is a list": legacy_file(value, pair, system=[]),
        "the magic number only": good[:15],
        "the magic number of protocol 4": b"\x80\4" + good[2:],
        "a tar of torch 0.1": b"sys_info\0" + bytes(400),
    }
    return [Case(f"legacy: {name}", data, REFUSED) for name, data in files.items()]
