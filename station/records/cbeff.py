"""Biometric information template (BIT) of ICAO 9303-10 and ISO/IEC 19785-3: who made what.

7F60                biometric information template
├ A1                header, with the minimum of BSI TR-03121
│  ├ 80 02 0101     version of the header
│  ├ 81 01 type     02 face, 08 finger, 80 signature
│  ├ 82 01 subtype  00 none; 01 right, 02 left + 04 thumb, 08 index, 0C middle, 10 ring ...
│  ├ 87 02 0101     owner of the format: ISO/IEC JTC 1/SC 37
│  └ 88 02 format   0007 finger, 0008 face, 000E signature (19794); 0028, 002A (39794)
├ 5F2E              a record of ISO/IEC 19794
└ 7F2E { A1 }       or a block of ISO/IEC 39794

Of others' headers 80, 81 and 82 may be absent, as they are on some chips.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Self

from station.capture import Finger
from station.errors import RecordInvalid
from station.records import der, fields

_BIT, _HEADER, _RECORD, _BLOCK = 0x7F60, 0xA1, 0x5F2E, 0x7F2E
_CONTENT = 0xA1  # within 7F2E
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
    SIGNATURE = 0x80


@unique
class FormatType(IntEnum):
    """CBEFF format type of SC 37."""

    FINGER_19794 = 0x0007
    FACE_19794 = 0x0008
    SIGNATURE_19794 = 0x000E  # time series, full format
    FINGER_39794 = 0x0028
    FACE_39794 = 0x002A


_BLOCKS = {  # by their first byte, [APPLICATION 4] and [APPLICATION 5]
    0x64: FormatType.FINGER_39794,
    0x65: FormatType.FACE_39794,
}
_RECORDS = {
    BiometricType.FACE: FormatType.FACE_19794,
    BiometricType.FINGER: FormatType.FINGER_19794,
    BiometricType.SIGNATURE: FormatType.SIGNATURE_19794,
}
_TYPES = {
    FormatType.FINGER_19794: BiometricType.FINGER,
    FormatType.FINGER_39794: BiometricType.FINGER,
    FormatType.FACE_19794: BiometricType.FACE,
    FormatType.FACE_39794: BiometricType.FACE,
    FormatType.SIGNATURE_19794: BiometricType.SIGNATURE,
}


@dataclass(frozen=True, slots=True)
class Bit:
    """One record with its header; `finger` is None when the header names none."""

    type: BiometricType
    finger: Finger | None
    record: bytes = field(repr=False)

    @classmethod
    def of_finger(cls, position: Finger, record: bytes) -> Self:
        """A finger image record, of any edition."""
        return cls(BiometricType.FINGER, position, record)

    @classmethod
    def of_face(cls, record: bytes) -> Self:
        """A face image record, of any edition."""
        return cls(BiometricType.FACE, None, record)

    @classmethod
    def of_signature(cls, record: bytes) -> Self:
        """A signature time series record."""
        return cls(BiometricType.SIGNATURE, None, record)

    @property
    def format(self) -> FormatType:
        """The format that the first byte of the record shows."""
        return _BLOCKS.get(self.record[0] if self.record else 0, _RECORDS[self.type])


def write(bit: Bit) -> bytes:
    """The template around the record of `bit`; raises `RecordInvalid` for a record of another."""
    fields.check("biometric type", _TYPES[bit.format], bit.type)
    header = der.tlv(
        _HEADER,
        der.tlv(_VERSION, _VERSION_1_1),
        der.tlv(_TYPE, bytes((bit.type,))),
        der.tlv(_SUBTYPE, bytes((_subtype(bit.finger),))),
        der.tlv(_OWNER, _ISO_SC37),
        der.tlv(_FORMAT, bit.format.to_bytes(2, "big")),
    )
    if bit.format in _BLOCKS.values():
        return der.tlv(_BIT, header, der.tlv(_BLOCK, der.tlv(_CONTENT, bit.record)))
    return der.tlv(_BIT, header, der.tlv(_RECORD, bit.record))


def read(data: bytes) -> Bit:
    """The header and record of a template; raises `RecordInvalid` for anything else.

    Other elements of the header (date, validity, creator) are allowed and not looked at.
    """
    fields.check_size(data)
    template = der.read(data)
    fields.check("template tag", template.tag, _BIT)
    if len(template.children) != 2 or template.children[0].tag != _HEADER:
        raise RecordInvalid("a template that is no header with a record")
    header, content = template.children
    fields.check("header version", _value(header, _VERSION, _VERSION_1_1), _VERSION_1_1)
    fields.check("format owner", header.child(_OWNER).value, _ISO_SC37)
    form = fields.member("format type", FormatType, _number(header.child(_FORMAT).value, 2))
    kind = _TYPES[form]
    said = _number(_value(header, _TYPE, bytes((kind,))), 1)
    fields.check("biometric type", said, int(kind))
    bit = Bit(kind, _finger(kind, _number(_value(header, _SUBTYPE, b"\0"), 1)), _record(content))
    fields.check("format type", form, bit.format)
    return bit


def _record(content: der.Node) -> bytes:
    if content.tag == _RECORD:
        return content.value
    fields.check("record tag", content.tag, _BLOCK)
    return content.child(_CONTENT).value


def _value(header: der.Node, tag: int, absent: bytes) -> bytes:
    node = header.optional(tag)
    return absent if node is None else node.value


def _number(octets: bytes, size: int) -> int:
    fields.check("length of a header element", len(octets), size)
    return int.from_bytes(octets, "big")


def _subtype(finger: Finger | None) -> int:
    if finger is None:
        return 0
    left, kind = divmod(finger - 1, 5)
    return _KINDS[kind] | (_LEFT if left else _RIGHT)


_FINGERS = {_subtype(finger): finger for finger in Finger}


def _finger(kind: BiometricType, subtype: int) -> Finger | None:
    if kind is not BiometricType.FINGER:
        fields.check("subtype of no finger", subtype, 0)
    if not subtype:
        return None
    if subtype not in _FINGERS:
        raise RecordInvalid(f"finger subtype {subtype:02X}")
    return _FINGERS[subtype]
