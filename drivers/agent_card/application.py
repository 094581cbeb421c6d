"""What the driver needs of the application on a card, and what its status words mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from drivers.wire.apdu import Command, Outcome, Response, outcome, tries
from station.errors import (
    CardUnknown,
    DeviceRefused,
    PinBlocked,
    PinNeeded,
    PinWrong,
    ProtocolError,
)

if TYPE_CHECKING:
    from drivers.wire.pinpad import PinEntry
    from drivers.wire.signing import PublicKey, Scheme
    from station.device import CardKey

Ask = Callable[[Command], Response]


class Application(Protocol):
    """An application that was selected: its own commands, and no memory of who uses it."""

    @property
    def kind(self) -> str:
        """What kind of card this is."""
        ...

    @property
    def label(self) -> str:
        """What the application calls itself; empty when it has no name."""
        ...

    @property
    def serial(self) -> bytes:
        """What names the card: the same at each insertion, another on each card."""
        ...

    @property
    def pin_digits(self) -> range:
        """How many digits a PIN has."""
        ...

    @property
    def pin_entry(self) -> PinEntry:
        """Its VERIFY, for a keypad to complete."""
        ...

    def read_serial(self) -> bytes:
        """Ask the card once more what names it; raises `CardUnknown` or `ProtocolError`."""
        ...

    def certificates(self) -> dict[CardKey, bytes]:
        """Certificates that are on the card, DER."""
        ...

    def pin_counter(self) -> Response:
        """The answer to an empty VERIFY."""
        ...

    def verify(self, pin: bytearray) -> Response:
        """The answer to the PIN; leaves `pin` to its owner."""
        ...

    def unblock(self, puk: bytearray, new: bytearray) -> Response:
        """The answer to the PUK and a new PIN."""
        ...

    def forget(self) -> None:
        """Have the card forget the PIN, where it has a command for that."""
        ...

    def signing(self, key: CardKey, public: PublicKey, message: bytes, way: Scheme) -> Response:
        """The answer of the command that signs, or of the first one that was refused.

        Raises `MechanismUnsupported` before anything is sent.
        """
        ...

    def signature(self, answer: bytes) -> bytes:
        """The signature in the answer."""
        ...


def data(answer: Response, what: str) -> bytes:
    """The data of an answer; raises what its status word means."""
    match outcome(answer.sw):
        case Outcome.DONE:
            return answer.data
        case Outcome.NOT_ALLOWED:
            raise PinNeeded(f"{what}: the card wants its PIN first")
        case Outcome.NOT_FOUND:
            raise CardUnknown(f"{what}: not on this card")
        case Outcome.REFUSED:
            raise DeviceRefused(answer.sw, command=what)
    raise ProtocolError(f"{what}: status {answer.sw:04x}")  # a PIN was not asked about, for one


def check_pin(answer: Response, what: str) -> None:
    """What a status word means after a command about a PIN: `PinWrong`, `PinBlocked`, others."""
    match outcome(answer.sw):
        case Outcome.PIN_WRONG:
            raise PinWrong(tries(answer.sw))
        case Outcome.PIN_BLOCKED:
            raise PinBlocked("the PIN is blocked")
    data(answer, what)


def absent(answer: Response) -> bool:
    """Whether the card does not have what was asked for, or does not know the question."""
    return outcome(answer.sw) in (Outcome.NOT_FOUND, Outcome.MISUSED)
