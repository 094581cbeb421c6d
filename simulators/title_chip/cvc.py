"""Card-verifiable certificates of inspection systems (BSI TR-03110-3, C.1).

    7F21 { 7F4E { 5F29 00, 42 issuer, 7F49 public key, 5F20 holder,
                  7F4C { 06 role, 53 rights }, 5F25 since, 5F24 until }, 5F37 r ‖ s }

Rights: C0 CVCA, 80 domestic DV, 40 foreign DV, 00 terminal; 01 reads DG3, 02 reads DG4.
A date is six digits YYMMDD, one a byte.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from drivers.wire import tlv
from simulators.title_chip.agreement import plain
from simulators.title_chip.curves import P256, Curve
from simulators.title_chip.profile import INSPECTION_ROLE, TERMINAL_ECDSA_SHA256

CVCA, DV, TERMINAL = 0xC0, 0x80, 0x00
READS_FINGERS = 0x01
_CURVE = P256


@dataclass(frozen=True, slots=True)
class Statement:
    """What a certificate says, before somebody signs it."""

    issuer: str
    holder: str
    rights: int
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class CvCertificate:
    """A certificate that was read; `signed` are the bytes its signature covers."""

    says: Statement
    key: ec.EllipticCurvePublicKey
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def verify(self, issuer: ec.EllipticCurvePublicKey) -> None:
        """Raise ValueError unless `issuer` signed it."""
        verify_plain(issuer, self.signature, self.signed)


def issue(
    says: Statement, key: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePrivateKey
) -> bytes:
    """The certificate of `key`, a P-256 key; a root carries its curve as well."""
    root = says.rights & 0xC0 == CVCA
    body = tlv.encode(0x7F4E, b"".join((
        tlv.encode(0x5F29, b"\x00"),
        tlv.encode(0x42, says.issuer.encode("ascii")),
        tlv.encode(0x7F49, _public_key(key, _CURVE if root else None)),
        tlv.encode(0x5F20, says.holder.encode("ascii")),
        tlv.encode(0x7F4C, tlv.encode(0x06, INSPECTION_ROLE)
                   + tlv.encode(0x53, bytes([says.rights]))),
        tlv.encode(0x5F25, _digits(says.since)),
        tlv.encode(0x5F24, _digits(says.until)),
    )))  # fmt: skip
    signature = sign_plain(signer, body)
    return tlv.encode(0x7F21, body + tlv.encode(0x5F37, signature))


def read(content: bytes) -> CvCertificate:
    """A certificate from what stands inside 7F21; raises ValueError or `ProtocolError`."""
    body = tlv.find(content, 0x7F4E)
    point = tlv.find(body, 0x7F49, 0x86)
    if tlv.find(body, 0x7F49, 0x06) != TERMINAL_ECDSA_SHA256:
        raise ValueError("the key is for another algorithm")
    role = tlv.find(body, 0x7F4C)
    if tlv.find(role, 0x06) != INSPECTION_ROLE or len(rights := tlv.find(role, 0x53)) != 1:
        raise ValueError("the holder is no inspection system")
    says = Statement(
        tlv.find(body, 0x42).decode("ascii"),
        tlv.find(body, 0x5F20).decode("ascii"),
        rights[0],
        _date(tlv.find(body, 0x5F25)),
        _date(tlv.find(body, 0x5F24)),
    )
    key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE.named, point)
    return CvCertificate(says, key, tlv.encode(0x7F4E, body), tlv.find(content, 0x5F37))


def sign_plain(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """ECDSA with SHA-256, as r ‖ s."""
    return plain(key.sign(message, ec.ECDSA(hashes.SHA256())), key.curve.key_size)


def verify_plain(key: ec.EllipticCurvePublicKey, signature: bytes, message: bytes) -> None:
    """Raise ValueError unless `signature`, r ‖ s, is of `key` over `message`."""
    half = len(signature) // 2
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise ValueError("the signature is of another key") from None


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """04, x, y."""
    numbers = key.public_numbers()
    width = (key.key_size + 7) // 8
    return b"\x04" + numbers.x.to_bytes(width, "big") + numbers.y.to_bytes(width, "big")


def _public_key(key: ec.EllipticCurvePublicKey, curve: Curve | None) -> bytes:
    name, point = tlv.encode(0x06, TERMINAL_ECDSA_SHA256), tlv.encode(0x86, point_of(key))
    if curve is None:
        return name + point
    return name + _domain(curve) + point + tlv.encode(0x87, b"\x01")


def _domain(curve: Curve) -> bytes:
    """p, a, b, G and n as data objects 81 to 85."""
    p, a, b, n = (
        value.to_bytes(curve.width, "big")
        for value in (curve.p, curve.a % curve.p, curve.b, curve.n)
    )
    parts = (p, a, b, curve.encode(curve.g), n)
    return b"".join(tlv.encode(0x81 + place, part) for place, part in enumerate(parts))


def _digits(day: date) -> bytes:
    return bytes(int(digit) for digit in f"{day:%y%m%d}")


def _date(digits: bytes) -> date:
    text = "".join(str(digit) for digit in digits)
    return datetime.strptime(text, "%y%m%d").replace(tzinfo=UTC).date()
