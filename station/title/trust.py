"""Whom the station believes about titles: authorities (CSCA) and their revocation lists. No I/O.

Authorities come as a master list (ICAO Doc 9303-12, 8 and 9): SignedData over
SEQUENCE { version, SET OF Certificate }.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.errors import RecordInvalid, SignedDataInvalid
from station.records import der
from station.title import asn1, certificates, cms

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from station.title.certificates import Certificate, Revocations

_MOST_AUTHORITIES = 4096


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Authorities and revocation lists; `unread` counts certificates of a list left out."""

    authorities: tuple[Certificate, ...] = field(repr=False)
    revocations: tuple[Revocations, ...] = field(default=(), repr=False)
    unread: int = 0
    signed_on: datetime | None = None

    def named(self, signer: Certificate) -> tuple[Certificate, ...]:
        """The authorities that bear the name of the signer's issuer."""
        return tuple(a for a in self.authorities if a.subject == signer.issuer)

    def issuer(self, signer: Certificate) -> Certificate | None:
        """The authority whose key signed `signer`; None when there is none."""
        return next((a for a in self.named(signer) if signer.proof.by(a.key)), None)

    def of(self, authority: Certificate) -> Revocations | None:
        """The newest revocation list that `authority` signed."""
        known = [
            one
            for one in self.revocations
            if one.issuer == authority.subject and one.proof.by(authority.key)
        ]
        return max(known, key=lambda one: one.since, default=None)


def of_master_list(
    data: bytes,
    revocations: Iterable[Revocations] = (),
    publisher: Certificate | None = None,
) -> TrustStore:
    """The store of a master list whose signature holds; raises `SignedDataInvalid`.

    Its signer has to be issued by `publisher`; without one, by an authority of the list itself,
    which proves that the list is whole and not who made it.
    """
    signed = cms.read(data, cms.MASTER_LIST)
    try:
        authorities, unread = _authorities(_listed(signed.content))
    except RecordInvalid as error:
        raise SignedDataInvalid(f"no master list: {error}") from error
    store = TrustStore(authorities, tuple(revocations), unread, signed.time)
    _check_signer(signed, store, publisher)
    return store


def _listed(content: bytes) -> tuple[der.Node, ...]:
    """The certificates, not looked into: a list holds hundreds of them."""
    (outer,) = der.shallow(content, 1)
    version, listed = der.shallow(outer.value, 2)
    if (outer.tag, version.whole, listed.tag) != (asn1.SEQUENCE, der.integer(0), asn1.SET):
        raise RecordInvalid("another version or shape")
    return der.shallow(listed.value, _MOST_AUTHORITIES)


def _authorities(parts: tuple[der.Node, ...]) -> tuple[tuple[Certificate, ...], int]:
    """Those that can be read and may issue; one that cannot is that State's own trouble."""
    found, unread = [], 0
    for part in parts:
        try:
            certificate = certificates.read(part.whole)
        except SignedDataInvalid:
            unread += 1
            continue
        if certificate.is_authority:
            found.append(certificate)
        else:
            unread += 1
    return tuple(found), unread


def _check_signer(signed: cms.SignedData, store: TrustStore, publisher: Certificate | None) -> None:
    signer = signer_of(signed)
    if signer is None:
        raise SignedDataInvalid("a master list without its signer's certificate")
    cms.verify(signed, signer.key)
    if not (signer.signs_lists or signer.is_authority):
        raise SignedDataInvalid("a master list signed by a key that is not for lists")
    if publisher is not None:
        issued = signer.issuer == publisher.subject and signer.proof.by(publisher.key)
    else:
        issued = store.issuer(signer) is not None
    if not issued:
        raise SignedDataInvalid("a master list that no known authority had signed")


def signer_of(signed: cms.SignedData) -> Certificate | None:
    """The certificate of the signer, when it came along and can be read."""
    for data in signed.certificates:
        try:
            certificate = certificates.read(data)
        except SignedDataInvalid:
            continue
        if signed.signer.is_by(certificate):
            return certificate
    return None
