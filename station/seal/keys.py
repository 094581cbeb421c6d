"""The keys of the station and the certificate of the CERT, checked before they are used."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from station import bounded
from station.errors import CertificateInvalid, SealError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_MAX_FILE: Final = 64 * 1024  # bytes
_SHA256: Final = hashes.SHA256()
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Signer(Protocol):
    """A key that signs, and its certificate: the station's file, the agent's card."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign `message` with SHA-256: ECDSA in DER, or RSA PKCS#1 v1.5."""
        ...


@dataclass(frozen=True, slots=True)
class FileSigner:
    """The station's signature key, read from a file that only its user can read."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Sign `message`; see `Signer`."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), _SHA256)
        return self.key.sign(message, ec.ECDSA(_SHA256))


def load_signer(certificate: Path, key: Path, now: datetime) -> FileSigner:
    """The station's key from two PEM files; `now` has a time zone.

    Raises `CertificateInvalid` outside the dates, `SealError` when the key is readable by others,
    is of another certificate, or is no key we sign with.
    """
    if key.exists() and key.stat().st_mode & _OTHERS:
        raise SealError(f"{key.name} is readable by others: its mode must be 0600")
    loaded = load_certificate(certificate, now)
    try:
        private = load_pem_private_key(bounded.content(key, _MAX_FILE, SealError), None)
    except (ValueError, TypeError) as error:
        raise SealError(f"{key.name} is no PEM private key without password") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise SealError(f"{key.name} is neither RSA nor elliptic")
    if private.public_key() != loaded.public_key():
        raise SealError(f"{key.name} is not the key of {certificate.name}")
    return FileSigner(loaded, private)


def load_certificate(path: Path, now: datetime) -> x509.Certificate:
    """A certificate from a PEM file; raises `SealError`, `CertificateInvalid` outside its dates."""
    try:
        certificate = x509.load_pem_x509_certificate(bounded.content(path, _MAX_FILE, SealError))
    except ValueError as error:
        raise SealError(f"{path.name} is no PEM certificate") from error
    check_dates(certificate, now)
    return certificate


def check_dates(certificate: x509.Certificate, now: datetime) -> None:
    """Raise `CertificateInvalid` when `now` is outside the validity of `certificate`."""
    serial = f"certificate {certificate.serial_number:x}"
    if now < certificate.not_valid_before_utc:
        raise CertificateInvalid(f"{serial} is not valid yet")
    if now > certificate.not_valid_after_utc:
        raise CertificateInvalid(f"{serial} has expired")


def check_signature(certificate: x509.Certificate, message: bytes, signature: bytes) -> None:
    """Raise `SealError` when `signature` over `message` is not by the key of `certificate`."""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), _SHA256)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(_SHA256))
        else:
            raise SealError("a signature key that is neither RSA nor elliptic")
    except InvalidSignature as error:
        raise SealError("the signature does not match its certificate") from error
