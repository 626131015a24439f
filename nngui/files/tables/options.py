"""What `pandas.read_csv` is told about a text file, by this program and by an exported script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nngui.files.tables.format import TableFormat
    from nngui.files.tables.table import Layout

GAPS: dict[str, Any] = {"keep_default_na": False, "na_values": [""]}
"""Only what is empty is a gap."""


def text_options(form: TableFormat, layout: Layout, names: list[Any]) -> dict[str, Any]:
    """Return what `pandas.read_csv` is told about a text file.

    Parameters
    ----------
    names : list
        Of all cells of a row, or of those that are the table's columns.
    """
    options: dict[str, Any] = {"names": names, "header": None}
    if layout.more:
        options["skiprows"] = [*range(layout.first), *layout.more]
    elif layout.first:
        options["skiprows"] = layout.first
    options["sep"] = r"\s+" if form.separator == " " else form.separator
    if form.decimal != ".":
        options["decimal"] = form.decimal
    if form.encoding not in ("utf-8", "utf-8-sig"):
        options["encoding"] = form.encoding
    cells = {"index_col": False, "skipinitialspace": True}
    return options | cells | GAPS
