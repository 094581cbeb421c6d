"""Biometric information template (BIT) of ICAO 9303-10 and ISO/IEC 19785-3: who made what.

7F60                biometric information template
├ A1                header, with the minimum of BSI TR-03121
│  ├ 80 02 0101     version of the header
│  ├ 81 01 type     02 face, 08 finger
│  ├ 82 01 subtype  00 none; 01 right, 02 left + 04 thumb, 08 index, 0C middle, 10 ring ...
│  ├ 87 02 0101     owner of the format: ISO/IEC JTC 1/SC 37
│  └ 88 02 format   0007 finger image, 0008 face image (the 19794 records)
└ 5F2E              the record
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Self

from station.capture import Finger
from station.errors import RecordInvalid
from station.records import der, fields

_BIT, _HEADER, _RECORD = 0x7F60, 0xA1, 0x5F2E
_VERSION, _TYPE, _SUBTYPE, _OWNER, _FORMAT = 0x80, 0x81, 0x82, 0x87, 0x88
_ISO_SC37 = b"\x01\x01"
_VERSION_1_1 = b"\x01\x01"
_KINDS = (0x04, 0x08, 0x0C, 0x10, 0x14)  # thumb, index, middle, ring, little
_RIGHT, _LEFT = 0x01, 0x02


@unique
class BiometricType(IntEnum):
    """CBEFF biometric type."""

    FACE = 0x02
    FINGER = 0x08


@unique
class FormatType(IntEnum):
    """CBEFF format type of SC 37, for the first generation of ISO/IEC 19794."""

    FINGER_IMAGE = 0x0007
    FACE_IMAGE = 0x0008


_FORMATS = {
    BiometricType.FACE: FormatType.FACE_IMAGE,
    BiometricType.FINGER: FormatType.FINGER_IMAGE,
}


@dataclass(frozen=True, slots=True)
class Bit:
    """One record with its header; `finger` is None for a face."""

    type: BiometricType
    finger: Finger | None
    record: bytes = field(repr=False)

    @classmethod
    def of_finger(cls, position: Finger, record: bytes) -> Self:
        """A finger image record."""
        return cls(BiometricType.FINGER, position, record)

    @classmethod
    def of_face(cls, record: bytes) -> Self:
        """A face image record."""
        return cls(BiometricType.FACE, None, record)


def write(bit: Bit) -> bytes:
    """The template around the record of `bit`."""
    header = der.tlv(
        _HEADER,
        der.tlv(_VERSION, _VERSION_1_1),
        der.tlv(_TYPE, bytes((bit.type,))),
        der.tlv(_SUBTYPE, bytes((_subtype(bit.finger),))),
        der.tlv(_OWNER, _ISO_SC37),
        der.tlv(_FORMAT, _FORMATS[bit.type].to_bytes(2, "big")),
    )
    return der.tlv(_BIT, header, der.tlv(_RECORD, bit.record))


def read(data: bytes) -> Bit:
    """The header and record of a template; raises `RecordInvalid` for anything else.

    Other elements of the header (date, validity, creator) are allowed and not looked at.
    """
    fields.check_size(data)
    template = der.read(data)
    fields.check("template tag", template.tag, _BIT)
    fields.check("template", [node.tag for node in template.children], [_HEADER, _RECORD])
    header, record = template.children
    fields.check("header version", header.child(_VERSION).value, _VERSION_1_1)
    fields.check("format owner", header.child(_OWNER).value, _ISO_SC37)
    kind = fields.member("biometric type", BiometricType, _number(header.child(_TYPE), 1))
    form = fields.member("format type", FormatType, _number(header.child(_FORMAT), 2))
    fields.check("format type", form, _FORMATS[kind])
    return Bit(kind, _finger(kind, _number(header.child(_SUBTYPE), 1)), record.value)


def _number(node: der.Node, size: int) -> int:
    fields.check(f"length of {node.tag:X}", len(node.value), size)
    return int.from_bytes(node.value, "big")


def _subtype(finger: Finger | None) -> int:
    if finger is None:
        return 0
    left, kind = divmod(finger - 1, 5)
    return _KINDS[kind] | (_LEFT if left else _RIGHT)


_FINGERS = {_subtype(finger): finger for finger in Finger}


def _finger(kind: BiometricType, subtype: int) -> Finger | None:
    if kind is BiometricType.FACE:
        fields.check("subtype of a face", subtype, 0)
        return None
    if subtype not in _FINGERS:
        raise RecordInvalid(f"finger subtype {subtype:02X}")
    return _FINGERS[subtype]
