"""Whose work the program stands on: what installed packages and the bundle's list say of it."""

from __future__ import annotations

import json
from email.message import Message

import pytest

from nngui.cli import main
from nngui.core.errors import FileError
from nngui.files import licences


class Package:
    """An installed package of some files, as `importlib.metadata` shows one."""

    def __init__(self, folder, files, **about):
        self.metadata = Message()
        for key, value in {"Name": "thing", "Version": "1.0", **about}.items():
            for one in value if isinstance(value, list) else [value]:
                self.metadata[key.replace("_", "-")] = one
        self._folder = folder
        self.files = []
        for name, text in files.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
            self.files.append(place.relative_to(folder))

    def locate_file(self, path):
        return self._folder / path


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"License_Expression": "MIT OR Apache-2.0", "License": "x"}, "MIT OR Apache-2.0"),
        ({"License": "BSD 3-Clause"}, "BSD 3-Clause"),
        ({"License": "Copyright (c) 2020 " * 9}, "not stated"),
        (
            {"Classifier": ["License :: OSI Approved :: MIT License", "Topic :: Software"]},
            "MIT License",
        ),
        ({}, "not stated"),
    ],
)
def test_that_a_licence_is_said_in_a_few_words(tmp_path, about, words):
    assert licences.licence_of(Package(tmp_path, {}, **about).metadata) == words


def test_that_each_text_of_a_package_is_found_wherever_it_lies(tmp_path):
    files = {
        "thing-1.0.dist-info/licenses/LICENSE": "One.",
        "thing-1.0.dist-info/licenses/third_party/zlib.h": "Two.",
        "thing-1.0.dist-info/COPYING.txt": "Three.",
        "thing-1.0.dist-info/METADATA": "Nothing of that kind.",
        "thing/colours/CC0 legal code - applies to viridis.txt": "Four.",
        "thing/licence.py": "import os",
        "thing/licences.json": "{}",
    }
    texts = dict(licences.texts_of(Package(tmp_path, files)))
    assert sorted(texts.values()) == ["Four.", "One.", "Three.", "Two."]
    assert "third_party/zlib.h" in texts


def test_that_a_list_of_crates_is_read_as_lines(tmp_path):
    crates = [
        {"name": "ahash", "version": "0.8", "licenses": [{"expression": "MIT"}], "author": "T."},
        {"name": "bare", "version": "1", "licenses": [{"license": {"id": "Zlib"}}]},
        {"name": "nothing", "version": "2"},
    ]
    files = {"thing-1.0.dist-info/sboms/a.json": json.dumps({"components": crates})}
    ((_, text),) = licences.texts_of(Package(tmp_path, files))
    assert text.splitlines()[2:] == ["ahash 0.8: MIT (T.)", "bare 1: Zlib", "nothing 2: not stated"]


def test_that_a_package_without_a_text_says_where_it_is(tmp_path):
    package = Package(tmp_path, {}, Project_URL=["Homepage, https://h.example"])
    text = licences.notice_of(package).text()
    assert "https://h.example" in text
    assert licences.MISSING in text


def test_that_what_the_program_needs_is_listed_and_what_only_tests_need_is_not():
    names = {licences.normal(package.metadata["Name"]) for package in licences.needed_packages()}
    assert {"torch", "pyside6-essentials", "shiboken6", "pydantic-core", "llvmlite"} <= names
    assert not {"pytest", "ruff", "mypy", "hypothesis"} & names


def test_that_each_installed_part_names_its_licence():
    unstated = [one.name for one in licences.notices() if one.licence in ("", licences.UNSTATED)]
    assert unstated == []


def bundled(folder, parts):
    (folder / "MIT.txt").write_text("As is.", encoding="utf-8")
    (folder / licences.INDEX).write_text(json.dumps({"parts": parts}), encoding="utf-8")
    return folder


def test_that_the_bundle_lists_what_it_was_built_with(tmp_path, monkeypatch, capsys):
    part = {"name": "Thing", "version": "1", "licence": "MIT", "home": "https://h.example"}
    folder = bundled(tmp_path, [{**part, "texts": [["LICENSE", "MIT.txt"]]}])
    monkeypatch.setattr(licences, "bundled_folder", lambda: folder)
    assert main(["licences"]) == 0
    assert capsys.readouterr().out.split() == ["Thing", "1", "MIT"]
    assert main(["licences", "tHING"]) == 0
    assert "As is." in capsys.readouterr().out


def test_that_a_part_nobody_knows_is_told(capsys):
    assert main(["licences", "nothing-of-that-name"]) == 2
    told = "nngui: There is no part nothing-of-that-name: nngui licences lists them.\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("text", [None, "", "[1]", "{}", "\xff"])
def test_that_a_damaged_list_is_told_in_a_sentence(tmp_path, text):
    if text is not None:
        (tmp_path / licences.INDEX).write_bytes(text.encode("latin-1"))
    with pytest.raises(FileError, match="is damaged: unpack nngui anew"):
        licences.read_index(tmp_path)
