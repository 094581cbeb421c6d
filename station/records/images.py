"""A finger or a portrait out of any file that can hold one: picture, WSQ, record, BIT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.capture import Sample
from station.errors import RecordInvalid
from station.quality.image import at_500, read_face, read_finger
from station.records import coding as codings
from station.records import door, wsq_coding

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = 8  # bytes that tell a record from a picture


def read_sample(path: Path, dpi: int | None = None) -> Sample:
    """The first finger in `path`, grey at 500 dpi; `dpi` overrules what the file says.

    WSQ is decoded in a process of its own. Raises `NotAnImage` or `RecordInvalid`.
    """
    head = door.head(path, _HEAD)
    if head.startswith(codings.WSQ_START):
        data = door.load(path)
        return at_500(wsq_coding.decode(data), dpi or wsq_coding.ppi(data), path.name)
    if not door.is_record(head):
        return read_finger(path, dpi)
    return sample_of(door.load(path), dpi)


def sample_of(record: bytes, dpi: int | None = None) -> Sample:
    """The first finger in a record of any edition, or in the BIT around one, grey at 500 dpi.

    Raises `RecordInvalid`, or `NotAnImage` for a resolution below.
    """
    fingers = door.read(record).fingers
    if not fingers:
        raise RecordInvalid("a record without a finger")
    first = fingers[0]
    pixels = codings.grey(first.coding, first.data, first.size)
    return at_500(pixels, dpi or first.dpi, "record", first.position)


def read_portrait(path: Path, dpi: int | None = None) -> Sample:
    """The portrait in `path`, B, G, R; `dpi` overrules what a picture says, a record says none.

    Raises `NotAnImage` or `RecordInvalid`.
    """
    if not door.is_record(door.head(path, _HEAD)):
        return read_face(path, dpi)
    face = door.read(door.load(path)).face
    if face is None:
        raise RecordInvalid(f"{path.name}: a record without a portrait")
    return Sample(codings.colour(face.coding, face.data), dpi)
