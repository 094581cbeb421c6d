r"""ANSI/NIST-ITL 1-2011 (update 2015) export: Type-1, Type-2, Type-10 face, Type-14 fingers.

    FS 1C ends a record, GS 1D a field, RS 1E a subfield, US 1F an item; "14.013:2" is a field.
    x.001 counts its whole record, itself and the FS included.

Export only: what is read back is for checking, never to be worked on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.errors import RecordInvalid
from station.records import fields
from station.records.finger_record import QUALITY_UNDEFINED, Compression

if TYPE_CHECKING:
    from datetime import datetime

    from station.records.face_record import FaceImage
    from station.records.finger_record import FingerImage

FS, GS, RS, US = b"\x1c", b"\x1d", b"\x1e", b"\x1f"
_VERSION = "0502"
_CODINGS = {Compression.WSQ: "WSQ20", Compression.RAW: "NONE"}
_NFIQ2 = ("000F", "1")  # vendor NIST, product: as commonly written
_MOST_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Header:
    """Who sends the transaction, to whom, when; the agencies' names have 9 characters or more."""

    number: str
    origin: str
    destination: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """A record read back: its type, its fields by number, each as raw bytes."""

    type: int
    fields: dict[int, bytes] = field(repr=False)


def write(header: Header, fingers: tuple[FingerImage, ...], face: FaceImage | None = None) -> bytes:
    """The transaction; raises `RecordInvalid` without any image, or for 100 and more."""
    images = [_face(face, header)] if face is not None else []
    images += [_finger(image, header) for image in fingers]
    if not images or len(images) > 99:
        raise RecordInvalid(f"{len(images)} images in one transaction")
    types = [2] + [10] * (face is not None) + [14] * len(fingers)
    idcs = [f"{n:02d}" for n in range(len(types))]
    records = [_record(2, [(2, idcs[0].encode())])]
    for kind, idc, parts in zip(types[1:], idcs[1:], images, strict=True):
        records.append(_record(kind, [(2, idc.encode()), *parts]))
    count = US.join((b"1", str(len(types)).encode()))
    listed = [US.join((str(t).encode(), i.encode())) for t, i in zip(types, idcs, strict=True)]
    return _record(1, _transaction(header, RS.join((count, *listed)))) + b"".join(records)


def _transaction(header: Header, content: bytes) -> list[tuple[int, bytes]]:
    said = {
        2: _VERSION, 4: "RECUEIL", 5: f"{header.at:%Y%m%d}", 6: "5", 7: header.destination,
        8: header.origin, 9: header.number, 11: "19.69", 12: "19.69",
        14: f"{header.at:%Y%m%d%H%M%S}Z",
    }  # fmt: skip
    return sorted(
        [(n, text.encode("ascii", "replace")) for n, text in said.items()] + [(3, content)]
    )


def _finger(image: FingerImage, header: Header) -> list[tuple[int, bytes]]:
    said = {
        3: "0", 4: header.origin, 5: f"{header.at:%Y%m%d}", 6: image.width, 7: image.height, 8: 1,
        9: image.dpi, 10: image.dpi, 11: _CODINGS[image.compression], 12: 8,
        13: int(image.position),
    }  # fmt: skip
    parts = [(n, str(value).encode("ascii", "replace")) for n, value in said.items()]
    if image.quality != QUALITY_UNDEFINED:
        items = (str(int(image.position)), str(image.quality), *_NFIQ2)
        parts.append((24, US.join(item.encode() for item in items)))
    return [*parts, (999, image.data)]


def _face(image: FaceImage, header: Header) -> list[tuple[int, bytes]]:
    said = {
        3: "FACE", 4: header.origin, 5: f"{header.at:%Y%m%d}", 6: image.width, 7: image.height,
        8: 0, 9: 1, 10: 1, 11: "JP2", 12: "SRGB", 20: "F",
    }  # fmt: skip
    parts = [(n, str(value).encode("ascii", "replace")) for n, value in said.items()]
    return [*parts, (999, image.data)]


def _record(kind: int, parts: list[tuple[int, bytes]]) -> bytes:
    """The record with its length in front; the length counts its own digits."""
    body = GS.join(f"{kind}.{number:03d}:".encode() + value for number, value in parts) + FS
    length = 0
    while True:
        head = f"{kind}.001:{length}".encode() + GS
        if len(head) + len(body) == length:
            return head + body
        length = len(head) + len(body)


def read(data: bytes) -> tuple[Record, ...]:
    """The records of a transaction, by their lengths; raises `RecordInvalid`."""
    fields.check_size(data)
    found, offset = [], 0
    while offset < len(data):
        record, size = _parsed(data[offset:])
        found.append(record)
        offset += size
    return tuple(found)


def _parsed(data: bytes) -> tuple[Record, int]:
    """The first record of `data` and its length."""
    head, _, _ = data[:32].partition(GS)
    name, _, length = head.partition(b":")
    kind, _, number = name.partition(b".")
    if number != b"001" or not kind.isdigit() or not length.isdigit():
        raise RecordInvalid("a record that does not begin with its length")
    size = int(length)
    if not len(head) < size <= len(data) or data[size - 1 : size] != FS:
        raise RecordInvalid(f"a record of {size} bytes")
    return Record(int(kind), _fields(data[: size - 1])), size


def _fields(record: bytes) -> dict[int, bytes]:
    """Field by field; x.999 is the rest of the record, whatever bytes it holds."""
    found: dict[int, bytes] = {}
    rest = record
    while rest and len(found) < _MOST_FIELDS:
        name, colon, value = rest.partition(b":")
        number = name.rpartition(b".")[2]
        if not colon or not number.isdigit():
            raise RecordInvalid("a field without its number")
        if int(number) == 999:
            found[999] = value
            return found
        value, _, rest = value.partition(GS)
        found[int(number)] = value
    return found
