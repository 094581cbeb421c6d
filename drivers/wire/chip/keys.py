"""Keys of a chip's protocols, and the ciphers that use them (ICAO Doc 9303-11, 9.7 and 9.8).

KDF(K, c)    3DES, AES-128: SHA-1(K || c)[0:16]; AES-192, -256: SHA-256(K || c)[0:24 or 32]
c            1 encryption, 2 MAC, 3 password of PACE
MAC          3DES: ISO/IEC 9797-1 algorithm 3; AES: CMAC; both cut to 8 bytes
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import Enum, unique

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

ENCRYPTION, AUTHENTICATION, PASSWORD = 1, 2, 3
MAC = 8  # bytes
_DES = 8  # bytes of a single DES key, and of its block


@unique
class Suite(Enum):
    """A cipher with its key size: (name, bytes of a key, bytes of a block, hash of the KDF)."""

    TDES = ("3DES", 16, 8, "sha1")
    AES128 = ("AES-128", 16, 16, "sha1")
    AES192 = ("AES-192", 24, 16, "sha256")
    AES256 = ("AES-256", 32, 16, "sha256")

    @property
    def label(self) -> str:
        """Its name."""
        return self.value[0]

    @property
    def block(self) -> int:
        """Bytes of a block."""
        return self.value[2]


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys of one channel or one authentication."""

    suite: Suite
    encryption: bytes = field(repr=False)
    authentication: bytes = field(repr=False)


def derive(suite: Suite, secret: bytes, counter: int) -> bytes:
    """KDF(secret, counter) for `suite`."""
    _, size, _, name = suite.value
    key = hashlib.new(name, secret + counter.to_bytes(4, "big")).digest()[:size]
    return _odd(key) if suite is Suite.TDES else key


def derived(suite: Suite, secret: bytes) -> Keys:
    """Both keys of `secret`."""
    return Keys(suite, derive(suite, secret, ENCRYPTION), derive(suite, secret, AUTHENTICATION))


def encrypt(keys: Keys, data: bytes, iv: bytes) -> bytes:
    """CBC of whole blocks."""
    worker = Cipher(_algorithm(keys), modes.CBC(iv)).encryptor()
    return worker.update(data) + worker.finalize()


def decrypt(keys: Keys, data: bytes, iv: bytes) -> bytes:
    """CBC of whole blocks."""
    worker = Cipher(_algorithm(keys), modes.CBC(iv)).decryptor()
    return worker.update(data) + worker.finalize()


def first_vector(keys: Keys, counter: int) -> bytes:
    """The IV of one message: zeros for 3DES, the encrypted counter for AES."""
    zeros = bytes(keys.suite.block)
    if keys.suite is Suite.TDES:
        return zeros
    return encrypt(keys, counter.to_bytes(keys.suite.block, "big"), zeros)


def mac(keys: Keys, data: bytes) -> bytes:
    """The MAC over whole blocks that were padded where the protocol asks for it."""
    if keys.suite is Suite.TDES:
        return _retail(keys.authentication, data)
    worker = CMAC(algorithms.AES(keys.authentication))
    worker.update(data)
    return worker.finalize()[:MAC]


def pad(data: bytes, block: int) -> bytes:
    """`data`, 80, and zeros up to a whole block (ISO/IEC 9797-1, padding 2)."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes, block: int) -> bytes | None:
    """`data` without its padding; None when it has none."""
    bare = data.rstrip(b"\x00")
    if not bare.endswith(b"\x80") or len(data) - len(bare) >= block:
        return None
    return bare[:-1]


def _algorithm(keys: Keys) -> TripleDES | algorithms.AES:
    if keys.suite is Suite.TDES:
        return TripleDES(keys.encryption + keys.encryption[:_DES])
    return algorithms.AES(keys.encryption)


def _retail(key: bytes, data: bytes) -> bytes:
    """Algorithm 3: DES-CBC under the first half, its last block through the second half."""
    first, second = TripleDES(key[:_DES] * 3), TripleDES(key[_DES:] * 3)
    chain = Cipher(first, modes.CBC(bytes(_DES))).encryptor().update(data)[-_DES:]
    middle = Cipher(second, modes.CBC(bytes(_DES))).decryptor().update(chain)
    return Cipher(first, modes.CBC(bytes(_DES))).encryptor().update(middle)


def _odd(key: bytes) -> bytes:
    """Each byte with odd parity, as DES keys have it."""
    return bytes(byte & 0xFE | 1 - (byte >> 1).bit_count() % 2 for byte in key)
