"""The archive's rules, each broken by itself: Python's zipfile reads most of these all the same."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from nngui.files.models.errors import (
    CorruptedModelError,
    ModelTooLargeError,
    NotAModelFileError,
    UnsupportedModelError,
)
from nngui.files.models.open_file import opened
from nngui.files.models.zip_reader import MAX_ENTRIES, read_directory
from tests.files.models.containers import (
    Entry,
    central_record,
    deflated,
    end_records,
    local_record,
    torch_entries,
    zip_file,
)
from tests.files.models.pickles import linear, program, sequential

MODEL = program(sequential([linear()]))
GOOD = torch_entries(MODEL)


def read(data, tmp_path):
    path = tmp_path / "model.pt"
    path.write_bytes(data)
    with opened(path) as file:
        return read_directory(file)


def changed(at, **lies):
    entries = list(GOOD)
    entries[at] = replace(entries[at], **lies)
    return zip_file(entries)


def with_gaps(gaps):
    """A zip with some bytes behind its entries, by the entry's number; they are well listed."""
    body, places = bytearray(), []
    for number, entry in enumerate(GOOD):
        places.append(len(body))
        body += local_record(entry, len(body)) + b"\0" * gaps.get(number, 0)
    directory = b"".join(map(central_record, GOOD, places))
    truth = {"count": len(GOOD), "size": len(directory), "offset": len(body)}
    return bytes(body) + directory + end_records(truth)


def test_that_entries_lie_where_zipfile_finds_them(tmp_path):
    data = zip_file(GOOD)
    found = read(data, tmp_path)
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        for info in box.infolist():
            entry = found[info.filename.partition("/")[2]]
            assert data[entry.start : entry.start + entry.size] == box.read(info)
            assert (entry.size, entry.crc) == (info.file_size, info.CRC)
        assert len(found) == len(box.infolist())


@pytest.mark.parametrize("place", range(len(GOOD)))
@pytest.mark.parametrize("size", [1, 64])
def test_that_no_bytes_lie_between_the_entries(place, size, tmp_path):
    assert read(with_gaps({}), tmp_path)
    data = with_gaps({place: size})
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        assert box.testzip() is None
    with pytest.raises(CorruptedModelError, match="overlap or have gaps"):
        read(data, tmp_path)


def test_that_no_bytes_lie_before_the_first_entry(tmp_path):
    with pytest.raises(CorruptedModelError, match="overlap or have gaps"):
        read(zip_file(GOOD, prefix=b"\0" * 64), tmp_path)


@pytest.mark.parametrize(
    "name",
    ["a/../b", "archive/../b", "archive/..", "archive/data/../../b", "archive/data/..", "../b",
     "archive", "archive/", "/b", "", "archive/a\0b"],
)  # fmt: skip
def test_that_no_name_leads_elsewhere(name, tmp_path):
    with pytest.raises(NotAModelFileError):
        read(zip_file([*GOOD, Entry(name, b"x")]), tmp_path)


@pytest.mark.parametrize("name", ["archive/a..b", "archive/...", "archive/.data/x", "a/b/c/d"])
def test_that_dots_within_a_name_are_a_name(name, tmp_path):
    assert name.partition("/")[2] in read(zip_file([*GOOD, Entry(name, b"x")]), tmp_path)


@pytest.mark.parametrize("at", [0, 4])
@pytest.mark.parametrize(
    "lie", [{"method": 8}, {"method": 99}, {"flags": 0x0008}, {"flags": 0}, {"name": b"archive/x"},
            {"crc": 1}, {"size": 1}, {"packed": 1}, {"crc": 0, "size": 1, "packed": 0}],
)  # fmt: skip
def test_that_an_entry_says_the_same_of_itself_in_both_places(at, lie, tmp_path):
    with pytest.raises(CorruptedModelError, match="contradict"):
        read(changed(at, local=lie), tmp_path)


@pytest.mark.parametrize("lie", [{"crc": 1}, {"size": 1}, {"packed": 1}])
def test_that_what_stands_behind_an_entry_says_the_same_too(lie, tmp_path):
    with pytest.raises(CorruptedModelError, match="contradict"):
        read(changed(0, descriptor=lie), tmp_path)
    with pytest.raises(CorruptedModelError):
        read(changed(0, descriptor=None), tmp_path)
    plain = {"flags": 0}
    whole = plain | {key: GOOD[0].fields()[key] for key in ("crc", "size", "packed")}
    assert read(changed(0, descriptor=None, local=whole, central=plain), tmp_path)


