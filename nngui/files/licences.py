"""Whose work the program stands on: name, version and licence of each part, and the texts.

In the bundle they are those that were collected when it was built (`packaging/passed_on.py`);
elsewhere those of the installed packages, as their own metadata have them.
"""

from __future__ import annotations

import json
import platform
import re
import sys
import sysconfig
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nngui.core.errors import FileError, SettingError
from nngui.core.text import mark
from nngui.files.regular import open_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Text = tuple[str, str]  # where it comes from, and what it says

FOLDER, INDEX = "licences", "index.json"  # in the bundle
MAX_BYTES = 8_000_000  # of a text; the longest known one has 100,000
MAX_WORDS = 60  # characters of what a package's metadata say of its licence in its own words
UNSTATED = "not stated"
EXTRAS = ("onnx", "tables", "tensorboard", "search")  # of nngui: what a user may have installed
# What a licence's file is called, in whatever folder of its package.
NAMES = re.compile(
    r"(.*[\s_.-])?(licen[cs]es?|copying|copyright|notice|authors|legal)([\s_.-].*)?", re.IGNORECASE
)
ENDINGS = ("", ".txt", ".md", ".rst", ".apache", ".bsd", ".python", ".thirdparty", ".third-party")
MISSING = "It came without a text of its licence: its home page has it."
CRATES = "What was built into it, as its own list says, which has no texts:"


@dataclass(frozen=True, slots=True)
class Notice:
    """One part of somebody else's.

    Parameters
    ----------
    licence : str
        An SPDX expression where the part gives one, else its own words.
    home : str
        Where its source is.
    read : callable
        Reads its texts: only when one is looked at.
    """

    name: str
    version: str
    licence: str
    home: str
    read: Callable[[], list[Text]] = field(compare=False, repr=False)

    def text(self) -> str:
        """Return all that is to be read of this part."""
        head = f"{self.name} {self.version}\nLicence: {self.licence}\n{self.home}".strip()
        try:
            texts = self.read() or [("", MISSING)]
        except OSError as error:
            texts = [("", f"The text cannot be read: {error.strerror}.")]
        return "\n\n".join([head, *(titled(title, text) for title, text in texts)]) + "\n"


def titled(title: str, text: str) -> str:
    """Return a text below its title."""
    text = text.replace("\r\n", "\n").replace("\f", "\n").strip("\n")
    return f"--- {title} ---\n\n{text}" if title else text


def notices() -> list[Notice]:
    """Return what this program stands on, in the order of the names."""
    folder = bundled_folder()
    found = installed_notices() if folder is None else bundled_notices(folder)
    return sorted(found, key=lambda notice: notice.name.lower())


def notice_named(name: str) -> Notice:
    """Return the one of a name, whatever its case.

    Raises
    ------
    SettingError
        When there is none.
    """
    for notice in notices():
        if normal(notice.name) == normal(name):
            return notice
    text = mark("core", "There is no part {name}: nngui licences lists them.")
    raise SettingError(text, name=name)


def normal(name: str) -> str:
    """Return a package's name as all its spellings are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


# --- In the bundle --------------------------------------------------------------------------------


def bundled_folder() -> Path | None:
    """Return where the bundle keeps the texts; None outside of a bundle."""
    place = getattr(sys, "_MEIPASS", None)
    return Path(place) / FOLDER if place else None


def bundled_notices(folder: Path) -> list[Notice]:
    """Return what was collected when the bundle was built."""
    return [
        Notice(
            one["name"],
            one["version"],
            one["licence"],
            one["home"],
            partial(_texts_at, folder, one["texts"]),
        )
        for one in read_index(folder)
    ]


def read_index(folder: Path) -> list[dict[str, Any]]:
    """Return the parts as they stand in the bundle's list.

    Raises
    ------
    FileError
        When it is not there, or not as it was written: somebody took the bundle apart.
    """
    try:
        with open_regular(folder / INDEX, MAX_BYTES) as file:
            found: list[dict[str, Any]] = json.load(file)["parts"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = mark("core", "The list of licences in {folder} is damaged: unpack nngui anew.")
        raise FileError(text, folder=folder) from error
    return found


def _texts_at(folder: Path, places: list[list[str]]) -> list[Text]:
    return [(title, read_text(folder / name)) for title, name in places]


def read_text(path: Path) -> str:
    """Return a file's text, whatever it is written in."""
    with open_regular(path, MAX_BYTES) as file:
        return file.read().decode("utf-8", "replace")


# --- As it is installed ---------------------------------------------------------------------------


def installed_notices() -> list[Notice]:
    """Return the installed packages that the program needs, Python, and the data sets."""
    found = [notice_of(one) for one in needed_packages() if one.metadata["Name"] != "nngui"]
    return [*found, python_notice(), *data_notices()]


