"""What the bundle passes on of others' work: the texts of its licences, collected and checked.

`bundle.spec` calls `collect` with all that PyInstaller is about to put into the bundle. Each
top-level package and each library belongs to a part: a Python package, whose own metadata have its
texts; a library that a package brings along, or that was taken from the system, which `parts.toml`
in `licences/` names; or Debian's package that it came from. `bundle.py --check` then looks at the
files that are really there, and wants a text for each.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath
from typing import Any

from nngui.files import licences

HERE = Path(__file__).resolve().parent / "licences"
COMMON = Path("/usr/share/common-licenses")  # what Debian's texts refer to
STDLIB = Path(sysconfig.get_path("stdlib")).resolve()
OWN = "nngui"
OVERVIEW = "LICENCES.txt"  # beside the program
KINDS = ("packages", "files", "folders")  # of what a part owns
LIBRARY = "base_library.zip"  # PyInstaller's, with what of Python's it needs itself
MIN_TEXT = 200  # characters: less is no licence, but a note where to find one
MAGIC = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")  # of programs and libraries
EXTENSION = re.compile(r"\.(cpython-\d+[\w-]*|abi3|cp\d+-win[\w-]*)\.(so|pyd)$|\.pyd$")

# What must not be in the bundle, by parts of its files' names.
UNWANTED = (
    *("readline", "libgdbm", "libdb-"),  # under the GPL or the AGPL
    *("egldeviceintegrations", "libQt6Egl", "libqeglfs"),
    *("libQt6Qml", "libQt6Quick", "libQt6Network"),
    *("libatk", "libatspi", "libpango", "libgdk", "libgtk", "libcairo", "qgtk3", "librsvg"),
    *("libkrb5", "libnsl", "libncurses", "libtinfo", "libav", "libcups"),
)  # fmt: skip


@dataclass
class Part:
    """One part of the bundle, and what of the bundle is its."""

    name: str
    version: str
    licence: str
    home: str
    texts: list[licences.Text] = field(default_factory=list)
    packages: set[str] = field(default_factory=set)  # top-level names of Python modules
    files: set[str] = field(default_factory=set)  # programs and libraries
    folders: set[str] = field(default_factory=set)  # or files, at the bundle's top: its data


# --- What is known of parts -----------------------------------------------------------------------


def table() -> dict[str, Any]:
    """Return what `parts.toml` knows."""
    return tomllib.loads((HERE / "parts.toml").read_text("utf-8"))


def kept_text(name: str) -> licences.Text:
    """Return a text that the repository keeps, with its title."""
    return name, licences.read_text(HERE / name)


def part_of_package(package: Distribution, known: dict[str, Any]) -> Part:
    """Return a Python package as a part: its own texts, and those that it came without."""
    notice = licences.notice_of(package)
    more = known["package"].get(licences.normal(notice.name), {})
    texts = [*notice.read(), *(kept_text(name) for name in more.get("texts", []))]
    licence = more.get("licence", notice.licence)
    return Part(notice.name, notice.version, licence, more.get("home", notice.home), texts)


def part_of_table(entry: dict[str, Any], packages: dict[str, Distribution]) -> Part:
    """Return a library of `parts.toml` as a part.

    Its text is kept here, or is a section of the licence of the package that brings it along.
    """
    texts = [kept_text(name) for name in entry.get("texts", [])]
    version = entry.get("version", "")
    package = packages.get(entry.get("package", ""))
    if package is not None:
        version = version or f"of {package.metadata['Name']} {package.version}"
        if "section" in entry:
            texts = [(entry["section"], section(package, entry["section"])), *texts]
    return Part(entry["name"], version, entry["licence"], entry.get("home", ""), texts)


def section(package: Distribution, heading: str) -> str:
    """Return the section of a package's licence that has this first line; empty without one."""
    for _, text in licences.texts_of(package):
        for found in re.split(r"(?m)^----$|\n(?=Name: )", text):
            if found.strip().split("\n", 1)[0].strip() == heading:
                return found.strip() + "\n"
    return ""


def part_of_debian(name: str, known: dict[str, Any]) -> Part | None:
    """Return a package of Debian as a part, with the common texts that its own refers to."""
    licence = known["debian"].get(name)
    place = Path("/usr/share/doc") / name / "copyright"
    if licence is None or not place.exists():
        return None
    home = f"https://sources.debian.org/src/{debian_field(name, 'source:Package')}/"
    texts = [("copyright", licences.read_text(place)), *common_texts(licence)]
    return Part(name, debian_field(name, "Version"), licence, home, texts)


def common_texts(licence: str) -> list[licences.Text]:
    """Return the texts that an expression names, and that Debian's own only refer to."""
    names = [
        f"{family}-{version.removesuffix('.0') if family.endswith('GPL') else version}"
        for family, version in re.findall(r"\b(LGPL|GPL|Apache|MPL)-(\d\.\d)", licence)
    ]
    texts = [(f"{one}.txt", licences.read_text(COMMON / one)) for one in names]
    return [*texts, *([kept_text("GCC-exception-3.1.txt")] if "GCC-exc" in licence else [])]


