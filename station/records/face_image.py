"""One portrait as every edition of the record holds it; an edition is a table of codes beside it.

Nothing is kept of what a record may say of the person: sex, eyes, hair, pose, landmarks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum, unique
from typing import TYPE_CHECKING

from station.errors import RecordInvalid
from station.records import coding as codings
from station.records import fields
from station.records.coding import Coding

if TYPE_CHECKING:
    from datetime import datetime

    from station.records.finger_image import Score

_MAX_SIDE = 4096


@unique
class Source(IntEnum):
    """Where the image comes from; all editions number it alike (TR-03121: live 2, scan 3)."""

    UNKNOWN = 0
    PHOTO = 1
    STILL_CAMERA = 2
    SCANNER = 3
    VIDEO = 4
    VIDEO_ANALOGUE = 5
    VIDEO_DIGITAL = 6


@unique
class Colour(StrEnum):
    """What a pixel is, as far as all editions can say it."""

    UNKNOWN = "UNKNOWN"
    RGB24 = "RGB24"
    GREY8 = "GREY8"
    YUV422 = "YUV422"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class FaceImage:
    """`data` is the coded image; `lossy_before`: a lossless coding holds what a lossy one gave.

    `says_more` when the record that was read says things of the person, which are not kept.
    """

    width: int
    height: int
    source: Source
    data: bytes = field(repr=False)
    coding: Coding = Coding.JPEG2000_LOSSY
    colour: Colour = Colour.RGB24
    quality: tuple[Score, ...] = ()
    taken_at: datetime | None = None
    lossy_before: bool = False
    says_more: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.width, self.height

    @property
    def has_lost(self) -> bool:
        """Whether a lossy coder is known to have touched the image."""
        return self.lossy_before or codings.has_lost(self.coding, self.data)


def check(image: FaceImage) -> None:
    """What every writer and reader holds to; raises `RecordInvalid`."""
    if not (0 < image.width <= _MAX_SIDE and 0 < image.height <= _MAX_SIDE):
        raise RecordInvalid(f"face image of {image.width} x {image.height} pixels")
    if not image.data or len(image.data) > fields.MAX_RECORD:
        raise RecordInvalid(f"face image of {len(image.data)} bytes")
    if any(score.value is not None and not 0 <= score.value <= 100 for score in image.quality):
        raise RecordInvalid("a quality outside 0 to 100")
    codings.check(image.coding, image.data, image.size)
