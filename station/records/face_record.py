r"""Face image record, ISO/IEC 19794-5:2005, version "010": one image, no feature points.

offset  bytes
0       4      "FAC\0"
4       4      "010\0"
8       4      length of the record: four bytes
12      2      number of images
14      4, 2   length of the image block; number of feature points
20      1 x 3  gender, eye colour, hair colour: 0 unspecified
23      3, 2   property mask; expression: 0 unspecified
28      3, 3   pose yaw, pitch, roll; their uncertainty: 0 unspecified
34      1, 1   face image type, 1 full frontal; data type, 1 JPEG 2000
36      2, 2   width, height
40      1, 1   colour space, 1 RGB 24 bit; source, 2 still camera, 3 scanner
42      2, 2   device, 0 unreported; quality, 0 unspecified
46             image
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Final

from station.errors import RecordInvalid
from station.records import fields, jpeg2000

NAME: Final = "ISO/IEC 19794-5:2005"
MAGIC: Final = b"FAC\x00" + b"010\x00"
_HEADER = struct.Struct(">8sIH")
_INFORMATION = struct.Struct(">IH3s3s2s3s3s")
_IMAGE = struct.Struct(">BBHHBBHH")
_FULL_FRONTAL = 1
_JPEG2000 = 1  # data type, clause 5.7.2
_RGB24 = 1
_MAX_SIDE = 4000
_NOT_SPECIFIED = (bytes(3), bytes(3), bytes(2), bytes(3), bytes(3))


@unique
class Source(IntEnum):
    """Where the image comes from, clause 5.7.6; BSI TR-03121 uses 2 for live, 3 for scan."""

    STILL_CAMERA = 2
    SCANNER = 3


@dataclass(frozen=True, slots=True)
class FaceImage:
    """One portrait as the record holds it, in JPEG 2000; nothing else is said of the person."""

    width: int
    height: int
    source: Source
    data: bytes = field(repr=False)


def write(image: FaceImage) -> bytes:
    """The record of `image`; raises `RecordInvalid` when a field cannot hold its value."""
    _check(image)
    block = _INFORMATION.size + _IMAGE.size + len(image.data)
    header = _HEADER.pack(MAGIC, _HEADER.size + block, 1)
    information = _INFORMATION.pack(block, 0, *_NOT_SPECIFIED)
    said = _IMAGE.pack(
        _FULL_FRONTAL, _JPEG2000, image.width, image.height, _RGB24, image.source, 0, 0
    )
    return header + information + said + image.data


def read(data: bytes) -> FaceImage:
    """The portrait in a record; raises `RecordInvalid` for any other content.

    Read strictly: a record this station could not have written is refused.
    """
    fields.check_size(data)
    magic, length, images = fields.unpack(_HEADER, data)
    fields.check("format", magic, MAGIC)
    fields.check("record length", length, len(data))
    fields.check("number of images", images, 1)
    block, points, *person = fields.unpack(_INFORMATION, data, _HEADER.size)
    fields.check("image block length", block, len(data) - _HEADER.size)
    fields.check("number of feature points", points, 0)
    if tuple(person) != _NOT_SPECIFIED:  # the values would describe a person: not in a message
        raise RecordInvalid("the record says more of the person than the image")
    return _read_image(data, _HEADER.size + _INFORMATION.size)


def _read_image(data: bytes, offset: int) -> FaceImage:
    kind, data_type, width, height, colour, source, device, quality = fields.unpack(
        _IMAGE, data, offset
    )
    fields.check("face image type", kind, _FULL_FRONTAL)
    fields.check("data type", data_type, _JPEG2000)
    fields.check("colour space", colour, _RGB24)
    fields.check("device and quality", (device, quality), (0, 0))
    image = FaceImage(
        width=width,
        height=height,
        source=fields.member("source", Source, source),
        data=data[offset + _IMAGE.size :],
    )
    _check(image)
    return image


def _check(image: FaceImage) -> None:
    """What writer and reader both hold to."""
    if not (0 < image.width <= _MAX_SIDE and 0 < image.height <= _MAX_SIDE):
        raise RecordInvalid(f"face image of {image.width} x {image.height} pixels")
    said = jpeg2000.size(image.data)
    fields.check("size in the JPEG 2000 header", said, (image.width, image.height))
