"""The keys of a device provider and its device, and the signatures made with them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from simulators.faults import Stock
from simulators.sbi.faults import SbiFault

_DAYS = 30  # a device key is renewed as often
_SHORT_KEY = 1024


@dataclass(frozen=True, slots=True)
class Pair:
    """A private key and its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> str:
        """The certificate as `x5c` holds it: standard base64."""
        raw = self.certificate.public_bytes(serialization.Encoding.DER)
        return base64.b64encode(raw).decode()


class Keys:
    """One provider, its device, and everything that may stand in their place."""

    def __init__(self, provider: str = "provider") -> None:
        self.provider = _issued(f"SBI {provider} (SIMULATION)", _key(provider))
        self._device = self._issue("device")
        self._foundry = _issued(f"SBI chips of {provider} (SIMULATION)", _key("foundry"))
        self._chip = _issued("chip", _key("chip"), self._foundry)

    @property
    def trust(self) -> bytes:
        """The provider's certificate, PEM: what a station trusts."""
        return self.provider.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def chip_trust(self) -> bytes:
        """The certificate of who certifies the chips of L1 devices, PEM."""
        return self._foundry.certificate.public_bytes(serialization.Encoding.PEM)

    def rotate(self) -> None:
        """The device gets a key and a certificate that nobody has seen."""
        self._device = self._issue("rotated")

    def signed(
        self,
        said: dict[str, Any],
        faults: Stock[SbiFault] | None = None,
        *,
        chip: bool = False,
    ) -> str:
        """`said` as a compact JWS, RS256, with the certificate of the device or its chip."""
        faults = faults or Stock()
        pair = self._chip if chip else self._pair(faults)
        header: dict[str, Any] = {"alg": "RS256", "typ": "JWT", "x5c": [pair.der]}
        if faults.spend(SbiFault.NO_X5C):
            del header["x5c"]
        if faults.spend(SbiFault.CHAIN_IN_X5C):
            header["x5c"].append(self.provider.der)
        for fault, name in ((SbiFault.ALG_NONE, "none"), (SbiFault.ALG_HS256, "HS256")):
            if faults.spend(fault):
                header["alg"] = name
        text = f"{_coded(_json(header))}.{_coded(_json(said))}"
        signature = pair.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        if faults.spend(SbiFault.BAD_SIGNATURE):
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        return f"{text}.{_coded(signature)}"

    def _pair(self, faults: Stock[SbiFault]) -> Pair:
        if faults.spend(SbiFault.OTHER_DEVICE_KEY):
            return self._issue("another device")
        if faults.spend(SbiFault.EXPIRED_CERT):
            return self._issue("device", since=-60, until=-30)
        if faults.spend(SbiFault.NOT_YET_VALID):
            return self._issue("device", since=1, until=30)
        if faults.spend(SbiFault.KEY_1024):
            return self._issue("short")
        if faults.spend(SbiFault.OTHER_CA):
            other = _issued("another provider (SIMULATION)", _key("other"))
            return _issued("device", _key("device"), other)
        return self._device

    def _issue(self, key: str, since: float = -1, until: float = _DAYS) -> Pair:
        return _issued("device", _key(key), self.provider, (since, until))


def _issued(
    name: str,
    key: rsa.RSAPrivateKey,
    issuer: Pair | None = None,
    days: tuple[float, float] = (-1, 365),
) -> Pair:
    """A certificate for `key`, its own authority without `issuer`."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    signing = key if issuer is None else issuer.key
    return Pair(key, builder.sign(signing, hashes.SHA256()))


@cache
def _key(name: str) -> rsa.RSAPrivateKey:
    """One key for each name and process: making them is slow."""
    size = _SHORT_KEY if name == "short" else 2048
    return rsa.generate_private_key(65537, size)


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
