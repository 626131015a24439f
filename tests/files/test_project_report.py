"""What a project's README says of a table."""

from __future__ import annotations

import pytest

from nngui.core.errors import FileError
from nngui.core.spec.table import TableSpec
from nngui.files.project_report import report_section
from nngui.files.tables.training_data import settings_for_table, table_data
from tests.core.helpers import TASKS

NAME = "a|b `c` <img src=x> *d* [e](f)"


def write(path):
    lines = [f"id,{NAME},colour,price"]
    lines += [f"{i},{i * i % 97},{'red' if i % 3 else 'blue'},{i * 7 % 101}" for i in range(60)]
    lines[5] = "4,?,red,12"
    lines[9] = "8,64,red,"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_that_it_names_rows_columns_gaps_and_what_was_left_out(tmp_path):
    write(tmp_path / "t.csv")
    made = table_data(TableSpec(path=str(tmp_path / "t.csv")), classes=False)
    text = report_section(made.report)
    assert "60 rows were read, and 59 of them are used." in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + 4
    assert rows[1].startswith("| id | identifier | left out |")
    assert rows[3].startswith("| colour | category | feature |")
    assert rows[4].startswith("| price | number | target |")
    assert "(lines 10)" in text
    filled = next(line for line in text.splitlines() if line.startswith("Gaps that are filled"))
    assert filled.endswith("(1).")
    for sentence in (str(one.why) for one in made.report.left_out):
        assert sentence in text.replace("\\", "")
    assert len([line for line in text.splitlines() if "left out (lines" in line]) == 1


def test_that_names_are_text(tmp_path):
    write(tmp_path / "t.csv")
    made = table_data(TableSpec(path=str(tmp_path / "t.csv")), classes=False)
    (row,) = [
        line for line in report_section(made.report).splitlines() if line.startswith(r"| a\|b")
    ]
    assert r"a\|b \`c\` \<img src=x\> \*d\* \[e\](f)" in row
    assert row.replace(r"\|", "").count("|") == 6


def test_that_a_project_has_it(tmp_path):
    from torch import nn

    from nngui.files.project import write_project

    write(tmp_path / "t.csv")
    spec = settings_for_table(TASKS["regression"].spec, str(tmp_path / "t.csv"))
    place = write_project(TASKS["regression"], spec, nn.Linear(3, 1), None, tmp_path)
    readme = (place / "README.md").read_text("utf-8")
    assert "60 rows were read, and 59 of them are used." in readme
    assert "| colour | category | feature |" in readme


def test_that_nothing_is_left_of_a_project_that_cannot_be_written(tmp_path, monkeypatch):
    from torch import nn

    from nngui.files import project

    def full(path, text):
        raise FileError("{path} could not be written: {why}.", path=path, why="the disk is full")

    write(tmp_path / "t.csv")
    spec = settings_for_table(TASKS["regression"].spec, str(tmp_path / "t.csv"))
    monkeypatch.setattr(project, "write_text", full)
    out = tmp_path / "out"
    with pytest.raises(FileError) as caught:
        project.write_project(TASKS["regression"], spec, nn.Linear(3, 1), None, out)
    assert str(caught.value).startswith(str(out / "nngui-regression" / "settings.toml"))
    assert not list(out.iterdir())


def test_that_a_project_never_takes_the_place_of_a_folder(tmp_path):
    from torch import nn

    from nngui.files.project import write_project

    (tmp_path / "nngui-regression").mkdir()
    task = TASKS["regression"]
    place = write_project(task, task.spec, nn.Linear(1, 1), None, tmp_path)
    assert place.name == "nngui-regression-2"
    assert not list((tmp_path / "nngui-regression").iterdir())
    assert place.stat().st_mode & 0o777 == (tmp_path / "nngui-regression").stat().st_mode & 0o777
