"""How a card signs a message, by the name of the mechanism: what is hashed, padded and checked.

The names are those of `station.device.Mechanism`. Cards that only do the raw operation get the
encoded block from here (EMSA of RFC 8017, 9.1 and 9.2; hash of FIPS 186-5, 6.4).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from station.errors import CardKeyWrong, CardUnknown, MechanismUnsupported, ProtocolError

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
RSA_PKCS1, RSA_PSS, ECDSA = "rsa-pkcs1", "rsa-pss", "ecdsa"
_SIMULATION = "SIMULATION"  # stands in every name of a simulated authority
_MALFORMED = (
    ValueError, TypeError,
    x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
)  # fmt: skip
# DigestInfo before the hash: RFC 8017 9.2, note 1
_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
}
_HASHES: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to sign: the family of the key, and the hash."""

    family: str
    hash: str


SCHEMES = {
    "rsa-pkcs1-sha256": Scheme(RSA_PKCS1, "sha256"),
    "rsa-pss-sha256": Scheme(RSA_PSS, "sha256"),
    "ecdsa-sha256": Scheme(ECDSA, "sha256"),
    "ecdsa-sha384": Scheme(ECDSA, "sha384"),
}


def scheme(public: PublicKey, mechanism: str | None) -> Scheme:
    """The scheme called `mechanism`, or the usual one of the key; raises `MechanismUnsupported`."""
    elliptic = isinstance(public, ec.EllipticCurvePublicKey)
    chosen = SCHEMES.get(mechanism or ("ecdsa-sha256" if elliptic else "rsa-pkcs1-sha256"))
    if chosen is None or (chosen.family == ECDSA) is not elliptic:
        raise MechanismUnsupported(f"{mechanism} with a key of {public.key_size} bits")
    return chosen


def certificate(der: bytes) -> x509.Certificate:
    """A certificate as a card gave it; raises `ProtocolError`.

    The library reads names, dates and extensions only when they are asked for: here they are all
    read once, so that nobody after meets a malformed one.
    """
    try:
        held = x509.load_der_x509_certificate(der)
        _ = held.issuer, held.subject, held.extensions
        _ = held.not_valid_before_utc, held.not_valid_after_utc
    except _MALFORMED as error:
        raise ProtocolError("certificate of the card is not X.509") from error
    return held


def public_key(der: bytes) -> PublicKey:
    """The key of a certificate that a card gave; raises `ProtocolError`, `CardUnknown`."""
    try:
        key = certificate(der).public_key()
    except (*_MALFORMED, UnsupportedAlgorithm) as error:
        raise CardUnknown("its certificate holds a key of an unknown kind") from error
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return key
    raise CardUnknown("its certificate holds a key that is neither RSA nor elliptic")


def sound(der: bytes) -> bytes:
    """`der`, once it was read as a certificate of a key we know; raises as `public_key`."""
    public_key(der)
    return der


def simulated(der: bytes) -> bool:
    """Whether an authority of a laboratory issued the certificate; raises `ProtocolError`."""
    return any(_SIMULATION in str(name.value) for name in certificate(der).issuer)


def check(public: PublicKey, signature: bytes, message: bytes, way: Scheme) -> None:
    """Raise `CardKeyWrong` unless `signature` is that of `message` by the key of `public`."""
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, message, ec.ECDSA(algorithm(way)))
        else:
            public.verify(signature, message, rsa_padding(way), algorithm(way))
    except InvalidSignature as error:
        raise CardKeyWrong("a signature that its certificate does not verify") from error


def algorithm(way: Scheme) -> hashes.HashAlgorithm:
    """The hash, for the library that signs and verifies."""
    return _HASHES[way.hash]


def rsa_padding(way: Scheme) -> padding.AsymmetricPadding:
    """The padding, for the library that signs and verifies; a salt as long as the hash."""
    if way.family == RSA_PSS:
        return padding.PSS(padding.MGF1(algorithm(way)), algorithm(way).digest_size)
    return padding.PKCS1v15()


def digest(message: bytes, way: Scheme) -> bytes:
    """The hash of `message`."""
    return hashlib.new(way.hash, message).digest()


def digest_info(message: bytes, way: Scheme) -> bytes:
    """The hash of `message` in its DigestInfo, DER."""
    return _INFO[way.hash] + digest(message, way)


def block(message: bytes, bits: int, way: Scheme) -> bytes:
    """What the private operation of a key of `bits` is applied to: as wide as the modulus or field.

    A hash shorter than the field stands behind zeros, a longer one is cut (SP 800-73-5 part 2).
    """
    size = bits // 8
    if way.family == ECDSA:
        return digest(message, way)[:size].rjust(size, b"\x00")
    if way.family == RSA_PSS:
        return _pss(digest(message, way), size, way.hash)
    info = digest_info(message, way)
    return b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info


def _pss(hashed: bytes, size: int, name: str) -> bytes:
    """EMSA-PSS with a salt as long as the hash, for a modulus of whole bytes (RFC 8017, 9.1.1)."""
    salt = secrets.token_bytes(len(hashed))
    inner = hashlib.new(name, bytes(8) + hashed + salt).digest()
    data = (b"\x01" + salt).rjust(size - len(inner) - 1, b"\x00")
    mask = _mgf1(inner, len(data), name)
    masked = bytearray(a ^ b for a, b in zip(data, mask, strict=True))
    masked[0] &= 0x7F  # the block has one bit less than the modulus
    return bytes(masked) + inner + b"\xbc"


def _mgf1(seed: bytes, size: int, name: str) -> bytes:
    """The mask of RFC 8017, B.2.1."""
    rounds = -(-size // hashlib.new(name).digest_size)
    parts = (hashlib.new(name, seed + i.to_bytes(4, "big")).digest() for i in range(rounds))
    return b"".join(parts)[:size]
