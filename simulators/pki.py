"""The keys and certificates of a laboratory: one authority, made anew each time.

Every name says SIMULATION, so that a production station refuses the whole chain.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_LIST_SIGNER = x509.ObjectIdentifier("2.23.136.1.1.3")  # of master lists (9303-12, 7.1.1)
_KEY_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Validity:
    """From and until, in days from now."""

    since: float = -1.0
    until: float = 365.0


@dataclass(frozen=True, slots=True)
class Authority:
    """A certification authority: its key and its self-signed certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, name: str) -> Authority:
        """A P-256 authority called `name` (SIMULATION)."""
        return cls.exactly(f"{name} (SIMULATION)", Validity(until=3650))

    @classmethod
    def exactly(
        cls,
        common: str,
        validity: Validity,
        curve: ec.EllipticCurve | None = None,
        path_length: int = 0,
    ) -> Authority:
        """An authority whose common name is `common`, P-256 unless told; it says SIMULATION."""
        key = ec.generate_private_key(curve or ec.SECP256R1())
        subject = _name(common)
        builder = _builder(subject, subject, key.public_key(), validity)
        return cls(key, _for_authority(builder, key, path_length).sign(key, _hash_for(key)))

    def subordinate(self, common: str, validity: Validity | None = None) -> Authority:
        """An authority below this one, P-256, which issues no further authorities."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.certificate.subject
        builder = _builder(_name(common), issuer, key.public_key(), validity or Validity())
        builder = _for_authority(builder, key, 0).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
            critical=False,
        )
        return Authority(key, builder.sign(self.key, _hash_for(self.key)))

    def revocation_list(
        self,
        *serials: int,
        age: float = 0.0,
        until: float = 30.0,
        extension: x509.ExtensionType | None = None,
    ) -> bytes:
        """A CRL of `age` days that names `serials`, DER, good for `until` days from its date.

        `extension` is added as a critical one.
        """
        since = datetime.now(UTC) - timedelta(days=age)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(since)
            .next_update(since + timedelta(days=until))
        )
        for serial in serials:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
            builder = builder.add_revoked_certificate(entry.build())
        if extension is not None:
            builder = builder.add_extension(extension, critical=True)
        return builder.sign(self.key, _hash_for(self.key)).public_bytes(serialization.Encoding.DER)

    def issue(
        self,
        public_key: ec.EllipticCurvePublicKey | RSAPublicKey,
        name: str,
        *usages: str,
        validity: Validity | None = None,
        title: str = "",
    ) -> x509.Certificate:
        """A certificate for `name`; `usages`: key usages of RFC 5280 §4.2.1.3, `tls`, `lists`."""
        builder = _builder(
            _name(name, title), self.certificate.subject, public_key, validity or Validity()
        )
        builder = builder.add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        )
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
            critical=False,
        )
        builder = builder.add_extension(
            _usage(*(u for u in usages if u in _KEY_USAGES)), critical=True
        )
        if "tls" in usages:
            builder = _for_tls(builder)
        if "lists" in usages:
            purposes = x509.ExtendedKeyUsage([_LIST_SIGNER])
            builder = builder.add_extension(purposes, critical=True)
        return builder.sign(self.key, _hash_for(self.key))


def create(folder: Path) -> Authority:
    """Write the authority and every key pair of a laboratory into `folder`; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = Authority.new("AC dr-station")
    (folder / "ca.pem").write_bytes(_pem(authority.certificate))
    write_key(folder / "ca.key.pem", authority.key)
    for name, common, curve, usages in (
        (
            "station",
            "Station 75056-01",
            ec.SECP256R1(),
            ("digital_signature", "content_commitment"),
        ),
        ("station-tls", "Station 75056-01", ec.SECP256R1(), ("digital_signature", "tls")),
        ("cert", "CERT, chiffrement", ec.SECP384R1(), ("key_agreement",)),
        ("cert-recepisse", "CERT, accuses", ec.SECP384R1(), ("digital_signature",)),
        ("cert-tls", "127.0.0.1", ec.SECP256R1(), ("digital_signature", "tls")),
        ("predemande", "Pre-demandes, reponses", ec.SECP384R1(), ("digital_signature",)),
        ("predemande-tls", "127.0.0.1", ec.SECP256R1(), ("digital_signature", "tls")),
    ):
        key = ec.generate_private_key(curve)
        certificate = authority.issue(key.public_key(), common, *usages)
        (folder / f"{name}.pem").write_bytes(_pem(certificate))
        write_key(folder / f"{name}.key.pem", key)
    (folder / "revocation").mkdir(exist_ok=True)
    (folder / "revocation" / "ca.crl").write_bytes(authority.revocation_list())
    return authority


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """PKCS#8, PEM, readable by its owner only."""
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _hash_for(key: ec.EllipticCurvePrivateKey) -> hashes.SHA256 | hashes.SHA384:
    """A hash as long as the key, up to 384 bits."""
    return hashes.SHA256() if key.key_size <= 256 else hashes.SHA384()


def _name(common: str, title: str = "") -> x509.Name:
    titles = [x509.NameAttribute(NameOID.TITLE, title)] if title else []
    return x509.Name(
        [
            *titles,
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "dr-station SIMULATION"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey | RSAPublicKey,
    validity: Validity,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=validity.since))
        .not_valid_after(now + timedelta(days=validity.until))
    )


def _for_authority(
    builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey, path_length: int
) -> x509.CertificateBuilder:
    return (
        builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=path_length), critical=True
        )
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*usages: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in usages for name in _KEY_USAGES})


def _for_tls(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    loopback = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    return builder.add_extension(
        x509.SubjectAlternativeName(loopback), critical=False
    ).add_extension(x509.ExtendedKeyUsage(both), critical=False)
