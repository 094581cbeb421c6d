"""How the image inside a record is coded: the size it says, its pixels, whether it lost any.

A PNG made of what a lossy coder gave says so in a text chunk, so that it is never coded with
loss a second time by mistake; no standard has a place for that.
"""

from __future__ import annotations

import io
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from station.errors import NotAnImage, RecordInvalid
from station.quality import image as files
from station.records import fields, jpeg2000, wsq_coding

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    import numpy.typing as npt

    Found = TypeVar("Found")
    Pixels = npt.NDArray[np.uint8]


@unique
class Coding(StrEnum):
    """Every coding that a record of any edition can hold; the editions number them each its way."""

    RAW = "RAW"  # 8-bit grey, row by row
    WSQ = "WSQ"
    JPEG = "JPEG"
    JPEG2000_LOSSY = "JPEG2000_LOSSY"
    JPEG2000_LOSSLESS = "JPEG2000_LOSSLESS"
    PNG = "PNG"
    PGM = "PGM"


LOSSY: Final = frozenset({Coding.WSQ, Coding.JPEG, Coding.JPEG2000_LOSSY})
JPEG2000: Final = frozenset({Coding.JPEG2000_LOSSY, Coding.JPEG2000_LOSSLESS})
_PILLOW = {
    Coding.JPEG: "JPEG",
    Coding.JPEG2000_LOSSY: "JPEG2000",
    Coding.JPEG2000_LOSSLESS: "JPEG2000",
    Coding.PNG: "PNG",
    Coding.PGM: "PPM",
}
WSQ_START: Final = b"\xff\xa0"
_STARTS = {
    WSQ_START: Coding.WSQ,
    b"\xff\xd8": Coding.JPEG,
    b"\x89PNG\r\n\x1a\n": Coding.PNG,
    b"P5": Coding.PGM,
}
_MAX_SIDE = 4096
_MARK = "dr-station:lossy"  # tEXt keyword of a PNG (ISO/IEC 15948 §11.3.4.3)
_MARKED = b"tEXt" + _MARK.encode() + b"\x00"
_HEAD = 256  # bytes of a PNG in which the mark stands: we write it before the image


def recognised(data: bytes) -> Coding | None:
    """The coding that the first bytes of an image file show; None for any other."""
    if jpeg2000.recognised(data):
        lossless = jpeg2000.reversible(data)
        return Coding.JPEG2000_LOSSLESS if lossless else Coding.JPEG2000_LOSSY
    return next((coding for start, coding in _STARTS.items() if data.startswith(start)), None)


def check(coding: Coding, data: bytes, size: tuple[int, int]) -> None:
    """Hold `data` to its coding and to (width, height), from its header alone.

    Raises `RecordInvalid` when it belies either, or is larger than a record may be.
    """
    if not all(0 < side <= _MAX_SIDE for side in size):
        raise RecordInvalid(f"an image of {size[0]} x {size[1]} pixels")
    if not 0 < len(data) <= fields.MAX_RECORD:
        raise RecordInvalid(f"an image of {len(data)} bytes")
    if coding is Coding.RAW:
        fields.check("raw image length", len(data), size[0] * size[1])
        return
    fields.check(f"size in the {coding} header", said_size(coding, data), size)


def said_size(coding: Coding, data: bytes) -> tuple[int, int]:
    """(width, height) that the header of `data` gives; a raw image has none."""
    if coding is Coding.WSQ:
        return wsq_coding.size(data)
    if coding in JPEG2000:
        return jpeg2000.size(data)
    if coding is Coding.RAW or recognised(data) is not coding:
        raise RecordInvalid(f"not an image in {coding}")
    return _translated(files.header_size, coding, data)


def grey(coding: Coding, data: bytes, size: tuple[int, int]) -> Pixels:
    """(rows, columns) grey levels of an image of (width, height).

    WSQ is decoded in a process of its own. Raises `RecordInvalid` when it cannot be decoded, or
    to another size.
    """
    check(coding, data, size)
    shape = (size[1], size[0])
    if coding is Coding.RAW:
        return np.frombuffer(data, np.uint8).reshape(shape).copy()
    if coding is Coding.WSQ:
        return wsq_coding.decode(data)
    pixels = _translated(files.decoded, coding, data)
    fields.check("size of the decoded image", pixels.shape, shape)
    return pixels


def colour(coding: Coding, data: bytes) -> Pixels:
    """(rows, columns, 3) B, G, R of a picture in any coding that holds colours.

    Raises `RecordInvalid` when it cannot be decoded.
    """
    if coding not in _PILLOW:
        raise RecordInvalid(f"no portrait in {coding}")
    rgb = _translated(lambda data, form: files.decoded(data, form, "RGB"), coding, data)
    return np.ascontiguousarray(rgb[:, :, ::-1])


def plain_mode(coding: Coding, data: bytes) -> str | None:
    """The mode, "L" or "RGB", when the picture shows as it stands, None for all others.

    Raises `RecordInvalid` for what holds no colours.
    """
    if coding not in _PILLOW:
        raise RecordInvalid(f"no portrait in {coding}")
    return _translated(files.plain_mode, coding, data)


def has_lost(coding: Coding, data: bytes) -> bool:
    """Whether a lossy coder is known to have touched the image."""
    return coding in LOSSY or (coding is Coding.PNG and _MARKED in data[:_HEAD])


def png(pixels: Pixels, *, lost: bool, dpi: int | None = None) -> bytes:
    """PNG of grey levels or R, G, B; `lost` says that they come out of a lossy coder."""
    said = PngInfo()
    if lost:
        said.add_text(_MARK, "1")
    buffer = io.BytesIO()
    options = {} if dpi is None else {"dpi": (dpi, dpi)}
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", pnginfo=said, **options)
    return buffer.getvalue()


def pgm(pixels: Pixels) -> bytes:
    """Binary PGM of (rows, columns) grey levels."""
    return f"P5\n{pixels.shape[1]} {pixels.shape[0]}\n255\n".encode() + pixels.tobytes()


def _translated(read: Callable[[bytes, str], Found], coding: Coding, data: bytes) -> Found:
    """What `read` finds with the decoder of `coding`; its refusal is that of the record."""
    try:
        return read(data, _PILLOW[coding])
    except NotAnImage as error:
        raise RecordInvalid(f"not an image in {coding}") from error