def debian_field(name: str, what: str) -> str:
    """Return what Debian's list says of an installed package."""
    command = ["dpkg-query", "-W", "-f", f"${{{what}}}", name]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def debian_package(path: Path) -> str:
    """Return which package of Debian a file is of; empty when of none."""
    if shutil.which("dpkg-query") is None:
        return ""
    for place in (path, Path(str(path).replace("/usr/lib/", "/lib/", 1))):
        done = subprocess.run(["dpkg-query", "-S", str(place)], capture_output=True, text=True)
        if done.returncode == 0:
            return done.stdout.split(":", 1)[0]
    return ""


# --- Collecting -----------------------------------------------------------------------------------


class Collection:
    """Sorts what goes into the bundle by whose it is."""

    def __init__(self) -> None:
        self.known = table()
        self.packages = {licences.normal(one.metadata["Name"]): one for one in distributions()}
        self.owners = {
            Path(str(one.locate_file(file))): name
            for name, one in self.packages.items()
            for file in one.files or ()
        }
        self.parts: dict[str, Part] = {}
        self.unknown: list[str] = []

    def package(self, name: str) -> Part:
        """Return the part of a Python package."""
        if name not in self.parts:
            self.parts[name] = part_of_package(self.packages[name], self.known)
        return self.parts[name]

    def python(self) -> Part:
        """Return the part that is Python and its standard library."""
        if "python" not in self.parts:
            notice = licences.python_notice()
            texts = [*notice.read(), *(kept_text(one) for one in self.known["python"]["texts"])]
            part = Part(notice.name, notice.version, self.known["python"]["licence"], notice.home)
            part.texts = texts
            self.parts["python"] = part
        return self.parts["python"]

    def entry(self, number: int) -> Part:
        """Return the part of an entry of the table."""
        key = f"part {number}"
        if key not in self.parts:
            self.parts[key] = part_of_table(self.known["part"][number], self.packages)
        return self.parts[key]

    def add_module(self, name: str, source: str) -> None:
        """Take a Python module in."""
        if source and Path(source).is_relative_to(HERE.parent):
            return  # where the program begins
        part = self.owner(Path(source)) if source not in ("", "-") else self.python()
        top = name.split(".")[0]
        if part is None:
            self.unknown.append(f"the package {top}")
        else:
            part.packages.add(top)

    def add_library(self, target: str, source: Path) -> None:
        """Take a program or a library in."""
        part = self.library_part(target, source)
        if part is None:
            self.unknown.append(f"the library {target}")
        else:
            part.files.add(target)

    def library_part(self, target: str, source: Path) -> Part | None:
        """Return whose library it is: a library that a package brings along is none of its own."""
        if any(fnmatch(target, pattern) for pattern in self.known["python"]["libraries"]):
            return self.python()
        for number, entry in enumerate(self.known["part"]):
            if any(fnmatch(target, pattern) for pattern in entry.get("libraries", ())):
                return self.entry(number)
        owner = self.owner(source)
        if owner is not None and EXTENSION.search(PurePosixPath(target).name):
            return owner
        if owner is not None:
            own = self.known["package"].get(licences.normal(owner.name), {}).get("libraries", ())
            return owner if any(fnmatch(target, pattern) for pattern in own) else None
        name = debian_package(source.resolve())
        if name and name not in self.parts:
            part = part_of_debian(name, self.known)
            if part is not None:
                self.parts[name] = part
        return self.parts.get(name)

    def add_data(self, target: str, source: str) -> None:
        """Take another file in."""
        part = self.owner(Path(source))
        if part is None:
            self.unknown.append(f"the file {target}")
        else:
            part.folders.add(PurePosixPath(target).parts[0])

    def owner(self, source: Path) -> Part | None:
        """Return the Python package, or Python, that a file is of."""
        name = self.owners.get(source) or self.owners.get(source.resolve())
        if name:
            return self.package(name)
        if source.resolve().is_relative_to(STDLIB):
            return self.python()
        return None

    def add_hidden(self) -> None:
        """Take in what is within other parts, and is no file of its own."""
        names = {licences.normal(part.name) for part in self.parts.values()}
        for number, entry in enumerate(self.known["part"]):
            if entry.get("within") in names:
                self.entry(number)
        for notice in licences.data_notices():
            self.parts[notice.name] = Part(
                notice.name, "", notice.licence, notice.home, notice.read(), folders={OWN}
            )


def collect(analysis: Any, folder: Path) -> list[str]:
    """Write the texts of all that goes into a bundle, and the list of its parts.

    Parameters
    ----------
    analysis : Analysis
        PyInstaller's, with `pure`, `scripts`, `binaries` and `datas`.
    folder : Path
        Where they are written.

    Returns
    -------
    list of str
        What nobody knows the owner of; `bundle.py --check` will not pass it.
    """
    found = Collection()
    for name, source, _ in [*analysis.pure, *analysis.scripts]:
        found.add_module(name, source or "")
    for target, source, kind in [*analysis.binaries, *analysis.datas]:
        target = target.replace("\\", "/")
        if kind == "SYMLINK" or target == LIBRARY:
            continue
        if is_library(Path(source)):
            found.add_library(target, Path(source))
        else:
            found.add_data(target, source)
    found.package("pyinstaller").files.add("nngui")  # its loader starts the program
    found.python().folders.add(LIBRARY)
    found.add_hidden()
    found.parts.pop(OWN, None)
    write(list(found.parts.values()), folder)
    return sorted(set(found.unknown))


