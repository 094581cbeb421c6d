"""What a record file says of itself: fields and sizes, never pixels or strokes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from station.records import coding as codings
from station.records import door, wsq_coding
from station.records.coding import Coding

if TYPE_CHECKING:
    from station.pen import Trace
    from station.records.face_image import FaceImage
    from station.records.finger_image import FingerImage, Score


def describe(data: bytes) -> dict[str, object]:
    """The fields of a BIT, a record of any edition, an ANSI/NIST-ITL file or a bare WSQ image.

    Each image is decoded: a header alone proves nothing. Raises `RecordInvalid` for anything else.
    """
    said: dict[str, object] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if codings.recognised(data) is Coding.WSQ:
        return said | _wsq(data)
    content = door.read(data)
    if content.bit is not None:
        said |= {"cbeff": content.bit.type.name, "cbeff_format": f"{content.bit.format:04X}"}
    said["format"] = content.format
    if content.types:
        said["record_types"] = list(content.types)
    if content.signature is not None:
        return said | _signature(content.signature)
    if content.face is None:
        return said | _fingers(content.fingers)
    if not content.fingers:
        return said | _face(content.face)
    return said | {"face": _face(content.face)} | _fingers(content.fingers)


def _fingers(images: tuple[FingerImage, ...]) -> dict[str, object]:
    """The fields of the only image, or a list of them."""
    found = [_finger(image) for image in images]
    return found[0] if len(found) == 1 else {"representations": found}


def _finger(image: FingerImage) -> dict[str, object]:
    codings.grey(image.coding, image.data, image.size)
    return {
        "position": image.position.name if image.position else None,
        "impression": image.impression,
        "width": image.width,
        "height": image.height,
        "dpi": image.dpi,
        "compression": image.coding,
        "lossy": image.has_lost,
        "taken_at": None if image.taken_at is None else image.taken_at.isoformat(),
        "quality": [_score(score) for score in image.quality],
        "image_bytes": len(image.data),
    }


def _score(score: Score) -> dict[str, object]:
    """The identifiers in hexadecimal, as registries give them; None when the record names none."""
    return {
        "value": score.value,
        "vendor": f"{score.vendor:04X}" if score.vendor else None,
        "algorithm": f"{score.algorithm:04X}" if score.vendor else None,
        "nfiq2": score.is_nfiq2,
    }


def _face(image: FaceImage) -> dict[str, object]:
    codings.colour(image.coding, image.data)
    return {
        "source": image.source.name,
        "width": image.width,
        "height": image.height,
        "compression": image.coding,
        "colours": image.colour,
        "lossy": image.has_lost,
        "taken_at": None if image.taken_at is None else image.taken_at.isoformat(),
        "quality": [_score(score) for score in image.quality],
        "describes_person": image.says_more,
        "image_bytes": len(image.data),
    }


def _signature(trace: Trace) -> dict[str, object]:
    """How much was written, never where."""
    points = list(trace.points())
    return {
        "strokes": len(trace.strokes),
        "points": len(points),
        "duration_ms": points[-1].t - points[0].t,
        "force": points[0].force is not None,
        "taken_at": None if trace.taken_at is None else trace.taken_at.isoformat(),
    }


def _wsq(data: bytes) -> dict[str, object]:
    height, width = wsq_coding.decode(data).shape
    return {
        "format": "WSQ",
        "width": width,
        "height": height,
        "dpi": wsq_coding.ppi(data),
        "compression": Coding.WSQ,
        "lossy": True,
    }
