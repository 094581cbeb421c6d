"""Passive authentication: are the data of the chip those that the State signed (9303-11, 5.1).

Each question stands alone, in this order; one that hangs on a failed one is not performed.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from station.capture import TitleFile
from station.errors import ChipFileInvalid, SignedDataInvalid
from station.title import algorithms, cms, lds, trust
from station.title.findings import Finding, Status, failed, not_performed, verified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from station.title.certificates import Certificate
    from station.title.lds import SecurityObject
    from station.title.trust import TrustStore

_CHAIN = ("signature", "signer", "validity", "revocation")
_COUNTRIES = {"FRA": "FR", "UTO": "UT"}  # of zones and of certificates: 9303-3, 5
_HOUR = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Passive:
    """The findings, and the signer that they are about."""

    findings: tuple[Finding, ...]
    signer: Certificate | None = field(default=None, repr=False)

    @property
    def simulated(self) -> bool:
        """Whether the signer is of a laboratory."""
        return self.signer is not None and self.signer.simulated

    def proven(self, file: TitleFile) -> Status:
        """Whether the State signed this file: every question about it was answered well.

        A revocation list that is missing or old leaves it proven, with its finding beside it.
        """
        found = {finding.check: finding.status for finding in self.findings}
        asked = [found.get(check, Status.NOT_PERFORMED) for check in (*_CHAIN[:3], file)]
        if Status.FAILED in (*asked, found.get("revocation")):
            return Status.FAILED
        return Status.NOT_PERFORMED if Status.NOT_PERFORMED in asked else Status.VERIFIED


def authenticate(
    files: Mapping[TitleFile, bytes], store: TrustStore | None, today: date
) -> Passive:
    """Every question about the signed data of `files`, asked of `store`."""
    try:
        security = lds.sod(files[TitleFile.SOD])
    except (ChipFileInvalid, SignedDataInvalid, KeyError) as error:
        first = failed("object", "malformed", str(error))
        rest = (not_performed(check, "malformed") for check in (*_CHAIN, *_groups(files)))
        return Passive((first, *rest))
    signer = trust.signer_of(security.signed)
    findings = (
        verified("object", "well-formed", f"{len(security.hashes)} data groups"),
        *_of_signer(security, signer, store, today),
        *_of_list(files, security),
        *_of_groups(files, security),
    )
    return Passive(findings, signer)


def country(passive: Passive, issuer: str) -> Finding:
    """Whether the State of the zone is that of the signer."""
    wanted = _COUNTRIES.get(issuer)
    if wanted is None or passive.signer is None:
        return not_performed("country", "no-table", issuer)
    if passive.signer.country != wanted:
        return failed("country", "differs", f"zone {issuer}, signer {passive.signer.country}")
    return verified("country", "same", wanted)


def _of_signer(
    security: SecurityObject,
    signer: Certificate | None,
    store: TrustStore | None,
    today: date,
) -> Iterator[Finding]:
    if signer is None:
        for check in _CHAIN:
            yield not_performed(check, "no-certificate")
        return
    yield _signature(security, signer)
    if store is None:
        yield not_performed("signer", "no-trust-list")
        yield not_performed("validity", "no-trust-list")
        yield not_performed("revocation", "no-trust-list")
        return
    authority = store.issuer(signer)
    yield _chain(signer, authority, store)
    if authority is None:
        yield not_performed("validity", "unknown-authority")
        yield not_performed("revocation", "unknown-authority")
        return
    yield _validity(security, (signer, authority), today)
    yield _revocation(signer, authority, store, today)


def _signature(security: SecurityObject, signer: Certificate) -> Finding:
    label = security.signed.signer.scheme.label
    try:
        cms.verify(security.signed, signer.key)
    except SignedDataInvalid as error:
        return failed("signature", "wrong", str(error))
    return verified("signature", "holds", label)


def _chain(signer: Certificate, authority: Certificate | None, store: TrustStore) -> Finding:
    if not signer.signs_documents:
        return failed("signer", "misused", signer.label)
    if authority is not None:
        return verified("signer", "chain", f"{signer.label}, {authority.label}")
    if store.named(signer):
        return failed("signer", "not-issued", signer.label)
    return failed("signer", "unknown-authority", signer.label)


def _validity(security: SecurityObject, chain: tuple[Certificate, ...], today: date) -> Finding:
    """At the time of signature where the signer says it, else today."""
    moment = security.signed.time or datetime.combine(today, _HOUR)
    fact = f"signed {moment:%Y-%m-%d}"
    if moment.date() > today or not all(one.is_valid_at(moment) for one in chain):
        return failed("validity", "out-of-time", fact)
    return verified("validity", "in-time", fact)


def _revocation(
    signer: Certificate, authority: Certificate, store: TrustStore, today: date
) -> Finding:
    found = store.of(authority)
    if found is None:
        return not_performed("revocation", "no-crl", authority.label)
    fact = f"list of {found.age(today)} days"
    if signer.serial in found.serials:
        return failed("revocation", "revoked", fact)
    if found.until is not None and found.until.date() < today:
        return not_performed("revocation", "crl-expired", fact)
    return verified("revocation", "not-revoked", fact)


def _of_list(files: Mapping[TitleFile, bytes], security: SecurityObject) -> Iterator[Finding]:
    """EF.COM is signed by nobody: it must list what EF.SOD lists, or a group was hidden."""
    if TitleFile.COM not in files:
        yield not_performed("list", "absent")
        return
    try:
        same = lds.com(files[TitleFile.COM]) == security.hashes.keys()
    except ChipFileInvalid as error:
        yield failed("list", "malformed", str(error))
        return
    yield verified("list", "same") if same else failed("list", "differs")


def _of_groups(files: Mapping[TitleFile, bytes], security: SecurityObject) -> Iterator[Finding]:
    for number in sorted({*security.hashes, *(int(g[2:]) for g in _groups(files))}):
        check = f"dg{number}"
        data = files.get(TitleFile(check)) if check in _KNOWN else None
        if data is None:
            reason = "no-inspection" if check == TitleFile.DG3 else "not-read"
            yield not_performed(check, reason)
        elif number not in security.hashes:
            yield failed(check, "unlisted")
        else:
            found = algorithms.digest(security.hash, data)
            same = hmac.compare_digest(found, security.hashes[number])
            yield verified(check, "same") if same else failed(check, "differs")


_KNOWN = frozenset(file.value for file in TitleFile)


def _groups(files: Mapping[TitleFile, bytes]) -> list[str]:
    return [file for file in files if file.startswith("dg")]
