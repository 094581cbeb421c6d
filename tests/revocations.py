"""Signed statements about revoked certificates, as authorities distribute them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from simulators.pki import Authority
from station.agents.revocation import Folder, read_file

_DER = serialization.Encoding.DER
_SHA256 = hashes.SHA256()
crl = Authority.revocation_list


def answer(
    authority: Authority,
    certificate: x509.Certificate,
    status: ocsp.OCSPCertStatus,
    *,
    age: float = 0.0,
    by: tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None = None,
) -> bytes:
    """An OCSP response signed `age` days ago, by its authority or by another key, DER."""
    since = datetime.now(UTC) - timedelta(days=age)
    revoked = since if status is ocsp.OCSPCertStatus.REVOKED else None
    key, signer = by or (authority.key, authority.certificate)
    builder = ocsp.OCSPResponseBuilder().add_response(
        certificate, authority.certificate, _SHA256, status, since, None, revoked, None
    )
    if by is not None:
        builder = builder.certificates([signer])
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer)
    return builder.sign(key, _SHA256).public_bytes(_DER)


def responder(
    authority: Authority, *usages: x509.ObjectIdentifier
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A key that `authority` certified, for OCSP unless `usages` say for what else."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OCSP SIMULATION")]))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=90))
    )
    purposes = usages or (ExtendedKeyUsageOID.OCSP_SIGNING,)
    builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return key, builder.sign(authority.key, _SHA256)


def folder_of(*files: bytes) -> Folder:
    """As `load_folder` would read them."""
    read = [read_file("file", data) for data in files]
    return Folder(
        tuple(r for r in read if isinstance(r, x509.CertificateRevocationList)),
        tuple(r for r in read if isinstance(r, ocsp.OCSPResponse)),
    )
