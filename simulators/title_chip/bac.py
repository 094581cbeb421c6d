"""Basic access control at the chip's end (ICAO Doc 9303-11, §4.3)."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from simulators.title_chip.channel import Channel
from simulators.title_chip.ciphers import FOR_ENCRYPTION, FOR_MAC, Keys, TripleDes, pad
from simulators.title_chip.status import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

_SUITE = TripleDes()
_ZERO = bytes(8)
_FAILED = 0x6300


def access_keys(mrz_info: bytes) -> Keys:
    """The keys that whoever has read the printed zone can derive: number, birth, expiry."""
    return _keys(password(mrz_info)[:16])


def password(mrz_info: bytes) -> bytes:
    """What PACE takes for a password where BAC takes the first 16 bytes of it."""
    return hashlib.sha1(mrz_info, usedforsecurity=False).digest()


def mutual_authenticate(
    keys: Keys, challenge: bytes, data: bytes, draw: Callable[[int], bytes]
) -> tuple[bytes, Channel]:
    """The answer to EXTERNAL AUTHENTICATE and the session; raises `Refused` (6300, 6700)."""
    if len(data) != 40:
        raise Refused(0x6700)
    sealed, mac = data[:32], data[32:]
    if not hmac.compare_digest(mac, _SUITE.mac(keys.mac, pad(sealed, 8))):
        raise Refused(_FAILED)
    text = _SUITE.decrypt(keys.enc, _ZERO, sealed)
    terminal, echoed, half = text[:8], text[8:16], text[16:]
    if not hmac.compare_digest(echoed, challenge):
        raise Refused(_FAILED)
    own = draw(16)
    answer = _SUITE.encrypt(keys.enc, _ZERO, challenge + terminal + own)
    seed = bytes(a ^ b for a, b in zip(half, own, strict=True))
    counter = int.from_bytes(challenge[4:] + terminal[4:], "big")
    return answer + _SUITE.mac(keys.mac, pad(answer, 8)), Channel(_SUITE, _keys(seed), counter)


def _keys(seed: bytes) -> Keys:
    return Keys(_SUITE.key(seed, FOR_ENCRYPTION), _SUITE.key(seed, FOR_MAC))
