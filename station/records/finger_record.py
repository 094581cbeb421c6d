r"""Finger image record, ISO/IEC 19794-4:2005, version "010": one finger, one view.

offset  bytes
0       4      "FIR\0"
4       4      "010\0"
8       6      length of the record: six bytes
14      2      capture device, 0 unreported
16      2      image acquisition level: 31 is 500 ppi, 41 is 1000 ppi, both 8 bit
18      1, 1   number of fingers; scale units, 1 pixels per inch
20      4 x 2  scan resolution, image resolution, each horizontal and vertical
28      1, 1   bits per pixel; compression
30      2      reserved
32      4      length of the finger block, its 14 bytes included
36      1, 1   position (table 6); number of views
38      1, 1   view; quality 0 to 100, 254 undefined
40      1      impression, 0 live plain
41      2, 2   width, height
45      1      reserved
46             image
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum, unique

from station.capture import Finger
from station.errors import RecordInvalid
from station.records import fields, wsq_coding

QUALITY_UNDEFINED = 254  # the byte is for NFIQ 2; our own figures go with the manifest
_HEADER = struct.Struct(">4s4s6sHHBBHHHHBBH")
_BLOCK = struct.Struct(">IBBBBBHHB")
_LEVELS = {500: 31, 1000: 41}  # table 1
_LIVE_PLAIN = 0
_PIXELS_PER_INCH = 1
_MAX_SIDE = 2000


@unique
class Compression(IntEnum):
    """Coding of the image, table 3 of the 2005 edition; later editions number otherwise."""

    RAW = 0
    WSQ = 2


@dataclass(frozen=True, slots=True)
class FingerImage:
    """One finger as the record holds it; `dpi` holds for both axes, `data` is the coded image."""

    position: Finger
    width: int
    height: int
    dpi: int
    compression: Compression
    data: bytes = field(repr=False)
    quality: int = QUALITY_UNDEFINED


def write(image: FingerImage) -> bytes:
    """The record of `image`; raises `RecordInvalid` when a field cannot hold its value."""
    _check(image)
    block = _BLOCK.size + len(image.data)
    length = (_HEADER.size + block).to_bytes(6, "big")
    dpi, level = image.dpi, _LEVELS[image.dpi]
    header = _HEADER.pack(
        b"FIR\x00", b"010\x00", length, 0, level, 1, _PIXELS_PER_INCH,
        dpi, dpi, dpi, dpi, 8, image.compression, 0,
    )  # fmt: skip
    view = _BLOCK.pack(
        block, image.position, 1, 1, image.quality, _LIVE_PLAIN, image.width, image.height, 0
    )
    return header + view + image.data


def read(data: bytes) -> FingerImage:
    """The finger in a record; raises `RecordInvalid` for any other content.

    Read strictly: a record this station could not have written is refused.
    """
    fields.check_size(data)
    magic, version, length, _, level, fingers, units, *scan, depth, coding, reserved = (
        fields.unpack(_HEADER, data)
    )
    fields.check("format", (magic, version), (b"FIR\x00", b"010\x00"))
    fields.check("record length", int.from_bytes(length, "big"), len(data))
    fields.check("number of fingers", fingers, 1)
    fields.check("scale units", units, _PIXELS_PER_INCH)
    fields.check("resolutions", scan, [scan[0]] * 4)
    fields.check("acquisition level", level, _LEVELS.get(scan[0]))
    fields.check("pixel depth", (depth, reserved), (8, 0))
    return _read_block(data, scan[0], fields.member("compression", Compression, coding))


def _read_block(data: bytes, dpi: int, compression: Compression) -> FingerImage:
    length, position, views, view, quality, impression, width, height, reserved = fields.unpack(
        _BLOCK, data, _HEADER.size
    )
    fields.check("finger block length", length, len(data) - _HEADER.size)
    fields.check("views", (views, view, impression, reserved), (1, 1, _LIVE_PLAIN, 0))
    image = FingerImage(
        position=fields.member("position", Finger, position),
        width=width,
        height=height,
        dpi=dpi,
        compression=compression,
        data=data[_HEADER.size + _BLOCK.size :],
        quality=quality,
    )
    _check(image)
    return image


def _check(image: FingerImage) -> None:
    """What writer and reader both hold to."""
    if image.dpi not in _LEVELS:
        raise RecordInvalid(f"no acquisition level for {image.dpi} dpi")
    if not (0 < image.width <= _MAX_SIDE and 0 < image.height <= _MAX_SIDE):
        raise RecordInvalid(f"finger image of {image.width} x {image.height} pixels")
    if not (image.quality <= 100 or image.quality == QUALITY_UNDEFINED):
        raise RecordInvalid(f"quality byte {image.quality}")
    if not image.data or len(image.data) > fields.MAX_RECORD:
        raise RecordInvalid(f"finger image of {len(image.data)} bytes")
    size = (image.width, image.height)
    if image.compression is Compression.RAW:
        fields.check("raw image length", len(image.data), image.width * image.height)
    if image.compression is Compression.WSQ:
        fields.check("size in the WSQ header", wsq_coding.size(image.data), size)
