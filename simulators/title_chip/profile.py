"""What a chip can do, and the object identifiers it says so with.

PACE-ECDH-GM 0.4.0.127.0.7.2.2.4.2.n, chip authentication ECDH 0.4.0.127.0.7.2.2.3.2.n:
n = 1 3DES, 2 AES-128, 3 AES-192, 4 AES-256 (ICAO Doc 9303-11, §9.2).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, Self

from simulators.title_chip import curves
from simulators.title_chip.ciphers import Aes, Suite, TripleDes

if TYPE_CHECKING:
    from collections.abc import Mapping

_BSI = bytes.fromhex("04007f0007")  # 0.4.0.127.0.7
PACE_GM = _BSI + bytes.fromhex("02020402")
CHIP_ECDH = _BSI + bytes.fromhex("02020302")
CHIP_PUBLIC_KEY = _BSI + bytes.fromhex("02020102")
TERMINAL = _BSI + bytes.fromhex("020202")
TERMINAL_ECDSA_SHA256 = TERMINAL + b"\x02\x03"
INSPECTION_ROLE = _BSI + bytes.fromhex("03010201")
ECDSA_PLAIN_SHA256 = _BSI + bytes.fromhex("0101040103")
ACTIVE = bytes.fromhex("678108010105")  # 2.23.136.1.1.5
SUITES: Mapping[int, Suite] = {1: TripleDes(), 2: Aes(128), 3: Aes(192), 4: Aes(256)}


@unique
class Active(StrEnum):
    """The key of active authentication."""

    NONE = "none"
    P256 = "p256"
    RSA1536 = "rsa1536"  # the largest whose answer fits a short APDU under secure messaging
    RSA2048 = "rsa2048"


@dataclass(frozen=True, slots=True)
class Protocol:
    """A cipher, 1 to 4 as in the identifiers, on a curve by its number."""

    cipher: int = 2
    curve: int = curves.P256.number

    @property
    def suite(self) -> Suite:
        """The family of secure messaging that follows."""
        return SUITES[self.cipher]


@dataclass(frozen=True, slots=True)
class Profile:
    """The abilities of one chip; an empty `pace` leaves BAC, `chip` None leaves it out."""

    pace: tuple[Protocol, ...] = (Protocol(),)
    bac: bool = True
    active: Active = Active.P256
    chip: Protocol | None = Protocol(2, curves.BRAINPOOL256.number)
    explicit: bool = False  # DG14 spells the curve out, as most chips in the field do
    extended: bool = True
    longest: int = 2048  # bytes of an answer of extended length

    def as_json(self) -> dict[str, Any]:
        """For `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """The profile that `as_json` described."""
        chip = said["chip"]
        given = dict(said) | {
            "pace": tuple(Protocol(**one) for one in said["pace"]),
            "chip": Protocol(**chip) if chip else None,
            "active": Active(said["active"]),
        }
        return cls(**given)
