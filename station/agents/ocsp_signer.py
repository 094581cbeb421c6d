"""Who signed an OCSP response: the issuer itself, or a responder it named (RFC 6960 §4.2.2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from station.errors import RevocationInvalid
from station.unreadable import UNREADABLE

if TYPE_CHECKING:
    from cryptography.x509 import ocsp

_RESPONDERS: Final = 4  # certificates that a response may bring


def check_ocsp(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> None:
    """Raise `RevocationInvalid` unless `issuer`, or a responder it certified, signed `answer`."""
    try:
        if not any(_signed(answer, signer) for signer in _signers(answer, issuer)):
            raise RevocationInvalid("an OCSP response that its authority did not sign")
    except UNREADABLE as error:
        raise RevocationInvalid("an OCSP response whose signature cannot be read") from error


def about(one: ocsp.OCSPSingleResponse, issuer: x509.Certificate) -> bool:
    """Whether the answer is about a certificate of `issuer` (CertID, RFC 6960 §4.1.1)."""
    try:
        algorithm = one.hash_algorithm
    except UnsupportedAlgorithm:
        return False
    name = _hash(algorithm, issuer.subject.public_bytes())
    return (one.issuer_name_hash, one.issuer_key_hash) == (name, _hash(algorithm, _bits(issuer)))


def _signers(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> list[x509.Certificate]:
    delegated = answer.certificates[:_RESPONDERS]
    return [issuer, *(c for c in delegated if _delegated(c, issuer, answer))]


def _delegated(
    certificate: x509.Certificate, issuer: x509.Certificate, answer: ocsp.OCSPResponse
) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, x509.ExtensionNotFound, *UNREADABLE):
        return False
    begun = certificate.not_valid_before_utc <= answer.produced_at_utc
    ended = answer.produced_at_utc > certificate.not_valid_after_utc
    return ExtendedKeyUsageOID.OCSP_SIGNING in usages and begun and not ended


def _signed(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, algorithm = signer.public_key(), answer.signature_hash_algorithm
    if algorithm is None:
        return False
    signature, said = answer.signature, answer.tbs_response_bytes
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, said, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, said, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _bits(issuer: x509.Certificate) -> bytes:
    """The public key as RFC 6960 hashes it: what is inside the BIT STRING."""
    key = issuer.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        point = serialization.PublicFormat.UncompressedPoint
        return key.public_bytes(serialization.Encoding.X962, point)
    if isinstance(key, rsa.RSAPublicKey):
        form = serialization.PublicFormat.PKCS1
        return key.public_bytes(serialization.Encoding.DER, form)
    return b""


def _hash(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()