def write(parts: list[Part], folder: Path) -> None:
    """Write the texts, each once, and the list."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names: dict[str, str] = {}  # of files, by their text
    used: dict[str, int] = defaultdict(int)
    rows = []
    for part in sorted(parts, key=lambda one: one.name.lower()):
        places = []
        for title, text in part.texts:
            if text not in names:
                words = re.sub(r"[^\w.-]+", "_", f"{part.name}-{title.removesuffix('.txt')}")
                words = words.strip("_.-")[:80]
                used[words] += 1
                count = "" if used[words] == 1 else f"-{used[words]}"
                names[text] = f"{words}{count}.txt"
                (folder / names[text]).write_text(text, encoding="utf-8")
            places.append([title, names[text]])
        about = {"name": part.name, "version": part.version, "licence": part.licence}
        owned = {"packages": part.packages, "files": part.files, "folders": part.folders}
        rows.append(
            about | {"home": part.home, "texts": places} | {k: sorted(v) for k, v in owned.items()}
        )
    text = json.dumps({"parts": rows}, indent=1, ensure_ascii=False)
    (folder / licences.INDEX).write_text(text, encoding="utf-8")


# --- Checking -------------------------------------------------------------------------------------


def problems(bundle: Path, modules: set[str]) -> list[str]:
    """Return what is wrong with what a bundle passes on: a sentence each.

    Parameters
    ----------
    bundle : Path
        The folder with the program in it.
    modules : set of str
        The top-level names of all Python modules in it.
    """
    inside = bundle / "_internal"
    parts = licences.read_index(inside / licences.FOLDER)
    owned = {kind: {name for part in parts for name in part[kind]} for kind in KINDS}
    names = {*owned["packages"], OWN, *sys.stdlib_module_names}
    found = [f"The package {name} has no licence." for name in sorted(modules - names)]
    for place in sorted(bundle.rglob("*")):
        if place.is_symlink() or not place.is_file():
            continue
        base = inside if place.is_relative_to(inside) else bundle
        name = place.relative_to(base).as_posix()
        if unwanted := [word for word in UNWANTED if word in name]:
            found.append(f"{name} must not be in the bundle ({unwanted[0]}).")
        if is_library(place):
            if name not in owned["files"]:
                found.append(f"The library {name} has no licence.")
        elif not is_owned(name.split("/")[0], owned["folders"] | owned["packages"]):
            found.append(f"The file {name} has no licence.")
    return found + [line for part in parts for line in flaws(part, inside / licences.FOLDER)]


def is_owned(top: str, names: set[str]) -> bool:
    """Tell whether a file at the bundle's top, or all in a folder there, is known to be whose."""
    return top in names | {OWN, licences.FOLDER, OVERVIEW} or top.startswith(f"{OWN}-")


def flaws(part: dict[str, Any], folder: Path) -> list[str]:
    """Return what is wrong with a part: no text, a licence that nobody named, the GPL alone."""
    found = []
    missing = [name for _, name in part["texts"] if not (folder / name).is_file()]
    found += [f"{part['name']}: its text {name} is missing." for name in missing]
    if not missing:
        texts = [licences.read_text(folder / name) for _, name in part["texts"]]
        if max(map(len, texts), default=0) < MIN_TEXT:
            found.append(f"{part['name']} has no text of its licence.")
    if part["licence"] in ("", licences.UNSTATED):
        found.append(f"{part['name']} does not say under which licence it comes.")
    if only_gpl(part["licence"]):
        found.append(f"{part['name']} comes under {part['licence']}: it must not be passed on.")
    return found


def only_gpl(licence: str) -> bool:
    """Tell a licence that would bind the whole program: no exception, no other one to choose."""
    choices = re.split(r"\bOR\b", licence)
    return all(
        re.search(r"(?<![A-Z])A?GPL", one) is not None and "exception" not in one.lower()
        for one in choices
    )


def is_library(path: Path) -> bool:
    """Tell a program or a library by its first bytes."""
    with path.open("rb") as file:
        return file.read(4).startswith(MAGIC)


def overview(bundle: Path) -> str:
    """Return the list of parts as a text, for whoever looks into the folder."""
    parts = licences.read_index(bundle / "_internal" / licences.FOLDER)
    lines = [f"{part['name']}  {part['version']}  {part['licence']}" for part in parts]
    head = (
        "nngui comes under the MIT licence, which follows the list. It stands on the work of\n"
        "others, listed here; their licences' texts are in _internal/licences, and in the window\n"
        "under Help, About, Third-party licences (or: nngui licences NAME).\n"
    )
    own = licences.read_text(Path(__file__).resolve().parents[1] / "LICENSE")
    return "\n".join([head, *lines, "", "-" * 80, "", own])
