"""One portrait as every edition of the record holds it; an edition is a table of codes beside it.

Nothing is kept of what a record may say of the person: sex, eyes, hair, pose, landmarks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum, unique
from typing import TYPE_CHECKING

from station.records import coding as codings
from station.records.coding import Coding
from station.records.finger_image import check_scores

if TYPE_CHECKING:
    from datetime import datetime

    from station.records.finger_image import Score


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
    """`data` is the coded image; `lossy_before`: whether it was made of what a lossy coder gave.

    That is None when it is not known, as of a camera that may send JPEG. `says_more` when the
    record that was read says things of the person, which are not kept.
    """

    width: int
    height: int
    source: Source
    data: bytes = field(repr=False)
    coding: Coding = Coding.JPEG2000_LOSSY
    colour: Colour = Colour.RGB24
    quality: tuple[Score, ...] = ()
    taken_at: datetime | None = None
    lossy_before: bool | None = None
    says_more: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.width, self.height

    @property
    def has_lost(self) -> bool:
        """Whether a lossy coder is known to have touched the image."""
        return bool(self.lossy_before) or codings.has_lost(self.coding, self.data)


def check(image: FaceImage) -> None:
    """What every writer and reader holds to; raises `RecordInvalid`."""
    codings.check(image.coding, image.data, image.size)
    check_scores(image.quality)
