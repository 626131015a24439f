"""A project's `predict.py` reads new files as the training file was written, or stops."""

from __future__ import annotations

import random
import runpy
import sys

import pytest

from nngui.cli import main

COLOURS = ["red", "blue", "dark grey", "süß"]
TOTAL = ["Total", "", "", "", "", ""]


def rows_of(rng, count, *, gaps=0.1):
    """Return rows of: day, size, price, colour, batch, y."""
    rows = []
    for _ in range(count):
        size, colour = rng.uniform(1, 9), rng.choice(COLOURS)
        day = f"2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        cells = [day, f"{size:.2f}", f"{rng.uniform(1000, 9000):.1f}", colour, rng.choice("AB")]
        cells = ["" if rng.random() < gaps else cell for cell in cells]
        rows.append([*cells, f"{size * 3 + COLOURS.index(colour):.2f}"])
    return rows


class Way:
    """A way to write the file, drawn by chance."""

    header = ("day", "size", "price", "colour", "batch", "y")
    units = ("", "mm", "EUR", "", "", "kg")

    def __init__(self, rng, kind):
        self.rng, self.kind = rng, kind
        self.separator = rng.choice([",", ";", "\t", "|"])
        self.above = rng.choice([[], ["A report"], ["A report", "", "of May; or so"]])
        self.says_so = rng.random() < 0.4 and self.separator == ";" and not self.above
        self.has_units = rng.random() < 0.5
        self.comma = self.separator != "," and rng.random() < 0.5
        self.encoding = rng.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
        self.comment = rng.random() < 0.3
        self.end = rng.choice(["\n", "\r\n", "\r"])
        self.trailing = rng.random() < 0.3
        self.sheets = rng.choice([["notes", "data"], ["data"], ["data", "notes"]])

    def write(self, path, rows, *, header=None):
        header = header or self.header
        body = [list(header), *([list(self.units)] if self.has_units else []), *rows]
        (self.write_sheets if self.kind == "xlsx" else self.write_text)(path, body)

    def write_text(self, path, body):
        cut = self.separator
        lines = [*(["sep=;"] if self.says_so else []), *self.above]
        if self.comment:
            lines.append("# made by hand")
        for cells in body:
            if self.comma:
                cells = [c.replace(".", ",") if c[:1].isdigit() else c for c in cells]
            lines.append(cut.join(cells) + (cut if self.trailing else ""))
        path.write_bytes((self.end.join(lines) + self.end).encode(self.encoding))

    def write_sheets(self, path, body):
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name in self.sheets:
            sheet = book.create_sheet(name)
            if name == "notes":
                sheet.append(["read me first"])
                continue
            for line in self.above:
                sheet.append([line] if line else [])
            for place, cells in enumerate(body):
                is_row = place > self.has_units
                sheet.append([self.value(c) if is_row else c or None for c in cells])
        book.save(path)

    @staticmethod
    def value(cell):
        try:
            return float(cell)
        except ValueError:
            return cell or None


def spoiled(rng, way, rows):
    """Return rows of which some are none, or written in another way."""
    rows = [list(row) for row in rows]
    place = rng.randrange(len(rows))
    change = rng.choice(
        ["nothing", "unseen", "total", "remark", "empty", "header", "comment", "number", "words"]
    )
    if change == "unseen":
        rows[place][3] = "pink"
    elif change == "total":
        rows.append(TOTAL)
    elif change == "remark":
        rows.append(["Source: by hand", "", "", "", "", ""])
    elif change == "empty":
        rows[place] = [""] * 6
    elif change == "header":
        rows[place] = list(way.header)
    elif change == "comment":
        rows[place] = ["# nothing of 4", "", "", "", "", ""]
    elif change == "number":
        rows[place][2] = "1'234.5 EUR"
    elif change == "words":
        rows[place][1] = "about four"
    return change, rows


def run_script(script, path, capsys, monkeypatch):
    """Return what a project's script prints, or why it stops."""
    monkeypatch.setattr(sys, "argv", [str(script), str(path)])
    capsys.readouterr()
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as stop:
        return None, str(stop.code)
    return capsys.readouterr().out.splitlines(), ""


def predicted(out):
    """Return the last column of each row but the notes."""
    header = out[0].split(",")
    first = header.index("predicted y")
    last = len(header) - ("notes" in header)
    return [line.split(",")[first:last] for line in out[1:]]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("seed", range(2))
def test_that_the_script_gives_the_same_numbers_or_stops(tmp_path, capsys, monkeypatch, seed, kind):
    rng = random.Random(f"{seed} {kind}")
    way = Way(rng, kind)
    table = tmp_path / f"train.{kind}"
    way.write(table, rows_of(rng, 60))
    words = ["train", "regression", "--data", table, "--target", "y", "--set", "schedule.epochs=1"]
    assert main([str(word) for word in [*words, "--project", tmp_path / "made"]]) == 0
    (folder,) = (tmp_path / "made").iterdir()
    compared = 0
    for round_ in range(6):
        new = tmp_path / f"new{round_}.{kind}"
        change, rows = spoiled(rng, way, rows_of(rng, rng.choice([3, 40])))
        way.write(new, rows)
        capsys.readouterr()
        status = main(["predict", str(folder / "model.pkl"), "--data", str(new)])
        ours = capsys.readouterr().out.splitlines()
        theirs, why = run_script(folder / "predict.py", new, capsys, monkeypatch)
        if theirs is None:
            assert str(new) in why
            assert len(why) > len(str(new)) + 20
            assert status or change not in ("nothing", "unseen", "words"), why
            continue
        assert status == 0, (change, new)
        assert predicted(theirs) == predicted(ours), (change, new)
        # In a sheet a row without any cell is none.
        assert len(theirs) == 1 + len(rows) - (change == "empty" and kind == "xlsx")
        compared += 1
    assert compared


def test_that_a_row_of_units_above_few_rows_is_none_as_in_training(tmp_path, capsys):
    rng = random.Random(3)
    way = Way(rng, "csv")
    way.has_units, way.comment, way.encoding, way.above = True, False, "utf-8", []
    table, new, model = tmp_path / "train.csv", tmp_path / "new.csv", tmp_path / "m.pkl"
    way.write(table, rows_of(rng, 60))
    words = ["train", "regression", "--data", table, "--target", "y", "--set", "schedule.epochs=1"]
    assert main([str(word) for word in [*words, "--save-model", model]]) == 0
    way.write(new, rows_of(rng, 2, gaps=0))
    capsys.readouterr()
    assert main(["predict", str(model), "--data", str(new)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_that_the_sheet_of_training_is_taken_of_a_new_file(tmp_path, capsys):
    openpyxl = pytest.importorskip("openpyxl")
    rng = random.Random(4)
    model = tmp_path / "m.pkl"
    for name, first in (("train", "A"), ("new", "B")):
        book = openpyxl.Workbook()
        book.active.append(["size", "colour", "y"])
        for _ in range(9):
            book.active.append([rng.random(), first, 1.5])
        sheet = book.create_sheet("second")
        sheet.append(["size", "colour", "y"])
        for n in range(30):
            sheet.append([rng.random(), rng.choice(COLOURS), n / 7])
        book.save(tmp_path / f"{name}.xlsx")
    words = ["train", "regression", "--data", tmp_path / "train.xlsx", "--sheet", "second"]
    words += ["--target", "y", "--set", "schedule.epochs=1", "--save-model", model]
    assert main([str(word) for word in words]) == 0
    capsys.readouterr()
    assert main(["predict", str(model), "--data", str(tmp_path / "new.xlsx")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 31
