r"""Finger image record, ISO/IEC 19794-4:2011, version "020": any number of representations.

offset  bytes
0       4, 4   "FIR\0", "020\0"
8       4      length of the record
12      2      number of representations
14, 15  1, 1   certification flag; number of distinct positions
16             representations, each:
        4      its length, these four bytes included
        9      capture time, UTC: year (2), month, day, hour, minute, second, milliseconds (2)
        1, 2, 2  device technology, vendor, type
        1      number of quality blocks, each: score (1), vendor and algorithm (2, 2)
        [1]    with the flag: number of certifications, each authority and scheme (2, 1)
        1, 1, 1  position; number of the representation; scale units, 1 inch or 2 centimetre
        4 x 2  scan and image sampling rate, each horizontal and vertical
        1, 1, 1  bit depth; compression; impression
        2, 2   width, height
        4      length of the image, then the image
               extended data, not read
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, unique

from station.capture import Finger
from station.errors import RecordInvalid
from station.records import fields

_HEADER = struct.Struct(">4s4sIHBB")
_BEGIN = struct.Struct(">IHBBBBBHBHHB")
_QUALITY = struct.Struct(">BHH")
_IMAGE = struct.Struct(">BBBHHHHBBBHHI")
_MAGIC = (b"FIR\x00", b"020\x00")
_MOST = 16  # representations, and blocks of quality or certification
_MAX_SIDE = 4096
_INCH, _CENTIMETRE = 1, 2
_UNSPECIFIED = 0
_LIVE_PLAIN = 0
_CERTIFICATION = 3  # bytes


@unique
class Coding(IntEnum):
    """Compression, table of the 2011 edition; that of 2005 numbers otherwise."""

    RAW = 0
    PACKED = 1
    WSQ = 2
    JPEG = 3
    JPEG2000_LOSSY = 4
    JPEG2000_LOSSLESS = 5
    PNG = 6


@dataclass(frozen=True, slots=True)
class QualityBlock:
    """A score 0 to 100 (255: failed), and whose algorithm gave it."""

    score: int
    vendor: int
    algorithm: int


@dataclass(frozen=True, slots=True)
class Representation:
    """One image of one finger; `dpi` holds for both axes."""

    position: Finger
    width: int
    height: int
    dpi: int
    coding: Coding
    data: bytes = field(repr=False)
    taken_at: datetime | None = None
    quality: tuple[QualityBlock, ...] = ()


def write(image: Representation) -> bytes:
    """The record of one representation; raises `RecordInvalid` for what a field cannot hold."""
    _check(image)
    body = _time(image.taken_at) + bytes([_UNSPECIFIED, 0, 0, 0, 0, len(image.quality)])
    body += b"".join(_QUALITY.pack(q.score, q.vendor, q.algorithm) for q in image.quality)
    body += _IMAGE.pack(
        image.position, 1, _INCH, image.dpi, image.dpi, image.dpi, image.dpi, 8, image.coding,
        _LIVE_PLAIN, image.width, image.height, len(image.data),
    )  # fmt: skip
    body += image.data
    record = struct.pack(">I", len(body) + 4) + body
    return _HEADER.pack(*_MAGIC, _HEADER.size + len(record), 1, 0, 1) + record


def _time(taken_at: datetime | None) -> bytes:
    if taken_at is None:
        return b"\xff" * 9
    t = taken_at.astimezone(UTC)
    return struct.pack(
        ">HBBBBBH", t.year, t.month, t.day, t.hour, t.minute, t.second, t.microsecond // 1000
    )


def read(data: bytes) -> tuple[Representation, ...]:
    """Every representation of a record; raises `RecordInvalid` for any other content."""
    fields.check_size(data)
    magic, version, length, count, certified, _ = fields.unpack(_HEADER, data)
    fields.check("format", (magic, version), _MAGIC)
    fields.check("record length", length, len(data))
    if not 0 < count <= _MOST or certified > 1:
        raise RecordInvalid(f"{count} representations, certification flag {certified}")
    found, offset = [], _HEADER.size
    for _ in range(count):
        (size,) = fields.unpack(struct.Struct(">I"), data, offset)
        if not _BEGIN.size < size <= len(data) - offset:
            raise RecordInvalid(f"a representation of {size} bytes")
        found.append(_representation(data[offset : offset + size], certified=bool(certified)))
        offset += size
    fields.check("end of the record", offset, len(data))
    return tuple(found)


def _representation(part: bytes, *, certified: bool) -> Representation:
    _, year, *clock, millis, _, _, _, blocks = fields.unpack(_BEGIN, part)
    offset = _BEGIN.size
    quality = tuple(_block(part, offset + n * _QUALITY.size) for n in range(_bounded(blocks)))
    offset += blocks * _QUALITY.size
    if certified:
        offset += 1 + _CERTIFICATION * _bounded(_byte(part, offset))
    (
        position, _, units, _, _, across, down, depth, coding, _, width, height, length,
    ) = fields.unpack(_IMAGE, part, offset)  # fmt: skip
    start = offset + _IMAGE.size
    if length > len(part) - start:
        raise RecordInvalid(f"an image of {length} bytes in {len(part) - start}")
    fields.check("sampling rates", across, down)
    fields.check("bit depth", depth, 8)
    image = Representation(
        position=fields.member("position", Finger, position),
        width=width,
        height=height,
        dpi=_per_inch(across, units),
        coding=fields.member("compression", Coding, coding),
        data=part[start : start + length],
        taken_at=_moment(year, clock, millis),
        quality=quality,
    )
    _check(image)
    return image


def _block(part: bytes, offset: int) -> QualityBlock:
    return QualityBlock(*fields.unpack(_QUALITY, part, offset))


def _byte(part: bytes, offset: int) -> int:
    (value,) = fields.unpack(struct.Struct(">B"), part, offset)
    return int(value)


def _bounded(count: int) -> int:
    if count > _MOST:
        raise RecordInvalid(f"{count} blocks in one representation")
    return count


def _per_inch(rate: int, units: int) -> int:
    if units not in {_INCH, _CENTIMETRE}:
        raise RecordInvalid(f"scale units {units}")
    return rate if units == _INCH else round(rate * 2.54)


def _moment(year: int, clock: list[int], millis: int) -> datetime | None:
    """None for a time that is not given, or is none."""
    month, day, hour, minute, second = clock
    try:
        return datetime(year, month, day, hour, minute, second, millis * 1000, UTC)
    except ValueError:
        return None


def _check(image: Representation) -> None:
    """What writer and reader both hold to."""
    if not (0 < image.width <= _MAX_SIDE and 0 < image.height <= _MAX_SIDE):
        raise RecordInvalid(f"finger image of {image.width} x {image.height} pixels")
    if not 0 < image.dpi <= 4000:
        raise RecordInvalid(f"{image.dpi} dpi")
    if any(not (q.score <= 100 or q.score == 255) for q in image.quality):
        raise RecordInvalid("a quality above 100")
    if not image.data or len(image.data) > fields.MAX_RECORD:
        raise RecordInvalid(f"finger image of {len(image.data)} bytes")
    if image.coding is Coding.RAW:
        fields.check("raw image length", len(image.data), image.width * image.height)
