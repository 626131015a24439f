"""Excel files of any kind, written part by part: also those that no program writes."""

from __future__ import annotations

import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
GOOD = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>"


def workbook(path, rows, *, shared=(), styles=None, before="", after="", sheets=1):
    """Write a workbook with a sheet of those rows, given as pieces of XML.

    Parameters
    ----------
    shared : iterable of str, optional
        Pieces of the shared texts.
    before, after : str or iterable of str
        What stands around the rows.
    sheets : int
        How many sheets of the same rows.
    """
    names = [f"worksheets/sheet{i + 1}.xml" for i in range(sheets)]
    parts = {
        "workbook.xml": "sheet.main+xml",
        **dict.fromkeys(names, "worksheet+xml"),
        "sharedStrings.xml": "sharedStrings+xml",
    }
    overrides = "".join(
        f'<Override PartName="/xl/{name}" ContentType="{KIND}.{kind}"/>'
        for name, kind in parts.items()
    )
    listed = "".join(
        f'<sheet name="S{i + 1}" sheetId="{i + 1}" r:id="r{i}"/>' for i in range(sheets)
    )
    links = "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/worksheet" Target="{name}"/>'
        for i, name in enumerate(names)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        write = archive.writestr
        write("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{overrides}</Types>')
        write(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        write(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        )
        if styles is not None:
            write("xl/styles.xml", styles)
        _stream(archive, "xl/sharedStrings.xml", [f'<sst xmlns="{MAIN}">', *shared, "</sst>"])
        for name in names:
            sheet = [*before, "<sheetData>", *rows, "</sheetData>", *after]
            _stream(archive, f"xl/{name}", [f'<worksheet xmlns="{MAIN}">', *sheet, "</worksheet>"])
    return path


def _stream(archive, name, pieces):
    with archive.open(name, "w") as file:
        for piece in pieces:
            file.write(piece.encode())


def stray(name, value=1):
    """A row with one cell, such as XFD1048576."""
    row = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{name}"><v>{value}</v></c></row>'