def needed_packages(name: str = "nngui", extras: tuple[str, ...] = EXTRAS) -> list[Distribution]:
    """Return a package, and all installed ones that it needs, and these in their turn."""
    found: dict[str, Distribution] = {}
    waiting = [(name, extras)]
    while waiting:
        name, extras = waiting.pop()
        if normal(name) in found:
            continue
        try:
            found[normal(name)] = one = distribution(name)
        except PackageNotFoundError:  # for another system, or of an extra that is not installed
            continue
        waiting += [(needed, ()) for needed in requirements(one, extras)]
    return list(found.values())


def requirements(package: Distribution, extras: tuple[str, ...]) -> Iterator[str]:
    """Yield the names of what a package needs, by itself and with these extras."""
    for line in package.requires or ():
        extra = re.search(r"""extra\s*==\s*['"]([^'"]+)""", line)
        name = re.match(r"[\w.-]+", line)
        if name and (extra is None or extra[1] in extras):
            yield name[0]


def notice_of(package: Distribution) -> Notice:
    """Return what an installed package says of itself."""
    about: Any = package.metadata
    return Notice(
        about["Name"], about["Version"], licence_of(about), home_of(about),
        partial(texts_of, package),
    )  # fmt: skip


def licence_of(about: Any) -> str:
    """Return a licence in a few words: by expression, in the package's words, or by its class."""
    if about["License-Expression"]:
        return str(about["License-Expression"])
    words = " ".join((about["License"] or "").split())
    if words and len(words) <= MAX_WORDS:
        return words
    prefix = "License :: "
    classes = [c for c in about.get_all("Classifier") or () if c.startswith(prefix)]
    return ", ".join(c.split(" :: ")[-1] for c in classes) or UNSTATED


def home_of(about: Any) -> str:
    """Return where a package's source is, or its home page."""
    urls = [line.split(",", 1) for line in about.get_all("Project-URL") or () if "," in line]
    places = {label.strip().lower(): url.strip() for label, url in urls}
    wanted = ("source", "source code", "repository", "github", "homepage")
    found = [places[label] for label in wanted if label in places]
    return next(iter([*found, about["Home-page"] or "", *places.values()]), "")


def texts_of(package: Distribution) -> list[Text]:
    """Return the texts that came with an installed package, licences first."""
    found = {}
    for path in package.files or ():
        if is_list_of_crates(path.parts):
            found[f"~{path}"] = (path.name, crates(Path(str(package.locate_file(path)))))
        elif is_licence(path.parts):
            place = Path(str(package.locate_file(path)))
            if place.is_file():
                found[str(path)] = (title_of(path.parts), read_text(place))
    return [found[key] for key in sorted(found)]


def is_licence(parts: tuple[str, ...]) -> bool:
    """Tell whether a file of a package is a licence, a notice, or the names of authors."""
    name = parts[-1]
    within = parts[0].endswith(".dist-info") and "licenses" in parts[1:-1]
    ending = re.search(r"(\.[a-z-]+)?$", name.lower())
    known = ending is not None and (ending[0] in ENDINGS)
    return within or (known and NAMES.fullmatch(name) is not None)


def is_list_of_crates(parts: tuple[str, ...]) -> bool:
    """Tell whether a file is a list of what was built into a package (CycloneDX, PEP 770)."""
    return "sboms" in parts[1:-1] and parts[-1].endswith(".json")


def title_of(parts: tuple[str, ...]) -> str:
    """Return where a text was found, without the folder of the package's metadata."""
    kept = parts[1:] if parts[0].endswith(".dist-info") else parts
    return "/".join(part for part in kept if part != "licenses" or part == kept[-1])


def crates(path: Path) -> str:
    """Return a CycloneDX list as lines: name, version, licence, authors."""
    lines = [CRATES, ""]
    for one in json.loads(read_text(path)).get("components", []):
        licence = " ".join(licence_name(part) for part in one.get("licenses", [])) or UNSTATED
        whose = f" ({one['author']})" if one.get("author") else ""
        lines.append(f"{one['name']} {one.get('version', '')}: {licence}{whose}")
    return "\n".join(lines)


def licence_name(part: dict[str, Any]) -> str:
    """Return a licence of a CycloneDX list by its expression, its id or its name."""
    inner = part.get("license", {})
    return str(part.get("expression") or inner.get("id") or inner.get("name") or UNSTATED)


def python_notice() -> Notice:
    """Return Python's own."""
    return Notice(
        "Python", platform.python_version(), "PSF-2.0", "https://www.python.org", _python_texts
    )


def _python_texts() -> list[Text]:
    place = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    return [("LICENSE.txt", read_text(place))] if place.is_file() else []


def data_notices() -> list[Notice]:
    """Return those of the data sets that come with the program."""
    found = []
    for place in files("nngui.resources.datasets").iterdir():
        name, _, ending = place.name.partition(".LICENSE")
        if ending == ".txt":
            text = place.read_text("utf-8")
            licence = re.search(r"licence:\s+(\S.*)", text)  # its title follows these words
            title = f"Data: {name.replace('_', ' ')}"
            words = licence[1] if licence else UNSTATED
            found.append(Notice(title, "", words, "", partial(_same, text)))
    return found


def _same(text: str) -> list[Text]:
    return [("", text)]
