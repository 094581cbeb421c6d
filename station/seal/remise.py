"""The message that titles were handed over: a JWS of the station, encrypted for the CERT.

docs/protocols/remise.md. The station signs alone: the agent is named by the fingerprint of a
certificate, and was logged in.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from station.errors import SealError
from station.seal import cms
from station.seal import format as names
from station.seal.keys import check_dates, check_signature
from station.seal.manifest import canonical

if TYPE_CHECKING:
    from uuid import UUID

    from cryptography import x509

    from station.dossier.acte_remise import ActeRemise
    from station.seal.keys import Signer
    from station.seal.manifest import SealContext

_DOOR = object()  # what only `seal_remise` can show
_P256 = 32  # bytes of each half of a signature (RFC 7518 §3.4)


@dataclass(frozen=True, slots=True)
class Sujet:
    """Which hand-over: its own id and number, the sealed dossier, the station, the agent."""

    id: UUID
    numero: str
    dossier: UUID
    numero_dossier: str
    sha256: str  # of the sealed dossier
    station: str
    agent: str  # SHA-256 of the signature certificate


@dataclass(frozen=True, slots=True)
class SealedRemise:
    """Bytes that may leave the room; only `seal_remise` makes one."""

    id: UUID
    numero: str
    sha256: str
    blob: bytes = field(repr=False)
    door: InitVar[object]

    def __post_init__(self, door: object) -> None:
        if door is not _DOOR:
            raise TypeError("only seal_remise makes a SealedRemise")


def seal_remise(
    acte: ActeRemise,
    sujet: Sujet,
    station: Signer,
    recipient: x509.Certificate,
    context: SealContext,
) -> SealedRemise:
    """Sign by the station and encrypt for `recipient`.

    Raises `CertificateInvalid` for a certificate outside its dates, `SealError` for a key that is
    neither P-256 nor RSA or a signature that does not verify.
    """
    check_dates(station.certificate, context.now)
    check_dates(recipient, context.now)
    token = _signed(canonical(_claims(acte, sujet, context)), station)
    blob = cms.encrypt(token, recipient)
    return SealedRemise(sujet.id, sujet.numero, hashlib.sha256(blob).hexdigest(), blob, _DOOR)


def _claims(acte: ActeRemise, sujet: Sujet, context: SealContext) -> dict[str, object]:
    return {
        "iss": sujet.station,
        "iat": int(context.now.timestamp()),
        "remise": str(sujet.id),
        "dossier": str(sujet.dossier),
        "numero": sujet.numero_dossier,
        "sha256": sujet.sha256,
        "agent": sujet.agent,
        "sequence": context.sequence,
        "precedent": context.precedent,
        "journal": context.journal,
        **acte.model_dump(mode="json"),
    }


def _signed(payload: bytes, station: Signer) -> bytes:
    """The compact JWS (RFC 7515 §7.1) of `payload`."""
    certificate = station.certificate
    shown = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    header = {"alg": _algorithm(certificate), "typ": names.REMISE_TYPE, "x5c": [shown]}
    signed = b".".join((_base64url(canonical(header)), _base64url(payload)))
    signature = station.sign(signed)
    check_signature(certificate, signed, signature)
    return b".".join((signed, _base64url(_raw(certificate, signature))))


def _algorithm(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "RS256"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        return "ES256"
    raise SealError("the station signs with neither RSA nor P-256")


def _raw(certificate: x509.Certificate, signature: bytes) -> bytes:
    """As JWS wants it: the two halves side by side where X.509 has them in DER."""
    if isinstance(certificate.public_key(), rsa.RSAPublicKey):
        return signature
    return b"".join(half.to_bytes(_P256, "big") for half in decode_dss_signature(signature))


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
