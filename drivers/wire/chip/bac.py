"""Basic Access Control (ICAO Doc 9303-11, 4.3): the way in of older chips, 3DES.

GET CHALLENGE             00 84 00 00 08             -> RND.IC
EXTERNAL AUTHENTICATE     00 82 00 00 E || M, Le 28  -> E' || M'
E = ENC(RND.IFD || RND.IC || K.IFD)      E' = ENC(RND.IC || RND.IFD || K.IC)
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from drivers.wire.apdu import Command
from drivers.wire.chip import keys
from drivers.wire.chip.keys import Keys, Suite
from drivers.wire.chip.messaging import Channel
from station.errors import ChannelBroken, ProtocolError

NONCE, SECRET = 8, 16  # bytes
_CODED = 2 * NONCE + SECRET


@dataclass(frozen=True, slots=True)
class Terminal:
    """Our half of one authentication; the random values are the caller's, and used once."""

    keys: Keys
    challenge: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    secret: bytes = field(repr=False)

    def authenticate(self) -> Command:
        """Prove that we know the zone."""
        text = self.nonce + self.challenge + self.secret
        coded = keys.encrypt(self.keys, text, bytes(Suite.TDES.block))
        return Command(0x00, 0x82, 0x00, 0x00, coded + _mac(self.keys, coded), le=_CODED + keys.MAC)

    def channel(self, answer: bytes) -> Channel:
        """The channel that the chip's answer opens; raises `ChannelBroken` for a wrong answer."""
        coded, seal = answer[:_CODED], answer[_CODED:]
        if len(coded) != _CODED or not hmac.compare_digest(seal, _mac(self.keys, coded)):
            raise ChannelBroken("BAC: an answer that is not the chip's own")
        text = keys.decrypt(self.keys, coded, bytes(Suite.TDES.block))
        if text[: 2 * NONCE] != self.challenge + self.nonce:
            raise ChannelBroken("BAC: an answer to another question")
        shared = bytes(a ^ b for a, b in zip(self.secret, text[2 * NONCE :], strict=True))
        counter = int.from_bytes(self.challenge[4:] + self.nonce[4:], "big")
        return Channel(keys.derived(Suite.TDES, shared), counter)


def access_keys(zone: bytes) -> Keys:
    """The keys of what is printed: number, birth and expiry with their check digits."""
    return keys.derived(Suite.TDES, hashlib.sha1(zone, usedforsecurity=False).digest()[:SECRET])


def get_challenge() -> Command:
    """Ask for eight random bytes."""
    return Command(0x00, 0x84, 0x00, 0x00, le=NONCE)


def challenge(answer: bytes) -> bytes:
    """The random bytes; raises `ProtocolError`."""
    if len(answer) != NONCE:
        raise ProtocolError(f"a challenge of {len(answer)} bytes")
    return answer


def _mac(secrets: Keys, coded: bytes) -> bytes:
    return keys.mac(secrets, keys.pad(coded, Suite.TDES.block))
