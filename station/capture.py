"""What a device hands over: captures, made of samples. No I/O, no device knowledge."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import IntEnum, StrEnum, unique
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    import numpy.typing as npt


@unique
class Modality(StrEnum):
    """The kinds of evidence a dossier can hold."""

    FINGER = "finger"
    SLAP = "slap"  # the fingers of one hand in one image, not yet cut apart
    FACE = "face"
    DOCUMENT = "document"
    SIGNATURE = "signature"


@unique
class Hand(StrEnum):
    """The two hands."""

    RIGHT = "right"
    LEFT = "left"


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

    @property
    def hand(self) -> Hand:
        """The hand this finger is of."""
        return Hand.RIGHT if self <= Finger.RIGHT_LITTLE else Hand.LEFT


FOUR: Final = {
    Hand.RIGHT: (
        Finger.RIGHT_INDEX,
        Finger.RIGHT_MIDDLE,
        Finger.RIGHT_RING,
        Finger.RIGHT_LITTLE,
    ),
    Hand.LEFT: (Finger.LEFT_INDEX, Finger.LEFT_MIDDLE, Finger.LEFT_RING, Finger.LEFT_LITTLE),
}
"""The fingers of a slap, from the index to the little finger."""


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
    axes; None for a live camera, which has no scale. `position` is None for all but fingers,
    `hand` for all but slaps: the hand that was asked for, not the one that was seen.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    dpi: int | None
    position: Finger | None = None
    hand: Hand | None = None

    def __post_init__(self) -> None:
        self.pixels.setflags(write=False)

    def __reduce__(self) -> tuple[object, ...]:
        """Across processes as a bytearray: what arrives can be wiped, an array's bytes cannot."""
        pixels = bytearray(self.pixels.tobytes())
        said = (self.pixels.shape, self.dpi, self.position, self.hand)
        return _received, (pixels, *said)

    def wipe(self) -> None:
        """Overwrite the pixels: what is not wanted does not wait for the garbage collector.

        Raises `ValueError` when the memory is not ours to write, as that of `bytes` is not.
        """
        self.pixels.setflags(write=True)
        self.pixels.fill(0)
        self.pixels.setflags(write=False)


@contextmanager
def wiped_on_error(samples: Iterable[Sample]) -> Iterator[None]:
    """Wipe `samples` when the block is left by an exception; what they are then counts."""
    try:
        yield
    except BaseException:
        for sample in samples:
            sample.wipe()
        raise


def _received(
    pixels: bytearray,
    shape: tuple[int, ...],
    dpi: int | None,
    position: Finger | None,
    hand: Hand | None,
) -> Sample:
    import numpy as np  # noqa: PLC0415 - whoever wants the enumerations alone loads no numpy

    return Sample(np.frombuffer(pixels, np.uint8).reshape(shape), dpi, position, hand)


@dataclass(frozen=True, slots=True)
class Provenance:
    """The device behind a capture, as it named itself, and the driver that spoke to it."""

    driver: str
    model: str
    serial: str
    firmware: str
    simulated: bool


def transaction_of(dossier: UUID | None, capture: UUID, nonce: str) -> str:
    """The identifier that a device signs for one request: 48 hex digits (docs/protocols/sbi.md).

    Whoever holds the three inputs can prove which dossier and capture a signature was made for.
    """
    text = f"{dossier}|{capture}|{nonce}"
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:48]


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a device signed about a capture, and what ties it to the dossier.

    `transaction` is the identifier inside each signed block, by `transaction_of`; `signed` holds
    the compact JWS of each sample, in the order of the samples. A JWS holds its image.
    """

    transaction: str
    dossier: UUID
    nonce: str
    signed: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, eq=False, slots=True)
class Capture:
    """The samples of one press of the button, and where they come from."""

    modality: Modality
    samples: tuple[Sample, ...]
    device: Provenance
    attestation: Attestation | None = None
    id: UUID = field(default_factory=uuid4)
    taken_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def alone(self, rank: int) -> Capture:
        """The sample of `rank` as a capture of its own, with what was signed about it alone."""
        bond = self.attestation
        if bond is not None:
            bond = replace(bond, signed=bond.signed[rank : rank + 1])
        return replace(self, samples=self.samples[rank : rank + 1], attestation=bond)


@dataclass(frozen=True, eq=False, slots=True)
class Trial:
    """An image good for diagnostics and demonstrations only; no `Capture`, so never evidence.

    `pixels` as in `Sample`; `grey_levels` is what the sensor can tell apart, 16 for a module
    that sends four bits a pixel.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    dpi: int
    grey_levels: int
    device: Provenance


@unique
class TitleFile(StrEnum):
    """The files of a title's chip that the station knows (ICAO Doc 9303-10)."""

    CARD_ACCESS = "card-access"
    COM = "com"
    SOD = "sod"
    DG1 = "dg1"
    DG2 = "dg2"
    DG3 = "dg3"
    DG11 = "dg11"
    DG12 = "dg12"
    DG14 = "dg14"
    DG15 = "dg15"


@unique
class ChipStep(StrEnum):
    """What a terminal and a chip can prove to each other (ICAO Doc 9303-11)."""

    PACE = "pace"
    BAC = "bac"
    CHIP = "chip-authentication"
    ACTIVE = "active-authentication"
    TERMINAL = "terminal-authentication"


@dataclass(frozen=True, slots=True)
class TitleKey:
    """What is printed on a title and opens its chip: one of the two. Shows nothing of itself.

    `can` is six digits; `mrz` is number, birth and expiry, each with its check digit
    (ICAO Doc 9303-11, 4.3.2).
    """

    can: bytes = field(default=b"", repr=False)
    mrz: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class TitleRequest:
    """Which files to read with which key; `challenge` is eight bytes for the chip to sign."""

    key: TitleKey
    files: frozenset[TitleFile]
    challenge: bytes = b""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """Whether a step was done, and the fact behind it: a protocol, or why it was not done."""

    step: ChipStep
    done: bool
    fact: str


@dataclass(frozen=True, slots=True)
class TitleReading:
    """What a chip handed over, nothing of it believed yet.

    `files` are whole, tag and length included; `signature` is the chip's answer to the
    challenge, empty without one.
    """

    files: dict[TitleFile, bytes] = field(repr=False)
    steps: tuple[StepTaken, ...]
    signature: bytes = field(repr=False)
    device: Provenance
