"""A project's scripts run elsewhere: without this program, in another folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pandas as pd
import pytest
import torch

from nngui.cli import main

WITHOUT = (
    "import runpy, sys; sys.modules['nngui'] = None; sys.argv = sys.argv[1:];"
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)
COLOURS = ["red", "dark grey", "süß"]


def run_elsewhere(folder, script, *words):
    command = [sys.executable, "-c", WITHOUT, script, *map(str, words)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(params=["regression", "classification"])
def project(request, tmp_path, capsys):
    """A table with all that has to be understood, and the project of a run on it, moved."""
    rows = ["Id;day;size;price;colour;flag;y"]
    for i in range(90):
        size = "?" if i % 11 == 0 else f"{i * 37 % 100 / 10:.1f}".replace(".", ",")
        day = f"{i % 28 + 1:02}.{i % 12 + 1:02}.202{i % 4}"
        price = f"{1000 * (i % 9) + 250.5:,.2f} €".replace(",", "_").replace(".", ",")
        flag = ("TRUE", "False", "true")[i % 3]
        y = f"{i % 9 + i % 3 * 2},5" if request.param == "regression" else "yn"[i % 3 > 0]
        cells = [str(i + 1), day, size, price.replace("_", "."), COLOURS[i % 3], flag, y]
        rows.append(";".join(cells))
    table = tmp_path / "table.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    words = ["train", request.param, "--data", table, "--set", "schedule.epochs=4", "--seed", 3]
    words += ["--history", tmp_path / "h.csv", "--project", tmp_path / "made"]
    assert main([str(word) for word in words]) == 0
    capsys.readouterr()
    (made,) = (tmp_path / "made").iterdir()
    moved = tmp_path / "elsewhere"
    shutil.move(made, moved)
    table.rename(tmp_path / "gone.csv")
    return moved, rows, tmp_path


def test_that_the_script_trains_and_writes_what_the_program_did(project):
    folder, _, place = project
    before = torch.load(folder / "model.pkl", weights_only=False)
    about = json.loads((folder / "preparation.json").read_text(encoding="utf-8"))
    printed = run_elsewhere(folder, "train.py").split()
    losses = pd.read_csv(place / "h.csv")["loss"]
    assert [float(line) for line in printed] == losses.tolist()
    after = torch.load(folder / "model.pkl", weights_only=False)
    for own, other in zip(before.parameters(), after.parameters(), strict=True):
        assert torch.equal(own, other)
    assert json.loads((folder / "preparation.json").read_text(encoding="utf-8")) == about


def test_that_the_script_predicts_what_the_program_does(project, capsys):
    folder, rows, place = project
    cells = [row.split(";") for row in rows[:20]]
    cells[3][4], cells[4][2], cells[5][5] = "never seen", "", "true"
    new = place / "new.csv"
    new.write_text("\n".join(";".join(row) for row in cells) + "\n", encoding="utf-8")
    assert main(["predict", str(folder / "model.pkl"), "--data", str(new)]) == 0
    ours = capsys.readouterr().out.splitlines()
    theirs = run_elsewhere(folder, "predict.py", new).splitlines()
    last = ",notes"  # of what was filled: that is the program's alone
    assert ours[0] == theirs[0] + last
    assert [line.rsplit(",", 1)[0] for line in ours[1:]] == theirs[1:]


def test_that_the_settings_find_the_table_that_lies_beside_them(project, capsys):
    folder, _, place = project
    losses = pd.read_csv(place / "h.csv")["loss"]
    task = (folder / "settings.toml").read_text().split('"')[1]
    assert main(["train", task, "--config", str(folder / "settings.toml")]) == 0
    assert json.loads(capsys.readouterr().out)["loss"] == pytest.approx(losses.iloc[-1])
