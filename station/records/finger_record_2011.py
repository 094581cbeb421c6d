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
from datetime import UTC, datetime
from typing import Final

from station.errors import RecordInvalid
from station.records import fields
from station.records.coding import Coding
from station.records.finger_image import (
    FingerImage,
    Impression,
    Score,
    check,
    position_code,
    position_of,
)

NAME: Final = "ISO/IEC 19794-4:2011"
MAGIC: Final = b"FIR\x00" + b"020\x00"
CODES: Final = {
    Coding.RAW: 0, Coding.WSQ: 2, Coding.JPEG: 3, Coding.JPEG2000_LOSSY: 4,
    Coding.JPEG2000_LOSSLESS: 5, Coding.PNG: 6,
}  # fmt: skip
IMPRESSIONS: Final = {
    Impression.PLAIN: 0, Impression.ROLLED: 1, Impression.LATENT: 4, Impression.SWIPE: 8,
    Impression.CONTACTLESS: 24,
}  # fmt: skip
_PACKED = 1  # bit-packed: at 8 bits a pixel, the same bytes
_HEADER = struct.Struct(">8sIHBB")
_BEGIN = struct.Struct(">IHBBBBBHBHHB")
_SIZE = struct.Struct(">I")
_BYTE = struct.Struct(">B")
_QUALITY = struct.Struct(">BHH")
_IMAGE = struct.Struct(">BBBHHHHBBBHHI")
_TIME = struct.Struct(">HBBBBBH")
_MOST = 16  # representations, and blocks of quality or certification
_FAILED = 255
_INCH, _CENTIMETRE = 1, 2
_UNSPECIFIED = 0
_CERTIFICATION = 3  # bytes


def write(image: FingerImage) -> bytes:
    """The record of one representation; raises `RecordInvalid` for what a field cannot hold."""
    check(image)
    body = time(image.taken_at) + bytes([_UNSPECIFIED, 0, 0, 0, 0]) + scores(image.quality)
    body += _IMAGE.pack(
        position_code(image), 1, _INCH, image.dpi, image.dpi, image.dpi, image.dpi, 8,
        fields.coded("compression", CODES, image.coding),
        fields.coded("impression", IMPRESSIONS, image.impression),
        image.width, image.height, len(image.data),
    )  # fmt: skip
    body += image.data
    record = _SIZE.pack(len(body) + _SIZE.size) + body
    return _HEADER.pack(MAGIC, _HEADER.size + len(record), 1, 0, 1) + record


def time(taken_at: datetime | None) -> bytes:
    """The nine bytes of a capture time in UTC, as parts 4 and 5 have them; FF: not known."""
    if taken_at is None:
        return b"\xff" * _TIME.size
    t = taken_at.astimezone(UTC)
    return _TIME.pack(t.year, t.month, t.day, t.hour, t.minute, t.second, t.microsecond // 1000)


def scores(quality: tuple[Score, ...]) -> bytes:
    """The quality blocks with their number in front, as parts 4 and 5 have them."""
    if len(quality) > _MOST:
        raise RecordInvalid(f"{len(quality)} quality blocks")
    blocks = (
        _QUALITY.pack(_FAILED if q.value is None else q.value, q.vendor, q.algorithm)
        for q in quality
    )
    return bytes((len(quality),)) + b"".join(blocks)


def read(data: bytes) -> tuple[FingerImage, ...]:
    """Every representation of a record; raises `RecordInvalid` for any other content."""
    fields.check_size(data)
    magic, length, count, certified, _ = fields.unpack(_HEADER, data)
    fields.check("format", magic, MAGIC)
    fields.check("record length", length, len(data))
    if not 0 < count <= _MOST or certified > 1:
        raise RecordInvalid(f"{count} representations, certification flag {certified}")
    parts = representations(data, _HEADER.size, count)
    return tuple(_representation(part, certified=bool(certified)) for part in parts)


def representations(data: bytes, offset: int, count: int) -> tuple[bytes, ...]:
    """The `count` blocks that fill `data` from `offset` on, each beginning with its length."""
    found = []
    for _ in range(count):
        (size,) = fields.unpack(_SIZE, data, offset)
        if not _BEGIN.size < size <= len(data) - offset:
            raise RecordInvalid(f"a representation of {size} bytes")
        found.append(data[offset : offset + size])
        offset += size
    fields.check("end of the record", offset, len(data))
    return tuple(found)


def beginning(part: bytes) -> tuple[datetime | None, tuple[Score, ...], int]:
    """Capture time, scores, and where a representation of part 4 or 5 goes on."""
    _, year, *clock, millis, _, _, _, blocks = fields.unpack(_BEGIN, part)
    offset = _BEGIN.size
    quality = tuple(_score(part, offset + n * _QUALITY.size) for n in range(_bounded(blocks)))
    return _moment(year, clock, millis), quality, offset + blocks * _QUALITY.size


def _representation(part: bytes, *, certified: bool) -> FingerImage:
    taken_at, quality, offset = beginning(part)
    if certified:
        (count,) = fields.unpack(_BYTE, part, offset)
        offset += 1 + _CERTIFICATION * _bounded(count)
    (
        position, _, units, _, _, across, down, depth, code, impression, width, height, length,
    ) = fields.unpack(_IMAGE, part, offset)  # fmt: skip
    start = offset + _IMAGE.size
    if length > len(part) - start:
        raise RecordInvalid(f"an image of {length} bytes in {len(part) - start}")
    fields.check("sampling rates", across, down)
    fields.check("bit depth", depth, 8)
    image = FingerImage(
        position=position_of(position),
        width=width,
        height=height,
        dpi=_per_inch(across, units),
        coding=Coding.RAW if code == _PACKED else fields.meaning("compression", CODES, code),
        data=part[start : start + length],
        quality=quality,
        impression=fields.meaning("impression", IMPRESSIONS, impression),
        taken_at=taken_at,
    )
    check(image)
    return image


def _score(part: bytes, offset: int) -> Score:
    value, vendor, algorithm = fields.unpack(_QUALITY, part, offset)
    return Score(None if value == _FAILED else value, vendor, algorithm)


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
