"""Whether a chip signed our challenge with the key of DG15 (ICAO Doc 9303-11, 6.1).

ECDSA gives r and s, with the hash that DG14 names; RSA a signature with message recovery
(ISO/IEC 9796-2, scheme 1): 6A, the chip's own part, a hash over that part and the challenge, and
the trailer BC (SHA-1), or the number of the hash and CC.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import rsa

from station.errors import RecordInvalid, SignedDataInvalid
from station.title import algorithms, keys
from station.title.algorithms import Form

if TYPE_CHECKING:
    from station.title.algorithms import Scheme

_TRAILERS = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
_PARTIAL = 0x6A  # header: the message is recovered in part, no padding
_IMPLICIT, _EXPLICIT = 0xBC, 0xCC


def verify(key_info: bytes, algorithm: str, challenge: bytes, signature: bytes) -> str:
    """Which algorithm it was; raises `SignedDataInvalid` unless the signature holds.

    `key_info` is the SubjectPublicKeyInfo of DG15, `algorithm` the identifier in DG14, or empty.
    """
    try:
        key = keys.read(key_info)
        how = algorithms.plain(algorithm) if algorithm else None
    except RecordInvalid as error:
        raise SignedDataInvalid(f"active authentication: {error}") from error
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA, {_recovered(key, challenge, signature).upper()}"
    how = _plain(how)
    algorithms.verify(key, how, signature, challenge)
    return how.label


def _plain(how: Scheme | None) -> Scheme:
    if how is None or how.form is not Form.PLAIN:
        raise SignedDataInvalid("active authentication: DG14 names no algorithm for this key")
    return how


def _recovered(key: rsa.RSAPublicKey, challenge: bytes, signature: bytes) -> str:
    """The hash of a signature that recovers its message; raises `SignedDataInvalid`."""
    numbers, size = key.public_numbers(), (key.key_size + 7) // 8
    value = int.from_bytes(signature, "big")
    if len(signature) != size or value >= numbers.n:
        raise SignedDataInvalid("active authentication: a signature of another size")
    block = pow(value, numbers.e, numbers.n).to_bytes(size, "big")
    name, trailer = _trailer(block)
    width = hashlib.new(name, usedforsecurity=False).digest_size
    own, digest = block[1 : -width - trailer], block[-width - trailer : -trailer]
    wanted = hashlib.new(name, own + challenge, usedforsecurity=False).digest()
    if block[0] != _PARTIAL or not hmac.compare_digest(digest, wanted):
        raise SignedDataInvalid("active authentication: the signature does not hold")
    return name


def _trailer(block: bytes) -> tuple[str, int]:
    """The hash, and the bytes of the trailer that names it."""
    if block[-1] == _IMPLICIT:
        return "sha1", 1
    if block[-1] == _EXPLICIT and block[-2] in _TRAILERS:
        return _TRAILERS[block[-2]], 2
    raise SignedDataInvalid("active authentication: the signature does not hold")
