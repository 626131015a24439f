"""Images in folders, a folder for each class, or all in one place with the class in their names.

Every file's header is looked at before any is decoded: how many there are, how large, in colour or
not; so that what would fill the memory is refused in time. What cannot be read is left out, and
named.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.images.layout import (
    MAX_FILES,
    Place,
    classes_by_name,
    descended,
    look_into,
    parts_of,
    with_inner,
)
from nngui.files.images.limits import MAX_CLASSES
from nngui.files.images.look import Looks, look_at, name_from
from nngui.files.images.notes import (
    NO_CLASS,
    UNKNOWN_KIND,
    BadImageError,
    ImageNote,
    LeftOut,
    listed,
)

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.files.images.look import Entry

    Image = tuple[str, int, int]
    Classes = dict[str, list[Image]]


@dataclass(frozen=True, slots=True)
class Listing:
    """The images of a folder, not opened yet. Equal listings hold equal images.

    Attributes
    ----------
    path : str
    classes : tuple of str
        The names of the folders, in their order.
    files : tuple of (class, path, bytes, time of change)
        In turn of each class, so that every beginning holds all classes alike.
    """

    path: str
    classes: tuple[str, ...]
    files: tuple[Entry, ...]


@dataclass(slots=True)
class FolderImages:
    """What was found in a folder, before and after a look at the files.

    Attributes
    ----------
    root : Path
        What was opened.
    train : Listing
    test : Listing or None
    notes : list of ImageNote
        How it was understood, and what was left aside.
    left_out : list of LeftOut
        The files that are not used.
    """

    root: Path
    train: Listing
    test: Listing | None = None
    notes: list[ImageNote] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def files(self) -> tuple[Entry, ...]:
        """All files, those to learn from and those to test on."""
        return self.train.files + (self.test.files if self.test else ())

    def without_bad(self, looks: Looks) -> FolderImages:
        """Return the same without files that are no images; each class has some.

        Raises
        ------
        FileError
            When nothing is left of a class.
        """
        train = replace(self.train, files=tuple(looks.good(self.train.files)))
        test = None
        if self.test is not None:
            test = replace(self.test, files=tuple(looks.good(self.test.files)))
        left = Counter(entry[0] for entry in train.files)
        for entry in self.train.files:
            if not left[entry[0]]:
                why = next(
                    (one.why for one in looks.left_out if entry[1].endswith(one.name)), NO_CLASS
                )
                text = mark(
                    "core",
                    "None of the images of {name} can be read, such as {path}: {why}. Replace "
                    "them, or remove their folder.",
                )
                place = name_from(self.root, entry[1])
                raise FileError(text, name=train.classes[entry[0]], path=place, why=why)
        left_out = [*self.left_out, *looks.left_out]
        notes = [*self.notes, *looks.notes()]
        return FolderImages(
            self.root, train, test if test and test.files else None, notes, left_out
        )


# What is where ------------------------------------------------------------------------------------


def list_folder(path: Path) -> FolderImages:
    """Find the images of a folder: of the training set, and of a test set where there is one.

    Raises
    ------
    FileError
        When there are no images of two classes, or too many.
    OSError
        When a folder cannot be read.
    """
    place = descended(path)
    parts = parts_of(place.folders)
    tests = [*parts.test, *parts.val]
    notes: list[ImageNote] = []
    left_out: list[LeftOut] = []
    found = None
    for folder in parts.train:
        inner = descended(folder)
        found = found or _classes(path, inner, inner.folders, notes, left_out)
    if found is None:
        found = _classes(path, place, parts.others, notes, left_out)
        aside = parts.train if found else []
    else:
        aside = [*parts.others]
        _leave_aside(path, place, left_out)
    if found is None:
        raise _no_classes(path, place)
    test = None
    for folder in tests:
        inner = descended(folder)
        part = None if test else _test_classes(path, inner, found, notes, left_out)
        test = test or part
        if part is None:
            aside.append(folder)
    notes += [note for folder in aside for note in _aside(path, folder)]
    if tests and test is None:
        text = mark("core", "Of each class every fifth training image is kept to test on.")
        notes.append(ImageNote(text))
    train = _listing(path, found, tuple(found))
    return FolderImages(
        path, train, _listing(path, test, train.classes) if test else None, notes, left_out
    )


def _classes(
    root: Path, place: Place, folders: list[Path], notes: list[ImageNote], left_out: list[LeftOut]
) -> Classes | None:
    """Return the images of each class, by folders or by names; None where there are no two."""
    places = {folder.name: with_inner(folder) for folder in folders[: MAX_CLASSES + 1]}
    classes = {name: inner.images for name, inner in places.items() if inner.images}
    if len(classes) < 2:
        by_name = {} if classes else classes_by_name(place.images)
        if not by_name:
            return None
        text = mark("core", "The classes are taken from the names of the files: {names}.")
        notes.append(ImageNote(text, names=listed(tuple(by_name))))
        _note_others(root, [place], notes, left_out)
        return by_name
    for name, inner in places.items():
        if inner.unread and not inner.images:
            text = mark("core", "{name} holds images of kinds that are not read: it is no class.")
            notes.append(ImageNote(text, name=name))
    empty = [n for n, inner in places.items() if not inner.images and not inner.unread]
    if empty:
        text = mark("core", "Folders without images are no classes: {names}.")
        notes.append(ImageNote(text, names=listed(empty)))
    _leave_aside(root, place, left_out)
    _note_others(root, list(places.values()), notes, left_out)
    return classes


def _test_classes(
    root: Path, place: Place, train: Classes, notes: list[ImageNote], left_out: list[LeftOut]
) -> Classes | None:
    """Return the images of each class to test on; None where there are no classes."""
    names = {name.casefold(): name for name in train}
    places = {folder.name: with_inner(folder) for folder in place.folders[: MAX_CLASSES + 1]}
    classes = {name: inner.images for name, inner in places.items() if inner.images}
    if not classes:
        by_name = classes_by_name(place.images)
        is_alike = by_name and all(name.casefold() in names for name in by_name)
        return {names[n.casefold()]: images for n, images in by_name.items()} if is_alike else None
    other = [name for name in classes if name.casefold() not in names]
    if other:
        text = mark("core", "{path} has a class {name}, which the training images do not have.")
        raise FileError(text, path=place.path, name=other[0])
    _leave_aside(root, place, left_out)
    _note_others(root, list(places.values()), notes, left_out)
    return {names[name.casefold()]: images for name, images in classes.items()}


def _leave_aside(root: Path, place: Place, left_out: list[LeftOut]) -> None:
    """Name the images that lie beside the folders of the classes."""
    paths = [*(image[0] for image in place.images), *place.unread]
    left_out += [LeftOut(name_from(root, path), NO_CLASS) for path in paths]


def _note_others(
    root: Path, places: list[Place], notes: list[ImageNote], left_out: list[LeftOut]
) -> None:
    """Name what lies among the images of classes and is not read."""
    unread = [path for place in places for path in place.unread]
    left_out += [LeftOut(name_from(root, path), UNKNOWN_KIND) for path in unread]
    others = [path for place in places for path in place.others]
    if others:
        text = mark("core", "Files that are no images lie among them: {n}, such as {name}.")
        notes.append(ImageNote(text, n=f"{len(others):,}", name=name_from(root, others[0])))


def _aside(root: Path, folder: Path) -> list[ImageNote]:
    """Return the sentence on a folder that is no class and is not used, if there are images."""
    inner = with_inner(folder)
    if not inner.images:
        return []
    values = {"path": name_from(root, str(folder)), "n": f"{len(inner.images):,}"}
    if parts_of([folder]).others:
        text = mark(
            "core",
            "{path} holds images that are not used ({n}): it lies beside the training images.",
        )
    elif _has_classes(folder):
        text = mark(
            "core", "{path} holds images that are not used ({n}): there are others to test on."
        )
    else:
        text = mark("core", "{path} holds images without classes, which are not used ({n}).")
    return [ImageNote(text, **values)]


def _has_classes(folder: Path) -> bool:
    return any(with_inner(inner).images for inner in descended(folder).folders)


def _listing(path: Path, found: Classes, names: tuple[str, ...]) -> Listing:
    total = sum(map(len, found.values()))
    if len(names) > MAX_CLASSES or total > MAX_FILES:
        text = mark(
            "core",
            "{path} holds {classes} classes and {n} images: at most {most_classes} and {most} can "
            "be opened.",
        )
        most = {"most_classes": f"{MAX_CLASSES:,}", "most": f"{MAX_FILES:,}"}
        raise FileError(text, path=path, classes=len(names), n=f"{total:,}", **most)
    columns = [[(i, *image) for image in found.get(name, [])] for i, name in enumerate(names)]
    in_turn = (entry for row in zip_longest(*columns) for entry in row if entry is not None)
    return Listing(str(path), names, tuple(in_turn))


def _no_classes(path: Path, place: Place) -> FileError:
    """Return what is said where nothing is to be learned; a file that is no image is named."""
    images = list(place.images[:1])
    for folder in place.folders[:MAX_CLASSES]:
        images += look_into(folder).images[:1]
    looks = look_at(path, tuple((0, *image) for image in images[:20]))
    if images and not looks.size_of:
        bad = looks.left_out[0]
        return BadImageError(path / bad.name, bad.why)
    text = mark(
        "core",
        "{path} holds no images to learn from: it needs a folder of images (PNG, JPEG, WebP, GIF, "
        "BMP, TIFF) for each of two classes or more, or files named as in cat.1.jpg and dog.1.jpg.",
    )
    return FileError(text, path=path)
