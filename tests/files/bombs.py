"""Small files that would take all memory, and what the command line is asked to do with them."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib

import numpy as np
import pyarrow as pa
from PIL import Image
from pyarrow import parquet

from tests.files.tables.workbooks import GOOD, stray, workbook

TABLE = ("train", "regression", "--set", "schedule.steps=1", "--data")
PICTURES = ("train", "cnn", "--set", "schedule.steps=1", "--set", "data.kind=file", "--set")


def xlsx_stray(path):
    rows = "".join(f"<row><c><v>{i}</v></c><c><v>{i * i}</v></c></row>" for i in range(30))
    workbook(path, [GOOD, rows, stray("XFD1048576")])


def xlsx_empty_rows(path):
    rows = "".join(f"<row><c><v>{i}</v></c><c><v>{i * i}</v></c></row>" for i in range(30))
    workbook(path, [GOOD, rows, "<row/>" * 1_000_000])


def xlsx_dimension(path):
    rows = "".join(f"<row><c><v>{i}</v></c><c><v>{i * i}</v></c></row>" for i in range(30))
    workbook(path, [GOOD, rows], before='<dimension ref="A1:XFD1048576"/>')


def xlsx_shared(path):
    row = '<row><c t="s"><v>0</v></c><c><v>1</v></c></row>'
    workbook(path, [row * 100_000], shared=["<si><t>", "A" * 30_000_000, "</t></si>"])


def xlsx_row(path):
    workbook(path, ["<row>", "<c/>" * 10_000_000, "</row>"])


def npy_header(shape, kind="<f8"):
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x02\0" + struct.pack("<I", len(text)) + text


def npz_header(path):
    text = b"{'descr': '<f8', 'shape': (" + b"1," * 2_000_000 + b")}\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x02\0" + struct.pack("<I", len(text)) + text)


def npz_zeros(path):
    """More than a gigabyte of zeros."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("x.npy", "w", force_zip64=True) as file,
    ):
        file.write(npy_header("(50000000, 3)"))
        zeros = bytes(60_000_000)
        for _ in range(20):
            file.write(zeros)


def parquet_words(path):
    """A word of a megabyte in each of a million rows."""
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000_000, np.int32)), ["A" * 10**6])
    table = pa.table({"a": words, "b": np.arange(1_000_000)})
    parquet.write_table(table, path)


def parquet_zeros(path):
    """Thirty columns of five million zeros."""
    rows = 5_000_000
    column = pa.array(np.zeros(rows))
    with parquet.ParquetWriter(
        path, pa.schema([(f"c{i}", pa.float64()) for i in range(30)])
    ) as out:
        out.write_table(pa.table({f"c{i}": column for i in range(30)}), row_group_size=rows)


def csv_gz(path):
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"a,b\n")
        file.write(b"1,2\n" * 1_000_000)


def png(path, width=7000, height=7000):
    """A picture of 49 million pixels, all of them black."""
    rows = zlib.compress((b"\0" + bytes(3 * width)) * height, 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))


def _chunk(kind, content):
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def folder_of(write, name):
    """A folder of two classes, one with such a picture."""

    def make(path):
        for kind in ("one", "two"):
            (path / kind).mkdir(parents=True)
            Image.new("L", (8, 8)).save(path / kind / "a.png")
            Image.new("L", (8, 8)).save(path / kind / "b.png")
        write(path / "one" / name)

    return make


def png_promise(path):
    """A picture that promises 49 million pixels and has none."""
    header = struct.pack(">IIBBBBB", 7000, 7000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))


def gif(path):
    """Twenty pictures of a million pixels each, called a PNG."""
    first, *rest = [Image.new("P", (1000, 1000), i % 2) for i in range(20)]
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=rest)
    path.write_bytes(file.getvalue())


def idx(path, n=8, promised=None, compress=False):
    """IDX images, and their labels beside them; the header may promise more."""
    promised = promised or n
    images = b"\0\0\x08\x03" + struct.pack(">III", promised, 8, 8) + bytes(range(64)) * n
    labels = b"\0\0\x08\x01" + struct.pack(">I", promised) + bytes(i % 2 for i in range(promised))
    path.write_bytes(gzip.compress(images) if compress else images)
    path.with_name(path.name.replace("images-idx3", "labels-idx1")).write_bytes(labels)


def idx_zeros(path):
    """Two hundred megabytes of zeros, compressed, and as many labels as images."""
    n = 250_000
    header = b"\0\0\x08\x03" + struct.pack(">III", n, 28, 28)
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(header)
        for _ in range(25):
            file.write(bytes(28 * 28 * 10_000))
    labels = b"\0\0\x08\x01" + struct.pack(">I", n) + b"\0\1" * (n // 2)
    path.with_name("a-labels-idx1-ubyte").write_bytes(labels)


IMAGES = "a-images-idx3-ubyte"
BOMBS = {
    # the file's name, what makes it, the command, a part of what is said, the exit code
    "xlsx, a stray cell": ("t.xlsx", xlsx_stray, TABLE, "far from the table is left out: XFD", 0),
    "xlsx, a million empty rows": ("t.xlsx", xlsx_empty_rows, TABLE, "", 0),
    "xlsx, a size that lies": ("t.xlsx", xlsx_dimension, TABLE, "", 0),
    "xlsx, a shared text": ("t.xlsx", xlsx_shared, TABLE, "of memory", 2),
    "xlsx, a row without end": ("t.xlsx", xlsx_row, TABLE, "longer than Excel can hold", 2),
    "npz, a header without end": ("t.npz", npz_header, TABLE, "an array is damaged", 2),
    "npz, zeros": ("t.npz", npz_zeros, TABLE, "would take 2.4 GB of memory", 2),
    "parquet, a word": ("t.parquet", parquet_words, TABLE, "a holds words, not numbers", 2),
    "parquet, zeros": ("t.parquet", parquet_zeros, TABLE, "would take 2.4 GB of memory", 2),
    "csv.gz": ("t.csv.gz", csv_gz, TABLE, "is compressed: unpack it first", 2),
    "png": ("p", folder_of(png, "c.png"), PICTURES, "different sizes", 2),
    "png, a promise": ("p", folder_of(png_promise, "c.png"), PICTURES, "of one even colour", 2),
    "gif": ("p", folder_of(gif, "c.png"), PICTURES, "different sizes", 2),
    "idx, few images": (IMAGES, idx, PICTURES, "The batch size is 64", 2),
    "idx, a promise": (
        IMAGES, lambda path: idx(path, 8, 10**6), PICTURES, "header promises 64,000,000 bytes", 2,
    ),
    "idx.gz, a promise": (
        f"{IMAGES}.gz", lambda path: idx(path, 8, 10**6, compress=True), PICTURES, "is damaged", 2,
    ),
    "idx.gz, zeros": (f"{IMAGES}.gz", idx_zeros, PICTURES, "set data.images to", 2),
}  # fmt: skip


def command(name, path):
    """Return the arguments of the command line."""
    arguments = BOMBS[name][2]
    return [*arguments, f"data.path={path}" if arguments is PICTURES else str(path)]
