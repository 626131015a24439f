"""What is said of a table before it is taken is what a run makes of it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from nngui.core.errors import NnguiError
from nngui.core.spec.table import TableSpec
from nngui.files.progress import NO_PROGRESS, CancelledError, cancellable
from nngui.files.tables.survey.edits import (
    pruned,
    with_feature,
    with_gap,
    with_kind,
    with_target,
    with_word,
    without_feature,
)
from nngui.files.tables.survey.looking import look_at_beginning, look_at_whole
from nngui.files.tables.training_data import read_raw_table, table_data

ROWS = 60


def numbers(seed, digits=2):
    values = np.random.default_rng(seed).uniform(1, 9, ROWS)
    return [f"{value:.{digits}f}" for value in values]


def table_of(columns, separator=","):
    """Return a file's text: columns of the same length under their names."""
    rows = zip(*columns.values(), strict=True)
    return "\n".join([separator.join(columns), *(separator.join(row) for row in rows)]) + "\n"


def marked(cells, mark, every=10):
    return [mark if i % every == 3 else cell for i, cell in enumerate(cells)]


DAYS = [f"{i % 12 + 1:02d}/{i % 9 + 1:02d}/2024" for i in range(ROWS)]
WORDS = [("red", "green", "blue")[i % 3] for i in range(ROWS)]
CASES = {
    "plain": {"a": numbers(1), "b": numbers(2), "y": numbers(3)},
    "gaps": {"a": marked(numbers(1), "?", 25), "c": marked(WORDS, ""), "y": numbers(3)},
    "target with gaps": {"a": marked(numbers(1), "", 7), "y": marked(numbers(3), "?", 25)},
    "sentinel": {"a": marked(numbers(1), "-999"), "y": numbers(3)},
    "words like gaps": {"a": numbers(1), "zone": marked(WORDS, "NA", 5), "y": numbers(3)},
    "identifier": {"id": [str(i) for i in range(ROWS)], "a": numbers(1), "y": numbers(3)},
    "text": {"a": numbers(1), "note": [f"a note {i}" for i in range(ROWS)], "y": numbers(3)},
    "dates": {"day": DAYS, "y": numbers(3)},
    "classes": {"a": numbers(1), "label": [str(i % 3) for i in range(ROWS)]},
    "words": {"a": numbers(1), "b": marked(numbers(2), "n/a", 30), "kind": marked(WORDS, "", 9)},
    "constant target": {"a": numbers(1), "y": ["5"] * ROWS},
    "units": {"a": [f"{cell} km" for cell in numbers(1)], "y": [f"€{cell}" for cell in numbers(3)]},
    "thousands": {"a": [f'"{1000 + 37 * i:,}"' for i in range(ROWS)], "y": numbers(3)},
}  # fmt: skip


def surveyor_of(path, spec=None):
    spec = spec or TableSpec(path=str(path))
    return look_at_whole(path, spec, look_at_beginning(path, spec), NO_PROGRESS)


@pytest.mark.parametrize("missing", ["fill", "drop"])
@pytest.mark.parametrize("name", list(CASES))
def test_that_what_is_said_before_is_what_a_run_makes(tmp_path, name, missing):
    path = tmp_path / "t.csv"
    path.write_text(table_of(CASES[name]), encoding="utf-8")
    spec = TableSpec(path=str(path), missing=missing)
    survey = surveyor_of(path).survey(spec)
    chosen = survey.spec.replaced(target=survey.target)
    if survey.problem is not None:
        with pytest.raises(NnguiError, match=re.escape(str(survey.problem))):
            table_data(chosen, classes=survey.classes)
        return
    report = table_data(chosen, classes=survey.classes).report
    assert (survey.rows, survey.used) == (report.read, report.used)
    assert dict(survey.filled) == dict(report.filled or {})
    assert [str(one.why) for one in survey.left_out] == [str(one.why) for one in report.left_out]
    uses = {column.name: column.use for column in survey.columns}
    assert uses == {column.name: column.use for column in report.columns}


