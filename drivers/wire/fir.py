"""Finger image records of ISO/IEC 19794-4, editions 2005 ("010") and 2011 ("020"), read strictly.

One finger, one view, 500 ppi, 8 bit; raw, PNG or JPEG 2000. WSQ and JPEG are lossy and refused:
a device that captures for a passport hands over what the sensor saw.

    2005   header of 32 bytes   block length, position, views …, width, height (14)   image
    2011   header of 16 bytes   length, date … position … width, height, image length   image
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any

from station.errors import ProtocolError

_HEADER_2005 = struct.Struct(">4s4s6sHHBB4HBBH")
_BLOCK_2005 = struct.Struct(">IBBBBBHHB")
_HEADER_2011 = struct.Struct(">4s4sIHBB")
_BEGIN_2011 = struct.Struct(">I9sBHHB")  # length, date, technology, vendor, type, quality blocks
_VIEW_2011 = struct.Struct(">BBB4HBBBHHI")
_QUALITY, _CERTIFICATION = 5, 3  # bytes of a block
_RATES = {1: 500, 2: 197}  # pixels an inch, pixels a centimetre
_MAX_SIDE = 2000


@unique
class Coding(StrEnum):
    """How the image is coded; none of them loses anything."""

    RAW = "raw"
    PNG = "png"
    JPEG2000 = "jpeg-2000"


_CODINGS = {
    2005: {0: Coding.RAW, 4: Coding.JPEG2000, 5: Coding.PNG},
    2011: {0: Coding.RAW, 5: Coding.JPEG2000, 6: Coding.PNG},
}


@dataclass(frozen=True, slots=True)
class Print:
    """One finger at 500 ppi; `position` is the code of the record, `image` as it is coded."""

    position: int
    width: int
    height: int
    coding: Coding
    image: bytes = field(repr=False)


def read(data: bytes) -> Print:
    """The finger in a record; raises `ProtocolError` for any other content."""
    if data[:4] != b"FIR\0":
        raise ProtocolError("not a finger record")
    if data[4:8] == b"010\0":
        return _read_2005(data)
    if data[4:8] == b"020\0":
        return _read_2011(data)
    raise ProtocolError("a finger record of an unknown edition")


def _read_2005(data: bytes) -> Print:
    _, _, length, _, _, fingers, units, *rates, depth, coding, _ = _fields(_HEADER_2005, data, 0)
    _same("length of the record", int.from_bytes(length, "big"), len(data))
    _same("number of fingers", fingers, 1)
    _scale(units, rates[2:], depth)
    block, position, views, view, _, _, width, height, _ = _fields(
        _BLOCK_2005, data, _HEADER_2005.size
    )
    _same("length of the finger block", block, len(data) - _HEADER_2005.size)
    _same("number of views", (views, view), (1, 1))
    start = _HEADER_2005.size + _BLOCK_2005.size
    return _checked(Print(position, width, height, _coding(2005, coding), data[start:]))


def _read_2011(data: bytes) -> Print:
    _, _, length, representations, certified, positions = _fields(_HEADER_2011, data, 0)
    _same("length of the record", length, len(data))
    _same("number of representations", (representations, positions), (1, 1))
    at = _HEADER_2011.size
    extent, *_, qualities = _fields(_BEGIN_2011, data, at)
    _same("length of the representation", extent, len(data) - at)
    at += _BEGIN_2011.size + qualities * _QUALITY
    if certified:
        at += 1 + _fields(struct.Struct("B"), data, at)[0] * _CERTIFICATION
    position, _, units, *rates, depth, coding, _, width, height, size = _fields(
        _VIEW_2011, data, at
    )
    _scale(units, rates[2:], depth)
    at += _VIEW_2011.size
    if at + size > len(data):  # what follows the image are extended data, which nobody reads
        raise ProtocolError("the image of a finger record is cut off")
    return _checked(Print(position, width, height, _coding(2011, coding), data[at : at + size]))


def _checked(found: Print) -> Print:
    if not (0 < found.width <= _MAX_SIDE and 0 < found.height <= _MAX_SIDE):
        raise ProtocolError(f"a finger of {found.width} × {found.height} pixels")
    if found.coding is Coding.RAW:
        _same("length of the raw image", len(found.image), found.width * found.height)
    return found


def _scale(units: int, rates: list[int], depth: int) -> None:
    rate = _RATES.get(units)
    if rate is None or rates != [rate, rate]:
        raise ProtocolError("a finger record that is not at 500 ppi")
    _same("bits a pixel", depth, 8)


def _coding(edition: int, code: int) -> Coding:
    try:
        return _CODINGS[edition][code]
    except KeyError:
        raise ProtocolError(f"compression {code} loses detail, or is unknown") from None


def _fields(layout: struct.Struct, data: bytes, at: int) -> tuple[Any, ...]:
    if len(data) - at < layout.size:
        raise ProtocolError(f"a finger record cut off at {len(data)} bytes")
    return layout.unpack_from(data, at)


def _same(name: str, found: object, expected: object) -> None:
    if found != expected:
        raise ProtocolError(f"finger record: {name} {found!r}, not {expected!r}")
