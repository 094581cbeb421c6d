"""Image files, made samples: bounded before they are decoded.

A file is no sensor: what it says of its resolution is taken when it is plausible, and can be
overruled by whoever gives the file.
"""

from __future__ import annotations

import io
import struct
import warnings
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from station import bounded
from station.capture import Sample
from station.errors import NotAnImage

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from station.capture import Finger

_FORMATS = ("PNG", "BMP", "PPM", "JPEG", "JPEG2000")  # a list keeps other decoders out of reach
_MAX_BYTES = 64 * 1024 * 1024
_MAX_PIXELS = 40_000_000  # an A4 page at 600 dpi has 35 million
_MIN_DPI = 150  # below, it is the 72 or 96 of a screen, not the resolution of a sensor
_PRINT_DPI, _TOLERANCE = 500, 0.02
_SIXTEEN_BIT = ("I;16", "I;16B", "I;16L", "I;16N", "I")
_PLAIN = ("L", "RGB")
_PRESS = ("CMYK", "LAB", "YCbCr", "HSV", "F")  # colours that are no camera's or scanner's
_ORIENTATION, _UPRIGHT = 0x0112, 1  # EXIF tag and its usual value (JEITA CP-3451 §4.6.4)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError, struct.error)


def read_finger(path: Path, dpi: int | None = None) -> Sample:
    """A print in `path` as grey levels at 500 dpi; colour is weighed as ITU-R BT.601 does.

    The resolution is `dpi`, else the file's own, else 500; a finer print is reduced. Raises
    `NotAnImage` when the file is none, is too large, or is coarser than 500 dpi.
    """
    image = _open(path)
    return at_500(_pixels(image, "L"), dpi or _own_dpi(image), path.name)


def at_500(
    grey: npt.NDArray[np.uint8], dpi: int | None, name: str, position: Finger | None = None
) -> Sample:
    """(rows, columns) grey levels at `dpi` as a sample of 500; a finer print is reduced.

    Raises `NotAnImage`, naming `name`, when it is coarser than 500 dpi.
    """
    scale = (dpi or _PRINT_DPI) / _PRINT_DPI
    if scale < 1 - _TOLERANCE:
        raise NotAnImage(f"{name}: {scale * _PRINT_DPI:.0f} dpi, a print has {_PRINT_DPI}")
    if scale > 1 + _TOLERANCE:
        size = (max(1, round(grey.shape[1] / scale)), max(1, round(grey.shape[0] / scale)))
        grey = np.array(Image.fromarray(grey).resize(size, Image.Resampling.BOX))
    return Sample(grey, _PRINT_DPI, position)


def read_face(path: Path, dpi: int | None = None) -> Sample:
    """A portrait in `path` as B, G, R; its resolution is `dpi`, else the file's own, else None.

    Raises `NotAnImage` when the file is none, or too large.
    """
    return _colour(_open(path), dpi)


def read_page(data: bytes, name: str, dpi: int | None = None) -> Sample:
    """A page in the bytes of a file called `name`, as `read_face` reads a portrait.

    Raises `NotAnImage` when they are no image, or one too large.
    """
    return _colour(_opened(data, _FORMATS, name), dpi)


def _colour(image: Image.Image, dpi: int | None) -> Sample:
    return Sample(np.ascontiguousarray(_pixels(image, "RGB")[:, :, ::-1]), dpi or _own_dpi(image))


def decoded(data: bytes, form: str, mode: str = "L") -> npt.NDArray[np.uint8]:
    """Grey levels ("L") or R, G, B ("RGB") of `data`, in the one format `form` of Pillow.

    Raises `NotAnImage` when it is none, or too large.
    """
    return _pixels(_opened(data, (form,), form), mode)


def read_pixels(path: Path, mode: str) -> tuple[npt.NDArray[np.uint8], int | None]:
    """The pixels of `path` as they are, "L" grey or "RGB", and the resolution that it says.

    Raises `NotAnImage` when the file is none, or too large.
    """
    image = _open(path)
    return _pixels(image, mode), _own_dpi(image)


def header_size(data: bytes, form: str) -> tuple[int, int]:
    """(width, height) that the header of `data` says, in the one format `form` of Pillow.

    Raises `NotAnImage` when it is none, or too large.
    """
    return _opened(data, (form,), form).size


def _open(path: Path) -> Image.Image:
    """The image of `path`, its header read and its size checked, nothing decoded yet."""
    return _opened(read_bytes(path), _FORMATS, path.name)


def _opened(data: bytes, formats: tuple[str, ...], name: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow tells of EXIF data cut off
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAnImage(f"{name} unfolds to more than {_MAX_PIXELS} pixels") from error
    except _DAMAGE as error:
        raise NotAnImage(f"{name} is no {', '.join(formats)} image") from error
    if image.width * image.height > _MAX_PIXELS:
        raise NotAnImage(f"{image.width} x {image.height} pixels are more than {_MAX_PIXELS}")
    return image


def read_bytes(path: Path) -> bytes:
    """The bytes of a picture file; raises `NotAnImage` when unreadable or above 64 MiB."""
    return bounded.content(path, _MAX_BYTES, NotAnImage)


def plain_mode(data: bytes, form: str) -> str | None:
    """The mode, "L" or "RGB", when the pixels show as they stand, None for all others.

    Those have more than 8 bits, a palette, an alpha channel, or a camera's order to turn them.
    """
    image = _opened(data, (form,), form)
    return image.mode if image.mode in _PLAIN and _orientation(image) == _UPRIGHT else None


def _own_dpi(image: Image.Image) -> int | None:
    """What the file says, when both axes agree to the pixel and it can be a sensor's."""
    across, down = image.info.get("dpi", (0, 0))
    same = abs(across - down) < 1
    return round(across) if same and across >= _MIN_DPI else None


def _pixels(image: Image.Image, mode: str) -> npt.NDArray[np.uint8]:
    if image.mode in _PRESS:
        raise NotAnImage(f"colours in {image.mode}, not those of a camera or a scanner")
    try:
        image = _upright(image)
        if image.mode in _SIXTEEN_BIT:  # Pillow would clip at 255: keep the upper eight bits
            high = (np.asarray(image).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8)
            image = Image.fromarray(high)
        return np.array(_opaque(image).convert(mode), dtype=np.uint8)
    except _DAMAGE as error:
        raise NotAnImage("the image is cut off or damaged") from error


def _upright(image: Image.Image) -> Image.Image:
    """As the camera meant it: turned by its EXIF order, if there is one."""
    turn = _TURNS.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _orientation(image: Image.Image) -> int:
    """What EXIF says, 1 to 8; a value that is none, or data that cannot be read, turns nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = image.getexif().get(_ORIENTATION, _UPRIGHT)
    except (*_DAMAGE, KeyError, TypeError):
        return _UPRIGHT
    return found if found in range(1, 9) else _UPRIGHT


def _opaque(image: Image.Image) -> Image.Image:
    """On white paper, when it has an alpha channel."""
    if not image.has_transparency_data:
        return image
    seen = image.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(paper, seen).convert("RGB")
