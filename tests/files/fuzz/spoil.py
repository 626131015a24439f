"""Ways to spoil bytes, texts, and what lies inside zips, gzips, PNGs and headers."""

from __future__ import annotations

import gzip
import io
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path

from nngui.core.errors import NnguiError
from nngui.files.runs import recovery, store
from nngui.files.runs.array_file import pack, unpack
from tests.files.models.mutate import EXTREMES, spoil_bytes, spoil_json

WORDS = (
    *(b"\0", b"\n", b"\r", b'"', b"'", b",", b";", b"\t", b"=", b"[", b"]", b"{", b"}", b"#"),
    *(b"nan", b"inf", b"1e999", b"9" * 400, b"-0", b"true", b"0x7f", b"1_000", b"\xff\xfe"),
    *(b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\x1b[2J", b"a.b.c.d.e.f.g.h.i.j", b'"""', b"NA", b"?"),
    *(b"<img src=/dev/zero>", b"{name}", b"%s", b"../..", b"2024-02-30", b"1979-05-27T07:32:00Z"),
    *(b"[[edits]]", b"after", b"settings", b"weight", b"engine", b"[[edits]]\nafter = 3\n"),
    *(b"seed", b"network.hidden", b"optimizer.lr", b"[[data.placed]]", b"[network]", b"\\u0000"),
)
XML_WORDS = (
    *(b"<row/>", b"<c/>", b"<v>1</v>", b'r="XFD1048576"', b't="s"', b't="b"', b't="e"', b't="d"'),
    *(b'r="A999999999999"', b"<!--", b"&amp;", b"&a;", b"<!DOCTYPE a>", b'ref="A1:XFD1048576"'),
    *(b"1e999", b"-1", b"99999999999999999999", b"2024-02-30", b's="99999"', b"_x0000_"),
)
GROWN = 1 << 16  # bytes to which repeating may make a file


class HopelessError(Exception):
    """A file is too broken for this way."""


def change_bytes(rng, data, others):
    """Change bytes anywhere."""
    return spoil_bytes(rng, data, others)


def set_number(rng, data, _others):
    """Set a number somewhere, of either byte order, to an extreme."""
    size = rng.choice((1, 2, 4, 8))
    at = rng.randrange(max(1, len(data) - size))
    number = (rng.choice(EXTREMES) % 256**size).to_bytes(size, rng.choice(("little", "big")))
    return data[:at] + number + data[at + size :]


def insert_words(rng, data, _others, words=WORDS):
    """Put a word with a meaning somewhere, or in the place of another."""
    word = rng.choice(words)
    at = rng.randrange(len(data) + 1)
    return data[:at] + word + data[at + rng.choice((0, 0, 1, len(word))) :]


def repeat(rng, data, _others):
    """Repeat a piece many times."""
    begin = rng.randrange(len(data) + 1)
    piece = data[begin : begin + rng.choice((1, 2, 5, 20))]
    times = min(rng.choice((2, 50, 1000, 20_000)), GROWN // max(len(piece), 1))
    return data[:begin] + piece * times + data[begin:]


def inside_zip(rng, data, others):
    """Spoil a part of an archive, and pack it again with the right checksum."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except Exception as error:
        raise HopelessError from error
    if not parts:
        raise HopelessError
    name = rng.choice(list(parts))
    chance = rng.random()
    if chance < 0.05:
        del parts[name]
    elif chance < 0.1:
        parts[rng.choice(list(parts))] = parts[name]
    elif name.endswith(".npy"):
        way = rng.choice((npy_header, change_bytes, set_number))
        parts[name] = way(rng, parts[name], others)
    else:
        way = rng.choice((insert_words, insert_words, repeat, change_bytes))
        more = (XML_WORDS,) if way is insert_words else ()
        parts[name] = way(rng, parts[name], list(parts.values()), *more)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def inside_gzip(rng, data, others):
    """Spoil what is compressed, and compress it again."""
    try:
        inner = gzip.decompress(data)
    except Exception as error:
        raise HopelessError from error
    return gzip.compress(rng.choice((idx_header, change_bytes))(rng, inner, others), mtime=0)


def idx_header(rng, data, _others):
    """Set a size of an IDX file, or the kind of its numbers."""
    at = rng.choice((2, 3, 4, 8, 12))
    size = 1 if at < 4 else 4
    number = rng.choice((0, 1, 3, 9, 10, 11, *EXTREMES)) % 256**size
    return data[:at] + number.to_bytes(size, "big") + data[at + size :]


def npy_header(rng, data, others):
    """Spoil the text in an array's header, and correct its length."""
    if data[:6] != b"\x93NUMPY" or len(data) < 12:
        raise HopelessError
    length = struct.unpack("<H", data[8:10])[0]
    text, rest = data[10 : 10 + length], data[10 + length :]
    words = (
        *(b"(4000000000, 30)", b"(0,)", b"(-1, 3)", b"()", b"'<U9'", b"'|V0'", b"'<U0'", b"'O'"),
        *(b"'<M8[s]'", b"'<c16'", b"True", b"((" * 300, b"-" * 3000, b"[('a', '<f8')]", b"10**9"),
    )
    if rng.random() < 0.7:
        text = insert_words(rng, text, others, words)
    else:
        text = change_bytes(rng, text, others)
    return data[:8] + struct.pack("<H", len(text) % 65536) + text + rest


def inside_png(rng, data, _others):
    """Spoil a chunk of a PNG, and correct its checksum; its length may lie."""
    if not data.startswith(b"\x89PNG"):
        raise HopelessError
    chunks, at = [], 8
    while at + 12 <= len(data):
        length = struct.unpack(">I", data[at : at + 4])[0]
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    if not chunks:
        raise HopelessError
    place = rng.randrange(len(chunks))
    kind, content = chunks[place]
    way = rng.randrange(5)
    if way == 0:
        chunks.insert(place, chunks[rng.randrange(len(chunks))])
    elif way == 1:
        del chunks[place]
    elif way == 2:
        bomb = zlib.compress(bytes(3_000_000))
        name = rng.choice((b"zTXt", b"iCCP", b"iTXt", b"IDAT"))
        start = {b"iTXt": b"a\0\1\0\0\0", b"IDAT": b""}.get(name, b"a\0\0")
        chunks.insert(rng.randrange(1, len(chunks) + 1), (name, start + bomb))
    elif kind == b"IHDR":
        chunks[place] = (kind, set_number(rng, content, []))
    else:
        chunks[place] = (rng.choice((kind, b"tRNS", b"PLTE", b"acTL", b"eXIf")),
                         spoil_bytes(rng, content, [data]))  # fmt: skip
    made = [
        struct.pack(">I", len(content)) + kind + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    ]  # fmt: skip
    return data[:8] + b"".join(made)


def run_content(rng, data, _others):
    """Spoil what a run's file says, and pack it again with the right checksum."""
    for kind in (recovery.KIND, store.KIND):
        with tempfile.NamedTemporaryFile(suffix=".run") as file:
            file.write(data)
            file.flush()
            try:
                content, arrays = unpack(Path(file.name), kind)
                return pack(kind, spoil_json(rng, content), arrays)
            except (NnguiError, TypeError, ValueError, AttributeError):
                continue
    raise HopelessError
