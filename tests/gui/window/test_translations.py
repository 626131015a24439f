"""Nothing is shown untranslated: the .ts has every text, the .qm every translation."""

from __future__ import annotations

import ast
import functools
import shutil
import string
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TS = ROOT / "resources" / "i18n" / "nngui_zh_CN.ts"


@functools.cache  # a test for each text asks
def texts(path):
    """Return (context, source): (translation, whether it is finished)."""
    result = {}
    for context in ET.parse(path).getroot().findall("context"):
        name = context.findtext("name")
        for message in context.findall("message"):
            translation = message.find("translation")
            finished = translation.get("type") is None
            result[name, message.findtext("source")] = (translation.text or "", finished)
    return result


def test_that_every_text_is_translated():
    waiting = [source for source, (text, finished) in texts(TS).items() if not (text and finished)]
    assert waiting == []


def test_that_no_text_of_the_program_is_missing_in_the_file_or_left_over(tmp_path):
    fresh = tmp_path / "fresh.ts"
    subprocess.run(
        [
            Path(sys.executable).parent / "pyside6-lupdate",
            *("-extensions", "py", "-locations", "none", "-silent"),
            *("-tr-function-alias", "QT_TRANSLATE_NOOP+=mark", "nngui", "-ts", fresh),
        ],
        cwd=ROOT,
        check=True,
    )
    assert set(texts(fresh)) == set(texts(TS)), "run packaging/translations.py"


def test_that_the_compiled_translations_are_those_of_the_file(tmp_path):
    copy = Path(shutil.copy(TS, tmp_path))
    compiled = copy.with_suffix(".qm")
    tool = Path(sys.executable).parent / "pyside6-lrelease"
    subprocess.run([tool, "-silent", copy, "-qm", compiled], check=True)
    fresh = compiled.read_bytes()
    assert fresh == TS.with_suffix(".qm").read_bytes(), "run packaging/translations.py"


@pytest.mark.parametrize("source", sorted({source for _, source in texts(TS)}))
def test_that_a_translation_has_the_same_placeholders(source):
    def names(text):
        return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)

    for (_, other), (translation, _) in texts(TS).items():
        if other == source:
            assert names(translation) == names(source)


def is_text(node):
    """Whether a piece of source marks a text for translation."""
    name = node.func if isinstance(node, ast.Call) else None
    return getattr(name, "attr", "") == "tr" or getattr(name, "id", "") in ("mark", "tr")


def test_that_no_text_stands_within_another_one_where_it_would_not_be_found():
    found = []
    for path in sorted((ROOT / "nngui").rglob("*.py")):
        for text in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(text, ast.JoinedStr):
                found += [(path.name, node.lineno) for node in ast.walk(text) if is_text(node)]
    assert found == []


def test_that_every_lesson_is_there_in_both_languages():
    lessons = ROOT / "resources" / "lessons"
    names = {path.stem for path in (ROOT / "nngui" / "tasks").glob("[!_]*")}
    for language in ("en", "zh_CN"):
        assert {path.stem for path in (lessons / language).glob("*.md")} == names
