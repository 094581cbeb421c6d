"""Is a certificate revoked: CRL (RFC 5280 §5) and OCSP responses (RFC 6960) out of a folder.

The files arrive by hand or by the administrator's own distribution; the station fetches nothing.
A file of an authority that the station does not know is left alone; one that claims a known
authority and is not signed by it is an error, never a file to skip.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, unique
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import ocsp

from station import bounded
from station.agents.ocsp_signer import about, check_ocsp
from station.errors import CardRevoked, RevocationInvalid, RevocationStale
from station.unreadable import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from station.agents.chain import Chain
    from station.rules.agents import AgeRevocation

_MAX_FILE: Final = 16 * 1024 * 1024  # bytes; the CRL of a large authority has some megabytes
_MAX_FILES: Final = 256
_DAY: Final = timedelta(days=1)


@unique
class Level(IntEnum):
    """How old revocation data is, by the limits of the rules."""

    FRESH = 0
    INFO = 1
    WARN = 2
    REFUSE = 3


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the oldest piece of revocation data that was used was signed; None: none asked for."""

    since: datetime | None
    days: int
    level: Level

    @property
    def notice(self) -> str:
        """What the agent is told, French; empty when there is nothing to say."""
        if self.since is None:
            return "Révocation des cartes non vérifiée : aucun dossier n’est réglé."
        if self.level is Level.FRESH:
            return ""
        told = f"Liste de révocation du {self.since:%d/%m/%Y} ({self.days} j)"
        return told + (" : la faire mettre à jour." if self.level is Level.WARN else ".")


UNCHECKED: Final = Freshness(None, 0, Level.WARN)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one signed piece says of one certificate."""

    since: datetime
    until: datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything in the folder that could be read; nothing in it is believed yet."""

    crls: tuple[x509.CertificateRevocationList, ...] = ()
    answers: tuple[ocsp.OCSPResponse, ...] = ()

    def oldest(self) -> datetime | None:
        """The earliest date that a file gives itself; None for an empty folder."""
        dates = [crl.last_update_utc for crl in self.crls]
        dates += [one.this_update_utc for answer in self.answers for one in answer.responses]
        return min(dates, default=None)


def load_folder(folder: Path) -> Folder:
    """Read each file once; raises `RevocationInvalid` for one that is neither CRL nor OCSP."""
    crls: list[x509.CertificateRevocationList] = []
    answers: list[ocsp.OCSPResponse] = []
    for name, data in _files(folder):
        read = read_file(name, data)
        if isinstance(read, x509.CertificateRevocationList):
            crls.append(read)
        else:
            answers.append(read)
    return Folder(tuple(crls), tuple(answers))


def read_file(name: str, data: bytes) -> x509.CertificateRevocationList | ocsp.OCSPResponse:
    """A CRL (DER or PEM) or an OCSP response (DER); raises `RevocationInvalid`."""
    if data.lstrip().startswith(b"-----BEGIN"):
        return _crl(name, data, x509.load_pem_x509_crl)
    try:
        answer = ocsp.load_der_ocsp_response(data)
    except (ValueError, UnsupportedAlgorithm):
        return _crl(name, data, x509.load_der_x509_crl)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise RevocationInvalid(f"{name}: the responder gave no answer")
    return answer


def check(path: Chain, folder: Folder, limits: AgeRevocation, now: datetime) -> Freshness:
    """How old what is known of each certificate of `path` is, its anchor apart.

    Raises `CardRevoked`, `RevocationStale` when one of them has no data young enough, and
    `RevocationInvalid` for data that its authority did not sign.
    """
    known: list[_Said] = []
    for certificate, issuer in pairwise(path):
        said = _newest(folder, certificate, issuer, leaf=certificate is path[0])
        name = f"certificate {certificate.serial_number:x}"
        if any(one.revoked for one in said):
            raise CardRevoked(f"{name} is revoked")
        if not said:
            raise RevocationStale(f"no revocation data of {name}")
        known.append(max(said, key=_since))
        _check_age(known[-1], limits, now, name)
    return _freshness(known, limits, now) if known else UNCHECKED


def _since(said: _Said) -> datetime:
    return said.since


def _check_age(said: _Said, limits: AgeRevocation, now: datetime, name: str) -> None:
    if said.since > now + timedelta(minutes=limits.horloge_min):
        raise RevocationInvalid("revocation data signed in the future: is the clock right?")
    days = (now - said.since) // _DAY
    if days >= limits.refuse:
        raise RevocationStale(f"revocation data of {name}: {days} days old")


