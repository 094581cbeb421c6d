"""The one door by which records come in: whatever the edition, told by its first bytes.

    7F60 BIT · FIR 010, 020 · FAC 010, 030 · SDI 020 · 64, 65 blocks of 39794 · 1.001: ANSI/NIST-ITL

Bounded first: 4 MiB for each of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from station import bounded
from station.errors import NotAnImage, RecordInvalid
from station.records import (
    cbeff,
    face_record,
    face_record_2011,
    face_record_39794,
    fields,
    finger_record,
    finger_record_2011,
    finger_record_39794,
    itl_reading,
    signature_record,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from station.pen import Trace
    from station.records.cbeff import Bit
    from station.records.face_image import FaceImage
    from station.records.finger_image import FingerImage

_BIT = b"\x7f\x60"
_FINGER_BLOCK = bytes((finger_record_39794.TAG,))
_FACE_BLOCK = bytes((face_record_39794.TAG,))
ITL_NAME = "ANSI/NIST-ITL 1-2011"


@dataclass(frozen=True, slots=True)
class Content:
    """What a record file holds: the standard it follows, its images, the BIT around it."""

    format: str
    fingers: tuple[FingerImage, ...] = ()
    face: FaceImage | None = None
    bit: Bit | None = None
    types: tuple[int, ...] = ()  # of the records of an ANSI/NIST-ITL transaction
    signature: Trace | None = None

    @property
    def kind(self) -> cbeff.BiometricType:
        """What a BIT around it would be of."""
        if self.signature is not None:
            return cbeff.BiometricType.SIGNATURE
        return cbeff.BiometricType.FINGER if self.face is None else cbeff.BiometricType.FACE


def load(path: Path) -> bytes:
    """The bytes of a record file; raises `RecordInvalid` when unreadable or above 4 MiB."""
    return bounded.content(path, fields.MAX_RECORD, RecordInvalid)


def head(path: Path, size: int) -> bytes:
    """The first `size` bytes of a file, record or picture; raises `NotAnImage` when unreadable."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise NotAnImage(f"{path.name}: {error.strerror}") from error


def is_record(data: bytes) -> bool:
    """Whether `data`, or its first eight bytes, begins as a record does."""
    return data.startswith(_BIT) or _reader(data) is not None


def read(data: bytes) -> Content:
    """The images of a record of any edition, not decoded, or its strokes; raises `RecordInvalid`.

    A BIT must name the finger that its record names.
    """
    if not data.startswith(_BIT):
        return _record(data)
    bit = cbeff.read(data)
    content = _record(bit.record)
    fields.check("type in the BIT", bit.type.name, content.kind.name)
    if bit.finger is not None:
        said = {image.position for image in content.fingers}
        fields.check("position in the BIT", said, {bit.finger})
    return replace(content, bit=bit)


def _record(data: bytes) -> Content:
    reader = _reader(data)
    if reader is None:
        raise RecordInvalid("no record of an edition that is read")
    return reader(data)


def _reader(data: bytes) -> Callable[[bytes], Content] | None:
    return next((read for start, read in _READERS.items() if data.startswith(start)), None)


def _fir_2005(data: bytes) -> Content:
    return Content(finger_record.NAME, (finger_record.read(data),))


def _fir_2011(data: bytes) -> Content:
    return Content(finger_record_2011.NAME, finger_record_2011.read(data))


def _finger_block(data: bytes) -> Content:
    return Content(finger_record_39794.NAME, finger_record_39794.read(data))


def _fac_2005(data: bytes) -> Content:
    return Content(face_record.NAME, face=face_record.read(data))


def _fac_2011(data: bytes) -> Content:
    return Content(face_record_2011.NAME, face=face_record_2011.read(data))


def _face_block(data: bytes) -> Content:
    return Content(face_record_39794.NAME, face=face_record_39794.read(data))


def _sdi(data: bytes) -> Content:
    return Content(signature_record.NAME, signature=signature_record.read(data))


def _itl(data: bytes) -> Content:
    records = itl_reading.read(data)
    types = tuple(record.type for record in records)
    return Content(ITL_NAME, itl_reading.fingers(records), itl_reading.face(records), types=types)


_READERS = {
    finger_record.MAGIC: _fir_2005,
    finger_record_2011.MAGIC: _fir_2011,
    _FINGER_BLOCK: _finger_block,
    face_record.MAGIC: _fac_2005,
    face_record_2011.MAGIC: _fac_2011,
    _FACE_BLOCK: _face_block,
    signature_record.MAGIC: _sdi,
    itl_reading.MAGIC: _itl,
}
