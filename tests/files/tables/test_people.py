"""Tables as people have them: each kind in a small file of its own, and what they expect of it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from nngui.cli import main
from nngui.core.errors import NnguiError
from nngui.core.spec.table import TableSpec
from nngui.files.tables.training_data import table_data

N = 60
HEIGHT = [10 + (i * 37 % 100) / 10 for i in range(N)]  # one decimal
COLOUR = ["red", "blue", "green"]


def rows(header="height,width,price", **cells):
    """Return lines of a table; ``name=function`` writes a column in another way."""
    lines = [header]
    for i in range(N):
        usual = {
            "height": f"{HEIGHT[i]:.2f}",
            "width": f"{(i * 13 % 7) - 3}.5",
            "price": f"{2 * HEIGHT[i] + i % 3:.2f}",
        }
        usual |= {name: write(i) for name, write in cells.items()}
        lines.append(",".join(usual[name] for name in header.split(",")))
    return lines


@pytest.fixture
def made(tmp_path):
    """Return what is made of lines that are written to a file."""

    def make(lines, encoding="utf-8", name="people.csv", classes=False, **table):
        path = tmp_path / name
        path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
        return table_data(TableSpec(path=str(path), **table), classes=classes)

    return make


def column(found, name):
    return found.x[:, found.columns.inputs.index(name)].numpy()


def said(found):
    return " ".join(map(str, found.report.notes))


# Gaps --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark",
    ["?", "-", "..", ".", "n.d.", "k.A.", "n/a", "NA", "NaN", "unknown", "missing", "#DIV/0!",
     "#VALUE!", "<0.01", "null", "None", "error"],
)  # fmt: skip
def test_that_a_column_of_numbers_stays_one_whatever_stands_for_a_gap(made, mark):
    found = made(rows(height=lambda i: mark if i in (4, 11) else f"{HEIGHT[i]:.2f}"))
    assert found.columns.numbers == ("height", "width")
    assert np.isnan(column(found, "height")).nonzero()[0].tolist() == [4, 11]
    assert found.report.filled == {"height": 2}
    assert f"height: cells that are taken for gaps: {mark} (2)." in said(found)


def test_that_many_gaps_do_not_make_words_of_a_column(made):
    found = made(rows(height=lambda i: "?" if i % 3 == 0 else f"{HEIGHT[i]:.2f}"))
    assert found.report.filled == {"height": N // 3}


@pytest.mark.parametrize("value", ["-999", "-200", "9999"])
def test_that_a_sentinel_is_offered_and_taken_only_when_asked(made, value):
    lines = rows(height=lambda i: value if i % 9 == 0 else f"{HEIGHT[i]:.2f}")
    found = made(lines)
    assert not found.report.filled
    assert f"height: {value} stands 7 times, far from all other numbers" in said(found)
    found = made(lines, gaps=(value,))
    assert found.report.filled == {"height": 7}
    assert "far from all other numbers" not in said(found)


@pytest.mark.parametrize("word", ["NA", "None", "null", "unknown"])
def test_that_a_word_that_is_data_is_a_class(made, word):
    lines = rows("height,width,region", region=lambda i: (word, "EU", "AS")[i % 3])
    found = made(lines, classes=True)
    assert set(found.columns.classes) == {word, "EU", "AS"}
    assert len(found.x) == N
    assert f"region: {word} is taken for a category of its own (20 times)" in said(found)
    found = made(lines, classes=True, gaps=(word,))
    assert set(found.columns.classes) == {"EU", "AS"}
    assert found.report.used == 40


def test_that_each_of_many_own_marks_of_gaps_among_words_is_one(made):
    marks = tuple(f"gap {i}" for i in range(150))
    words = [*marks, *(f"w{i % 120}" for i in range(480))]
    found = made(
        ["word,y", *(f"{word},{i * 7 % 31}.5" for i, word in enumerate(words))], gaps=marks
    )
    assert found.report.filled == {"word": 150}


# Numbers as people write them --------------------------------------------------------------------


@pytest.mark.parametrize(
    "write",
    [
        lambda v: f"{v:.2f}".replace("-", "\u2212"),
        lambda v: f"${v:.2f}",
        lambda v: f"{v:.2f} €",
        lambda v: f"€{v:.2f}",
        lambda v: f"{v:.2f}%",
        lambda v: f"{v:.2f} km",
        lambda v: f"{v:.2f}km",
        lambda v: f"{v:.2f}\u00a0kg",
        lambda v: f" {v:.2f} ",
        lambda v: f'"{v:.2f}"',
        lambda v: f"+{v:.2f}",
        lambda v: f"{v:.4e}",
    ],
)
def test_that_numbers_are_numbers_however_they_are_written(made, write):
    found = made(rows(height=lambda i: write(HEIGHT[i])))
    assert column(found, "height").tolist() == pytest.approx(HEIGHT)
    assert not found.report.filled


@pytest.mark.parametrize(
    ("decimal", "thousands"),
    [(".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u00a0"), (",", "\u202f")],
)
def test_that_groups_of_thousands_are_told_from_decimals(made, decimal, thousands):
    values = [1000 * h + 0.25 for h in HEIGHT]

    def write(i):
        text = f"{values[i]:,.2f}".replace(",", "_").replace(".", decimal)
        return text.replace("_", thousands)

    lines = [line.replace(",", ";").replace(".", decimal) for line in rows()]
    first, *rest = (line.split(";", 1)[1] for line in lines)
    lines = [f"height;{first}", *(f"{write(i)};{line}" for i, line in enumerate(rest))]
    found = made(lines)
    assert column(found, "height").tolist() == pytest.approx(values)


def test_that_points_alone_are_weighed_and_said(made):
    whole = [(545, "545"), (2944, "2.944"), (56, "56"), (12_003, "12.003"), (1_111, "1.111")]
    lines = [
        line.replace(",", ";") for line in rows("height,price", height=lambda i: whole[i % 5][1])
    ]
    found = made(lines)
    assert column(found, "height").tolist() == [whole[i % 5][0] for i in range(N)]
    assert "2.944 is read as 2944" in said(found)
    plain = made(lines, thousands="none")
    assert column(plain, "height")[1] == 2.944


def test_that_three_decimals_are_no_thousands(made):
    found = made(rows(height=lambda i: f"{HEIGHT[i]:.3f}"))
    assert column(found, "height").tolist() == pytest.approx(HEIGHT)
    assert "is read as" not in said(found)


# Dates -------------------------------------------------------------------------------------------

DAYS = pd.date_range("2021-11-20", periods=N, freq="9D")


@pytest.mark.parametrize(
    "pattern",
    ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d %b %Y", "%b %d %Y",
     "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y%m%d", "%d.%m.%y", "%Y年%m月%d日"],
)  # fmt: skip
def test_that_dates_become_numbers_of_their_own(made, pattern):
    lines = rows("day,height,price", day=lambda i: DAYS[i].strftime(pattern))
    found = made(lines, dates=("day",))
    assert column(found, "day (year)").tolist() == DAYS.year.tolist()
    assert column(found, "day (month)").tolist() == DAYS.month.tolist()
    assert column(found, "day (weekday)").tolist() == DAYS.day_of_week.tolist()
    assert column(found, "day (day of year)").tolist() == DAYS.day_of_year.tolist()
    assert column(found, "day (days)").tolist() == [9.0 * i for i in range(N)]


def test_that_the_parts_of_dates_can_be_chosen(made):
    lines = rows("day,height,price", day=lambda i: DAYS[i].strftime("%Y-%m-%d"))
    found = made(lines, date_parts=("month", "days"))
    assert found.columns.numbers == ("height", "day (month)", "day (days)")


def test_that_day_and_month_are_asked_about_where_nothing_tells(made):
    lines = rows("day,height,price", day=lambda i: f"{i * 7 % 12 + 1:02}/{i * 5 % 12 + 1:02}/2021")
    found = made(lines)
    assert "If day and month are the other way round" in said(found)
    other = made(lines, day_first="yes")
    months = column(found, "day (month)"), column(other, "day (month)")
    assert [months[k][1] for k in (0, 1)] == [8, 6]


def test_that_times_of_day_are_hours(made):
    lines = rows("at,height,price", at=lambda i: f"{i % 24:02}:{i % 2 * 30:02}")
    assert column(made(lines), "at (hour)")[:4].tolist() == [0, 1.5, 2, 3.5]


# Identifiers, texts, categories ------------------------------------------------------------------


@pytest.mark.parametrize(("count", "is_used"), [(9, True), (10, False)])
def test_that_a_few_rows_that_are_counted_may_be_a_measurement(made, count, is_used):
    lines = rows("step,height,price", step=lambda i: str(i + 1))[: count + 1]
    assert ("step" in made(lines).columns.inputs) == is_used


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("Id", lambda i: str(i + 1)),
        ("customer_id", lambda i: str(70_000 + i * 7)),
        ("#", lambda i: str(i)),
        ("key", lambda i: f"A{i:05}"),
        ("whatever", lambda i: f"u{i * i}x"),
    ],
)
def test_that_what_only_names_the_rows_is_left_out_and_said(made, name, write):
    found = made(rows(f"{name},height,price", **{name: write}))
    assert found.columns.inputs == ("height",)
    (out,) = found.report.left_out
    assert (out.what, out.names) == ("columns", (name,))


def test_that_a_text_is_left_out_and_said(made):
    found = made(rows("note,height,price", note=lambda i: f"seen by {i * 2 // 3} on a day"))
    assert found.columns.inputs == ("height",)
    assert "it holds 40 different words in 60 rows: note" in said(found)


def test_that_a_row_number_is_used_where_there_is_nothing_else(made):
    found = made(["x,y", *(f"{i},{i * i}" for i in range(N))])
    assert found.columns.inputs == ("x",)


def test_that_of_many_words_the_rest_is_other(made):
    found = made(["city,y", *(f"c{i * i % 997 % 150},{i}.5" for i in range(900))])
    ((name, values),) = found.columns.categories
    assert (name, len(values), values[-1]) == ("city", 101, "other")
    assert "the rest is one category, other" in said(found)
    assert not found.report.filled


@pytest.mark.parametrize(
    "pair", [("01", "1"), ("1", "1.0"), ("TRUE", "True"), ("true", "TRUE"), ("2", "02")]
)
def test_that_two_ways_to_write_a_category_are_one(made, pair):
    write = lambda i: (pair[i % 6 > 0], "x")[i % 2]  # noqa: E731
    found = made(rows("kind,height,price", kind=write), categories=("kind",))
    ((_, values),) = found.columns.categories
    assert len(values) == 2
    assert pair[1] in values  # the spelling that comes most often


# The target --------------------------------------------------------------------------------------


def test_that_rows_whose_target_is_no_number_are_named(made):
    found = made(rows(price=lambda i: "?" if i in (3, 7) else f"{HEIGHT[i]:.2f}"))
    assert found.report.used == N - 2
    assert "2 rows without a value for price are left out (lines 5, 9; there stands ?)." in said(
        found
    )


def test_that_a_target_that_is_no_measurement_is_left_out_by_its_line(made):
    found = made(rows(price=lambda i: "1e300" if i == 20 else f"{HEIGHT[i]:.2f}"))
    assert "(lines 22; there stands 1e+300)" in said(found)


def test_that_a_constant_target_is_told_in_a_tables_words(made):
    with pytest.raises(NnguiError, match="The target price is the same in all rows"):
        made(rows(price=lambda _: "5"))


def test_that_whole_numbers_are_classes_in_their_order(made):
    found = made(rows("height,class", **{"class": lambda i: str(i % 12)}), classes=True)
    assert found.columns.classes == tuple(map(str, range(12)))


def test_that_one_is_not_sent_in_a_circle_between_two_tabs(made):
    lines = rows(price=lambda i: "?" if i == 3 else f"{HEIGHT[i] + i:.2f}")
    assert made(lines).report.used == N - 1
    lines = rows(price=lambda i: COLOUR[i % 3])
    with pytest.raises(NnguiError, match="Classification"):
        made(lines)
    assert made(lines, classes=True).columns.classes == ("blue", "green", "red")


@pytest.mark.parametrize("name", ["label", "Class", "TARGET", "y"])
def test_that_a_column_that_is_called_so_is_the_target(made, name):
    found = made(rows(f"{name},height,width", **{name: lambda i: str(i % 2)}), classes=True)
    assert found.columns.target == name
    assert f"{name} is taken for what is to be predicted" in said(found)


def test_that_nothing_is_said_of_a_target_where_it_usually_is(made):
    found = made(rows())
    assert found.columns.target == "price"
    assert "is taken for" not in said(found)


def test_that_an_empty_last_column_is_no_target(made):
    found = made([line + ";;" for line in (x.replace(",", ";") for x in rows())])
    assert found.columns.target == "price"


# Numbers -----------------------------------------------------------------------------------------


def test_that_large_numbers_with_small_differences_stay_apart(made):
    from nngui.core.data.prepare import prepare
    from nngui.files.tables.training_data import training_data

    found = made(rows("time,price", time=lambda i: str(1_700_000_000 + 5 * (i * 7 % N))))
    spec = TableSpec(path=str(found.table.path), test=0.0)
    seen, _ = prepare(training_data(spec, classes=False, standardise=True), 0.0).train
    assert len(seen.unique()) == N
    assert float(seen.std()) == pytest.approx(1)


# By command --------------------------------------------------------------------------------------


@pytest.fixture
def command(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


SHORT = ("--set", "schedule.epochs=3")


def test_that_the_command_line_says_all_of_it_and_writes_it_in_its_line(command, tmp_path):
    lines = rows(
        "Id,height,width,price",
        Id=lambda i: str(i + 1),
        height=lambda i: "?" if i == 1 else f"{HEIGHT[i]:.2f}",
        price=lambda i: "-" if i == 2 else f"{HEIGHT[i]:.2f}",
    )
    (tmp_path / "t.csv").write_text("\n".join(["sep=,", *lines]))
    code, out, err = command("train", "regression", "--data", "t.csv", *SHORT)
    assert code == 0
    found = json.loads(out)
    assert found["rows"] == {"read": N, "used": N - 1}
    assert [(one["what"], one["count"], one["names"]) for one in found["left_out"]] == [
        ("lines", 1, ["1"]),
        ("columns", 1, ["Id"]),
        ("rows", 1, ["5"]),
    ]
    assert found["filled"] == {"height": 1}
    start, *said = err.splitlines()
    assert "this table starts with" in start
    notes = [f"nngui: {note}" for note in found["notes"]]
    assert notes == said[: len(notes)]
    # in the end also that so short a training is no better than a line
    assert all("is no better than" in line for line in said[len(notes) :])


@pytest.mark.parametrize("order", [0, 1])
def test_that_settings_count_together_with_a_table_in_whichever_order(command, tmp_path, order):
    lines = rows(height=lambda i: "-77" if i == 1 else f"{HEIGHT[i]:.2f}")
    (tmp_path / "t.csv").write_text("\n".join(lines))
    words = [("--data", "t.csv"), ("--set", 'data.table.gaps=["-77"]', *SHORT)]
    _, out, _ = command("train", "regression", *words[order], *words[1 - order])
    found = json.loads(out)
    assert (found["filled"], found["epochs"]) == ({"height": 1}, 3)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--data", "t.csv", "--set", "data.points=9"), "data.points does not count with a table"),
        (("--set", "data.table.target=x"), "data.table.target counts only with a table"),
        (("--gaps", "x"), "data.table.gaps counts only with a table"),
        (("--data", "t.csv", "--target", "nope"), "t.csv has no column nope"),
        (("--data", "t.csv", "--decimal", "x"), "decimal is x, but must be one of"),
    ],
)
def test_that_what_cannot_count_is_refused(command, tmp_path, words, sentence):
    (tmp_path / "t.csv").write_text("\n".join(rows()))
    code, _, err = command("train", "regression", *words)
    assert code == 2
    assert sentence in err


PAIRS = {
    "a format as in training": (
        [line.replace(",", ";").replace(".", ",") for line in rows("height,price")],
        ["height", "10,5", "11,25"],
        [],
    ),
    "another decimal sign": (
        [line.replace(",", ";").replace(".", ",") for line in rows("height,price")],
        ["height", "10.5", "11.25"],
        ["written in another way than in training"],
    ),
    "codes without their noughts": (
        rows("zone,height,price", zone=lambda i: f"0{i % 3 + 1}"),
        ["zone,height", "1,10", "02,11", "3.0,12"],
        [],
    ),
    "words that never came": (
        rows("colour,height,price", colour=lambda i: COLOUR[i % 3]),
        ["colour,height", "purple,10", "red,11", ",12"],
        ["purple (1)", "colour: 1 gaps are filled"],
    ),
    "columns in another order and case, with units": (
        rows("height,width,price"),
        ["more,Width,HEIGHT (cm)", "a,1,10", "b,2,11"],
        ["The column HEIGHT (cm) is taken for height", "The column Width is taken for width"],
    ),
    "a name twice": (
        [line.replace("width", "size").replace("height", "size") for line in rows()],
        ["size,size.1", "10,1", "11,2"],
        ["The column size.1 is taken for size (2)"],
    ),
    "dates": (
        rows("day,height,price", day=lambda i: DAYS[i].strftime("%d.%m.%Y")),
        ["day,height", "01.02.2022,10", "2022-02-03,11"],
        [],
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_that_new_rows_are_read_as_those_of_training_were(command, tmp_path, name):
    train, new, notes = PAIRS[name]
    (tmp_path / "t.csv").write_text("\n".join(train))
    (tmp_path / "n.csv").write_text("\n".join(new) + "\n")
    assert (
        command("train", "regression", "--data", "t.csv", "--save-model", "m.pkl", *SHORT)[0] == 0
    )
    code, _, err = command("predict", "m.pkl", "--data", "n.csv", "-o", "p.csv")
    assert code == 0, err
    found = pd.read_csv(tmp_path / "p.csv", dtype=str, keep_default_na=False)
    assert len(found) == len(new) - 1
    written = [line.replace(",", ".") if name.startswith("a format") else line for line in new[1:]]
    first = [
        cell.replace(",", ".") if name.startswith("a format") else cell for cell in found.iloc[:, 0]
    ]
    assert first == [line.split(",")[0] for line in written]  # as they were written
    assert found["predicted price"].astype(float).notna().all()
    for note in notes:
        assert note in err
    assert bool(err) == bool(notes) or name == "dates"


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (["height,colour", "10,red"], "lacks columns that the model needs: width"),
        (
            ["height,width", "tall,small", "low,wide"],
            "height holds 'tall', where the model takes numbers",
        ),
        (["height,width", "10,1", "11,2,note", "12,3"], "n.csv"),
        (["height,width", "10,1", "11,2", "Total,3"], "as many predictions come out as rows go in"),
    ],
)
def test_that_rows_that_cannot_be_kept_stop_the_prediction(command, tmp_path, new, sentence):
    (tmp_path / "t.csv").write_text("\n".join(rows()))
    (tmp_path / "n.csv").write_text("\n".join(new) + "\n")
    command("train", "regression", "--data", "t.csv", "--save-model", "m.pkl", *SHORT)
    code, _, err = command("predict", "m.pkl", "--data", "n.csv", "-o", "p.csv")
    if code == 0:  # or as many rows come out as went in
        assert len(pd.read_csv(tmp_path / "p.csv")) == len(new) - 1
    else:
        assert sentence in err
