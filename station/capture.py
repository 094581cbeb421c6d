"""What a device hands over: captures, made of samples. No I/O, no device knowledge."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, StrEnum, unique
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@unique
class Modality(StrEnum):
    """The kinds of evidence a dossier can hold."""

    FINGER = "finger"
    FACE = "face"
    DOCUMENT = "document"
    SIGNATURE = "signature"


@unique
class Finger(IntEnum):
    """Finger positions, numbered as in ISO/IEC 19794-4 table 6."""

    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10


@unique
class PortraitSource(StrEnum):
    """Where a portrait comes from (process.md §1; décret 2021-279 for the camera)."""

    PHOTO_PAPIER_SCAN = "PHOTO_PAPIER_SCAN"
    CAMERA_DR = "CAMERA_DR"


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """One image of one thing, as the sensor gave it.

    `pixels` is uint8 and read-only: (rows, columns) of grey levels for a finger, 0 black ridge,
    255 white; (rows, columns, 3) in B, G, R order for a face or a page. `dpi` holds for both
    axes; None for a live camera, which has no scale. `position` is None for all but fingers.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    dpi: int | None
    position: Finger | None = None

    def __post_init__(self) -> None:
        self.pixels.setflags(write=False)


@dataclass(frozen=True, slots=True)
class Provenance:
    """The device behind a capture, as it named itself, and the driver that spoke to it."""

    driver: str
    model: str
    serial: str
    firmware: str
    simulated: bool


@dataclass(frozen=True, eq=False, slots=True)
class Capture:
    """The samples of one press of the button, and where they come from."""

    modality: Modality
    samples: tuple[Sample, ...]
    device: Provenance
    id: UUID = field(default_factory=uuid4)
    taken_at: datetime = field(default_factory=lambda: datetime.now(UTC))
