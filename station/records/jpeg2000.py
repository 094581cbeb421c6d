"""What the header of a JPEG 2000 image says (ISO/IEC 15444-1), read without decoding it."""

from __future__ import annotations

import struct

from station.errors import RecordInvalid
from station.records import fields

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
        if len(data) - offset < _SEGMENT.size:
            break
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