def _freshness(known: list[_Said], limits: AgeRevocation, now: datetime) -> Freshness:
    since = min(map(_since, known))
    days = max(0, (now - since) // _DAY)
    late = any(one.until is not None and one.until < now for one in known)
    if days >= limits.warn or late:
        return Freshness(since, days, Level.WARN)
    return Freshness(since, days, Level.INFO if days >= limits.info else Level.FRESH)


def _newest(
    folder: Folder, certificate: x509.Certificate, issuer: x509.Certificate, *, leaf: bool
) -> list[_Said]:
    """The newest CRL and the newest OCSP answer about `certificate`, where there are any."""
    kinds = (
        list(_by_crl(folder, certificate, issuer, leaf=leaf)),
        list(_by_ocsp(folder, certificate, issuer)),
    )
    return [max(said, key=_since) for said in kinds if said]


def _by_crl(
    folder: Folder, certificate: x509.Certificate, issuer: x509.Certificate, *, leaf: bool
) -> Iterator[_Said]:
    for crl in folder.crls:
        if crl.issuer != issuer.subject:
            continue
        _check_crl(crl, issuer)
        if _covers(crl, leaf=leaf):
            entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
            yield _Said(crl.last_update_utc, crl.next_update_utc, entry is not None)


def _check_crl(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> None:
    try:
        signed = crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # checked there
        may_sign = _signs_lists(issuer)
    except UNREADABLE as error:
        raise RevocationInvalid("a CRL with a signature of an unknown kind") from error
    if not signed:
        raise RevocationInvalid("a CRL that its authority did not sign")
    if not may_sign:
        raise RevocationInvalid("a CRL by an authority whose key is not for CRLs")


def _signs_lists(issuer: x509.Certificate) -> bool:
    """RFC 5280 §6.3.3 (f): where the authority says what its key is for, CRLs must be among it."""
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _covers(crl: x509.CertificateRevocationList, *, leaf: bool) -> bool:
    """Whether silence of the CRL says that a certificate is good; raises `RevocationInvalid`.

    It does not in a delta, in an indirect CRL, in one of some reasons or of other certificates
    (RFC 5280 §5.2.4, §5.2.5).
    """
    try:
        extensions = list(crl.extensions)
    except UNREADABLE as error:
        raise RevocationInvalid("a CRL whose extensions cannot be read") from error
    for extension in extensions:
        match extension.value:
            case x509.DeltaCRLIndicator():
                return False
            case x509.IssuingDistributionPoint() as point:
                if not _whole(point, leaf=leaf):
                    return False
            case _ if extension.critical:
                raise RevocationInvalid("a CRL with a critical extension that is not known")
    return True


def _whole(point: x509.IssuingDistributionPoint, *, leaf: bool) -> bool:
    others = point.only_contains_ca_certs if leaf else point.only_contains_user_certs
    partial = point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs
    return not (others or partial)


def _by_ocsp(
    folder: Folder, certificate: x509.Certificate, issuer: x509.Certificate
) -> Iterator[_Said]:
    for answer in folder.answers:
        matching = [
            one
            for one in answer.responses
            if one.serial_number == certificate.serial_number and about(one, issuer)
        ]
        if matching:
            check_ocsp(answer, issuer)
        for one in matching:
            if one.certificate_status is not ocsp.OCSPCertStatus.UNKNOWN:
                revoked = one.certificate_status is ocsp.OCSPCertStatus.REVOKED
                yield _Said(one.this_update_utc, one.next_update_utc, revoked)


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    try:
        paths = sorted(p for p in folder.iterdir() if p.is_file() and p.name[0] != ".")
        if len(paths) > _MAX_FILES:
            raise RevocationInvalid(f"{folder.name} holds more than {_MAX_FILES} files")
    except OSError as error:
        raise RevocationInvalid(f"{folder.name}: {error.strerror}") from error
    for path in paths:
        yield path.name, bounded.content(path, _MAX_FILE, RevocationInvalid)


def _crl(
    name: str, data: bytes, load: Callable[[bytes], x509.CertificateRevocationList]
) -> x509.CertificateRevocationList:
    try:
        crl = load(data)
        _ = crl.issuer  # read late, and may be what is damaged
        return crl
    except (ValueError, x509.InvalidVersion) as error:
        raise RevocationInvalid(f"{name} is neither a CRL nor an OCSP response") from error
