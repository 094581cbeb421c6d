"""The two families of secure messaging of ICAO Doc 9303-11: 3DES (BAC) and AES (PACE).

KDF(K, c)   SHA-1(K ‖ c), 16 bytes, odd parity      3DES with two keys
            SHA-1, 16 bytes                         AES-128
            SHA-256, 24 or 32 bytes                 AES-192, AES-256
MAC         ISO/IEC 9797-1 algorithm 3 · CMAC, both 8 bytes
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

FOR_ENCRYPTION, FOR_MAC, FOR_PASSWORD = 1, 2, 3  # counters of the key derivation (§9.7.1)


@dataclass(frozen=True, slots=True)
class Keys:
    """One key to encrypt with and one for the MAC."""

    enc: bytes = field(repr=False)
    mac: bytes = field(repr=False)


class Suite(Protocol):
    """One family: a counter of `block` bytes, texts padded to `block` bytes."""

    @property
    def block(self) -> int:
        """Bytes of a block, of padding and of the counter."""
        ...

    def key(self, secret: bytes, purpose: int) -> bytes:
        """The key derived from `secret`."""
        ...

    def encrypt(self, key: bytes, counter: bytes, text: bytes) -> bytes:
        """Whole blocks, under the counter of the message."""
        ...

    def decrypt(self, key: bytes, counter: bytes, text: bytes) -> bytes:
        """The inverse of `encrypt`."""
        ...

    def mac(self, key: bytes, text: bytes) -> bytes:
        """Eight bytes over a text that is padded already."""
        ...


@dataclass(frozen=True, slots=True)
class TripleDes:
    """3DES with two keys; the counter enters the MAC only."""

    block: int = 8

    def key(self, secret: bytes, purpose: int) -> bytes:
        """Sixteen bytes of odd parity."""
        digest = hashlib.sha1(_numbered(secret, purpose), usedforsecurity=False).digest()
        return bytes(byte & 0xFE | (byte >> 1).bit_count() + 1 & 1 for byte in digest[:16])

    def encrypt(self, key: bytes, counter: bytes, text: bytes) -> bytes:
        """CBC from a zero vector."""
        return _through(_des(key, bytes(len(counter))).encryptor(), text)

    def decrypt(self, key: bytes, counter: bytes, text: bytes) -> bytes:
        """CBC from a zero vector."""
        return _through(_des(key, bytes(len(counter))).decryptor(), text)

    def mac(self, key: bytes, text: bytes) -> bytes:
        """The retail MAC: DES in CBC, the last block once more through both keys."""
        chained = _through(_des(key[:8] * 2, bytes(8)).encryptor(), text)[-8:]
        middle = _through(_des(key[8:] * 2, bytes(8)).decryptor(), chained)
        return _through(_des(key[:8] * 2, bytes(8)).encryptor(), middle)


@dataclass(frozen=True, slots=True)
class Aes:
    """AES of 128, 192 or 256 bits."""

    bits: int
    block: int = 16

    def key(self, secret: bytes, purpose: int) -> bytes:
        """As many bytes as the cipher takes."""
        text = _numbered(secret, purpose)
        if self.bits == 128:
            return hashlib.sha1(text, usedforsecurity=False).digest()[:16]
        return hashlib.sha256(text).digest()[: self.bits // 8]

    def encrypt(self, key: bytes, counter: bytes, text: bytes) -> bytes:
        """CBC from the encrypted counter."""
        return _through(aes_cbc(key, _vector(key, counter)).encryptor(), text)

    def decrypt(self, key: bytes, counter: bytes, text: bytes) -> bytes:
        """CBC from the encrypted counter."""
        return _through(aes_cbc(key, _vector(key, counter)).decryptor(), text)

    def mac(self, key: bytes, text: bytes) -> bytes:
        """CMAC, cut to eight bytes."""
        mac = CMAC(algorithms.AES(key))
        mac.update(text)
        return mac.finalize()[:8]


def pad(text: bytes, block: int) -> bytes:
    """ISO/IEC 9797-1 padding method 2: 80, then zeros to whole blocks."""
    text += b"\x80"
    return text + bytes(-len(text) % block)


def unpad(text: bytes) -> bytes:
    """The text before the padding; raises ValueError when there is none."""
    bare = text.rstrip(b"\x00")
    if not bare.endswith(b"\x80"):
        raise ValueError("no padding")
    return bare[:-1]


def aes_cbc(key: bytes, vector: bytes) -> Cipher[modes.CBC]:
    """AES in CBC from `vector`."""
    return Cipher(algorithms.AES(key), modes.CBC(vector))


def _des(key: bytes, vector: bytes) -> Cipher[modes.CBC]:
    """3DES with K1 K2 K1; the same key twice is DES."""
    return Cipher(TripleDES(key + key[:8]), modes.CBC(vector))


def _vector(key: bytes, counter: bytes) -> bytes:
    return _through(aes_cbc(key, bytes(16)).encryptor(), counter)


def _numbered(secret: bytes, purpose: int) -> bytes:
    return secret + purpose.to_bytes(4, "big")


def _through(context: CipherContext, text: bytes) -> bytes:
    return context.update(text) + context.finalize()
