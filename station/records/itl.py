r"""ANSI/NIST-ITL 1-2011 (update 2015): Type-1, Type-2, Type-10 face, Type-14 fingers.

    FS 1C ends a record, GS 1D a field, RS 1E a subfield, US 1F an item; "14.013:2" is a field.
    x.001 counts its whole record, itself and the FS included. x.999 is binary and last.

    1   002 version 0502, 003 content, 004 type of transaction, 005 date, 006 priority,
        007 destination, 008 origin, 009 number, 011 and 012 00.00 (no Type-4), 014 GMT
    2   002 only: what else stands in it is for a domain to define
    10  003 FACE, 004 source, 005 date, 006 and 007 size, 008 0 and 009:010 1:1 (no resolution),
        011 coding, 012 SRGB, 013 13 (full frontal of ISO/IEC 19794-5), 020 F
    14  003 impression, 004 source, 005 date, 006 and 007 size, 008 1 (pixels an inch), 009 and 010
        resolution, 011 coding, 012 bits, 013 finger, 024 quality with vendor and product

14.022 is for NFIQ 1 and never written. Written for the laboratory of an AFIS, no dossier holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

from station.errors import RecordInvalid
from station.records import fields
from station.records.coding import Coding
from station.records.face_image import Colour
from station.records.finger_image import position_code
from station.records.finger_record_2011 import IMPRESSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from station.records.face_image import FaceImage
    from station.records.finger_image import FingerImage, Score

FS, GS, RS, US = b"\x1c", b"\x1d", b"\x1e", b"\x1f"
CODES: Final = {
    Coding.RAW: "NONE", Coding.WSQ: "WSQ20", Coding.JPEG: "JPEGB",
    Coding.JPEG2000_LOSSY: "JP2", Coding.JPEG2000_LOSSLESS: "JP2L", Coding.PNG: "PNG",
}  # fmt: skip
UNSAID: Final = "NON PRECISE"  # an agency that was not named
_COLOURS = {
    Colour.RGB24: "SRGB", Colour.GREY8: "GRAY", Colour.YUV422: "YCC",
    Colour.UNKNOWN: "UNK", Colour.OTHER: "UNK",
}  # fmt: skip
_VERSION = "0502"
_NO_TYPE_4 = "00.00"
_FULL_FRONTAL = 13  # subject acquisition profile
_FAILED = 255
_AGENCY = 9  # characters: older checkers want no fewer
_LONGEST_TEXT = 64


@dataclass(frozen=True, slots=True)
class Header:
    """Who sends the transaction, to whom, when; the agencies' names have 9 characters or more."""

    number: str
    origin: str
    destination: str
    at: datetime


def write(header: Header, fingers: tuple[FingerImage, ...], face: FaceImage | None = None) -> bytes:
    """The transaction; raises `RecordInvalid` without any image, or for 100 and more.

    Also for an agency's name under 9 characters, and for any that is not plain ASCII.
    """
    _check(header)
    images = [(10, _face(face, header))] if face is not None else []
    images += [(14, _finger(image, header)) for image in fingers]
    if not images or len(images) > 99:
        raise RecordInvalid(f"{len(images)} images in one transaction")
    bodies = [(2, []), *images]
    listed = [(1, len(bodies)), *((kind, rank) for rank, (kind, _) in enumerate(bodies))]
    content = RS.join(US.join((b"%d" % kind, b"%02d" % n)) for kind, n in listed[1:])
    count = US.join((b"1", b"%d" % len(bodies)))
    records = [
        _record(kind, [(2, b"%02d" % rank), *parts]) for rank, (kind, parts) in enumerate(bodies)
    ]
    return _record(1, _transaction(header, RS.join((count, content)))) + b"".join(records)


def _check(header: Header) -> None:
    """Texts go between separators: nothing in them may be one."""
    for text in (header.number, header.origin, header.destination):
        if not (text.isascii() and text.isprintable() and 0 < len(text) <= _LONGEST_TEXT):
            raise RecordInvalid("a name that ANSI/NIST-ITL cannot hold")
    if min(len(header.origin), len(header.destination)) < _AGENCY:
        raise RecordInvalid(f"an agency's name has {_AGENCY} characters or more")


def _transaction(header: Header, content: bytes) -> list[tuple[int, bytes]]:
    said = {
        2: _VERSION, 4: "RECUEIL", 5: f"{header.at:%Y%m%d}", 6: "5", 7: header.destination,
        8: header.origin, 9: header.number, 11: _NO_TYPE_4, 12: _NO_TYPE_4,
        14: f"{header.at.astimezone(UTC):%Y%m%d%H%M%S}Z",
    }  # fmt: skip
    return sorted([*_texts(said), (3, content)])


def _finger(image: FingerImage, header: Header) -> list[tuple[int, bytes]]:
    said = {
        3: fields.coded("impression", IMPRESSIONS, image.impression), 4: header.origin,
        5: f"{image.taken_at or header.at:%Y%m%d}", 6: image.width, 7: image.height, 8: 1,
        9: image.dpi, 10: image.dpi, 11: _code(image.coding), 12: 8, 13: position_code(image),
    }  # fmt: skip
    named = [_score(image, score) for score in image.quality if score.vendor]
    return [*_texts(said), *([(24, RS.join(named))] if named else []), (999, image.data)]


def _score(image: FingerImage, score: Score) -> bytes:
    """Finger, score, vendor in hexadecimal, product: a score nobody signs is not written."""
    value = _FAILED if score.value is None else score.value
    items = (position_code(image), value, f"{score.vendor:04X}", score.algorithm)
    return US.join(str(item).encode() for item in items)


def _face(image: FaceImage, header: Header) -> list[tuple[int, bytes]]:
    said = {
        3: "FACE", 4: header.origin, 5: f"{image.taken_at or header.at:%Y%m%d}",
        6: image.width, 7: image.height, 8: 0, 9: 1, 10: 1, 11: _code(image.coding),
        12: _COLOURS[image.colour], 13: _FULL_FRONTAL, 20: "F",
    }  # fmt: skip
    return [*_texts(said), (999, image.data)]


def _code(coding: Coding) -> str:
    if coding not in CODES:
        raise RecordInvalid(f"compression {coding} has no code in ANSI/NIST-ITL")
    return CODES[coding]


def _texts(said: Mapping[int, object]) -> list[tuple[int, bytes]]:
    return [(number, str(value).encode()) for number, value in said.items()]


def _record(kind: int, parts: list[tuple[int, bytes]]) -> bytes:
    """The record with its length in front; the length counts its own digits."""
    body = GS.join(f"{kind}.{number:03d}:".encode() + value for number, value in parts) + FS
    length = 0
    while True:
        head = f"{kind}.001:{length}".encode() + GS
        if len(head) + len(body) == length:
            return head + body
        length = len(head) + len(body)
