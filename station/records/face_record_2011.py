r"""Face image record, ISO/IEC 19794-5:2011, version "030": any number of representations.

offset  bytes
0       4, 4   "FAC\0", "030\0"
8       4      length of the record
12      2      number of representations
14      1, 2   certification flag, 0; temporal semantics, 0
17             representations, each:
        4      its length, these four bytes included
        9      capture time, as in part 4
        1, 2, 2  device technology, vendor, type
        1      number of quality blocks, each: score (1), vendor and algorithm (2, 2)
        2, 15  number of landmarks; gender, eyes, hair, height, features, expression, pose: 0
        8 each landmarks; written none
        1, 1   face image type, 1 full frontal; data type
        2, 2   width, height
        1, 2, 1  spatial sampling level, 0: not measured; post-acquisition, 0; reference, 0
        1      colour space, 1 RGB 24 bit
        4      length of the image, then the image
               three-dimensional part, not read
"""

from __future__ import annotations

import struct
from typing import Final

from station.errors import RecordInvalid
from station.records import fields
from station.records import finger_record_2011 as common
from station.records.coding import Coding
from station.records.face_image import Colour, FaceImage, Source, check

NAME: Final = "ISO/IEC 19794-5:2011"
MAGIC: Final = b"FAC\x00" + b"030\x00"
CODES: Final = {
    Coding.JPEG: 0, Coding.JPEG2000_LOSSY: 1, Coding.JPEG2000_LOSSLESS: 2, Coding.PNG: 3,
}  # fmt: skip
_HEADER = struct.Struct(">8sIHBH")
_SIZE = struct.Struct(">I")
_PERSON = struct.Struct(">H15s")
_IMAGE = struct.Struct(">BBHHBHBBI")
_COLOURS = {
    Colour.UNKNOWN: 0, Colour.RGB24: 1, Colour.YUV422: 2, Colour.GREY8: 3, Colour.OTHER: 6,
}  # fmt: skip
_FULL_FRONTAL, _MOST_KIND = 1, 3  # 0 basic, 2 token frontal, 3 post-processed frontal
_LANDMARK = 8  # bytes
_MOST_LANDMARKS = 256
_NOTHING_SAID = bytes(15)


def write(image: FaceImage) -> bytes:
    """The record of one representation; raises `RecordInvalid` for what a field cannot hold."""
    check(image)
    body = common.time(image.taken_at) + bytes([image.source, 0, 0, 0, 0])
    body += common.scores(image.quality) + _PERSON.pack(0, _NOTHING_SAID)
    body += _IMAGE.pack(
        _FULL_FRONTAL, fields.coded("data type", CODES, image.coding), image.width, image.height,
        0, 0, 0, fields.coded("colour space", _COLOURS, image.colour), len(image.data),
    )  # fmt: skip
    body += image.data
    record = _SIZE.pack(len(body) + _SIZE.size) + body
    return _HEADER.pack(MAGIC, _HEADER.size + len(record), 1, 0, 0) + record


def read(data: bytes) -> FaceImage:
    """The portrait in a record of one representation; raises `RecordInvalid` for any other."""
    fields.check_size(data)
    magic, length, count, certified, _ = fields.unpack(_HEADER, data)
    fields.check("format", magic, MAGIC)
    fields.check("record length", length, len(data))
    fields.check("representations and certification", (count, certified), (1, 0))
    (part,) = common.representations(data, _HEADER.size, count)
    source, (taken_at, quality, offset) = part[13], common.beginning(part)
    landmarks, person = fields.unpack(_PERSON, part, offset)
    if landmarks > _MOST_LANDMARKS:
        raise RecordInvalid(f"{landmarks} landmarks")
    offset += _PERSON.size + landmarks * _LANDMARK
    kind, code, width, height, _, _, _, colour, size = fields.unpack(_IMAGE, part, offset)
    start = offset + _IMAGE.size
    if kind > _MOST_KIND or size > len(part) - start:
        raise RecordInvalid(f"face image type {kind}, {size} bytes in {len(part) - start}")
    image = FaceImage(
        width=width,
        height=height,
        source=fields.member("source", Source, source),
        data=part[start : start + size],
        coding=fields.meaning("data type", CODES, code),
        colour=fields.meaning("colour space", _COLOURS, colour),
        quality=quality,
        taken_at=taken_at,
        says_more=bool(landmarks) or person != _NOTHING_SAID,
    )
    check(image)
    return image
