"""What the CERT signs: JWS (RFC 7515), ES384, by the certificate that the settings pin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from station import jws
from station.errors import ReceiptInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography import x509

    from station.outbox.tables import Entry

ISSUER = "CERT"
_MAX_TOKEN = 16 * 1024  # characters
_SAID = ("dossier", "numero", "sha256")  # by every token


@dataclass(frozen=True, slots=True)
class Receipt:
    """The CERT holds the package whose SHA-256 this is."""

    dossier: str
    numero: str
    sha256: str


def pinned(path: Path) -> x509.Certificate:
    """The certificate that signs receipts and decisions; raises `ConfigError`."""
    return jws.pinned(path, "the CERT")


def claims(token: str, kind: str, certificate: x509.Certificate) -> dict[str, Any]:
    """What `token`, a `receipt` or a `decision`, says; raises `ReceiptInvalid` unless it holds."""
    if len(token) > _MAX_TOKEN:
        raise ReceiptInvalid("longer than any receipt")
    try:
        said = jws.claims(token, kind, ISSUER, certificate)
    except jws.NotSigned as error:
        raise ReceiptInvalid(f"not signed by the CERT: {error}") from error
    if not all(name in said for name in _SAID):
        raise ReceiptInvalid("says too little")
    return said


def check_receipt(token: str, entry: Entry, certificate: x509.Certificate) -> Receipt:
    """Believe `token` only if it is signed by the CERT and about this very package."""
    said = claims(token, "receipt", certificate)
    receipt = Receipt(str(said["dossier"]), str(said["numero"]), str(said["sha256"]))
    if receipt != Receipt(str(entry.id), entry.numero, entry.sha256):
        raise ReceiptInvalid("about another package")
    return receipt
