"""What the CERT signs: JWS (RFC 7515), ES384, by the certificate that the settings pin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
from cryptography import x509

from station.errors import ConfigError, ReceiptInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from station.outbox.store import Entry

ISSUER = "CERT"
_MAX_TOKEN = 16 * 1024  # characters


@dataclass(frozen=True, slots=True)
class Receipt:
    """The CERT holds the package whose SHA-256 this is."""

    dossier: str
    numero: str
    sha256: str


def pinned(path: Path) -> x509.Certificate:
    """The certificate that signs receipts and decisions; raises `ConfigError`."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path.name}: no certificate of the CERT") from error


def claims(token: str, kind: str, certificate: x509.Certificate) -> dict[str, Any]:
    """What `token`, a `receipt` or a `decision`, says; raises `ReceiptInvalid` unless it holds."""
    if len(token) > _MAX_TOKEN:
        raise ReceiptInvalid("longer than any receipt")
    key: Any = certificate.public_key()
    try:
        header = jwt.get_unverified_header(token)
        said: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["ES384"],
            issuer=ISSUER,
            options={"require": ["iss", "iat", "dossier", "numero", "sha256"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise ReceiptInvalid(f"not signed by the CERT: {type(error).__name__}") from error
    if header.get("typ") != kind:
        raise ReceiptInvalid(f"not a {kind}")
    return said


def check_receipt(token: str, entry: Entry, certificate: x509.Certificate) -> Receipt:
    """Believe `token` only if it is signed by the CERT and about this very package."""
    said = claims(token, "receipt", certificate)
    receipt = Receipt(str(said["dossier"]), str(said["numero"]), str(said["sha256"]))
    if receipt != Receipt(str(entry.id), entry.numero, entry.sha256):
        raise ReceiptInvalid("about another package")
    return receipt
