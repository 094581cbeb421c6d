"""CMS AuthEnvelopedData: AES-256-GCM for one recipient on P-256 or P-384.

RFC 5083, 5084, 5753. Content key, nonce and ephemeral key are fresh each time and never leave this
function. There are no authenticated attributes: OpenSSL up to 3.0.19 cannot parse them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from station.errors import SealError
from station.records import der
from station.seal import format as names
from station.seal.cades import issuer_and_serial

if TYPE_CHECKING:
    from cryptography import x509

_KEY: Final = 32  # bytes


@dataclass(frozen=True, slots=True)
class _Agreement:
    """The key derivation that goes with a curve (RFC 5753 §7.1.4)."""

    oid: str
    digest: hashes.HashAlgorithm


_AGREEMENTS: Final = {
    "secp256r1": _Agreement(names.OID_ECDH_SHA256, hashes.SHA256()),
    "secp384r1": _Agreement(names.OID_ECDH_SHA384, hashes.SHA384()),
}


def encrypt(data: bytes | memoryview, recipient: x509.Certificate) -> bytes:
    """`data` for the key of `recipient`, DER; raises `SealError` for a key of another kind."""
    key, nonce = os.urandom(_KEY), os.urandom(names.NONCE)
    recipients = der.set_of(_recipient(key, recipient))
    encryptor = Cipher(AES256(key), GCM(nonce)).encryptor()
    ciphertext = encryptor.update(data) + encryptor.finalize()
    mac = der.octet_string(encryptor.tag)
    gcm = der.sequence(der.octet_string(nonce), der.integer(names.TAG))
    algorithm = der.sequence(der.oid(names.OID_AES256_GCM), gcm)
    ahead = _nested(
        (
            (0x30, der.oid(names.OID_AUTH_ENVELOPED), b""),
            (0xA0, b"", b""),
            (0x30, der.integer(0) + recipients, mac),
            (0x30, der.oid(names.OID_DATA) + algorithm, b""),
            (0x80, b"", b""),
        ),
        len(ciphertext),
    )
    return b"".join((ahead, ciphertext, mac))


def _nested(levels: tuple[tuple[int, bytes, bytes], ...], size: int) -> bytes:
    """Every octet before a content of `size` bytes that lies within `levels`, outermost first.

    A level is its tag, what stands before the next level and what stands after it. The large
    content is thus copied once, not once per level.
    """
    ahead = b""
    for tag, before, after in reversed(levels):
        inside = before + ahead
        size += len(before) + len(after)
        head = der.header(tag, size)
        ahead, size = head + inside, size + len(head)
    return ahead


def _recipient(key: bytes, certificate: x509.Certificate) -> bytes:
    """KeyAgreeRecipientInfo: an ephemeral key, and the content key wrapped (RFC 5753 §3.1.1)."""
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name not in _AGREEMENTS:
        raise SealError("the key of the recipient is neither P-256 nor P-384")
    agreement = _AGREEMENTS[public.curve.name]
    ephemeral = ec.generate_private_key(public.curve)
    shared = ephemeral.exchange(ec.ECDH(), public)
    kek = X963KDF(agreement.digest, _KEY, _shared_info()).derive(shared)
    point = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    originator = der.sequence(der.oid(names.OID_EC_KEY)), der.bit_string(point)
    wrapped = der.octet_string(aes_key_wrap(kek, key))
    return der.context(
        1,
        der.integer(3),
        der.context(0, der.context(1, *originator)),
        der.sequence(der.oid(agreement.oid), _wrap()),
        der.sequence(der.sequence(issuer_and_serial(certificate), wrapped)),
    )


def _wrap() -> bytes:
    return der.sequence(der.oid(names.OID_AES256_WRAP))


def _shared_info() -> bytes:
    """ECC-CMS-SharedInfo: the wrap algorithm and the length of its key in bits (RFC 5753 §7.2)."""
    bits = (8 * _KEY).to_bytes(4, "big")
    return der.sequence(_wrap(), der.context(2, der.octet_string(bits)))
