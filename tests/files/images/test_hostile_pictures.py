"""Pictures that were damaged or made to do harm: each is read, or left out by name; no more."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from nngui.files.images.decode import decoded, preview_of
from nngui.files.images.notes import DAMAGED, NO_IMAGE, TOO_LARGE, BadImageError
from nngui.files.images.reader import read_images
from tests.files.models.mutate import spoil_bytes

SAVED = {
    "png": {"format": "PNG"},
    "grey 16 bits": {"format": "PNG"},
    "jpeg": {"format": "JPEG", "quality": 90},
    "progressive jpeg": {"format": "JPEG", "progressive": True},
    "webp": {"format": "WEBP", "lossless": True},
    "moving webp": {"format": "WEBP"},
    "gif": {"format": "GIF"},
    "moving gif": {"format": "GIF"},
    "tiff": {"format": "TIFF"},
    "packed tiff": {"format": "TIFF", "compression": "tiff_deflate"},
    "bmp": {"format": "BMP"},
    "ppm": {"format": "PPM"},
}
TURNS = 40  # spoilt files of each kind


def data_of(kind, seed=0):
    pixels = np.random.default_rng(seed).integers(0, 256, (20, 24, 3), dtype=np.uint8)
    picture = Image.fromarray(pixels)
    options = dict(SAVED[kind])
    if kind == "grey 16 bits":
        picture = Image.fromarray(pixels[..., 0].astype(np.uint16) * 257)
    if kind.startswith("moving"):
        options |= {"save_all": True, "append_images": [picture.rotate(90)] * 3}
    if options["format"] in ("JPEG", "WEBP"):
        exif = Image.Exif()
        exif[0x0112] = 6
        options["exif"] = exif
    buffer = io.BytesIO()
    picture.save(buffer, **options)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path):
    for name, grey in (("circle", 40), ("square", 200)):
        (tmp_path / name).mkdir()
        for number in range(5):
            Image.new("L", (24, 20), grey + number).save(tmp_path / name / f"{number}.png")
    return tmp_path


@pytest.mark.parametrize("kind", SAVED)
def test_that_a_damaged_picture_is_read_or_left_out_by_name(folder, kind):
    chance, whole, path = random.Random(kind), data_of(kind), folder / "circle" / "9.png"
    others = [data_of(other) for other in SAVED]
    path.write_bytes(whole)
    assert not read_images(folder, side=8).left_out
    for turn in range(TURNS):
        cut = whole[: chance.randrange(len(whole))]
        path.write_bytes(spoil_bytes(chance, whole, others) if turn % 4 else cut)
        found = read_images(folder, side=8)
        assert len(found.x) + len(found.x_test) + len(found.left_out) == 11
        assert {one.name for one in found.left_out} <= {"circle/9.png"}
        try:
            preview = preview_of(path, 64, 255)
        except BadImageError:
            assert found.left_out
        else:
            assert max(preview.shape[1:]) <= 64


def png(width, height):
    data = bytearray(data_of("png"))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def tiff(width, height, next_page=0):
    tags = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (278, 4, height),
        (279, 4, min(width * height, 2**32 - 1)),
    ]
    rows = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + rows + struct.pack("<I", next_page)


def bmp(width, height):
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 0, 0, 2835, 2835, 256, 0)
    return b"BM" + struct.pack("<IHHI", 2000, 0, 0, 1078) + head + bytes(1024 + 100)


def gif(width, height, frame=None):
    wide, high = frame or (width, height)
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    image = b"," + struct.pack("<HHHHB", 0, 0, wide, high, 0) + b"\x02\x02\x4c\x01\0;"
    return screen + image


def webp(width, height):
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + bytes(20)
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def jpeg(width, height, *, progressive=False):
    data = bytearray(data_of("progressive jpeg" if progressive else "jpeg"))
    place = data.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


BOMBS = {
    "a PNG": (png(60_000, 60_000), {TOO_LARGE}),
    "a small PNG of many pixels": (png(7000, 7000), {DAMAGED}),
    "a TIFF": (tiff(60_000, 60_000), {TOO_LARGE, NO_IMAGE}),
    "a TIFF of 4 billion": (tiff(2**32 - 1, 2**32 - 1), {TOO_LARGE, NO_IMAGE}),
    "a BMP": (bmp(60_000, 60_000), {TOO_LARGE}),
    "a GIF": (gif(65_535, 65_535), {TOO_LARGE}),
    "a GIF whose frame is larger": (gif(4, 4, (65_535, 65_535)), {TOO_LARGE, DAMAGED}),
    "a WebP": (webp(16_384, 16_384), {TOO_LARGE, NO_IMAGE}),
    "a JPEG": (jpeg(65_500, 65_500), {TOO_LARGE}),
    "a progressive JPEG": (jpeg(12_000, 9000, progressive=True), {TOO_LARGE}),
    "a PGM": (b"P5 60000 60000 255\n" + bytes(100), {TOO_LARGE}),
    "a PGM of 10 ** 30": (b"P5 " + b"9" * 30 + b" 3 255\n" + bytes(100), {TOO_LARGE, NO_IMAGE}),
}


@pytest.mark.parametrize("case", BOMBS)
def test_that_a_bomb_is_left_out_before_its_pixels_are_allocated(folder, case):
    data, reasons = BOMBS[case]
    path = folder / "circle" / "9.png"
    path.write_bytes(data)
    tracemalloc.start()
    try:
        found = read_images(folder, side=8)
        with pytest.raises(BadImageError) as caught:
            decoded(path, 8, 8, 1, "squash", 255)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    (left_out,) = found.left_out
    assert left_out.name == "circle/9.png"
    assert {left_out.why, caught.value.why} <= reasons
    assert peak < 30_000_000


def test_that_a_tiff_whose_pages_go_round_in_a_circle_ends(folder):
    (folder / "circle" / "9.png").write_bytes(tiff(10, 10, next_page=8))
    found = read_images(folder, side=8)
    assert len(found.x) + len(found.x_test) == 11
    assert [str(note) for note in found.notes] == [
        "Images with several frames or pages: 1. The first of each is taken."
    ]
