"""What a service signs: JWS (RFC 7515), ES384, by the certificate that the settings pin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
from cryptography import x509

from station import bounded
from station.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

_MAX_FILE = 64 * 1024  # bytes


class NotSigned(Exception):
    """The token does not hold; the message says why, without a word of the token."""


def pinned(path: Path, owner: str) -> x509.Certificate:
    """The certificate that signs for `owner`, from a PEM file; raises `ConfigError`."""
    try:
        return x509.load_pem_x509_certificate(bounded.content(path, _MAX_FILE, ConfigError))
    except ValueError as error:
        raise ConfigError(f"{path.name}: no certificate of {owner}") from error


def claims(
    token: str, kind: str, issuer: str, certificate: x509.Certificate, ahead: float = 0.0
) -> dict[str, Any]:
    """What `token` of type `kind` says, when `issuer` signed it; raises `NotSigned`.

    Its clock may be `ahead` seconds before ours. Keys in the header are not looked at.
    """
    key: Any = certificate.public_key()
    try:
        header = jwt.get_unverified_header(token)
        said: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["ES384"],
            issuer=issuer,
            leeway=ahead,
            options={"require": ["iss", "iat"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise NotSigned(type(error).__name__) from error
    if header.get("typ") != kind:
        raise NotSigned(f"not a {kind}")
    return said
