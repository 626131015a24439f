"""The corpus of hostile files: everything that a model file must not be able to do.

`corpus` makes them all; `places` makes the paths that are no files. Each file is written by hand,
from opcodes and records, by somebody who has read the reader.
"""

from __future__ import annotations

import io
import os
import socket
import zipfile

from tests.files.models import (
    hostile_bombs,
    hostile_boxes,
    hostile_code,
    hostile_layers,
    hostile_safetensors,
)
from tests.files.models.cases import BAD, BIG, CODE, NOT, ODD, OPENS, SHUT, Case
from tests.files.models.containers import (
    Entry,
    torch_entries,
    torch_file,
    zip_file,
)
from tests.files.models.pickles import linear, ordered, program, sequential, tensor

REFUSED = (NOT, CODE, BAD, BIG)
ANY = (*REFUSED, ODD, OPENS)
MODEL = program(sequential([linear()]))


def corpus(canary):
    """Return all hostile files; those with code in them make the file `canary` when it runs."""
    makers = [
        hostile_code.code_files,
        hostile_code.attribute_files,
        hostile_code.outside_files,
        hostile_layers.tensor_files,
        hostile_layers.storage_files,
        hostile_layers.layer_files,
        hostile_layers.name_files,
        hostile_bombs.opcode_files,
        hostile_bombs.flood_files,
        hostile_bombs.nesting_files,
        hostile_boxes.zip_files,
        hostile_boxes.legacy_files,
        hostile_safetensors.safetensors_files,
        hostile_safetensors.large_files,
        other_files,
    ]
    cases = [case for make in makers for case in make(str(canary))]
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), {name for name in names if names.count(name) > 1}
    return cases


def other_files(_canary):
    state = program(ordered({"weight": tensor()}))
    files = {
        "an empty file": b"",
        "one byte": b"P",
        "31 bytes": b"\0" * 31,
        "a PNG": b"\x89PNG\r\n\x1a\n" + bytes(1000),
        "a CSV": b"x,y\n1,2\n" * 100,
        "a text": "学习\n".encode() * 100,
        "a JSON": b'{"a": 1}',
        "an ELF": b"\x7fELF" + bytes(1000),
        "a dict by pickle": program({"weight": [1, 2, 3]}),
        "a dict by pickle 5": b"\x80\5\x95\x0b\0\0\0\0\0\0\0}\x94\x8c\1a\x94K\1s.",
        "a state_dict by pickle": state,
        "a NumPy file": b"\x93NUMPY\1\0v\0{'descr': '<f4', 'fortran_order': False}" + bytes(80),
        "a NumPy file of objects": b"\x93NUMPY\1\0v\0{'descr': '|O', 'shape': (1,)}" + state,
        "an npz": ordinary_zip({"a.npy": b"\x93NUMPY" + bytes(100)}),
        "a joblib file": b"\x80\3cjoblib.numpy_pickle\nNumpyArrayWrapper\nq\0)\x81q\1." + bytes(64),
        "a docx": ordinary_zip({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
        "a pt2": ordinary_zip({"archive/archive_format": b"pt2", "archive/data/weights/0": b"x"}),
        "an ONNX file": b"\x08\x0a\x12\x07pytorch\x1a\x052.9.0:" + bytes(200),
        "an HDF5 file": b"\x89HDF\r\n\x1a\n" + bytes(1000),
        "a gzip": b"\x1f\x8b\x08" + bytes(100),
        "a tar": b"a.pkl".ljust(257, b"\0") + b"ustar" + bytes(1000),
        "a TorchScript archive": zip_file(
            [*torch_entries(MODEL), Entry("archive/code/__torch__.py", b"import os"),
             Entry("archive/constants.pkl", program(()))]
        ),
    }  # fmt: skip
    return [Case(f"other: {name}", data, REFUSED) for name, data in files.items()]


def ordinary_zip(contents):
    """Return a zip as Python's own writer makes it."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, data in contents.items():
            archive.writestr(zipfile.ZipInfo(name), data)  # of a fixed date
    return memory.getvalue()


# --- Paths that are no files ----------------------------------------------------------------------


def places(folder):
    """Return paths that are no files to read, as (name, path, how it may end)."""
    directory, loop, sparse = folder / "directory", folder / "loop", folder / "sparse"
    directory.mkdir()
    with sparse.open("wb") as file:
        file.write(b"PK\3\4")
        file.truncate(2**40)
    result = {
        "a directory": directory,
        "a name that is not there": folder / "nothing",
        "a folder that is not there": folder / "nothing" / "x.pt",
        "a file as a folder": sparse / "x.pt",
        "a name with NUL": folder / "a\0b",
        "a name of 5,000 letters": folder / ("x" * 5000),
    }
    cases = [(name, path, (SHUT,)) for name, path in result.items()]
    cases.append(("a sparse file of a terabyte", sparse, (BIG,)))
    if os.name == "posix":
        loop.symlink_to(loop)
        cases.append(("a symlink in a loop", loop, (SHUT,)))
        cases += special_places(folder)
    return cases


def special_places(folder):
    pipe, shut, plug = folder / "pipe", folder / "shut", folder / "plug"
    os.mkfifo(pipe)
    shut.write_bytes(torch_file(MODEL))
    shut.chmod(0)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(plug))  # a socket's path may only have about 100 letters
    names = {"a pipe": pipe, "a socket": plug, "/dev/zero": "/dev/zero", "a terminal": "/dev/tty"}
    if os.geteuid():  # root may read everything
        names["a file without permission"] = shut
    return [(name, folder / path, (SHUT,)) for name, path in names.items()]
