"""A table as lines of the exported script: read, encoded, split and standardised as here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import DataCode, function_code, value_code
from nngui.core.data.cells import MAX_NUMBER
from nngui.core.data.column_type import ColumnType, part_name
from nngui.core.spec.table import EXAMPLE
from nngui.files.tables.formats.found import STRIPPED, found_code
from nngui.files.tables.options import GAPS, text_options
from nngui.files.tables.training_data import table_data
from nngui.files.tables.words import is_number_column

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from nngui.core.spec import Spec
    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.table import Layout, Table
    from nngui.files.tables.training_data import TableData

CELLS = ("number_of", "read_numbers", "word_key", "read_words", "read_dates", "date_part")
NEEDS = {"number_of": "read_numbers", "word_key": "read_words"}  # of the functions in `cells`
SHORT = 8  # places that a line names one by one
SCORES = (
    "",
    "net.eval()",
    "with torch.no_grad():",
    "    found = net(x_test)",
)
ACCURACY = (
    "right = (found.argmax(1) == y_test).float().mean()",
    'print(f"test accuracy: {right:.4f}", file=sys.stderr)',
)
R2 = (
    "missed = (found - y_test).square().sum()",
    "spread = (y_test - y_test.mean()).square().sum()",
    'print(f"test R²: {1 - missed / spread:.4f}", file=sys.stderr)',
)


def table_code(spec: Spec, table: TableSpec, *, classes: bool, standardise: bool) -> DataCode:
    """Return the lines that make the same data of the same file (see `table_data`)."""
    made = table_data(table, classes=classes)
    columns = made.columns
    bare = not columns.categories and not bool(made.x.isnan().any())  # nothing but numbers
    cleaning = _cleaning(made)
    lines = [
        *_functions(spec, table, cleaning, bare=bare, standardise=standardise),
        *_reading(made, cleaning),
        *value_code("numbers", list(columns.numbers)),
        *_inputs(made, bare=bare),
        *_target(made),
        *(_whole() if table.missing == "drop" and not bare else []),
        *_parts(made, spec, table),
        *_preparation(made, spec, table, bare=bare, standardise=standardise),
    ]
    return DataCode(
        lines,
        (len(columns.inputs),),
        len(columns.classes) or 1,
        table=str(made.table.path),
        is_beside=table.path.startswith(EXAMPLE),
        is_prepared=True,
        ending=[*SCORES, *(ACCURACY if columns.classes else R2)] if table.test else [],
        saving=_saving(made, bare=bare) if standardise else [],
    )


def read_code(table: Table, text: Collection[str]) -> list[str]:
    """Return lines of a script that read a table's cells, of the file ``TABLE``.

    Parameters
    ----------
    text : collection of str
        The columns whose cells are words, of those that the script uses.
    """
    if table.kind not in ("text", "excel"):
        return found_code(list(map(str, table.frame.columns)), table.code, table.padded, text)
    assert table.layout is not None
    names = list(map(str, table.frame.columns))
    words = [name for name in names if name in text or not is_number_column(table.frame[name])]
    read = _sheet_code if table.kind == "excel" else _text_code
    lines = read(table, table.layout, names, words)
    blank = [name for name in words if name in table.layout.stripped or name in text]
    if blank:
        lines += [*value_code("words", blank), *STRIPPED]
    return lines


def _sheet_code(table: Table, layout: Layout, names: list[str], words: list[str]) -> list[str]:
    """Return lines that read a sheet of an Excel file."""
    options: dict[str, object] = {"sheet_name": table.format.sheet, "header": None}
    if layout.more:
        options["skiprows"] = Code("skipped")
    elif layout.first:
        options["skiprows"] = layout.first
    places = layout.places
    is_run = places == tuple(range(places[0], places[-1] + 1))
    run = Code(f"list(range({places[0]}, {places[-1] + 1}))")
    options["usecols"] = run if is_run and len(places) > SHORT else list(places)
    if table.has_more_rows:
        options["nrows"] = len(table.frame)
    if words:
        options["dtype"] = dict.fromkeys(words, "str")
    options |= GAPS
    found = [line for name, value in options.items() for line in _argument(name, value)]
    lines = ["table = pd.read_excel(", "    TABLE, names=names,"]
    return [
        *value_code("names", names),
        *_skipped(layout),
        *lines,
        *(f"    {line}" for line in found),
        ")",
    ]


def _text_code(table: Table, layout: Layout, names: list[str], words: list[str]) -> list[str]:
    """Return lines that read a text file."""
    options = text_options(table.format, layout, names)
    if layout.first:
        options["skiprows"] = layout.first
    if layout.places != tuple(range(len(layout.header))) or layout.is_wider:
        options["usecols"] = list(layout.places)
    if words:
        options["dtype"] = dict.fromkeys(words, "str")
    names = options.pop("names")
    lines = [*value_code("names", names), *_skipped(layout)]
    if layout.more:
        options["skiprows"] = Code("skipped")
    source, indent = "TABLE", ""
    if layout.has_old_ends:  # opened as a text, all line ends are the same
        source, indent = "file", "    "
        encoding = options.pop("encoding", table.format.encoding)
        lines.append(f"with open(TABLE, encoding={encoding!r}) as file:")
    lines += [f"{indent}table = pd.read_csv(", f"{indent}    {source}, names=names,"]
    found = [line for name, value in options.items() for line in _argument(name, value)]
    lines += [f"{indent}    {line}" for line in found]
    return [*lines, f"{indent})"]


class Code(str):
    """A name that stands in a script as it is."""

    __slots__ = ()
    __repr__ = str.__str__


def _skipped(layout: Layout) -> list[str]:
    """Return lines that say which records of the file are no rows, runs of them as ranges."""
    if not layout.more:
        return []
    runs = [[0, layout.first]] if layout.first else []
    for number in layout.more:
        if runs and number == runs[-1][1]:
            runs[-1][1] += 1
        else:
            runs.append([number, number + 1])
    found = [
        Code(f"*range({a}, {b})") if b - a > 2 else Code(", ".join(map(str, range(a, b))))
        for a, b in runs
    ]
    return value_code("skipped", found)


def _argument(name: str, value: object) -> list[str]:
    first, *rest = value_code(name, value)
    lines = [first.replace(" = ", "=", 1), *rest]
    return [*lines[:-1], f"{lines[-1]},"]


def _functions(
    spec: Spec, table: TableSpec, cleaning: list[str], *, bare: bool, standardise: bool
) -> list[str]:
    """Return the functions that the lines call, as they stand in this program."""
    called = [name for name in CELLS if any(f"{name}(" in line for line in cleaning)]
    cells = [name for name in CELLS if name in called or NEEDS.get(name) in called]
    wanted = {
        "encode": not bare,
        "split_off": bool(table.test or spec.schedule.validation),
        "fill_values": not bare,
        "scale_of": standardise,
    }
    names = [name for name, is_wanted in wanted.items() if is_wanted]
    modules = dict.fromkeys(cells, "nngui.core.data.cells")
    modules |= dict.fromkeys(names, "nngui.core.data.table_math")
    code = [line for name, module in modules.items() for line in function_code(module, name)[:-1]]
    return [*code, ""] if code else []


def _inputs(made: TableData, *, bare: bool) -> list[str]:
    if bare:
        return ["x = table[numbers].to_numpy('float64', copy=True)", "x = torch.from_numpy(x)"]
    categories = {name: list(values) for name, values in made.columns.categories}
    return [*value_code("categories", categories), "x = encode(table, numbers, categories)"]


def _reading(made: TableData, cleaning: list[str]) -> list[str]:
    columns, frame = made.columns, made.table.frame
    used = [name for name, _ in columns.types]
    words = [name for name in used if not is_number_column(frame[name])]
    return [
        *read_code(made.table, words),
        *cleaning,
        f"table = table.dropna(subset={[columns.target]!r})",
    ]


def _cleaning(made: TableData) -> list[str]:
    """Return lines that make numbers and words of the cells, where they are not so already."""
    lines: list[str] = []
    columns, frame = made.columns, made.table.frame
    values = dict(columns.categories) | {columns.target: columns.classes}
    for name, how in columns.types:
        cells = f"table[{name!r}]"
        if how.kind == "date":
            pattern = f", {how.pattern!r}" if how.pattern else ""
            lines.append(f"dates = read_dates({cells}{pattern})")
            for part in how.parts:
                first = f", {how.first!r}" if part == "days" else ""
                lines.append(
                    f"table[{part_name(name, part)!r}] = date_part(dates, {part!r}{first})"
                )
        elif how.kind == "number":
            if not is_number_column(frame[name]) or how.gaps or _has_infinities(frame[name]):
                asked = _asked(how, "decimal", "thousands", "unit", "gaps")
                lines.append(f"{cells} = read_numbers({cells}{asked})")
        elif how.gaps or how.other or not set(frame[name].dropna().unique()) <= set(values[name]):
            asked = _asked(how, "gaps", "other")
            known = value_code("words", list(values[name]))
            lines += [*known, f"{cells} = read_words({cells}, words{asked})"]
    return lines


def _saving(made: TableData, *, bare: bool) -> list[str]:
    """Return lines that write what was learned of the columns into ``preparation.json``."""
    found = {"mean": "x_mean.tolist()", "std": "x_std.tolist()"}
    found |= {} if bare else {"fill": "fill.tolist()"}
    if not made.columns.classes:
        found |= {"y_mean": "y_mean.item()", "y_std": "y_std.item()"}
    pairs = ", ".join(f'"{name}": {value}' for name, value in found.items())
    return [
        'about = Path(__file__).with_name("preparation.json")',
        'learned = json.loads(about.read_text(encoding="utf-8"))',
        f"learned |= {{{pairs}}}",
        'about.write_text(json.dumps(learned, indent=1), encoding="utf-8")',
    ]


def _asked(how: ColumnType, *keys: str) -> str:
    """Return arguments for what is not as usual in a column."""
    usual = ColumnType()
    values = ((key, getattr(how, key)) for key in keys)
    return "".join(f", {key}={value!r}" for key, value in values if value != getattr(usual, key))


def _has_infinities(cells: pd.Series) -> bool:
    return bool((cells.abs() > MAX_NUMBER).any())


def _target(made: TableData) -> list[str]:
    columns = made.columns
    if not columns.classes:
        name = repr([columns.target])
        return [f"y = table[{name}].to_numpy('float64', copy=True)", "y = torch.from_numpy(y)"]
    return [
        *value_code("classes", list(columns.classes)),
        f"y = pd.Categorical(table[{columns.target!r}], categories=classes)",
        "y = torch.from_numpy(y.codes.astype('int64'))",
    ]


def _whole() -> list[str]:
    return ["whole = ~x.isnan().any(1)  # rows without gaps", "x, y = x[whole], y[whole]"]


def _parts(made: TableData, spec: Spec, table: TableSpec) -> list[str]:
    classes = len(made.columns.classes)
    lines: list[str] = []
    for part, share in (("test", table.test), ("val", spec.schedule.validation)):
        if share:
            lines += [
                "",
                f"kept, {part} = split_off(y, {share}, {classes})",
                f"x_{part}, y_{part} = x[{part}], y[{part}]",
                "x, y = x[kept], y[kept]",
            ]
    return lines


def _preparation(
    made: TableData, spec: Spec, table: TableSpec, *, bare: bool, standardise: bool
) -> list[str]:
    """Return the lines that fill gaps and standardise, by the training rows alone."""
    columns = made.columns
    parts = [*(["test"] if table.test else []), *(["val"] if spec.schedule.validation else [])]
    names = ["x", *(f"x_{part}" for part in parts)]
    lines = [""]
    if not bare:
        lines.append(f"fill = fill_values(x, {columns.counts})")
        lines += [f"{name} = torch.where({name}.isnan(), fill, {name})" for name in names]
    if not standardise:
        targets = [] if columns.classes else [name.replace("x", "y", 1) for name in names]
        named = [*names, *targets]
        return [*lines, *(f"{name} = {name}.float()" for name in named)]
    lines.append(f"x_mean, x_std = scale_of(x, {len(columns.numbers)})")
    lines += [f"{name} = (({name} - x_mean) / x_std).float()" for name in names]
    if not columns.classes:
        lines.append("y_mean, y_std = scale_of(y, 1)")
        targets = ["y", *(f"y_{part}" for part in parts)]
        lines += [f"{name} = (({name} - y_mean) / y_std).float()" for name in targets]
    return lines
