"""The contract between the station and its drivers.

A driver is a class that satisfies `Device` or `SigningCard`; it inherits from nothing. All
calls block. The station gives each device a process of its own (`station.bench`), so a driver
neither locks nor fears to hang: the watchdog kills it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum, unique
from threading import Event
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from station.errors import CaptureCancelled, CaptureTimeout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    import numpy as np
    import numpy.typing as npt

    from station.capture import (
        Capture,
        Finger,
        Modality,
        Provenance,
        Sample,
        TitleReading,
        TitleRequest,
        Trial,
    )

_LABEL = 64  # characters; a longer label is not a name


@unique
class Guidance(StrEnum):
    """What the applicant should do now. Guidance is not failure."""

    PLACE = "place"
    HOLD = "hold"
    LIFT = "lift"
    PRESS = "press"
    LIGHTER = "lighter"
    CENTRE = "centre"
    MOISTEN = "moisten"
    WIPE = "wipe"
    CLEAN = "clean"
    OTHER_HAND = "other-hand"
    SPREAD = "spread"
    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    FLAT = "flat"
    NOT_A_FINGER = "not-a-finger"
    LOOK = "look"
    SHOW_CODE = "show-code"
    READY_SOON = "ready-soon"
    SCANNING = "scanning"
    PAGE_DONE = "page-done"
    PLACE_TITLE = "place-title"
    HOLD_TITLE = "hold-title"
    FACE = "face"
    ALONE = "alone"
    NEARER = "nearer"
    FARTHER = "farther"
    MOVE_LEFT = "move-left"
    MOVE_RIGHT = "move-right"
    HIGHER = "higher"
    LOWER = "lower"
    UPRIGHT = "upright"
    STRAIGHT = "straight"
    CHIN_UP = "chin-up"
    CHIN_DOWN = "chin-down"
    OPEN_EYES = "open-eyes"
    CLOSE_MOUTH = "close-mouth"
    MORE_LIGHT = "more-light"
    LESS_LIGHT = "less-light"
    EVEN_LIGHT = "even-light"
    SHARPER = "sharper"

    @property
    def consigne(self) -> str:
        """The instruction as the agent reads it out."""
        return _CONSIGNES[self]

    @property
    def consigne_main(self) -> str:
        """The same, for the fingers of a whole hand."""
        return _CONSIGNES_MAIN.get(self, _CONSIGNES[self])


_CONSIGNES = {
    Guidance.PLACE: "Posez le doigt sur la vitre.",
    Guidance.HOLD: "Ne bougez plus.",
    Guidance.LIFT: "Levez le doigt.",
    Guidance.PRESS: "Appuyez un peu plus.",
    Guidance.LIGHTER: "Appuyez moins fort.",
    Guidance.CENTRE: "Placez le doigt au milieu de la vitre.",
    Guidance.MOISTEN: "Doigt trop sec : humidifiez légèrement, puis reposez le doigt.",
    Guidance.WIPE: "Doigt humide : essuyez le doigt et la vitre.",
    Guidance.CLEAN: "Nettoyez la vitre.",
    Guidance.OTHER_HAND: "Présentez l’autre main.",
    Guidance.SPREAD: "Écartez un peu les doigts.",
    Guidance.LOOK: "Regardez l’objectif.",
    Guidance.SHOW_CODE: "Présentez le code, ou le titre, au lecteur.",
    Guidance.UP: "Avancez le doigt vers le haut de la vitre.",
    Guidance.DOWN: "Reculez le doigt vers le bas de la vitre.",
    Guidance.LEFT: "Déplacez le doigt vers la gauche.",
    Guidance.RIGHT: "Déplacez le doigt vers la droite.",
    Guidance.FLAT: "Posez le doigt bien à plat.",
    Guidance.READY_SOON: "Le scanner se prépare, patientez un instant.",
    Guidance.SCANNING: "Numérisation en cours : ne touchez pas au document.",
    Guidance.PAGE_DONE: "Page reçue.",
    Guidance.PLACE_TITLE: "Posez le titre sur le lecteur.",
    Guidance.HOLD_TITLE: "Lecture de la puce : ne bougez plus le titre.",
    Guidance.FACE: "Placez-vous face à l’objectif.",
    Guidance.ALONE: "Une seule personne doit être visible.",
    Guidance.NEARER: "Avancez un peu.",
    Guidance.FARTHER: "Reculez un peu.",
    Guidance.MOVE_LEFT: "Déplacez-vous un peu vers votre gauche.",
    Guidance.MOVE_RIGHT: "Déplacez-vous un peu vers votre droite.",
    Guidance.HIGHER: "Placez-vous un peu plus haut.",
    Guidance.LOWER: "Placez-vous un peu plus bas.",
    Guidance.UPRIGHT: "Tenez-vous droit.",
    Guidance.STRAIGHT: "Tournez le visage vers l’objectif.",
    Guidance.CHIN_UP: "Levez un peu le menton.",
    Guidance.CHIN_DOWN: "Baissez un peu le menton.",
    Guidance.OPEN_EYES: "Ouvrez les yeux.",
    Guidance.CLOSE_MOUTH: "Fermez la bouche.",
    Guidance.MORE_LIGHT: "Image trop sombre : ajoutez de la lumière.",
    Guidance.LESS_LIGHT: "Image trop claire : réduisez la lumière.",
    Guidance.EVEN_LIGHT: "Éclairez le visage de face : un côté est dans l’ombre.",
    Guidance.SHARPER: "Image floue : ne bougez plus.",
    Guidance.NOT_A_FINGER: "Ceci ne ressemble pas à une empreinte : reposez le doigt.",
}

_CONSIGNES_MAIN = {
    Guidance.PLACE: "Posez les doigts de la main sur la vitre.",
    Guidance.LIFT: "Levez la main.",
    Guidance.CENTRE: "Placez la main au milieu de la vitre.",
    Guidance.MOISTEN: "Doigts trop secs : humidifiez-les légèrement, puis reposez la main.",
    Guidance.WIPE: "Doigts humides : essuyez les doigts et la vitre.",
    Guidance.UP: "Avancez la main vers le haut de la vitre.",
    Guidance.DOWN: "Reculez la main vers le bas de la vitre.",
    Guidance.LEFT: "Déplacez la main vers la gauche.",
    Guidance.RIGHT: "Déplacez la main vers la droite.",
    Guidance.FLAT: "Posez les doigts bien à plat.",
    Guidance.NOT_A_FINGER: "Ceci ne ressemble pas à une main : reposez les doigts.",
}


@dataclass(frozen=True, eq=False, slots=True)
class Preview:
    """A small picture of what the sensor sees; shaped as `Sample.pixels`, never kept."""

    pixels: npt.NDArray[np.uint8] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan or a reading is: page or data group under way, its share come, 0 to 100."""

    page: int
    percent: int


