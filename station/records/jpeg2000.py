"""JPEG 2000 (ISO/IEC 15444-1) to a byte budget, through Pillow's OpenJPEG."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from station.errors import NotAnImage, RecordInvalid
from station.records import fields

if TYPE_CHECKING:
    import numpy.typing as npt

_TRIES = 8
_LEAST = 64  # pixels a side: six resolutions need 32
_SIGNATURE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_BOX = struct.Struct(">I4s")  # length, type (annex I)
_SIZ = struct.Struct(">HHHHIIII")  # SOC, SIZ, length, capabilities, extent, origin (annex A.5)
_SOC, _SIZ_MARKER = 0xFF4F, 0xFF51
_COD, _SOT = 0xFF52, 0xFF90
_SEGMENT = struct.Struct(">HH")  # marker, length
_TRANSFORM = 13  # bytes from the marker COD to the wavelet: 0 is 9-7 irreversible (table A.20)
_CODESTREAM = b"\xff\x4f\xff\x51"
_MOST_BOXES = 16
_MOST_SEGMENTS = 64


def encode(bgr: npt.NDArray[np.uint8], limit: int) -> bytes:
    """At most `limit` bytes of JP2 from (rows, columns, 3) B, G, R; one lossy step.

    The encoder may overshoot its rate by some bytes, hence a margin and a retry. Raises
    `NotAnImage` when the image is too small or too rich for the budget.
    """
    if bgr.ndim != 3 or min(bgr.shape[:2]) < _LEAST:
        raise NotAnImage(f"no portrait: an image of {bgr.shape}")
    image = Image.fromarray(np.ascontiguousarray(bgr[:, :, ::-1]))
    aim = 0.995 * limit
    for _ in range(_TRIES):
        buffer = io.BytesIO()
        image.save(
            buffer,
            "JPEG2000",
            quality_mode="rates",
            quality_layers=[max(1.0, bgr.size / aim)],
            irreversible=True,
            num_resolutions=6,
            progression="RLCP",
            mct=1,
        )
        if buffer.tell() <= limit:
            return buffer.getvalue()
        aim *= 0.99
    raise NotAnImage(f"cannot be coded within {limit} bytes")


def recognised(data: bytes) -> bool:
    """Whether `data` begins as a JP2 file or as a bare codestream."""
    return data.startswith((_SIGNATURE, _CODESTREAM))


def size(data: bytes) -> tuple[int, int]:
    """(width, height) said by the codestream, read without decoding it.

    Raises `RecordInvalid` when the file has no such header among its first boxes.
    """
    offset = _codestream(data)
    start, marker, _, _, right, bottom, left, top = fields.unpack(_SIZ, data, offset)
    if (start, marker) != (_SOC, _SIZ_MARKER):
        raise RecordInvalid("a JPEG 2000 codestream without its size")
    return right - left, bottom - top


def reversible(data: bytes) -> bool:
    """Whether the wavelet is the reversible one (5-3), without which there is always a loss.

    A file that does not say so is not. Raises `RecordInvalid` for what is no JPEG 2000.
    """
    offset = _codestream(data) + 2
    for _ in range(_MOST_SEGMENTS):
        marker, length = fields.unpack(_SEGMENT, data, offset)
        if marker == _COD:
            return data[offset + _TRANSFORM : offset + _TRANSFORM + 1] == b"\x01"
        if marker == _SOT or length < 2:
            break
        offset += 2 + length
    return False


def _codestream(data: bytes) -> int:
    """Where the codestream begins."""
    if data.startswith(_CODESTREAM):
        return 0
    if not data.startswith(_SIGNATURE):
        raise RecordInvalid("not a JPEG 2000 file")
    offset = 0
    for _ in range(_MOST_BOXES):
        length, kind = fields.unpack(_BOX, data, offset)
        if kind == b"jp2c":
            return offset + _BOX.size
        if length < _BOX.size:
            break
        offset += length
    raise RecordInvalid("a JPEG 2000 file without codestream")
