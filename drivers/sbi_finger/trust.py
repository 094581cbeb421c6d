"""Whether a signed block was made by a device that the provider certified.

RS256 under the key of x5c[0]; that certificate is issued by one of the anchors directly, both
are in force, and no RSA key has less than 2048 bits. Devices change keys every month, so a key
is never pinned: the provider is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from drivers.wire import sbi_jws
from station.errors import AttestationInvalid

if TYPE_CHECKING:
    from datetime import datetime

_LEAST_BITS = 2048
_HASHES = (SHA256, SHA384, SHA512)
_SIMULATION = "SIMULATION"


@dataclass(frozen=True, slots=True)
class Proven:
    """The payload of a block whose signature holds, under which key, and whether a laboratory's.

    `key` is the SubjectPublicKeyInfo, DER.
    """

    payload: dict[str, Any] = field(repr=False)
    key: bytes = field(repr=False)
    simulated: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures hold, at which moment."""

    anchors: tuple[x509.Certificate, ...]
    now: datetime
    tolerant: bool = False

    def prove(self, compact: str) -> Proven:
        """The payload of `compact`; raises `AttestationInvalid` or `ProtocolError`."""
        jws = sbi_jws.read(compact, tolerant=self.tolerant)
        certificate = _parsed(jws.certificate)
        issuer = self._issuer(certificate)
        _in_force(certificate, self.now, "the device")
        key = _rsa(certificate)
        try:
            key.verify(jws.signature, jws.signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            raise AttestationInvalid("the signature of the device does not hold") from None
        simulated = any(_SIMULATION in c.subject.rfc4514_string() for c in (certificate, issuer))
        spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return Proven(jws.payload, spki, simulated)

    def _issuer(self, certificate: x509.Certificate) -> x509.Certificate:
        """The anchor that certified the device, itself in force."""
        for anchor in self.anchors:
            if _issued(certificate, anchor):
                _in_force(anchor, self.now, "its provider")
                return anchor
        raise AttestationInvalid("the device is not certified by the provider this station trusts")


def anchors(pem: bytes) -> tuple[x509.Certificate, ...]:
    """The authorities in a PEM file; raises `ValueError` when one is none, or is too weak."""
    found = tuple(x509.load_pem_x509_certificates(pem))
    for certificate in found:
        if not _is_authority(certificate) or not _strong(certificate):
            raise ValueError("not the certificate of an authority")
    return found


def _parsed(der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise AttestationInvalid("the certificate of the device cannot be read") from error


def _issued(certificate: x509.Certificate, anchor: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(anchor)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return isinstance(certificate.signature_hash_algorithm, _HASHES)


def _in_force(certificate: x509.Certificate, now: datetime, whose: str) -> None:
    if now < certificate.not_valid_before_utc:
        raise AttestationInvalid(f"the certificate of {whose} is not valid yet")
    if now > certificate.not_valid_after_utc:
        raise AttestationInvalid(f"the certificate of {whose} has expired")


def _rsa(certificate: x509.Certificate) -> RSAPublicKey:
    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError) as error:
        raise AttestationInvalid("the key of the device cannot be read") from error
    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_BITS:
        raise AttestationInvalid("the key of the device is too weak, or not RSA")
    return key


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _strong(certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    return not isinstance(key, RSAPublicKey) or key.key_size >= _LEAST_BITS
