"""Whether a 2D-Doc holds: its signature against the certificates of a trust list. No I/O.

A certificate is known by its issuer's common name (the authority, FR01) and its own (4
characters). Revocation is not asked for: the station is on a closed network.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

from station.unreadable import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from station.codes.two_d_doc import TwoDDoc

_HASHES = {256: hashes.SHA256(), 384: hashes.SHA384(), 521: hashes.SHA512()}
_WIDTHS = {256: 32, 384: 48, 521: 66}  # bytes of r and of s


@unique
class Status(StrEnum):
    """What is proven of a 2D-Doc. Only VERIFIED is a proof."""

    VERIFIED = "verified"
    SIGNATURE_WRONG = "signature-wrong"
    UNKNOWN_AUTHORITY = "unknown-authority"
    EXPIRED = "expired"
    NOT_CHECKED = "not-checked"

    @property
    def phrase(self) -> str:
        """What the agent reads."""
        return _PHRASES[self]


_PHRASES = {
    Status.VERIFIED: "Signature vérifiée : le contenu du code est celui que l’émetteur a signé.",
    Status.SIGNATURE_WRONG: "Signature fausse : le code a été modifié ou fabriqué.",
    Status.UNKNOWN_AUTHORITY: "Autorité inconnue : rien ne prouve l’origine du code.",
    Status.EXPIRED: "Hors validité : la signature est bonne, mais pas à cette date.",
    Status.NOT_CHECKED: "Non vérifié : rien ne prouve l’origine du code.",
}


@dataclass(frozen=True, slots=True)
class Verification:
    """The status, and the fact behind it."""

    status: Status
    fact: str


@dataclass(frozen=True, slots=True)
class TrustList:
    """Authorities by identifier, and the signing certificates that each of them issued.

    `strays` are certificates that no listed authority issued; they prove nothing.
    """

    authorities: dict[str, tuple[x509.Certificate, ...]]
    signers: dict[tuple[str, str], tuple[x509.Certificate, ...]]
    strays: tuple[x509.Certificate, ...] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        certificates: Iterable[x509.Certificate],
        named: Iterable[tuple[str, x509.Certificate]] = (),
    ) -> TrustList:
        """A list of `certificates`, authorities and signers mixed.

        `named` are authorities with the identifier that a trusted list (TSL) gives them.
        """
        everything = tuple(certificates)
        authorities: dict[str, tuple[x509.Certificate, ...]] = {}
        own = [(_common_name(c), c) for c in everything if _is_authority(c)]
        for name, certificate in (*named, *own):
            authorities[name] = (*authorities.get(name, ()), certificate)
        signers: dict[tuple[str, str], tuple[x509.Certificate, ...]] = {}
        strays = []
        for leaf in (c for c in everything if not _is_authority(c)):
            issuers = [n for n, found in authorities.items() if _issued(leaf, found)]
            for name in issuers:
                key = (name, _common_name(leaf))
                signers[key] = (*signers.get(key, ()), leaf)
            if not issuers:
                strays.append(leaf)
        return cls(authorities, signers, tuple(strays))


def verify(doc: TwoDDoc, trust: TrustList | None, today: date) -> Verification:
    """What `trust` proves of `doc` on `today`; the annex is never part of it."""
    if trust is None:
        return Verification(Status.NOT_CHECKED, "no trust list in the settings")
    if doc.authority not in trust.authorities:
        return Verification(Status.UNKNOWN_AUTHORITY, f"{doc.authority} is not in the trust list")
    signers = trust.signers.get((doc.authority, doc.certificate), ())
    if not signers:
        fact = f"no certificate {doc.certificate} of {doc.authority} in the trust list"
        return Verification(Status.NOT_CHECKED, fact)
    for signer in signers:
        if _signed_by(doc, signer):
            issuers = trust.authorities[doc.authority]
            return _in_time(doc, (signer, *(i for i in issuers if _issued(signer, (i,)))), today)
    return Verification(Status.SIGNATURE_WRONG, "it is not signed by the certificate it names")


def _in_time(doc: TwoDDoc, chain: tuple[x509.Certificate, ...], today: date) -> Verification:
    """The signer and its issuers at the day of the signature, the document today."""
    signed = doc.signed or today
    if signed > today:
        return Verification(Status.EXPIRED, f"signed on {signed}, which has not come yet")
    signer, *issuers = chain
    if not _valid(signer, signed) or not any(_valid(i, signed) for i in issuers):
        return Verification(Status.EXPIRED, f"signed on {signed}, not in the time of its chain")
    if doc.expires is not None and doc.expires < today:
        return Verification(Status.EXPIRED, f"the document expired on {doc.expires}")
    return Verification(Status.VERIFIED, f"signed by {doc.certificate} of {doc.authority}")


def _signed_by(doc: TwoDDoc, signer: x509.Certificate) -> bool:
    try:
        key = signer.public_key()
    except UNREADABLE:
        return False
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.key_size not in _HASHES:
        return False
    width = _WIDTHS[key.key_size]
    if len(doc.signature) != 2 * width:
        return False
    r, s = (int.from_bytes(doc.signature[i : i + width], "big") for i in (0, width))
    with suppress(InvalidSignature):
        key.verify(encode_dss_signature(r, s), doc.signed_part, ec.ECDSA(_HASHES[key.key_size]))
        return True
    return False


def _valid(certificate: x509.Certificate, day: date) -> bool:
    return certificate.not_valid_before_utc.date() <= day <= certificate.not_valid_after_utc.date()


def _is_authority(certificate: x509.Certificate) -> bool:
    with suppress(x509.ExtensionNotFound, *UNREADABLE):
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    return False


def _issued(leaf: x509.Certificate, issuers: tuple[x509.Certificate, ...]) -> bool:
    for issuer in issuers:
        with suppress(InvalidSignature, *UNREADABLE):
            leaf.verify_directly_issued_by(issuer)
            return True
    return False


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""
