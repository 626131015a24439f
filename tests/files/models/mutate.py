"""Model files that are spoilt at random, but by somebody who knows what they are made of.

Each file is told by a seed and an index. Most changes keep the rest of the file right: opcodes
are exchanged for others and the zip is packed anew with its checksums, a header is changed and its
length corrected, so that what was changed is what the reader comes to.
"""

from __future__ import annotations

import json
import math
import random
import struct
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

from nngui.files.models.safetensors_format import CHECKSUM, LAYERS, checksum
from tests.files.models.containers import Entry, entries_of, safetensors_file, zip_file
from tests.files.models.mutate_code import spoil_code
from tests.files.models.pickles import take_apart
from tests.files.models.words import NAMES, NUMBERS

EXTREMES = (
    0,
    1,
    2,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0xFFFF,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**63,
    2**64 - 1,
)
LEGACY_START = b"\x80\x02\x8a\x0a"
SHORT = ("method", "flags", "disk")


class Mutator:
    """Makes the file of each index, from good files and from hostile ones.

    Parameters
    ----------
    good, hostile : dict of str to bytes
        What to begin with; four files of five are good ones.
    """

    def __init__(self, good, hostile, seed=0):
        self.good, self.hostile, self.seed = good, hostile, seed
        self.all = list((good | hostile).values())

    def file(self, index):
        """Return the bytes of a file, and what it was made of."""
        rng = random.Random(f"{self.seed}/{index}")
        files = self.good if rng.random() < 0.8 else self.hostile
        name = rng.choice(list(files))
        data, kind = files[name], kind_of(files[name])
        spoil = {"zip": spoil_zip, "legacy": spoil_legacy, "safetensors": spoil_safetensors}
        ways = []
        if kind in spoil and rng.random() < 0.85:
            ways.append(spoil[kind].__name__)
            hopeless = Exception if files is self.hostile else ()  # it may be no such file at all
            with suppress(hopeless):
                data = spoil[kind](rng, data)
        if not ways or rng.random() < 0.1:
            ways.append("spoil_bytes")
            data = spoil_bytes(rng, data, self.all)
        return data, f"{name}: {', '.join(ways)}"


def kind_of(data):
    if data[:4] == b"PK\3\4":
        return "zip"
    if data.startswith(LEGACY_START):
        return "legacy"
    return "safetensors" if data[8:9] == b"{" else "other"


# --- Bytes --------------------------------------------------------------------------------------


def spoil_bytes(rng, data, others):
    """Change bytes anywhere."""
    here = rng.randrange(len(data) + 1)
    there = min(len(data), here + rng.choice((1, 4, 16, 64, 256, 1024)))
    way = rng.randrange(8)
    if way == 0:
        return data[:here]
    if way == 1:
        return data[:here] + data[there:]
    if way == 2:
        return data[:there] + data[here:]
    if way == 3:
        other = rng.choice(others)
        return data[:here] + other[rng.randrange(len(other)) :]
    if way == 4:
        return data + rng.randbytes(rng.choice((1, 8, 100)))
    if way == 5:
        return data[:here] + rng.randbytes(there - here) + data[there:]
    result = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        if way == 6 and result:
            result[rng.randrange(len(result))] ^= 1 << rng.randrange(8)
        else:
            set_extreme(rng, result)
    return bytes(result)


def set_extreme(rng, data):
    """Set an integer to an extreme, most often in one of a zip's records."""
    at = rng.randrange(len(data) + 1)
    records = [place for place in range(len(data)) if data[place : place + 2] == b"PK"]
    if records and rng.random() < 0.8:
        at = rng.choice(records) + rng.randrange(2, 50)
    size = rng.choice((1, 2, 4, 8))
    number = rng.choice(EXTREMES) % 256**size
    if at + size <= len(data):
        data[at : at + size] = number.to_bytes(size, "little")


# --- Zips and the legacy format -----------------------------------------------------------------

entries_once = lru_cache(1000)(entries_of)
apart_once = lru_cache(1000)(take_apart)


def spoil_zip(rng, data):
    """Change the pickle, the entries, or what the records say, and pack it anew."""
    entries = list(entries_once(data))
    place = next(
        (n for n, e in enumerate(entries) if str(e.name).endswith("data.pkl")), len(entries) - 1
    )
    chance = rng.random()
    if chance < 0.7:
        code = spoil_code(rng, entries[place].content, apart_once)
        entries[place] = replace(entries[place], content=code)
    elif chance < 0.85:
        spoil_entries(rng, entries)
    if chance >= 0.85 or rng.random() < 0.03:
        return lying_zip(rng, entries)
    return zip_file(entries, zip64=rng.random() < 0.9)


