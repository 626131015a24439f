"""``--quick`` takes a few tests of nearly every file; those it leaves out are still there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.quick import MAX_TESTS, SLOW, TESTS, is_slow, some_of


class Item:
    def __init__(self, path, name):
        self.path, self.originalname = Path(path), name


def test_that_the_first_cases_of_the_first_tests_of_each_file_are_taken():
    names = ["a", "a", "b", "b", "c", "d"]
    items = [Item(TESTS / f"test_{file}.py", name) for file in "xy" for name in names]
    found = some_of(items)
    assert [item.originalname for item in found] == ["a", "b", "a", "b"]
    assert found[0] is items[0]
    assert set(Counter(item.path for item in found).values()) == {MAX_TESTS}


def test_that_slow_files_are_left_out_and_exist():
    assert some_of([Item(TESTS / name, "a") for name in SLOW]) == []
    assert [name for name in SLOW if not (TESTS / name).exists()] == []
    assert not is_slow(Path("elsewhere") / "test_bombs.py")
