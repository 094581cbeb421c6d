"""The two keys of a simulated agent, and the certificates the laboratory gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from simulators.pki import Authority, Validity

if TYPE_CHECKING:
    from pathlib import Path

_ROLE = "agent"  # the title of everybody who gets a card here
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Kinds:
    """What the keys are: `rsa2048`, `rsa3072`, `p256` or `p384`."""

    authentication: str = "rsa2048"
    signature: str = "p256"


@dataclass(frozen=True, slots=True)
class CertifiedKey:
    """A private key and its certificate."""

    key: PrivateKey = field(repr=False)
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate as a card stores it."""
        return self.certificate.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True, slots=True)
class AgentKeys:
    """What one agent's card holds."""

    authentication: CertifiedKey
    signature: CertifiedKey


def issue(
    authority: Authority, agent: str, kinds: Kinds, validity: Validity | None = None
) -> AgentKeys:
    """Make the keys of `agent` and have them certified: for login, and for signature."""

    def certified(kind: str, *usages: str) -> CertifiedKey:
        key = _make(kind)
        return CertifiedKey(
            key, authority.issue(key.public_key(), agent, *usages, validity=validity, title=_ROLE)
        )

    return AgentKeys(
        certified(kinds.authentication, "digital_signature"),
        certified(kinds.signature, "digital_signature", "content_commitment"),
    )


def another_key(key: PrivateKey) -> PrivateKey:
    """A fresh key of the same kind."""
    return _make(f"rsa{key.key_size}" if isinstance(key, rsa.RSAPrivateKey) else f"p{key.key_size}")


def raw_rsa(key: PrivateKey, block: bytes) -> bytes | None:
    """The private operation on a whole block, by the Chinese remainder theorem.

    None for a block that is not as wide as the modulus, or not below it.
    """
    if not isinstance(key, rsa.RSAPrivateKey):
        return None
    size, numbers = key.key_size // 8, key.private_numbers()
    number = int.from_bytes(block, "big")
    if len(block) != size or number >= numbers.public_numbers.n:
        return None
    by_p = pow(number, numbers.dmp1, numbers.p)
    by_q = pow(number, numbers.dmq1, numbers.q)
    signed = by_q + (by_p - by_q) * numbers.iqmp % numbers.p * numbers.q
    return signed.to_bytes(size, "big")


def authority_of(folder: Path | None) -> Authority:
    """The authority of `ca.pem` and `ca.key.pem` in `folder`, or a fresh one without a folder."""
    if folder is None:
        return Authority.new("AC Agents")
    key = serialization.load_pem_private_key((folder / "ca.key.pem").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key of the authority is not elliptic")
    return Authority(key, x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes()))


def write_certificates(folder: Path, authority: Authority, keys: AgentKeys) -> None:
    """Leave `ca.pem`, `carte-auth.pem` and `carte-sign.pem` for whoever checks signatures."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, certificate in (
        ("ca", authority.certificate),
        ("carte-auth", keys.authentication.certificate),
        ("carte-sign", keys.signature.certificate),
    ):
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        (folder / f"{name}.pem").write_bytes(pem)


def _make(kind: str) -> PrivateKey:
    match kind:
        case "p256":
            return ec.generate_private_key(ec.SECP256R1())
        case "p384":
            return ec.generate_private_key(ec.SECP384R1())
        case "rsa2048" | "rsa3072":
            return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))
    raise ValueError(f"no such kind of key: {kind!r}")
