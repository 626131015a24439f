"""What lies in a folder, and which of it are classes, training images and test images.

Folders come as they were unzipped: one within the other, with ``train`` and ``test`` beside each
other or ``seg_train`` and ``seg_test``, or with all images in one place, the class in their names.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from nngui.files.images.limits import MAX_CLASSES
from nngui.files.progress import check_cancelled

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif"}
    | {".ppm", ".pgm", ".pbm", ".pnm"}
)
OTHER_SUFFIXES = frozenset(
    {".heic", ".heif", ".avif", ".jxl", ".jp2", ".j2k", ".svg", ".psd", ".xcf", ".ico", ".tga"}
    | {".exr", ".dng", ".cr2", ".nef", ".arw", ".raw"}
)
"""Images all the same, which are not read."""
MAX_FILES = 100_000
MAX_DEPTH = 6  # folders that lie one within the other, with nothing beside them
MAX_CLASS_DEPTH = 3  # folders within a class's folder
PARTS = {
    "train": frozenset({"train", "training", "trainset", "trainingset"}),
    "test": frozenset({"test", "testing", "testset", "tests", "evaluation"}),
    "val": frozenset({"val", "valid", "validation", "dev", "eval"}),
}
FILLERS = frozenset({"set", "data", "images", "imgs", "folder", "split", "dataset", "pictures"})
SYSTEM = ("thumbs.db", "desktop.ini")  # a system's own files, of which nothing is said
CAMERAS = frozenset(
    {"img", "dsc", "dscn", "dscf", "image", "images", "photo", "pic", "picture", "p", "pxl"}
    | {"imag", "wp", "frame", "scan", "screenshot", "untitled", "download", "file", "mvimg"}
)
"""What files are called that say nothing of a class."""


@dataclass(slots=True)
class Place:
    """What lies directly in a folder.

    Attributes
    ----------
    path : Path
    folders : list of Path
        In their order, without hidden ones.
    images : list of (path, bytes, time of change)
        By their suffixes, in their order.
    unread : list of str
        Paths of images of kinds that are not read.
    others : list of str
        Paths of all else.
    """

    path: Path
    folders: list[Path] = field(default_factory=list)
    images: list[tuple[str, int, int]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def look_into(path: Path) -> Place:
    """Return what lies directly in a folder.

    Raises
    ------
    OSError
        When it cannot be read.
    """
    found = Place(path)
    names: list[os.DirEntry[str]] = []
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.name.startswith((".", "__")) or entry.name.lower() in SYSTEM:
                continue
            if entry.is_dir():
                found.folders.append(Path(entry.path))
                continue
            suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 - of many thousands
            if suffix in OTHER_SUFFIXES:
                found.unread.append(entry.path)
            elif suffix not in SUFFIXES:
                found.others.append(entry.path)
            elif len(names) <= MAX_FILES:
                names.append(entry)
    found.folders.sort(key=lambda folder: natural(folder.name))
    for entry in sorted(names, key=lambda entry: natural(entry.name)):
        try:
            about = entry.stat()
        except OSError:  # a link to nowhere: whoever opens it says so
            found.images.append((entry.path, 0, 0))
        else:
            found.images.append((entry.path, about.st_size, about.st_mtime_ns))
    check_cancelled()
    return found


def natural(name: str) -> list[tuple[int, str]]:
    """Return what sorts 2 before 10."""
    words = re.findall(r"[0-9]+|[^0-9]+", name.lower())
    return [
        (int(word[:18]), "") if word.isascii() and word.isdigit() else (1 << 62, word)
        for word in words
    ]


def descended(path: Path) -> Place:
    """Return the first place, down from a folder, in which there is more than another folder."""
    place = look_into(path)
    for _ in range(MAX_DEPTH):
        if place.images or place.unread or len(place.folders) != 1:
            break
        place = look_into(place.folders[0])
    return place


def with_inner(folder: Path, depth: int = MAX_CLASS_DEPTH) -> Place:
    """Return what lies in a class's folder, also in folders within it."""
    found = look_into(folder)
    for place in found.folders if depth else []:
        if len(found.images) > MAX_FILES:
            break
        inner = with_inner(place, depth - 1)
        found.images += inner.images
        found.unread += inner.unread
        found.others += inner.others
    return found


@dataclass(slots=True)
class Parts:
    """The folders in a place: those for training, test and validation, and all others."""

    train: list[Path] = field(default_factory=list)
    test: list[Path] = field(default_factory=list)
    val: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)


def parts_of(folders: list[Path]) -> Parts:
    """Tell the folders ``train``, ``test``, ``val`` (by whichever of their names) from all others.

    What else stands in the names has to be the same in two of them: ``seg_train``, ``seg_test``.
    """
    named = [(folder, *_part(folder.name)) for folder in folders]
    rests: dict[str, set[str]] = {}
    for _folder, part, rest in named:
        if part:
            rests.setdefault(rest, set()).add(part)
    found = Parts()
    for folder, part, rest in named:
        is_part = part and (not rest or len(rests[rest]) > 1)
        getattr(found, part if is_part else "others").append(folder)
    return found


def _part(name: str) -> tuple[str, str]:
    """Return which part a folder's name stands for, if any, and what else stands in it."""
    words = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
    part = next((p for word in words for p, known in PARTS.items() if word in known), "")
    known = PARTS.get(part, frozenset())
    return part, " ".join(word for word in words if word not in known | FILLERS)


def classes_by_name(images: list[tuple[str, int, int]]) -> dict[str, list[tuple[str, int, int]]]:
    """Return images by the class in their names: ``cat.0.jpg``, ``dog_12.png``, ``3_cat.png``.

    Empty where the names tell of no classes: there are two or more, of two images each or more.
    """
    found: dict[str, list[tuple[str, int, int]]] = {}
    for image in images:
        stem = Path(image[0]).stem
        name = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", stem)
        if not name or name.lower() in CAMERAS:
            return {}
        found.setdefault(name, []).append(image)
    is_told = 2 <= len(found) <= MAX_CLASSES and min(map(len, found.values())) >= 2
    return dict(sorted(found.items(), key=lambda one: natural(one[0]))) if is_told else {}
