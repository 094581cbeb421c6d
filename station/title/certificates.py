"""Certificates of document signers and of their authorities, and revocation lists (9303-12, 7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from cryptography import x509
from cryptography.x509.oid import NameOID

from station.errors import RecordInvalid, SignedDataInvalid
from station.records import der
from station.title import algorithms, asn1, keys
from station.unreadable import UNREADABLE

if TYPE_CHECKING:
    from datetime import date, datetime

    from station.title.algorithms import Scheme
    from station.title.keys import Key


T = TypeVar("T", bound=x509.ExtensionType)
_LIST_SIGNER = x509.ObjectIdentifier("2.23.136.1.1.3")
_SIMULATION = "SIMULATION"  # stands in every name of a simulated authority


@dataclass(frozen=True, slots=True)
class Proof:
    """What a signature covers, how it was made, and the signature."""

    scheme: Scheme
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def by(self, key: Key) -> bool:
        """Whether `key` made it."""
        try:
            algorithms.verify(key, self.scheme, self.signature, self.signed)
        except SignedDataInvalid:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Certificate:
    """What of a certificate is looked at; names are DER, and compared as bytes."""

    subject: bytes
    issuer: bytes
    serial: int
    country: str
    label: str
    since: datetime
    until: datetime
    key: Key = field(repr=False)
    key_id: bytes
    authority_key_id: bytes
    is_authority: bool
    signs_documents: bool
    signs_lists: bool
    proof: Proof = field(repr=False)

    @property
    def simulated(self) -> bool:
        """Whether its names say that it is of a laboratory."""
        return _SIMULATION.encode() in self.subject + self.issuer

    def is_valid_at(self, moment: datetime) -> bool:
        """Whether `moment` lies in its time."""
        return self.since <= moment <= self.until


@dataclass(frozen=True, slots=True)
class Revocations:
    """A revocation list of one authority; `until` is None when it does not say."""

    issuer: bytes
    since: datetime
    until: datetime | None
    serials: frozenset[int]
    proof: Proof = field(repr=False)

    def age(self, today: date) -> int:
        """Days since it was made."""
        return (today - self.since.date()).days


def read(data: bytes) -> Certificate:
    """A certificate; raises `SignedDataInvalid` for one that cannot be read or believed."""
    try:
        found = x509.load_der_x509_certificate(data)
        return _certificate(found, _proof(data))
    except (*UNREADABLE, RecordInvalid) as error:
        raise SignedDataInvalid(f"a certificate that cannot be read: {error}") from error


def read_revocations(data: bytes) -> Revocations:
    """A revocation list, DER; raises `SignedDataInvalid`."""
    try:
        found = x509.load_der_x509_crl(data)
        _check_whole(found.extensions)
        return Revocations(
            issuer=found.issuer.public_bytes(),
            since=found.last_update_utc,
            until=found.next_update_utc,
            serials=frozenset(entry.serial_number for entry in found),
            proof=_proof(data),
        )
    except (*UNREADABLE, RecordInvalid) as error:
        raise SignedDataInvalid("a revocation list that cannot be read") from error


def _check_whole(extensions: x509.Extensions) -> None:
    """Raise `RecordInvalid` for a list that is a part, or that asks for what is not understood.

    A delta, or a list of some certificates, says nothing by its silence (RFC 5280, 5.2.4, 5.2.5).
    """
    for extension in extensions:
        if extension.critical or isinstance(extension.value, x509.DeltaCRLIndicator):
            raise RecordInvalid(f"a revocation list with {extension.oid.dotted_string}")


def _proof(data: bytes) -> Proof:
    """The three parts of anything that X.509 signs."""
    signed, algorithm, signature = asn1.expect(der.read(data), asn1.SEQUENCE, 3)
    return Proof(algorithms.scheme(algorithm), signed.whole, asn1.bits(signature))


def _certificate(found: x509.Certificate, proof: Proof) -> Certificate:
    country = found.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    common = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    is_authority, signs = _uses(found.extensions)
    of_lists = _is_for_lists(found.extensions)
    return Certificate(
        subject=found.subject.public_bytes(),
        issuer=found.issuer.public_bytes(),
        serial=found.serial_number,
        country=str(country[0].value).upper() if country else "",
        label=str(common[0].value)[:64] if common else "",
        since=found.not_valid_before_utc,
        until=found.not_valid_after_utc,
        key=keys.read(_key_of(proof.signed)),
        key_id=_key_id(found.extensions),
        authority_key_id=_authority_key_id(found.extensions),
        is_authority=is_authority,
        signs_documents=signs and not of_lists,
        signs_lists=of_lists,
        proof=proof,
    )


def _key_of(signed: bytes) -> bytes:
    """The SubjectPublicKeyInfo: the sixth field after the version, or the fifth without one."""
    fields = der.read(signed).children
    rank = 6 if fields and fields[0].tag == 0xA0 else 5
    if len(fields) <= rank:
        raise RecordInvalid("a certificate without a key")
    return fields[rank].whole


def _uses(extensions: x509.Extensions) -> tuple[bool, bool]:
    """Whether the key may sign certificates, and documents; without key usage, both follow."""
    constraints = _extension(extensions, x509.BasicConstraints)
    usage = _extension(extensions, x509.KeyUsage)
    is_authority = constraints is not None and constraints.ca
    if usage is None:
        return is_authority, not is_authority
    return is_authority and usage.key_cert_sign, usage.digital_signature and not is_authority


def _is_for_lists(extensions: x509.Extensions) -> bool:
    """Whether the key is that of a master list signer, and so of no document (9303-12, 7.1.1)."""
    purposes = _extension(extensions, x509.ExtendedKeyUsage)
    return purposes is not None and _LIST_SIGNER in purposes


def _key_id(extensions: x509.Extensions) -> bytes:
    found = _extension(extensions, x509.SubjectKeyIdentifier)
    return found.digest if found is not None else b""


def _authority_key_id(extensions: x509.Extensions) -> bytes:
    found = _extension(extensions, x509.AuthorityKeyIdentifier)
    return (found.key_identifier or b"") if found is not None else b""


def _extension(extensions: x509.Extensions, kind: type[T]) -> T | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
