"""The guide in its languages: the same chapters and pictures, all of them there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from nngui.gui.window.actions import LANGUAGES
from nngui.tasks import all_tasks

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = {"en": DOCS / "guide.md", "zh_CN": DOCS / "guide_zh_CN.md"}
PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)")


def parts(language):
    """The levels of the headings and the names of the pictures, in their order."""
    text = GUIDES[language].read_text(encoding="utf-8")
    found = re.findall(r"^(#+) |!\[[^\]]+\]\(guide/\w+/(\w+)\.png\)", text, re.MULTILINE)
    return [level or name for level, name in found]


def test_that_there_is_a_guide_in_each_language_with_the_same_chapters_and_pictures():
    assert set(GUIDES) == set(LANGUAGES)
    assert parts("en") == parts("zh_CN")
    assert len(parts("en")) > 15


@pytest.mark.parametrize("language", GUIDES)
def test_that_every_picture_is_there_in_its_language_and_small(language):
    text = GUIDES[language].read_text(encoding="utf-8")
    pictures = PICTURE.findall(text)
    assert {"regression", "classification", "cnn"} <= {Path(path).stem for _, path in pictures}
    for words, path in pictures:
        assert words
        assert path.startswith(f"guide/{language}/")
        assert (DOCS / path).stat().st_size < 150_000
        with Image.open(DOCS / path) as picture:
            assert picture.size == (1200, 760)


def test_that_every_task_has_its_chapter():
    text = GUIDES["en"].read_text(encoding="utf-8")
    for task in all_tasks():
        assert f"### {task.title}\n" in text


def test_that_the_command_makes_what_the_guide_shows():
    made = (DOCS.parent / "packaging" / "screenshots.py").read_text(encoding="utf-8")
    for _, path in PICTURE.findall(GUIDES["en"].read_text(encoding="utf-8")):
        assert f'"{Path(path).stem}": (' in made
