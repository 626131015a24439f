"""What the bundle passes on: each package and library has a text, and what has none is named."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from nngui.files import licences

PACKAGING = Path(__file__).parents[2] / "packaging"


def script(name):
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


contents, passed_on = script("contents"), script("passed_on")
TEXT = "Permission is hereby granted. " * 20
ELF = b"\x7fELF rest of it"


@pytest.fixture(scope="module")
def known():
    return passed_on.table()


# --- What the bundle is made of, without building one --------------------------------------------


def packed():
    """The installed packages that go into the bundle."""
    left_out = {licences.normal(name) for name in contents.EXCLUDED}
    found = licences.needed_packages("nngui", ("tables",))
    names = {licences.normal(one.metadata["Name"]): one for one in found}
    return {name: one for name, one in names.items() if name not in left_out | {"nngui"}}


def test_that_each_package_of_the_bundle_has_a_text_and_a_licence(known):
    parts = [passed_on.part_of_package(package, known) for package in packed().values()]
    assert len(parts) > 30
    longest = {part.name: max((len(text) for _, text in part.texts), default=0) for part in parts}
    assert [name for name, length in longest.items() if length < passed_on.MIN_TEXT] == []
    assert [part.name for part in parts if part.licence in ("", licences.UNSTATED)] == []
    assert [part.name for part in parts if passed_on.only_gpl(part.licence)] == []


def test_that_qt_and_what_leads_to_it_carry_both_texts_and_say_how_to_replace_them(known):
    packages = packed()
    parts = [
        passed_on.part_of_package(packages[name], known)
        for name in ("pyside6-essentials", "shiboken6")
    ]
    (entry,) = [one for one in known["part"] if one["name"] == "Qt"]
    for part in [*parts, passed_on.part_of_table(entry, packages)]:
        text = "\n".join(text for _, text in part.texts)
        for words in (
            "GNU LESSER GENERAL PUBLIC LICENSE",
            "GNU GENERAL PUBLIC LICENSE",
            "You may replace them",
            "https://download.qt.io/official_releases/qt/",
        ):
            assert words in text


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere packages bring other libraries")
def test_that_each_library_of_the_table_has_a_text(known):
    packages = packed()
    for entry in known["part"]:
        if entry.get("package", "numpy") in packages:
            part = passed_on.part_of_table(entry, packages)
            assert sum(len(text) for _, text in part.texts) >= passed_on.MIN_TEXT, entry["name"]


def test_that_each_kept_text_is_used_and_each_that_is_named_is_kept(known):
    entries = [*known["part"], *known["package"].values(), known["python"]]
    named = {name for entry in entries for name in entry.get("texts", ())}
    kept = {path.name for path in passed_on.HERE.iterdir()} - {"parts.toml"}
    assert named == kept
    assert sum(path.stat().st_size for path in passed_on.HERE.iterdir()) < 300_000


def test_that_no_licence_of_the_tables_binds_the_whole_program(known):
    entries = [*known["part"], *known["package"].values()]
    said = [entry["licence"] for entry in entries if "licence" in entry]
    assert [one for one in [*said, *known["debian"].values()] if passed_on.only_gpl(one)] == []


@pytest.mark.parametrize(
    ("licence", "binds"),
    [
        ("GPL-3.0-or-later", True),
        ("GPL-2.0-only OR GPL-3.0-only", True),
        ("AGPL-3.0-only", True),
        ("MIT AND GPL-2.0-only", True),
        ("LGPL-3.0-only", False),
        ("LGPL-3.0-only OR GPL-2.0-only", False),
        ("BSD-3-Clause OR GPL-2.0-only", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False),
        ("MIT", False),
    ],
)
def test_that_only_the_gpl_alone_is_refused(licence, binds):
    assert passed_on.only_gpl(licence) is binds


# --- Looking at what was built --------------------------------------------------------------------


@pytest.fixture
def bundle(tmp_path):
    """A bundle with a package, a library of the system and the program."""
    inside = tmp_path / "_internal"
    for name in ("nngui", "_internal/thing/lib.so", "_internal/libother.so.1"):
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(ELF)
    (inside / "thing" / "data.txt").write_text("Data.", encoding="utf-8")
    thing = passed_on.Part("thing", "1", "MIT", "", [("LICENSE", TEXT)], {"thing"})
    thing.files |= {"thing/lib.so", "nngui"}
    other = passed_on.Part("other", "2", "LGPL-2.1-or-later", "", [("copyright", TEXT + "2")])
    other.files.add("libother.so.1")
    passed_on.write([thing, other], inside / licences.FOLDER)
    return tmp_path


def change(bundle, **values):
    place = bundle / "_internal" / licences.FOLDER / licences.INDEX
    document = json.loads(place.read_text("utf-8"))
    document["parts"][1] |= values
    place.write_text(json.dumps(document), encoding="utf-8")


def test_that_a_bundle_with_a_text_for_all_of_it_passes(bundle):
    assert passed_on.problems(bundle, {"thing", "nngui", "json"}) == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("_internal/libnew.so.2", "The library libnew.so.2 has no licence."),
        ("_internal/thing/libwithin.so", "The library thing/libwithin.so has no licence."),
        ("_internal/nngui/tool", "The library nngui/tool has no licence."),
        ("other", "The library other has no licence."),
        ("_internal/libreadline.so.8", "libreadline.so.8 must not be in the bundle (readline)."),
        ("_internal/libatk-1.0.so.0", "libatk-1.0.so.0 must not be in the bundle (libatk)."),
    ],
)
def test_that_a_library_nobody_knows_is_named(bundle, name, problem):
    place = bundle / name
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(ELF)
    assert problem in passed_on.problems(bundle, {"thing"})


def test_that_a_package_and_a_file_nobody_knows_are_named(bundle):
    (bundle / "_internal" / "fonts").mkdir()
    (bundle / "_internal" / "fonts" / "a.ttf").write_text("A font.", encoding="utf-8")
    assert passed_on.problems(bundle, {"thing", "stranger"}) == [
        "The package stranger has no licence.",
        "The file fonts/a.ttf has no licence.",
    ]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"texts": []}, "thing has no text of its licence."),
        ({"texts": [["LICENSE", "gone.txt"]]}, "thing: its text gone.txt is missing."),
        ({"licence": "GPL-3.0-only"}, "thing comes under GPL-3.0-only: it must not be passed on."),
        ({"licence": ""}, "thing does not say under which licence it comes."),
    ],
)
def test_that_a_part_without_its_terms_is_named(bundle, values, problem):
    change(bundle, **values)
    assert passed_on.problems(bundle, {"thing"}) == [problem]


def test_that_a_text_that_says_only_where_it_is_does_not_pass(bundle):
    for place in (bundle / "_internal" / licences.FOLDER).glob("thing*.txt"):
        place.write_text("See the home page.", encoding="utf-8")
    assert passed_on.problems(bundle, {"thing"}) == ["thing has no text of its licence."]


def test_that_a_text_is_written_once_for_all_who_share_it(tmp_path):
    parts = [passed_on.Part(name, "1", "MIT", "", [("MIT.txt", TEXT)]) for name in "abc"]
    passed_on.write(parts, tmp_path / "texts")
    assert len(list((tmp_path / "texts").glob("*.txt"))) == 1
    rows = licences.read_index(tmp_path / "texts")
    assert [row["texts"] for row in rows] == [[["MIT.txt", "a-MIT.txt"]]] * 3


# --- What goes into it ----------------------------------------------------------------------------


def test_that_what_only_a_left_out_plugin_needs_is_left_out_with_it():
    qt = "PySide6/Qt/plugins/platforms/libqxcb.so"
    gtk = "PySide6/Qt/plugins/platformthemes/libqgtk3.so"
    needs = {
        qt: ["/lib/libxcb.so.1", "/lib/libc.so.6"],
        gtk: ["/lib/libatk-1.0.so.0"],
        "torch/lib/libtorch.so": [],
        "libatk-1.0.so.0": ["/lib/libglib.so.0"],
    }
    entries = [(name, name, "BINARY") for name in [*needs, "libxcb.so.1", "libglib.so.0"]]
    kept = contents.needed([one for one in entries if contents.wanted(one)], needs.__getitem__)
    assert [name for name, _, _ in kept] == [qt, "torch/lib/libtorch.so", "libxcb.so.1"]


def test_that_a_link_to_what_was_left_out_is_left_out():
    binaries = [("PySide6/Qt/lib/libQt6Gui.so.6", "/x", "BINARY")]
    links = [
        ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
        ("libQt6Quick.so.6", "PySide6/Qt/lib/libQt6Quick.so.6", "SYMLINK"),
        ("a/b.so", "../PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
        ("data.txt", "/y", "DATA"),
    ]
    kept = contents.without_dangling(links, binaries)
    assert [name for name, _, _ in kept] == ["libQt6Gui.so.6", "a/b.so", "data.txt"]


def test_that_the_gpl_s_readline_is_never_imported_into_the_bundle():
    assert {"readline", "_gdbm"} <= set(contents.EXCLUDED)


def test_that_the_bundle_keeps_what_torch_cannot_do_without():
    for name in ("torch._inductor", "torch.testing", "unittest"):
        assert not any(one.startswith(name) for one in contents.EXCLUDED)
    assert contents.wanted(("torch/bin/torch_shm_manager", "/x", "BINARY"))
