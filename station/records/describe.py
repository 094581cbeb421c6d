"""What a record file says of itself: fields and sizes, never pixels."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from station.errors import RecordInvalid
from station.records import (
    cbeff,
    face_record,
    fields,
    finger_record,
    finger_record_2011,
    wsq_coding,
)

if TYPE_CHECKING:
    from pathlib import Path


def load(path: Path) -> bytes:
    """The bytes of a record file; raises `RecordInvalid` when unreadable or above 4 MiB."""
    try:
        with path.open("rb") as file:
            data = file.read(fields.MAX_RECORD + 1)
    except OSError as error:
        raise RecordInvalid(f"{path.name}: {error.strerror}") from error
    fields.check_size(data)
    return data


def describe(data: bytes) -> dict[str, object]:
    """The fields of a BIT, a finger record or a face record, checked as the station checks them.

    Raises `RecordInvalid` for anything else.
    """
    said: dict[str, object] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if data.startswith(b"\x7f\x60"):
        bit = cbeff.read(data)
        said |= {"cbeff": bit.type.name} | _record(bit.record)
        position = bit.finger.name if bit.finger else None
        fields.check("position in the BIT", position, said.get("position"))
        return said
    return said | _record(data)


def _record(data: bytes) -> dict[str, object]:
    if data.startswith(b"FIR\x00020\x00"):
        return _fingers(finger_record_2011.read(data))
    if data.startswith(b"FIR\x00"):
        return _finger(finger_record.read(data))
    if data.startswith(b"FAC\x00"):
        return _face(face_record.read(data))
    raise RecordInvalid("neither a BIT nor a finger nor a face record")


def _finger(image: finger_record.FingerImage) -> dict[str, object]:
    if image.compression is finger_record.Compression.WSQ:
        wsq_coding.decode(image.data)  # a header alone proves nothing
    return {
        "format": "ISO/IEC 19794-4:2005",
        "position": image.position.name,
        "width": image.width,
        "height": image.height,
        "dpi": image.dpi,
        "compression": image.compression.name,
        "quality": image.quality,
        "image_bytes": len(image.data),
    }


def _fingers(images: tuple[finger_record_2011.Representation, ...]) -> dict[str, object]:
    return {
        "format": "ISO/IEC 19794-4:2011",
        "representations": [
            {
                "position": image.position.name,
                "width": image.width,
                "height": image.height,
                "dpi": image.dpi,
                "compression": image.coding.name,
                "taken_at": None if image.taken_at is None else image.taken_at.isoformat(),
                "quality": [[q.score, q.vendor, q.algorithm] for q in image.quality],
                "image_bytes": len(image.data),
            }
            for image in images
        ],
    }


def _face(image: face_record.FaceImage) -> dict[str, object]:
    return {
        "format": "ISO/IEC 19794-5:2005",
        "source": image.source.name,
        "width": image.width,
        "height": image.height,
        "compression": "JPEG2000",
        "image_bytes": len(image.data),
    }
