"""The portrait of a chip, for the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.records import coding

if TYPE_CHECKING:
    from station.records.face_image import FaceImage


def png(face: FaceImage) -> bytes:
    """The portrait as PNG, in clear; raises `RecordInvalid` when it cannot be decoded."""
    pixels = coding.colour(face.coding, face.data)
    return coding.png(pixels[:, :, ::-1], lost=True)
