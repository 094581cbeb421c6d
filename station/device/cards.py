"""What the card of an agent can do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    from station.device.identity import DeviceInfo


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

    def has_pad(self) -> bool:
        """Whether the PIN can be typed on the reader itself."""
        ...

    def verify_pin_on_pad(self, seconds: int) -> None:
        """Wait `seconds` for the PIN on the reader's own keys: it never passes through here.

        Raises `PinNeeded` when nobody typed it, `ConfigError` without a keypad, and what
        `verify_pin` does.
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

    def forget_pin(self) -> None:
        """Forget the verified PIN; the card stays that of the session."""
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
