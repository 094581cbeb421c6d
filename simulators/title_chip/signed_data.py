"""CMS SignedData with one signer, as EF.SOD and master lists have it (RFC 5652, §5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from drivers.wire import tlv
from simulators.title_chip.der import integer, octets, oid, sequence, set_of

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_SIGNING_TIME = bytes.fromhex("2a864886f70d010905")
_ECDSA_SHA256 = bytes.fromhex("2a8648ce3d040302")
SHA256 = sequence(oid(bytes.fromhex("608648016503040201")))


@dataclass(frozen=True, slots=True)
class Signer:
    """A key and the certificate that names it."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(serialization.Encoding.DER)


def sign(content_type: bytes, content: bytes, signer: Signer, when: datetime) -> bytes:
    """ContentInfo around `content` of a type by its encoded OID; ECDSA with SHA-256."""
    kept = sequence(oid(content_type), tlv.encode(0xA0, octets(content)))
    signed = sequence(
        integer(3),
        tlv.encode(0x31, SHA256),
        kept,
        tlv.encode(0xA0, signer.der),
        set_of(_signer_info(content_type, content, signer, when)),
    )
    return sequence(oid(_SIGNED_DATA), tlv.encode(0xA0, signed))


def _signer_info(content_type: bytes, content: bytes, signer: Signer, when: datetime) -> bytes:
    attributes = set_of(
        _attribute(_CONTENT_TYPE, oid(content_type)),
        _attribute(_MESSAGE_DIGEST, octets(hashlib.sha256(content).digest())),
        _attribute(_SIGNING_TIME, tlv.encode(0x17, f"{when:%y%m%d%H%M%S}Z".encode())),
    )
    certificate = signer.certificate
    number = integer(certificate.serial_number)
    return sequence(
        integer(1),
        sequence(certificate.issuer.public_bytes(), number),
        SHA256,
        b"\xa0" + attributes[1:],  # signed as a SET, stored as [0]
        sequence(oid(_ECDSA_SHA256)),
        octets(signer.key.sign(attributes, ec.ECDSA(hashes.SHA256()))),
    )


def _attribute(name: bytes, value: bytes) -> bytes:
    return sequence(oid(name), tlv.encode(0x31, value))
