"""One finger as every edition of the record holds it; an edition is a table of codes beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from station.capture import Finger
from station.errors import RecordInvalid
from station.records import coding as codings
from station.records import fields

if TYPE_CHECKING:
    from datetime import datetime

    from station.records.coding import Coding

_MAX_DPI = 4000
_SC37 = 0x0101  # ISO/IEC JTC 1/SC 37, under which NIST registered NFIQ 2
NFIQ2: Final = {"2.0": 0x21, "2.1": 0x37, "2.2": 0x38, "2.3": 0x39}
"""CBEFF identifiers of the unified quality score by version, from the sources of NFIQ 2.3."""


@unique
class Impression(StrEnum):
    """How the finger met the sensor, as far as all editions can say it."""

    PLAIN = "PLAIN"
    ROLLED = "ROLLED"
    LATENT = "LATENT"
    SWIPE = "SWIPE"
    CONTACTLESS = "CONTACTLESS"


@dataclass(frozen=True, slots=True)
class Score:
    """A quality 0 to 100, None when it could not be computed, and whose algorithm gave it.

    Vendor and algorithm are CBEFF identifiers; 0 when the record does not name them.
    """

    value: int | None
    vendor: int = 0
    algorithm: int = 0

    @property
    def is_nfiq2(self) -> bool:
        """Whether the record says that NFIQ 2 gave it."""
        return self.vendor == _SC37 and self.algorithm in NFIQ2.values()

    @classmethod
    def of_nfiq2(cls, value: int, version: str) -> Score:
        """A score of NFIQ 2, version "2.3.0" for one; unnamed when that version has no number."""
        number = NFIQ2.get(".".join(version.split(".")[:2]))
        return cls(value) if number is None else cls(value, _SC37, number)


@dataclass(frozen=True, slots=True)
class FingerImage:
    """`dpi` holds for both axes, `data` is the coded image, `position` None when not known.

    `lossy_before` says that a lossless coding holds what a lossy coder gave.
    """

    position: Finger | None
    width: int
    height: int
    dpi: int
    coding: Coding
    data: bytes = field(repr=False)
    quality: tuple[Score, ...] = ()
    impression: Impression = Impression.PLAIN
    taken_at: datetime | None = None
    lossy_before: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.width, self.height

    @property
    def has_lost(self) -> bool:
        """Whether a lossy coder is known to have touched the image."""
        return self.lossy_before or codings.has_lost(self.coding, self.data)


def position_code(image: FingerImage) -> int:
    """The finger as every edition numbers it; 0 is unknown."""
    return 0 if image.position is None else int(image.position)


def position_of(code: int) -> Finger | None:
    """The finger that `code` names; raises `RecordInvalid` for several fingers, or a palm."""
    return fields.member("position", Finger, code) if code else None


def check_scores(quality: tuple[Score, ...]) -> None:
    """Raise `RecordInvalid` for a score that is neither 0 to 100 nor a failure."""
    if any(score.value is not None and not 0 <= score.value <= 100 for score in quality):
        raise RecordInvalid("a quality outside 0 to 100")


def check(image: FingerImage) -> None:
    """What every writer and reader holds to; raises `RecordInvalid`."""
    codings.check(image.coding, image.data, image.size)
    check_scores(image.quality)
    if not 0 < image.dpi <= _MAX_DPI:
        raise RecordInvalid(f"{image.dpi} dpi")
