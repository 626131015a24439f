"""A look at images' headers, before any is decoded: what they are, how large, in colour or not."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nngui.core.text import mark
from nngui.files.images.cache import LastRead
from nngui.files.images.notes import (
    DAMAGED,
    EMPTY,
    NO_IMAGE,
    TOO_LARGE,
    BadImageError,
    ImageNote,
    LeftOut,
)
from nngui.files.images.picture import open_picture, turn_of
from nngui.files.memory import check_memory
from nngui.files.progress import NO_PROGRESS, Progress
from nngui.files.regular import open_regular, stat_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import Image

    from nngui.core.errors import FileError

    Entry = tuple[int, str, int, int]
    Size = tuple[int, int]

REPORT_EVERY = 256  # images
MAX_IMAGE_BYTES = 1 << 29
MAX_PIXELS_PER_BYTE = 8 * 1100  # zlib packs at most 1032 bytes into one, of 8 pixels each
SMALL_BYTES = 1 << 26  # of one image, for which nobody asks how much memory is free
PIXEL_BYTES = 16  # of a pixel, while transparency is laid on white
MAX_PIXELS = 50_000_000  # of one image that is decoded as a whole
MAX_COARSE_PIXELS = (
    280_000_000  # of a JPEG, which is decoded coarsely: the largest cameras' have 200
)
GREY = ("1", "L", "I", "I;16", "I;16B", "I;16L", "I;16N", "F")  # no colour, no transparency
DEEP = ("I", "F")  # what the modes begin with that have more than 8 bits
WHITES = (1, 255, 1023, 4095, 16383, 65535)  # the largest values of 8, 10, 12, 14 and 16 bits
TURNED = (5, 6, 7, 8)  # orientations in which a camera's picture lies on its side
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    EOFError,
    OverflowError,
    AttributeError,
    ZeroDivisionError,
    struct.error,
    zlib.error,
)
"""What Pillow raises for damaged files."""


@dataclass(slots=True)
class Looks:
    """What the images of a folder are like. Nobody changes it once it is made.

    Attributes
    ----------
    size_of : dict
        Width and height of each image, as it is looked at, by its path.
    coloured, moving : int
        How many have colours, and how many have several frames.
    white : int
        The value of a white pixel of grey images with more than 8 bits for it: the same for all.
    deep : int
        How many of those there are.
    left_out : list of LeftOut
        What is no image.
    """

    size_of: dict[str, Size] = field(default_factory=dict)
    coloured: int = 0
    moving: int = 0
    white: int = 255
    deep: int = 0
    left_out: list[LeftOut] = field(default_factory=list)

    def good(self, files: Sequence[Entry]) -> list[Entry]:
        """Return those of the files that are images."""
        return [entry for entry in files if entry[1] in self.size_of]

    def sizes(self, files: Sequence[Entry]) -> Counter[Size]:
        """Return how many of the files have which width and height."""
        return Counter(self.size_of[entry[1]] for entry in files)

    def notes(self) -> tuple[ImageNote, ...]:
        """Return what is to be said of how they are read."""
        notes = []
        if self.moving:
            text = mark(
                "core", "Images with several frames or pages: {n}. The first of each is taken."
            )
            notes.append(ImageNote(text, n=f"{self.moving:,}"))
        if self.deep:
            text = mark(
                "core", "Images with more than 8 bits of grey: {n}. {white} is taken for white."
            )
            notes.append(ImageNote(text, n=f"{self.deep:,}", white=self.white))
        return tuple(notes)


_looks = LastRead[Looks](3)


def look_at(root: Path, files: tuple[Entry, ...], progress: Progress = NO_PROGRESS) -> Looks:
    """Look at all images of a folder; those that cannot be read are named.

    Parameters
    ----------
    root : Path
        The folder: names are told from there.

    Raises
    ------
    CancelledError
    """
    return _looks.get(files, lambda: _look_at_all(root, files, progress))


def _look_at_all(root: Path, files: tuple[Entry, ...], progress: Progress) -> Looks:
    found, largest, whole = Looks(), 0.0, True
    for i, (_number, path, _bytes, _time) in enumerate(files):
        if i % REPORT_EVERY == 0:
            progress.at(i / len(files))
        try:
            size, mode, moves, top = _look(Path(path))
        except BadImageError as error:
            found.left_out.append(LeftOut(name_from(root, path), error.why))
            continue
        found.size_of[path] = size
        found.coloured += mode not in GREY
        found.moving += moves
        found.deep += top is not None
        if top is not None:
            largest, whole = max(largest, top), whole and mode != "F"
    if found.deep:
        whites = WHITES[1:] if whole else WHITES
        found.white = next((white for white in whites if largest <= white), int(largest))
    return found


def name_from(root: Path, path: str) -> str:
    """Return where a file lies in a folder, with slashes."""
    place = Path(path)
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else place.name


def _look(path: Path) -> tuple[Size, str, bool, float | None]:
    """Return an image's width and height as it is looked at, its mode, whether it has frames.

    Last, of a grey image with more than 8 bits, its largest value.
    """
    with opened_picture(path) as image:
        try:
            width, height = image.size
            turned = turn_of(image) in TURNED
            mode = "transparent" if "transparency" in image.info else image.mode
            top = float(image.getextrema()[1]) if image.mode.startswith(DEEP) else None  # type: ignore[arg-type]
            moves = _has_frames(image)
        except (*BROKEN, MemoryError) as error:
            raise bad_image(path, error) from error
    if top is not None and not -1e30 < top < 1e30:
        raise BadImageError(path, DAMAGED)
    return ((height, width) if turned else (width, height)), mode, moves, top


def _has_frames(image: Image.Image) -> bool:
    if image.format == "TIFF":  # counting its pages may take long: is there a second one?
        return bool(getattr(getattr(image, "tag_v2", None), "next", 0))
    return image.format in ("GIF", "WEBP", "PNG") and bool(getattr(image, "is_animated", False))


@contextmanager
def opened_picture(path: Path) -> Iterator[Image.Image]:
    """Open an image that is not too large to be decoded; it is not decoded yet.

    Raises
    ------
    BadImageError
        When it is none, or is too large.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # its warning: it is refused here, with a sentence
    with ExitStack() as open_files:
        open_files.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # Pillow's, of remarks in a file that are cut off
        try:
            file = open_files.enter_context(open_regular(path, MAX_IMAGE_BYTES))
            image = open_files.enter_context(open_picture(file))
        except (*BROKEN, MemoryError) as error:
            raise bad_image(path, error, NO_IMAGE) from error
        _check_pixels(path, image)
        yield image


def _check_pixels(path: Path, image: Image.Image) -> None:
    """Refuse an image that would take much memory to be decoded.

    Raises
    ------
    BadImageError
        When it has too many pixels, or more than its bytes can hold.
    FileError
        When there is no memory for it.
    """
    width, height = image.size
    is_coarse = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    if width * height > (MAX_COARSE_PIXELS if is_coarse else MAX_PIXELS):
        raise BadImageError(path, TOO_LARGE)
    if image.format == "PNG" and width * height > MAX_PIXELS_PER_BYTE * stat_of(path).st_size:
        raise BadImageError(path, DAMAGED)
    coarse = 64 if is_coarse and width * height > MAX_PIXELS else 1  # see `decode`
    needed = width * height * PIXEL_BYTES // coarse
    if needed > SMALL_BYTES:
        check_memory(path, needed)


def bad_image(path: Path, error: Exception, why: str = DAMAGED) -> FileError:
    """Return what is said of an image for which the system or Pillow raised an error."""
    if isinstance(error, OSError) and error.errno:  # of the disk, not of Pillow
        return BadImageError(path, error.strerror or str(error))
    try:
        is_empty = not path.stat().st_size
    except OSError:
        is_empty = False
    return BadImageError(path, EMPTY if is_empty else why)