@pytest.mark.parametrize("lie", [{"packed": 1}, {"disk": 1}, {"offset": 1}])
@pytest.mark.parametrize("at", [0, len(GOOD) - 1])
def test_that_the_directory_makes_sense_by_itself(at, lie, tmp_path):
    with pytest.raises(CorruptedModelError):
        read(changed(at, central=lie), tmp_path)


def test_that_no_entry_of_the_directory_reaches_beyond_it(tmp_path):
    data = changed(len(GOOD) - 1, central={"comment": b"c" * 9}).replace(b"c" * 9, b"")
    with pytest.raises(CorruptedModelError):
        read(data, tmp_path)


@pytest.mark.parametrize(
    "lies",
    [{"central": {"method": 8}}, {"central": {"method": 99}},
     {"central": {"flags": 0x0809}, "local": {"flags": 0x0809}}],
)  # fmt: skip
def test_that_what_is_packed_or_encrypted_is_told_so(lies, tmp_path):
    with pytest.raises(UnsupportedModelError, match="compressed or encrypted"):
        read(changed(0, **lies), tmp_path)


def test_that_what_is_really_packed_is_told_so(tmp_path):
    packed = deflated("archive/x", b"x" * 500)
    with pytest.raises(UnsupportedModelError, match="compressed or encrypted"):
        read(zip_file([*GOOD, packed]), tmp_path)


@pytest.mark.parametrize(
    "lies",
    [{"disk": 1}, {"count": len(GOOD) - 1}, {"count": len(GOOD) + 1}, {"offset_64": 0},
     {"size_64": 1}, {"count_64": 1}, {"locator": 0}, {"size": 9}, {"offset": 9}],
)  # fmt: skip
def test_that_each_lie_of_the_directory_is_noticed(lies, tmp_path):
    with pytest.raises(CorruptedModelError):
        read(zip_file(GOOD, **lies), tmp_path)


def test_that_short_records_may_leave_all_to_the_long_ones_and_be_alone(tmp_path):
    most = {"count": 0xFFFF, "size": 0xFFFFFFFF, "offset": 0xFFFFFFFF}
    body = zip_file(GOOD)
    truth = len(body) - len(end_records({"count": 0, "size": 0, "offset": 0}))
    start = body.index(b"PK\1\2")
    real = {"count_64": len(GOOD), "size_64": truth - start, "offset_64": start, "locator": truth}
    assert read(zip_file(GOOD, **most, **real), tmp_path)
    assert read(zip_file(GOOD, zip64=False), tmp_path)


@pytest.mark.parametrize("tail", [{"comment": b"hi"}, {"suffix": b"x"}, {"comment_size": 1}])
def test_that_nothing_stands_behind_the_end(tail, tmp_path):
    with pytest.raises(CorruptedModelError, match="its end is missing"):
        read(zip_file(GOOD, **tail), tmp_path)


def test_that_no_name_comes_twice_and_checksums_are_right(tmp_path):
    with pytest.raises(CorruptedModelError, match="two parts of one name"):
        read(zip_file([*GOOD, Entry("other/version", b"3\n")]), tmp_path)
    lie = {"crc": 7}
    with pytest.raises(CorruptedModelError, match="checksum"):
        read(changed(4, central=lie, descriptor=lie), tmp_path)


def test_that_a_directory_of_too_many_is_not_read(tmp_path):
    with pytest.raises(ModelTooLargeError):
        read(zip_file(GOOD, count=MAX_ENTRIES + 1, count_64=MAX_ENTRIES + 1), tmp_path)
    with pytest.raises(CorruptedModelError):
        read(zip_file(GOOD, count=MAX_ENTRIES, count_64=MAX_ENTRIES), tmp_path)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["m/archive_format", "m/data.pkl"], "exported program"),
        (["m/constants.pkl", "m/data.pkl"], "TorchScript"),
        (["m/code/x.py", "m/data.pkl"], "TorchScript"),
        (["x.npy", "y.npy"], "NumPy arrays"),
        (["a/readme.txt", "a/Model.PT"], "zip archive with a/Model.PT in it"),
    ],
)
def test_that_other_archives_are_told_by_their_names(names, sentence, tmp_path):
    with pytest.raises(UnsupportedModelError, match=sentence):
        read(zip_file([Entry(name, b"x") for name in names]), tmp_path)