def spoil_entries(rng, entries):
    here, there = rng.randrange(len(entries)), rng.randrange(len(entries))
    entry, other = entries[here], entries[there]
    way = rng.randrange(7)
    if way == 0:
        del entries[here]
    elif way == 1:
        entries.append(entry)
    elif way == 2:
        entries[here] = replace(entry, content=other.content)
    elif way == 3:
        entries[here], entries[there] = replace(entry, name=other.name), entry
    elif way == 4:
        entries[here] = replace(entry, content=entry.content[: rng.randrange(20)])
    elif way == 5:
        numbers = struct.pack("<f", rng.choice((math.nan, math.inf, 1e38, 0)))
        entries[here] = replace(entry, content=numbers * (len(entry.content) // 4))
    else:
        name = rng.choice(("data/0", "data.pkl", "byteorder", "code/x", "constants.pkl", "..", "x"))
        entries.append(Entry(f"archive/{name}", rng.choice((b"", b"little", entry.content))))


def lying_zip(rng, entries):
    """Return a zip with one or two fields that are wrong, in one or in all places."""
    here = rng.randrange(len(entries))
    for _ in range(rng.choice((1, 1, 2))):
        field = rng.choice(("method", "flags", "crc", "packed", "size", "disk", "offset", "name"))
        lie = {
            field: rng.choice(EXTREMES) % (2**16 if field in ("method", "flags", "disk") else 2**32)
        }
        if field == "name":
            lie = {"name": rng.choice(NAMES).encode("utf-8", "replace")[:1000]}
        places = rng.choice((["local"], ["central"], ["local", "central", "descriptor"]))
        entries[here] = replace(entries[here], **dict.fromkeys(places, lie))
    ends = {}
    if rng.random() < 0.4:
        name = rng.choice(("count", "size", "offset", "locator", "disk", "comment_size"))
        wide = {"size": 2**32, "offset": 2**32, "locator": 2**64}.get(name, 2**16)
        ends[name] = rng.choice(EXTREMES) % wide
    return zip_file(entries, **ends)


def spoil_legacy(rng, data):
    """Change one of the five pickles, or the numbers behind them."""
    pieces, rest = [], data
    for _ in range(5):
        size = sum(map(len, take_apart(rest)))
        pieces.append(rest[:size])
        rest = rest[size:]
    pieces.append(rest)
    place = rng.choices(range(6), (1, 2, 3, 20, 6, 4))[0]
    if place == 5:
        pieces[5] = spoil_bytes(rng, rest, [data])
    else:
        pieces[place] = spoil_code(rng, pieces[place], apart_once)
    return b"".join(pieces)


# --- Safetensors --------------------------------------------------------------------------------


def spoil_safetensors(rng, data):
    """Change the header, or the JSON in it, and correct its length and most often its checksum."""
    length = int.from_bytes(data[:8], "little")
    header, numbers = json.loads(data[8 : 8 + length]), data[8 + length :]
    metadata = header.get("__metadata__", {})
    layers = json.loads(metadata.get(LAYERS, "{}"))
    for _ in range(rng.choice((1, 1, 2, 3))):
        if LAYERS in metadata and rng.random() < 0.6:
            layers = spoil_json(rng, layers)
            metadata[LAYERS] = json.dumps(layers)
        else:
            header = spoil_json(rng, header)
    if CHECKSUM in metadata and isinstance(header, dict) and rng.random() < 0.8:
        rest = {key: value for key, value in header.items() if key != "__metadata__"}
        metadata[CHECKSUM] = checksum(rest, metadata, numbers)
    return safetensors_file(header, numbers)


def spoil_json(rng, value):
    """Return a value with a change somewhere inside it."""
    if isinstance(value, dict | list) and value and rng.random() < 0.85:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = rng.choice(list(keys))
        chance = rng.random()
        if chance < 0.7:
            value[key] = spoil_json(rng, value[key])
        elif chance < 0.8:
            del value[key]
        elif isinstance(value, dict):
            value[rng.choice(NAMES)[:300]] = value.pop(key) if chance < 0.95 else value[key]
        else:
            value.insert(rng.randrange(len(value) + 1), value[key])
        return value
    plain = (*NUMBERS, *NAMES, None, True, [], {}, [1], "F16", "F64", "I64", "BOOL", [[]])
    if type(value) is int and rng.random() < 0.5:
        return value + rng.choice((-1, 1, 4))
    return rng.choice(plain)
