"""Proofs that a chip is no copy: active and chip authentication (ICAO Doc 9303-11, §6.1, §6.2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from simulators.title_chip.channel import Channel
from simulators.title_chip.ciphers import FOR_ENCRYPTION, FOR_MAC, Keys
from simulators.title_chip.status import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulators.title_chip.profile import Protocol

CHALLENGE = 8
_HEAD, _TRAILER = b"\x6a", b"\x34\xcc"  # ISO/IEC 9796-2: partial recovery; SHA-256, explicit


@dataclass(frozen=True, slots=True)
class Agreed:
    """A new session, and x of the terminal's key, which terminal authentication signs."""

    channel: Channel
    terminal: bytes


def prove(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None,
    challenge: bytes,
    draw: Callable[[int], bytes],
) -> bytes:
    """The answer to INTERNAL AUTHENTICATE: r ‖ s, or a signature of ISO/IEC 9796-2 scheme 1."""
    if key is None:
        raise Refused(0x6D00)
    if len(challenge) != CHALLENGE:
        raise Refused(0x6700)
    if isinstance(key, rsa.RSAPrivateKey):
        return _recoverable(key, challenge, draw)
    return plain(key.sign(challenge, ec.ECDSA(hashes.SHA256())), key.curve.key_size)


def plain(signature: bytes, bits: int) -> bytes:
    """The form r ‖ s, of fixed length from a signature in DER (BSI TR-03111, §5.2.1)."""
    width = (bits + 7) // 8
    return b"".join(part.to_bytes(width, "big") for part in decode_dss_signature(signature))


def agree(key: ec.EllipticCurvePrivateKey, protocol: Protocol, point: bytes) -> Agreed:
    """The session that chip authentication opens; raises `Refused` (6A80) off the curve."""
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(key.curve, point)
    except ValueError:
        raise Refused(0x6A80) from None
    shared, suite = key.exchange(ec.ECDH(), theirs), protocol.suite
    keys = Keys(suite.key(shared, FOR_ENCRYPTION), suite.key(shared, FOR_MAC))
    return Agreed(Channel(suite, keys), point[1 : 1 + (len(point) - 1) // 2])


def _recoverable(key: rsa.RSAPrivateKey, challenge: bytes, draw: Callable[[int], bytes]) -> bytes:
    size, numbers = key.key_size // 8, key.private_numbers()
    own = draw(size - len(_HEAD) - 32 - len(_TRAILER))
    digest = hashlib.sha256(own + challenge).digest()
    block = int.from_bytes(_HEAD + own + digest + _TRAILER, "big")
    return pow(block, numbers.d, numbers.public_numbers.n).to_bytes(size, "big")
