r"""Finger image record, ISO/IEC 19794-4:2005, version "010": one finger, one view.

offset  bytes
0       4      "FIR\0"
4       4      "010\0"
8       6      length of the record: six bytes
14      2      capture device, 0 unreported
16      2      image acquisition level: 31 is 500 ppi, 41 is 1000 ppi, both 8 bit
18      1, 1   number of fingers; scale units, 1 pixels per inch
20      4 x 2  scan resolution, image resolution, each horizontal and vertical
28      1, 1   bits per pixel; compression, table 3: later editions number otherwise
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
from typing import Final

from station.records import coding as codings
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

NAME: Final = "ISO/IEC 19794-4:2005"
CODES: Final = {
    Coding.RAW: 0, Coding.WSQ: 2, Coding.JPEG: 3, Coding.JPEG2000_LOSSY: 4,
    Coding.JPEG2000_LOSSLESS: 4, Coding.PNG: 5,
}  # fmt: skip
MAGIC: Final = b"FIR\x00" + b"010\x00"
_UNDEFINED, _FAILED = 254, 255  # of the quality byte, which is for NFIQ 2 (TR-03121)
_PACKED = 1  # bit-packed: at 8 bits a pixel, the same bytes
_HEADER = struct.Struct(">8s6sHHBBHHHHBBH")
_BLOCK = struct.Struct(">IBBBBBHHB")
_LEVELS = {500: 31, 1000: 41}  # table 1
_IMPRESSIONS = {
    Impression.PLAIN: 0, Impression.ROLLED: 1, Impression.LATENT: 7, Impression.SWIPE: 8,
    Impression.CONTACTLESS: 9,
}  # fmt: skip
_PIXELS_PER_INCH = 1


def write(image: FingerImage) -> bytes:
    """The record of `image`; raises `RecordInvalid` when a field cannot hold its value."""
    check(image)
    block = _BLOCK.size + len(image.data)
    length = (_HEADER.size + block).to_bytes(6, "big")
    dpi, level = image.dpi, fields.coded("resolution", _LEVELS, image.dpi)
    header = _HEADER.pack(
        MAGIC, length, 0, level, 1, _PIXELS_PER_INCH, dpi, dpi, dpi, dpi, 8,
        fields.coded("compression", CODES, image.coding), 0,
    )  # fmt: skip
    impression = fields.coded("impression", _IMPRESSIONS, image.impression)
    view = _BLOCK.pack(
        block, position_code(image), 1, 1, _quality(image), impression, image.width, image.height, 0
    )
    return header + view + image.data


def _quality(image: FingerImage) -> int:
    """The one byte: NFIQ 2, or a score that is not named; another one would pass for NFIQ 2."""
    for score in image.quality:
        if score.is_nfiq2 or not score.vendor:
            return _FAILED if score.value is None else score.value
    return _UNDEFINED


def read(data: bytes) -> FingerImage:
    """The finger in a record; raises `RecordInvalid` for any other content.

    Read strictly: one finger in one view, and nothing that is not looked at but the device.
    """
    fields.check_size(data)
    magic, length, _, level, fingers, units, *scan, depth, code, reserved = fields.unpack(
        _HEADER, data
    )
    fields.check("format", magic, MAGIC)
    fields.check("record length", int.from_bytes(length, "big"), len(data))
    fields.check("number of fingers", fingers, 1)
    fields.check("scale units", units, _PIXELS_PER_INCH)
    fields.check("resolutions", scan, [scan[0]] * 4)
    fields.check("acquisition level", level, _LEVELS.get(scan[0]))
    fields.check("pixel depth", (depth, reserved), (8, 0))
    return _read_block(data, scan[0], code)


def _read_block(data: bytes, dpi: int, code: int) -> FingerImage:
    length, position, views, view, quality, impression, width, height, reserved = fields.unpack(
        _BLOCK, data, _HEADER.size
    )
    fields.check("finger block length", length, len(data) - _HEADER.size)
    fields.check("views", (views, view, reserved), (1, 1, 0))
    coded = data[_HEADER.size + _BLOCK.size :]
    image = FingerImage(
        position=position_of(position),
        width=width,
        height=height,
        dpi=dpi,
        coding=_coding(code, coded),
        data=coded,
        quality=_scores(quality),
        impression=fields.meaning("impression", _IMPRESSIONS, impression),
    )
    check(image)
    return image


def _scores(quality: int) -> tuple[Score, ...]:
    if quality == _UNDEFINED:
        return ()
    return (Score(None if quality == _FAILED else quality),)


def _coding(code: int, coded: bytes) -> Coding:
    """One code stands for all JPEG 2000 here: whether it lost anything stands in the image."""
    if code == _PACKED:
        return Coding.RAW
    known = fields.meaning("compression", CODES, code)
    found = codings.recognised(coded) if known in codings.JPEG2000 else None
    return known if found is None else found
