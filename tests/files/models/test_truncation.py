"""A model file that was cut short is never opened, wherever it was cut."""

from __future__ import annotations

import pytest

from nngui.files.models.errors import ModelFileError
from nngui.files.models.reader import read_model
from tests.files.models.seeds import good_files

WHOLE = ("named", "Net", "named, state", "named, legacy", "named, state, legacy",
         "named, safetensors")  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return good_files(tmp_path_factory.mktemp("good"))


@pytest.mark.parametrize("name", WHOLE)
def test_that_every_truncation_is_refused(name, files, tmp_path):
    data, path = files[name], tmp_path / "model"
    path.write_bytes(data)
    read_model(path)
    opened = []
    for size in reversed(range(len(data))):
        with path.open("r+b") as file:
            file.truncate(size)
        try:
            read_model(path)
        except ModelFileError:
            continue
        opened.append(size)
    assert opened == []


@pytest.mark.parametrize("name", WHOLE)
def test_that_a_file_with_something_behind_it_is_refused(name, files, tmp_path):
    path = tmp_path / "model"
    for more in (b"\0", b"x", files[name], files["named"]):
        path.write_bytes(files[name] + more)
        with pytest.raises(ModelFileError):
            read_model(path)
