"""Bring the translation files up to date: collect the texts, then compile what is translated.

    python packaging/translations.py

Translate what is new in resources/i18n/*.ts (Qt Linguist, or an editor), and run it again. The
tests fail while something is untranslated or the .qm is older than the .ts.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent


def collect(ts: Path) -> None:
    """Put the program's texts of today into a .ts file, keeping its translations."""
    command = [
        TOOLS / "pyside6-lupdate",
        *("-extensions", "py", "-no-obsolete", "-locations", "none", "-silent"),
        *("-tr-function-alias", "QT_TRANSLATE_NOOP+=mark"),
        *("nngui", "-ts", ts),
    ]
    subprocess.run(command, cwd=ROOT, check=True)


def compile_(ts: Path) -> None:
    """Write the .qm beside a .ts file."""
    command = [TOOLS / "pyside6-lrelease", "-silent", ts, "-qm", ts.with_suffix(".qm")]
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    for file in sorted((ROOT / "resources" / "i18n").glob("*.ts")):
        collect(file)
        compile_(file)
