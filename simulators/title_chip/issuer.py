"""The State that signs titles, in simulation: CSCA, document signers, master list, revocations."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from drivers.wire import tlv
from simulators.pki import Authority, Validity
from simulators.title_chip.der import integer, octets, sequence, set_of
from simulators.title_chip.inspection import InspectionRoot
from simulators.title_chip.signed_data import SHA256, Signer, sign

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SECURITY_OBJECT = bytes.fromhex("678108010101")  # 2.23.136.1.1.1
_MASTER_LIST = bytes.fromhex("678108010102")
_NOON = time(12, tzinfo=UTC)
_CSCA = Validity(-15 * 365, 15 * 365)


@dataclass(frozen=True, slots=True)
class Issuer:
    """One State: its CSCA, and the root of those who may read prints."""

    csca: Authority
    inspection: InspectionRoot

    @classmethod
    def new(cls, name: str = "CSCA France") -> Issuer:
        """Everything made now."""
        csca = Authority.exactly(f"{name} (SIMULATION)", _CSCA, ec.BrainpoolP384R1())
        return cls(csca, InspectionRoot.new())

    def signer(
        self, issued: date, days: tuple[int, int] = (-30, 11 * 365), *purposes: str
    ) -> Signer:
        """A document signer, valid from and until so many days from `issued`; see `issue`."""
        ago = (datetime.now(UTC).date() - issued).days
        key = ec.generate_private_key(ec.BrainpoolP256R1())
        validity = Validity(days[0] - ago, days[1] - ago)
        certificate = self.csca.issue(
            key.public_key(),
            "Signataire de titres",
            "digital_signature",
            *purposes,
            validity=validity,
        )
        return Signer(key, certificate)

    def master_list(self, *others: Authority) -> bytes:
        """The CSCA of this State and of `others`, signed by this one (ICAO Doc 9303-12, §9)."""
        known = [_der(authority.certificate) for authority in (self.csca, *others)]
        content = sequence(integer(0), set_of(*known))
        today = datetime.now(UTC)
        signer = self.signer(today.date(), (-30, 365), "lists")
        return sign(_MASTER_LIST, content, signer, today)

    def revocations(self, *serials: int) -> bytes:
        """The CRL of the CSCA, DER: the document signers that are believed no more."""
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.csca.certificate.subject)
            .last_update(now - timedelta(days=1))
            .next_update(now + timedelta(days=90))
        )
        for serial in serials:
            revoked = x509.RevokedCertificateBuilder().serial_number(serial)
            builder = builder.add_revoked_certificate(
                revoked.revocation_date(now - timedelta(days=1)).build()
            )
        crl = builder.sign(self.csca.key, hashes.SHA384())
        return crl.public_bytes(serialization.Encoding.DER)

    def write(self, folder: Path, *revoked: int) -> None:
        """`csca.pem`, `master-list.ml`, `csca.crl`, and what an inspection system needs."""
        folder.mkdir(parents=True, exist_ok=True)
        pem = self.csca.certificate.public_bytes(serialization.Encoding.PEM)
        (folder / "csca.pem").write_bytes(pem)
        (folder / "master-list.ml").write_bytes(self.master_list())
        (folder / "csca.crl").write_bytes(self.revocations(*revoked))
        self.inspection.grant().write(folder / "inspection")


def security_object(groups: Mapping[int, bytes], signer: Signer, issued: date) -> bytes:
    """EF.SOD: the hash of every data group, signed on the day of issue."""
    listed = sequence(*(
        sequence(integer(number), octets(hashlib.sha256(content).digest()))
        for number, content in sorted(groups.items())
    ))  # fmt: skip
    content = sequence(integer(0), SHA256, listed)
    when = datetime.combine(issued, _NOON)
    return tlv.encode(0x77, sign(_SECURITY_OBJECT, content, signer, when))


def signer_of(security: bytes) -> x509.Certificate:
    """The certificate of the document signer inside an EF.SOD."""
    return x509.load_der_x509_certificate(tlv.find(security, 0x77, 0x30, 0xA0, 0x30, 0xA0))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
