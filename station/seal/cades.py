"""CAdES-BES: a detached CMS signature whose signed attributes name the certificate.

RFC 5652 §5, RFC 5035 §3, ETSI EN 319 122-1.

    SignedData { 1, {sha256}, { id-data }, [0] certificate, { SignerInfo } }
    SignerInfo { 1, issuer and serial, sha256, [0] attributes, algorithm, signature }
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from station.errors import SealError
from station.records import der
from station.seal import format as names
from station.seal.keys import check_dates, check_signature

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509

    from station.seal.keys import Signer

_SET, _ATTRIBUTES = b"\x31", b"\xa0"  # signed as a SET, stored as [0] (RFC 5652 §5.4)


def sign(data: bytes, signer: Signer, now: datetime) -> bytes:
    """The detached signature of `data`, DER.

    Raises `CertificateInvalid` outside the dates of the certificate, `SealError` when what came
    back does not verify with it, and whatever the signer raises.
    """
    certificate = signer.certificate
    check_dates(certificate, now)
    algorithm = _algorithm(certificate)
    attributes = _attributes(data, certificate, now)
    signature = signer.sign(attributes)
    check_signature(certificate, attributes, signature)
    info = der.sequence(
        der.integer(1),
        issuer_and_serial(certificate),
        _sha256(),
        _ATTRIBUTES + attributes.removeprefix(_SET),
        algorithm,
        der.octet_string(signature),
    )
    signed = der.sequence(
        der.integer(1),
        der.set_of(_sha256()),
        der.sequence(der.oid(names.OID_DATA)),
        der.context(0, certificate.public_bytes(Encoding.DER)),
        der.set_of(info),
    )
    return der.sequence(der.oid(names.OID_SIGNED_DATA), der.context(0, signed))


def issuer_and_serial(certificate: x509.Certificate) -> bytes:
    """IssuerAndSerialNumber (RFC 5652 §10.2.4)."""
    return der.sequence(certificate.issuer.public_bytes(), der.integer(certificate.serial_number))


def _attributes(data: bytes, certificate: x509.Certificate, now: datetime) -> bytes:
    return der.set_of(
        _attribute(names.OID_CONTENT_TYPE, der.oid(names.OID_DATA)),
        _attribute(names.OID_SIGNING_TIME, der.utc_time(now)),
        _attribute(names.OID_MESSAGE_DIGEST, der.octet_string(hashlib.sha256(data).digest())),
        _attribute(names.OID_SIGNING_CERTIFICATE_V2, _signing_certificate(certificate)),
    )


def _attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.oid(oid), der.set_of(value))


def _signing_certificate(certificate: x509.Certificate) -> bytes:
    """SigningCertificateV2; the hash algorithm is SHA-256, the DEFAULT, so DER omits it."""
    digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    issuer = der.sequence(der.context(4, certificate.issuer.public_bytes()))
    serial = der.sequence(issuer, der.integer(certificate.serial_number))
    return der.sequence(der.sequence(der.sequence(der.octet_string(digest), serial)))


def _sha256() -> bytes:
    return der.sequence(der.oid(names.OID_SHA256))


def _algorithm(certificate: x509.Certificate) -> bytes:
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return der.sequence(der.oid(names.OID_ECDSA_SHA256))
    if isinstance(key, rsa.RSAPublicKey):
        return der.sequence(der.oid(names.OID_RSA_SHA256), der.null())
    raise SealError("a signature key that is neither RSA nor elliptic")
