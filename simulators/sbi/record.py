"""A finger image as device services wrap it: ISO/IEC 19794-4:2011, lossless JPEG 2000."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_JPEG2000_LOSSLESS = 5
_UNKNOWN_TIME = b"\xff" * 9


def record(grey: npt.NDArray[np.uint8], position: int, ppi: int = 500) -> bytes:
    """One representation of (rows, columns) grey levels."""
    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, "JPEG2000", irreversible=False)
    return wrapped(buffer.getvalue(), (grey.shape[1], grey.shape[0]), position, ppi)


def wrapped(image: bytes, size: tuple[int, int], position: int, ppi: int) -> bytes:
    """The record around a coded image of `size` (width, height)."""
    body = _UNKNOWN_TIME + bytes(5) + b"\0"
    body += struct.pack(
        ">BBBHHHHBBBHHI",
        position, 1, 1, ppi, ppi, ppi, ppi, 8, _JPEG2000_LOSSLESS, 0, *size, len(image),
    )  # fmt: skip
    body += image
    head = struct.pack(">4s4sIHBB", b"FIR\0", b"020\0", 20 + len(body), 1, 0, 1)
    return head + struct.pack(">I", 4 + len(body)) + body
