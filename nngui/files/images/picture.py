"""A single picture, from a file to the pixels that a network is given.

These functions take nothing of this program: an exported `predict.py` holds them word for word, so
that it makes the same pixels of the same file.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image


def open_picture(file: IO[bytes]) -> Image.Image:
    """Open a picture by what is in the file, whatever it is called; it is not decoded yet."""
    from PIL import Image, PpmImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401 - known by that

    return Image.open(file, formats=("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "PPM"))


def turn_of(image: Image.Image) -> int:
    """Return how a camera was held, as EXIF has it from 1 to 8; 1: upright, or not known."""
    import struct

    if image.format not in ("JPEG", "MPO", "WEBP"):  # TIFF is turned by Pillow itself
        return 1
    try:
        turn = image.getexif().get(0x0112, 1)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, struct.error):
        return 1  # a note on the picture is damaged, not the picture
    return turn if isinstance(turn, int) else 1


def plain(image: Image.Image, mode: str, white: int = 255) -> Image.Image:
    """Return an image of one channel (mode L) or three (RGB); what is transparent lies on white.

    Parameters
    ----------
    white : int
        The value of a white pixel where there are more than 8 bits for it.
    """
    from PIL import Image

    if image.mode.startswith("I") or image.mode == "F":
        deep = image if image.mode == "F" else image.convert("I")
        image = deep.point(lambda value: value * (255 / white) + 0.5).convert("L")
        image.info.pop("transparency", None)
    if "transparency" in image.info or image.mode in ("LA", "La", "PA", "RGBA", "RGBa"):
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert(mode)


def fitted(image: Image.Image, width: int, height: int, how: str) -> Image.Image:
    """Return an image of another size.

    Parameters
    ----------
    how : str
        ``squash`` changes its shape, ``pad`` adds black edges, ``crop`` cuts its edges off.
    """
    from PIL import Image

    wide, high = image.size
    bilinear = Image.Resampling.BILINEAR
    if image.size == (width, height):
        return image
    if how == "pad":
        scale = min(width / wide, height / high)
        size = max(round(wide * scale), 1), max(round(high * scale), 1)
        whole = Image.new(image.mode, (width, height))
        place = (width - size[0]) // 2, (height - size[1]) // 2
        whole.paste(image.resize(size, bilinear), place)
        return whole
    if how == "crop":
        scale = min(wide / width, high / height)
        left, top = max((wide - width * scale) / 2, 0), max((high - height * scale) / 2, 0)
        box = left, top, wide - left, high - top
        return image.resize((width, height), bilinear, box=box)
    return image.resize((width, height), bilinear)


def pixels_of(
    image: Image.Image, width: int, height: int, channels: int, how: str, white: int
) -> Image.Image:
    """Return a picture as a network is given it: upright, grey or coloured, of its size.

    Of several frames it is the first one.

    Parameters
    ----------
    channels : int
        1 for grey, 3 for red, green and blue.
    how, white
        See `fitted` and `plain`.
    """
    from PIL import Image

    if image.format in ("JPEG", "MPO"):  # a large photograph is decoded coarsely
        enough = 2 * max(width, height)
        image.draft(None, (enough, enough))
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    turn = turns.get(turn_of(image))
    if turn is not None:
        image = image.transpose(turn)
    return fitted(plain(image, "L" if channels == 1 else "RGB", white), width, height, how)
