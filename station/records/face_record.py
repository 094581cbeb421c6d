r"""Face image record, ISO/IEC 19794-5:2005, version "010": one image.

offset  bytes
0       4, 4   "FAC\0", "010\0"
8       4      length of the record: four bytes
12      2      number of images
14      4, 2   length of the image block; number of feature points
20      1 x 3  gender, eye colour, hair colour: 0 unspecified
23      3, 2   property mask; expression: 0 unspecified
28      3, 3   pose yaw, pitch, roll; their uncertainty: 0 unspecified
        8 each feature points: type, code, x, y, reserved; written none
34      1, 1   face image type, 1 full frontal; data type, 0 JPEG, 1 JPEG 2000
36      2, 2   width, height
40      1, 1   colour space, 1 RGB 24 bit; source, 2 still camera, 3 scanner
42      2, 2   device, 0 unreported; quality, 0 unspecified
46             image
"""

from __future__ import annotations

import struct
from typing import Final

from station.errors import RecordInvalid
from station.records import coding as codings
from station.records import fields
from station.records.coding import Coding
from station.records.face_image import Colour, FaceImage, Source, check

NAME: Final = "ISO/IEC 19794-5:2005"
MAGIC: Final = b"FAC\x00" + b"010\x00"
CODES: Final = {Coding.JPEG: 0, Coding.JPEG2000_LOSSY: 1, Coding.JPEG2000_LOSSLESS: 1}
_HEADER = struct.Struct(">8sIH")
_INFORMATION = struct.Struct(">IH14s")
_IMAGE = struct.Struct(">BBHHBBHH")
_COLOURS = {
    Colour.UNKNOWN: 0, Colour.RGB24: 1, Colour.YUV422: 2, Colour.GREY8: 3, Colour.OTHER: 4,
}  # fmt: skip
_UNKNOWN_SOURCE = 7  # beside 0, unspecified
_FULL_FRONTAL, _MOST_KIND = 1, 2  # 0 basic, 2 token frontal
_POINT = 8  # bytes of a feature point
_MOST_POINTS = 256
_NOTHING_SAID = bytes(14)


def write(image: FaceImage) -> bytes:
    """The record of `image`; raises `RecordInvalid` when a field cannot hold its value."""
    check(image)
    block = _INFORMATION.size + _IMAGE.size + len(image.data)
    header = _HEADER.pack(MAGIC, _HEADER.size + block, 1)
    information = _INFORMATION.pack(block, 0, _NOTHING_SAID)
    coding = fields.coded("data type", CODES, image.coding)
    colour = fields.coded("colour space", _COLOURS, image.colour)
    said = _IMAGE.pack(_FULL_FRONTAL, coding, image.width, image.height, colour, image.source, 0, 0)
    return header + information + said + image.data


def read(data: bytes) -> FaceImage:
    """The portrait in a record of one image; raises `RecordInvalid` for any other content."""
    fields.check_size(data)
    magic, length, images = fields.unpack(_HEADER, data)
    fields.check("format", magic, MAGIC)
    fields.check("record length", length, len(data))
    fields.check("number of images", images, 1)
    block, points, person = fields.unpack(_INFORMATION, data, _HEADER.size)
    fields.check("image block length", block, len(data) - _HEADER.size)
    if points > _MOST_POINTS:
        raise RecordInvalid(f"{points} feature points")
    offset = _HEADER.size + _INFORMATION.size + points * _POINT
    return _read_image(data, offset, says_more=bool(points) or person != _NOTHING_SAID)


def _read_image(data: bytes, offset: int, *, says_more: bool) -> FaceImage:
    kind, data_type, width, height, colour, source, _, _ = fields.unpack(_IMAGE, data, offset)
    if kind > _MOST_KIND:
        raise RecordInvalid(f"face image type {kind}")
    coded = data[offset + _IMAGE.size :]
    image = FaceImage(
        width=width,
        height=height,
        source=_source(source),
        data=coded,
        coding=_coding(data_type, coded),
        colour=fields.meaning("colour space", _COLOURS, colour),
        says_more=says_more,
    )
    check(image)
    return image


def _source(code: int) -> Source:
    return Source.UNKNOWN if code == _UNKNOWN_SOURCE else fields.member("source", Source, code)


def _coding(data_type: int, coded: bytes) -> Coding:
    """One code stands for all JPEG 2000 here: whether it lost anything stands in the image."""
    known = fields.meaning("data type", CODES, data_type)
    found = codings.recognised(coded) if known in codings.JPEG2000 else None
    return known if found is None else found
