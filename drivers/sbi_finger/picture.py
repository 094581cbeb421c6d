"""The pixels of a finger record, and of a preview, in memory of our own."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from drivers.transport.mjpeg import decoded
from drivers.wire.fir import Coding, Print
from station.errors import ProtocolError

if TYPE_CHECKING:
    import numpy.typing as npt

_FORMATS = {Coding.PNG: "PNG", Coding.JPEG2000: "JPEG2000"}
_PREVIEW_SIDE = 480  # pixels
_COD = b"\xff\x52"  # coding style, ISO/IEC 15444-1 annex A.6.1
_TRANSFORM, _REVERSIBLE = 11, 1  # offset in the segment; the 5-3 filter
_MAIN_HEADER = 8192  # bytes in which the segment must begin


def pixels(record: Print) -> npt.NDArray[np.uint8]:
    """(rows, columns) of grey, writable; raises `ProtocolError`.

    The size is read from the image's own header before anything is decoded.
    """
    shape = (record.height, record.width)
    if record.coding is Coding.RAW:
        return np.frombuffer(bytearray(record.image), np.uint8).reshape(shape)
    if record.coding is Coding.JPEG2000 and not _reversible(record.image):
        raise ProtocolError("a JPEG 2000 image that lost detail")
    grey = _decoded(record)
    if grey.shape != shape or grey.dtype != np.uint8:
        raise ProtocolError("an image of another size than its record says")
    return grey


def _decoded(record: Print) -> npt.NDArray[np.uint8]:
    # SyntaxError is how Pillow says that a PNG is broken
    with suppress(OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        with Image.open(io.BytesIO(record.image), formats=[_FORMATS[record.coding]]) as image:
            if image.size == (record.width, record.height) and image.mode == "L":
                return np.array(image, np.uint8)
        raise ProtocolError("an image of another kind or size than its record says")
    raise ProtocolError("the image of a finger cannot be decoded")


def _reversible(image: bytes) -> bool:
    at = image.find(_COD, 0, _MAIN_HEADER)
    filter_at = at + len(_COD) + _TRANSFORM
    return at >= 0 and image[filter_at : filter_at + 1] == bytes([_REVERSIBLE])


def preview(jpeg: bytes) -> npt.NDArray[np.uint8]:
    """A small grey picture, (rows, columns); raises `ProtocolError`."""
    grey = cv2.cvtColor(decoded(jpeg), cv2.COLOR_BGR2GRAY)
    rows, columns = grey.shape
    scale = min(1.0, _PREVIEW_SIDE / max(rows, columns))
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