def test_that_a_change_asks_about_that_column_only(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text(table_of(CASES["gaps"]), encoding="utf-8")
    surveyor = surveyor_of(path)
    first = surveyor.survey(TableSpec())
    asked = []
    from nngui.files.tables.survey import surveyor as module

    meaning_of = module.meaning_of

    def counted(name, *arguments):
        asked.append(name)
        return meaning_of(name, *arguments)

    monkeypatch.setattr(module, "meaning_of", counted)
    assert surveyor.survey(TableSpec()).columns[0].meaning is first.columns[0].meaning
    assert asked == []
    again = surveyor.survey(with_kind(TableSpec(), "a", "category"))
    assert set(asked) == {"a"}
    assert again.columns[0].kind == "category"


@pytest.mark.parametrize(
    ("columns", "classes"),
    [
        ({"a": numbers(1), "rooms": [str(i % 5) for i in range(ROWS)]}, True),
        ({"a": numbers(1), "label": [str(i % 30) for i in range(ROWS)]}, True),
        ({"a": numbers(1), "sold": [str(i % 30) for i in range(ROWS)]}, False),
        ({"a": numbers(1), "y": numbers(2)}, False),
        ({"a": numbers(1), "y": [str(i % 2) for i in range(ROWS)]}, True),
        ({"a": numbers(1), "kind": WORDS}, True),
    ],
)
def test_that_few_whole_numbers_are_classes_and_that_it_is_asked(tmp_path, columns, classes):
    path = tmp_path / "t.csv"
    path.write_text(table_of(columns), encoding="utf-8")
    surveyor = surveyor_of(path)
    survey = surveyor.survey(TableSpec())
    assert survey.classes is classes
    asked = [question for question in survey.questions if question.key[0] == "target"]
    assert bool(asked) is (classes and "kind" not in columns)
    if asked:
        other = surveyor.survey(TableSpec(), classes=False)
        assert not other.classes
        (question,) = (q for q in other.questions if q.key[0] == "target")
        assert question.chosen(other.spec, classes=False) == 1


def test_that_an_answer_stays_in_sight_and_can_be_taken_back(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(table_of(CASES["sentinel"]), encoding="utf-8")
    surveyor = surveyor_of(path)
    (question,) = surveyor.survey(TableSpec()).questions
    gap, number = question.answers
    assert question.chosen(TableSpec(), classes=False) == 1
    answered = surveyor.survey(gap.edit(TableSpec()))
    assert answered.spec.gaps == ("-999",)
    assert answered.columns[0].gaps == 6
    (same,) = answered.questions
    assert same.chosen(answered.spec, classes=False) == 0
    back = surveyor.survey(number.edit(answered.spec))
    assert back.spec == surveyor.survey(TableSpec()).spec


def test_that_examples_stand_as_in_the_file(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,y\n1.50,007\n,1\n2.25,010\n2.25,3\n", encoding="utf-8")
    columns = surveyor_of(path).survey(TableSpec()).columns
    assert [column.examples for column in columns] == ["1.50, 2.25", "007, 1, 010, 3"]


def test_that_a_survey_can_be_given_up(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(table_of(CASES["plain"]), encoding="utf-8")
    surveyor = surveyor_of(path)
    with cancellable(lambda: True), pytest.raises(CancelledError):
        surveyor.survey(TableSpec())
    assert surveyor.survey(TableSpec()).used == ROWS


def test_that_settings_follow_what_is_chosen():
    spec = TableSpec(features=("a", "b"))
    assert with_target(spec, "a", "y").features == ("b", "y")
    assert without_feature(spec, "a", ("a", "b")).features == ("b",)
    alone = without_feature(TableSpec(features=("a",)), "a", ("a",))
    assert (alone.features, alone.left_out) == ((), ("a",))  # no features would mean all
    assert with_feature(TableSpec(left_out=("id",)), "id", "number").numbers == ("id",)
    assert with_kind(TableSpec(numbers=("a",)), "a", "date").dates == ("a",)
    assert with_word(with_gap(TableSpec(), "NA"), "NA").gaps == ()
    gone = TableSpec(target="x", features=("a", "x"), dates=("x",), left_out=("x",))
    assert pruned(gone, ["a"]) == TableSpec(features=("a",))


def test_that_the_first_sheet_that_is_a_table_is_read(tmp_path):
    pytest.importorskip("openpyxl")
    import pandas as pd

    path = tmp_path / "t.xlsx"
    with pd.ExcelWriter(path) as book:
        about = pd.DataFrame({"About": ["These are prices.", None, "Made in May."]})
        about.to_excel(book, sheet_name="About", index=False)
        frame = pd.DataFrame({"a": range(40), "y": range(1, 41)})
        frame.to_excel(book, sheet_name="Prices", index=False)
    table, _ = read_raw_table(path, None)
    assert table.format.sheet == "Prices"
    assert list(table.frame) == ["a", "y"]
    assert "Prices" in str(table.notes[0])
