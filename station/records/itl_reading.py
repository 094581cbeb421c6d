"""Reading ANSI/NIST-ITL: records by their lengths, images by their fields.

The first record lists the others (1.003), and what is listed must be what follows: only so is a
binary record (Types 4 to 8) told from a tagged one. Images that are read: Type-10 FACE, Type-14,
and Type-4 of 8 bits; a Type-4 has 18 bytes before its image:

    length 4, IDC 1, impression 1, fingers 6 (255: none), scanning resolution 1, width 2, height 2,
    compression 1
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime

from station.errors import RecordInvalid
from station.records import face_image, fields
from station.records.coding import Coding
from station.records.face_image import Colour, FaceImage, Source
from station.records.finger_image import FingerImage, Score, check, position_of
from station.records.finger_record_2011 import IMPRESSIONS
from station.records.itl import CODES, FS, GS, RS, US

MAGIC = b"1.001:"
_MOST_FIELDS = 200
_MOST_RECORDS = 100
_MOST_SCORES = 16
_COLOURS = {
    "SRGB": Colour.RGB24, "RGB": Colour.RGB24, "GRAY": Colour.GREY8, "YCC": Colour.YUV422,
    "UNK": Colour.UNKNOWN,
}  # fmt: skip
_BINARY = {4, 5, 6, 7, 8}
_TYPE_4 = struct.Struct(">IBB6sBHHB")
_TYPE_4_CODES = {0: Coding.RAW, 1: Coding.WSQ}
_NO_FINGER = 255
_PER_INCH, _PER_CENTIMETRE = 1, 2
_FAILED = 255


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its type, its fields by number, each as raw bytes; a binary one has 999 alone."""

    type: int
    fields: dict[int, bytes] = field(repr=False)

    def text(self, number: int) -> str:
        """A field that must be there, as ASCII."""
        if number not in self.fields or not self.fields[number].isascii():
            raise RecordInvalid(f"field {self.type}.{number:03d} is absent or no text")
        return self.fields[number].decode()

    def whole(self, number: int) -> int:
        """A field that must be there and a number of at most six digits."""
        text = self.text(number)
        if not text.isdigit() or len(text) > 6:
            raise RecordInvalid(f"field {self.type}.{number:03d} is no number")
        return int(text)


def read(data: bytes) -> tuple[Record, ...]:
    """The records of a transaction; raises `RecordInvalid` for any other content."""
    fields.check_size(data)
    first, offset = _tagged(data, 0)
    fields.check("type of the first record", first.type, 1)
    found = [first]
    for kind in _listed(first):
        record, offset = _binary(data, offset, kind) if kind in _BINARY else _tagged(data, offset)
        fields.check("type of a record", record.type, kind)
        found.append(record)
    fields.check("end of the transaction", offset, len(data))
    return tuple(found)


def _listed(first: Record) -> list[int]:
    """The types of the records that follow, as 1.003 gives them."""
    count, *others = [pair.split(US) for pair in first.text(3).encode().split(RS)]
    if len(others) > _MOST_RECORDS:
        raise RecordInvalid(f"{len(others)} records in one transaction")
    numbers = [pair[0] for pair in others if len(pair) == 2 and pair[0].isdigit()]
    kinds = [int(number) for number in numbers if len(number) <= 2]
    said = [int(item) for item in count if item.isdigit() and len(item) <= 3]
    if len(kinds) != len(others) or said != [1, len(others)]:
        raise RecordInvalid("field 1.003 does not list the records")
    return kinds


def _tagged(data: bytes, offset: int) -> tuple[Record, int]:
    """The record at `offset`, and where the next one begins."""
    head, _, _ = data[offset : offset + 32].partition(GS)
    name, _, length = head.partition(b":")
    kind, _, number = name.partition(b".")
    if number != b"001" or not (kind.isdigit() and length.isdigit()):
        raise RecordInvalid("a record that does not begin with its length")
    size = int(length)
    if not len(head) < size <= len(data) - offset or data[offset + size - 1 : offset + size] != FS:
        raise RecordInvalid(f"a record of {size} bytes")
    return Record(int(kind), _fields(data[offset : offset + size - 1])), offset + size


def _fields(record: bytes) -> dict[int, bytes]:
    """Field by field; x.999 is the rest of the record, whatever bytes it holds."""
    found: dict[int, bytes] = {}
    rest = record
    while rest:
        name, colon, value = rest.partition(b":")
        number = name[-4:].rpartition(b".")[2]
        if not colon or not number.isdigit() or int(number) in found or len(found) > _MOST_FIELDS:
            raise RecordInvalid("a field without its number, or with that of another")
        if int(number) == 999:
            found[999] = value
            break
        value, _, rest = value.partition(GS)
        found[int(number)] = value
    return found