Told = Guidance | Preview | Progress
Guide = Callable[[Told], None]


def label(text: str) -> str:
    """A name as a device gave it, without anything a terminal or a log would act on."""
    return "".join(c for c in text[: 4 * _LABEL] if c.isprintable())[:_LABEL]


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Who the device says it is. Labels are cleaned: a device is not trusted."""

    vendor: str
    model: str
    serial: str
    firmware: str
    modalities: frozenset[Modality]
    simulated: bool = False

    def __post_init__(self) -> None:
        for name in ("vendor", "model", "serial", "firmware"):
            object.__setattr__(self, name, label(getattr(self, name)))


@dataclass(slots=True)
class Patience:
    """How long to wait, and whether to stop waiting."""

    seconds: float
    cancel: Event = field(default_factory=Event)
    _ends: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._ends = time.monotonic() + self.seconds

    @property
    def left(self) -> float:
        """Seconds until the deadline, never below 0."""
        return max(0.0, self._ends - time.monotonic())

    def check(self) -> None:
        """Raise once the agent has cancelled or the time is up."""
        if self.cancel.is_set():
            raise CaptureCancelled("cancelled by the agent")
        if not self.left:
            raise CaptureTimeout(f"nothing presented within {self.seconds:g} s")


class Device(Protocol):
    """A capture device, opened by `__enter__` and released by `__exit__`.

    Raises only leaves of `DeviceError` and `CaptureError`, whatever the library beneath raises.
    """

    def __init__(self, port: str) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def info(self) -> DeviceInfo:
        """Ask the device who it is; cheap enough to serve as a health check."""
        ...

    def capture(self, wanted: tuple[Finger, ...], patience: Patience, guide: Guide) -> Capture:
        """Acquire `wanted` (empty for a face), telling the applicant what to do by `guide`.

        A single-finger device takes one finger. A slap device takes the fingers of one hand that
        can be presented, the four of it less the missing ones, and returns one SLAP sample, or
        one FINGER sample for each. Blocks until the capture, the deadline or the cancellation;
        `guide` is called from the same thread. Raises `CaptureTimeout` or `CaptureCancelled`
        when `patience` says so.
        """
        ...


@runtime_checkable
class BindingDevice(Protocol):
    """A device that signs what it captures, and can tie its signature to a dossier.

    Its driver is entered again after an error, never made anew: it knows a replay when it sees one.
    """

    def bind(self, dossier: UUID) -> None:
        """The dossier of the captures to come; called before each."""
        ...


@runtime_checkable
class FrameSource(Protocol):
    """A sensor that only shows what it sees; the station decides when a frame is the capture."""

    def frames(self, wanted: tuple[Finger, ...], patience: Patience) -> Iterator[Sample]:
        """Live frames at full resolution, as samples, until closed; raises as `Device` does."""
        ...

    def provenance(self) -> Provenance:
        """Who took the frames."""
        ...


@runtime_checkable
class LockableSource(Protocol):
    """A source of frames that adjusts itself, and can be told to keep what it has chosen."""

    def lock(self, *, on: bool) -> None:
        """Keep focus, exposure and white balance, or choose them again; never fails."""
        ...


@runtime_checkable
class TrialDevice(Protocol):
    """A module whose images serve diagnostics and demonstrations only; it has no `capture`."""

    def trial(self, seconds: float) -> Trial:
        """Wait `seconds` for a finger and fetch its image; raises as `Device` does."""
        ...


@runtime_checkable
class TextReader(Protocol):
    """A reader of codes or of machine-readable zones: it sends text, and no image.

    Raises only leaves of `DeviceError` and `CaptureError`. What it sends is bounded, framed and
    free of control characters but the separators of codes (GS, RS, US); nothing else is known
    of it.
    """

    def read(self, patience: Patience, guide: Guide) -> bytes:
        """The next thing presented, UTF-8, once: what was there before the call is dropped.

        `guide` is called with `SHOW_CODE` once the reader listens. The lines of a
        machine-readable zone come as one answer. Raises `CodeGarbled`, `SeveralCodes`, and what
        `patience` does.
        """
        ...


@runtime_checkable
class TitleChip(Protocol):
    """A reader on which a title is laid, opened by `__enter__` and released by `__exit__`.

    Raises only leaves of `DeviceError`, `CaptureError` and `CardError`.
    """

    def read_title(self, request: TitleRequest, patience: Patience, guide: Guide) -> TitleReading:
        """What the chip hands over of `request`, and the steps it went through; none is believed.

        A file that the chip does not have is left out, and so is DG3 without terminal
        authentication. A title that moves is waited for, and read on when the same one is back.
        `guide` says when to lay the title down and hold it, and how far a data group is. Raises
        `ChipAbsent`, `ChipRemoved`, `ChipRefused`, `ChipUnknown`, `ChannelBroken`,
        `ChipSwapped`, `ChipSlow`, `CaptureCancelled`.
        """
        ...


@unique
class CardKey(StrEnum):
    """The two keys of an agent card, by what they are for."""

    AUTHENTICATION = "authentication"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class PinStatus:
    """`verified` in this session, `blocked`, and tries left (None when the card will not say)."""

    verified: bool
    blocked: bool
    tries: int | None


@unique
class Mechanism(StrEnum):
    """How a message is signed: the key's family, and the hash."""

    RSA_PKCS1_SHA256 = "rsa-pkcs1-sha256"
    RSA_PSS_SHA256 = "rsa-pss-sha256"
    ECDSA_SHA256 = "ecdsa-sha256"
    ECDSA_SHA384 = "ecdsa-sha384"


