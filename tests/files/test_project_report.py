"""What a project's README says of a table."""

from __future__ import annotations

import pytest
import torch

from nngui.core.errors import FileError
from nngui.core.journal.edit import EngineEdit
from nngui.core.journal.journal import Journal
from nngui.core.spec.table import TableSpec
from nngui.core.spec.toml import with_settings
from nngui.core.spec.toml_text import read_toml
from nngui.files.project_report import report_section
from nngui.files.tables.training_data import settings_for_table, table_data
from tests.core.helpers import FOREVER, TASKS, run_python, trainer_of

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


def test_that_a_project_of_a_run_that_was_touched_says_what_and_trains_the_same(tmp_path):
    from nngui.files.project import write_project

    trainer = trainer_of("regression", {"schedule.steps": 40})
    losses = trainer.advance(FOREVER, 30)[:, 0].tolist()
    trainer.change(with_settings(trainer.spec, {"optimizer.lr": 0.05}))
    losses += trainer.advance(FOREVER)[:, 0].tolist()
    net = trainer.variants[0].net
    place = write_project(TASKS["regression"], trainer.journal, net, None, tmp_path)
    readme = (place / "README.md").read_text("utf-8")
    assert "## Changed on the way" in readme
    assert "| 30 | optimizer.lr=0.05 |" in readme
    assert "the settings that it ended with" in readme
    text = (place / "settings.toml").read_text("utf-8")
    assert text.startswith("# What the run ended with")
    assert with_settings(TASKS["regression"].spec, {}) != trainer.spec
    found = read_toml(text)
    found.pop("task")
    assert with_settings(TASKS["regression"].spec, found) == trainer.spec
    trained, kept = (place / name for name in ("model.pkl", "parameters.pkl"))
    trained.unlink()
    printed = run_python(place / "train.py", folder=tmp_path)
    assert printed.stdout.split() == [repr(loss) for loss in losses], printed.stderr
    model = torch.load(trained, weights_only=False).state_dict()
    state = torch.load(kept, weights_only=True)
    assert all(torch.equal(model[name], state[name]) for name in state)


def test_that_a_project_says_which_steps_turbo_took(tmp_path):
    from torch import nn

    from nngui.files.project import write_project

    task = TASKS["regression"]
    journal = Journal(task.name, task.spec).with_edit(EngineEdit(0, "turbo"))
    place = write_project(task, journal, nn.Linear(1, 1), None, tmp_path)
    readme = (place / "README.md").read_text("utf-8")
    assert "From step 1 on turbo took the steps, whose last digits differ." in readme
    assert "Changed on the way" not in readme
    assert "| `settings.toml` | all settings" in readme
