"""Titles of synthetic people for tests, made once: a State, its chips, what a reading gives."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding

from simulators.people import Person
from simulators.title_chip.issuer import Issuer
from simulators.title_chip.making import Making, title
from simulators.title_chip.profile import Active, Profile
from simulators.title_chip.title import Kind, Title
from station.capture import Provenance, TitleFile, TitleKey, TitleReading
from station.title import certificates, trust

if TYPE_CHECKING:
    from cryptography import x509

CHALLENGE = bytes(range(8))
TODAY: date = datetime.now(UTC).date()
HOLDER = Person(90)


@cache
def state() -> Issuer:
    """The State that signs the titles of all tests of this process."""
    return Issuer.new()


@cache
def made(kind: Kind = Kind.NEW_CNI, active: Active = Active.P256) -> Title:
    """A sound title of HOLDER."""
    return title(HOLDER, kind, state(), Making(Profile(active=active)))


@cache
def store(*revoked: int) -> trust.TrustStore:
    """The trust of the State, with its revocation list."""
    crl = certificates.read_revocations(state().revocations(*revoked))
    return trust.of_master_list(state().master_list(), (crl,))


def by_can(of: Title) -> TitleKey:
    """The key of six digits."""
    return TitleKey(can=of.printed.can.encode())


def by_zone(of: Title) -> TitleKey:
    """The key of the zone."""
    return TitleKey(mrz=of.printed.mrz_info)


def read(of: Title, *files: TitleFile) -> TitleReading:
    """What a reader would hand over of the title, without the steps; all files when none named."""
    device = Provenance("chip-reader", "Virtual PCD", "", "PC/SC", simulated=True)
    names = {0x011E: TitleFile.COM, 0x011D: TitleFile.SOD}
    names |= {0x0100 | n: TitleFile(f"dg{n}") for n in (1, 2, 3, 11, 12, 14, 15)}
    found = {names[fid]: data for fid, data in of.files.items() if fid in names}
    wanted = files or tuple(found)
    return TitleReading({f: d for f, d in found.items() if f in wanted}, (), b"", device)


def der(certificate: x509.Certificate) -> bytes:
    """Its bytes."""
    return certificate.public_bytes(Encoding.DER)