class SigningCard(Protocol):
    """An agent card in its reader. Raises only leaves of `CardError` and `DeviceError`."""

    def __init__(self, port: str) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def info(self) -> DeviceInfo:
        """Reader, card profile and card serial number."""
        ...

    def certificates(self) -> dict[CardKey, bytes]:
        """The X.509 certificates, DER, by the purpose of their keys; needs no PIN."""
        ...

    def pin_status(self) -> PinStatus:
        """Read the counter without spending a try."""
        ...

    def verify_pin(self, pin: bytearray) -> None:
        """Present the PIN, and wipe `pin`; what cannot be a PIN spends no try.

        Raises `PinWrong` or `PinBlocked`.
        """
        ...

    def sign(self, key: CardKey, message: bytes, mechanism: Mechanism | None = None) -> bytes:
        """Sign the message itself, never a hash: some cards hash its end themselves.

        Without `mechanism`, SHA-256 and RSASSA-PKCS1-v1_5 or ECDSA, as the key is; ECDSA in DER.
        `SIGNATURE` wants the PIN anew before each signature, `AUTHENTICATION` once. What the card
        returns was checked against its certificate. Raises `PinNeeded`, `CardAbsent`,
        `MechanismUnsupported`, `CardKeyWrong`, and `SessionLocked` for another card.
        """
        ...

    def present(self) -> bool:
        """Whether the card that was opened is still in the reader; cheap enough to poll."""
        ...

    def logout(self) -> None:
        """Forget the verified PIN, and whose card it was."""
        ...


@runtime_checkable
class UnblockableCard(Protocol):
    """A card whose PIN can be given back by its PUK at this station."""

    def unblock_pin(self, puk: bytearray, new: bytearray) -> None:
        """Set a new PIN, with all its tries, and wipe both; the PIN is not verified by it.

        Raises `PukWrong` or `PukBlocked`, and `PinUnfit`, which spends no try, when either cannot
        be what it should.
        """
        ...