def _binary(data: bytes, offset: int, kind: int) -> tuple[Record, int]:
    size = int.from_bytes(data[offset : offset + 4], "big")
    if not _TYPE_4.size < size <= len(data) - offset:
        raise RecordInvalid(f"a binary record of {size} bytes")
    return Record(kind, {999: data[offset : offset + size]}), offset + size


def fingers(records: tuple[Record, ...]) -> tuple[FingerImage, ...]:
    """The finger images among `records`, in their order; raises `RecordInvalid`.

    A record without an image (an amputated finger) has none.
    """
    first = records[0]
    found = [_type_4(record, first) for record in records if record.type == 4]
    found += [_type_14(r) for r in records if r.type == 14 and 999 in r.fields]
    for image in found:
        check(image)
    return tuple(found)


def face(records: tuple[Record, ...]) -> FaceImage | None:
    """The portrait among `records`, None without; raises `RecordInvalid` when there are two."""
    found = [record for record in records if record.type == 10 and record.text(3) == "FACE"]
    if not found:
        return None
    fields.check("portraits in one transaction", len(found), 1)
    image = _type_10(found[0])
    face_image.check(image)
    return image


def _type_10(record: Record) -> FaceImage:
    return FaceImage(
        width=record.whole(6),
        height=record.whole(7),
        source=Source.UNKNOWN,
        data=record.fields.get(999, b""),
        coding=_coding(record),
        colour=_COLOURS.get(record.text(12), Colour.OTHER),
        taken_at=_day(record.fields.get(5, b"")),
        says_more=any(26 <= number < 100 for number in record.fields),
    )


def _coding(record: Record) -> Coding:
    codings = {code: coding for coding, code in CODES.items()}
    code = record.text(11)
    if code not in codings:
        raise RecordInvalid(f"field {record.type}.011 names no coding that is read")
    return codings[code]


def _type_14(record: Record) -> FingerImage:
    fields.check("bits a pixel", record.whole(12), 8)
    fields.check("pixel scales", record.whole(9), record.whole(10))
    return FingerImage(
        position=position_of(record.whole(13)),
        width=record.whole(6),
        height=record.whole(7),
        dpi=_per_inch(record.whole(9), record.whole(8)),
        coding=_coding(record),
        data=record.fields[999],
        quality=_scores(record.fields.get(24, b"")),
        impression=fields.meaning("impression", IMPRESSIONS, record.whole(3)),
        taken_at=_day(record.fields.get(5, b"")),
    )


def _type_4(record: Record, first: Record) -> FingerImage:
    data = record.fields[999]
    _, _, impression, positions, _, width, height, code = fields.unpack(_TYPE_4, data)
    if code not in _TYPE_4_CODES or any(other != _NO_FINGER for other in positions[1:]):
        raise RecordInvalid("a Type-4 record of several fingers, or in a coding that is not read")
    return FingerImage(
        position=position_of(positions[0]),
        width=width,
        height=height,
        dpi=_transmitted(first),
        coding=_TYPE_4_CODES[code],
        data=data[_TYPE_4.size :],
        impression=fields.meaning("impression", IMPRESSIONS, impression),
    )


def _transmitted(first: Record) -> int:
    """Pixels an inch of 1.012, which is in pixels a millimetre."""
    text = first.text(12)
    whole, _, part = text.partition(".")
    if not (whole.isdigit() and part.isdigit() and len(text) <= 6):
        raise RecordInvalid("field 1.012 is no resolution")
    return round(float(text) * 25.4)


def _per_inch(scale: int, unit: int) -> int:
    if unit not in {_PER_INCH, _PER_CENTIMETRE}:
        raise RecordInvalid(f"scale units {unit}")
    return scale if unit == _PER_INCH else round(scale * 2.54)


def _scores(said: bytes) -> tuple[Score, ...]:
    """Scores of 14.024: finger, score, vendor in hexadecimal, product."""
    subfields = said.split(RS) if said else []
    if len(subfields) > _MOST_SCORES:
        raise RecordInvalid(f"{len(subfields)} scores of one finger")
    return tuple(_score(subfield.split(US)) for subfield in subfields)


def _score(items: list[bytes]) -> Score:
    try:
        _, value, vendor, product = items
        score = Score(int(value), int(vendor, 16), int(product))
    except ValueError as error:
        raise RecordInvalid("field 14.024 is no score") from error
    if not (0 <= score.vendor <= 0xFFFF and 0 <= score.algorithm <= 0xFFFF):
        raise RecordInvalid("field 14.024 names no algorithm")
    return Score(None, score.vendor, score.algorithm) if score.value == _FAILED else score


def _day(said: bytes) -> datetime | None:
    try:
        return datetime.strptime(said.decode("ascii"), "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
