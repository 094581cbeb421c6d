"""The path from a card's certificate to an authority of the settings (RFC 5280 §6).

The path itself (signatures, dates, constraints, key usage of authorities) is verified by
`cryptography`; here stands which error each failure is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from station import bounded
from station.errors import (
    CardExpired,
    CardIssuerUnknown,
    CardUnknown,
    CertificateInvalid,
    SealError,
)
from station.seal.keys import check_dates
from station.unreadable import UNREADABLE

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from cryptography.x509.verification import Policy

_MAX_FILE: Final = 256 * 1024  # bytes
_MAX_CERTIFICATES: Final = 64
_DEPTH: Final = 3  # intermediates between a card and its anchor

Chain = tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class Authorities:
    """Who is trusted (`anchors`), and what may stand between them and a card."""

    anchors: Chain
    intermediates: Chain = ()


def load_authorities(anchors: Path, intermediates: Path | None) -> Authorities:
    """Both from PEM files of one or more certificates; raises `SealError`."""
    between = () if intermediates is None else _load(intermediates)
    return Authorities(_load(anchors), between)


def chain(certificate: x509.Certificate, authorities: Authorities, now: datetime) -> Chain:
    """`certificate`, its issuers, and an anchor last, all valid at `now`.

    Its key must be meant for signatures. Raises `CardExpired`, `CardIssuerUnknown`, `CardUnknown`
    for another use, and `CertificateInvalid` when an anchor itself is outside its dates.
    """
    _check_dates(certificate, now)
    _check_usage(certificate)
    _check_anchors(authorities.anchors, now)
    try:
        builder = PolicyBuilder().store(Store(list(authorities.anchors))).time(now)
        builder = builder.max_chain_depth(_DEPTH).extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(),
            ee_policy=ExtensionPolicy.permit_all().may_be_present(
                x509.BasicConstraints, Criticality.AGNOSTIC, _no_authority
            ),
        )
        verified = builder.build_client_verifier().verify(
            certificate, list(authorities.intermediates)
        )
    except (VerificationError, ValueError, UnsupportedAlgorithm) as error:
        # Its text may quote the subject, which names a person.
        raise CardIssuerUnknown("no valid path to an authority of the settings") from error
    return tuple(verified.chain)


def _check_dates(certificate: x509.Certificate, now: datetime) -> None:
    try:
        check_dates(certificate, now)
    except CertificateInvalid as error:
        raise CardExpired(str(error)) from error


def _check_usage(certificate: x509.Certificate) -> None:
    """RFC 5280 §4.2.1.3: what a card signs, login or dossier, its certificate must allow."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, *UNREADABLE) as error:
        raise CardUnknown("its certificate does not say what its key is for") from error
    if not (usage.digital_signature or usage.content_commitment):
        raise CardUnknown("its certificate is not for signatures")


def _check_anchors(anchors: Chain, now: datetime) -> None:
    if all(not a.not_valid_before_utc <= now <= a.not_valid_after_utc for a in anchors):
        raise CertificateInvalid("no authority of the settings is within its dates")


def _no_authority(
    _policy: Policy, _certificate: x509.Certificate, extension: x509.BasicConstraints | None
) -> None:
    if extension is not None and extension.ca:
        raise ValueError("an authority is no card")


def _load(path: Path) -> Chain:
    try:
        loaded = x509.load_pem_x509_certificates(bounded.content(path, _MAX_FILE, SealError))
    except (ValueError, x509.InvalidVersion) as error:
        raise SealError(f"{path.name} holds no certificates in PEM") from error
    if not 0 < len(loaded) <= _MAX_CERTIFICATES:
        raise SealError(f"{path.name} holds {len(loaded)} certificates")
    return tuple(loaded)
