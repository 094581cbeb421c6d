"""2D-Doc codes of documents that do not exist, signed by an authority that does not either.

Written from docs/protocols/2d-doc.md, not from the station's parser. Everything is SPECIMEN, and
the authority FRSP is in no trust list but the one it writes itself.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import zxingcpp
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from simulators.pki import Authority, Validity

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    from cryptography import x509

    Image = npt.NDArray[np.uint8]

AUTHORITY, CERTIFICATE = "FRSP", "0001"
GS, US = "\x1d", "\x1f"
_CURVES: dict[int, tuple[ec.EllipticCurve, hashes.HashAlgorithm, int]] = {
    256: (ec.SECP256R1(), hashes.SHA256(), 32),
    384: (ec.SECP384R1(), hashes.SHA384(), 48),
    521: (ec.SECP521R1(), hashes.SHA512(), 66),
}
_FIXED = {"24", "26", "08", "65", "67", "68", "6C"}  # without GS behind them
_FORMATS = zxingcpp.BarcodeFormat
_PAD = str.maketrans("àâäçéèêëîïôöùûüÿœ", "AAACEEEEIIOOUUUYO")


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the fields: a document of 20 days ago, signed today, unless told so."""

    version: int = 4
    issued: date | None = field(default_factory=lambda: today() - timedelta(days=20))
    signed: date | None = field(default_factory=lambda: today())
    kind: str = "00"
    authority: str = AUTHORITY
    certificate: str = CERTIFICATE

    def text(self) -> str:
        """22, 24 or 26 characters."""
        said = f"DC{self.version:02}{self.authority}{self.certificate}"
        said += f"{_days(self.issued)}{_days(self.signed)}{self.kind}"
        return said + ("01" if self.version > 2 else "") + ("FR" if self.version > 3 else "")


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authority that signs one kind of document, and its trust list."""

    authority: Authority
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate

    @classmethod
    def new(cls, bits: int = 256, validity: Validity | None = None) -> Issuer:
        """An issuer whose key has `bits` 256, 384 or 521; valid for a year by default."""
        authority = Authority.exactly(AUTHORITY, Validity(since=-700, until=3650))
        key = ec.generate_private_key(_CURVES[bits][0])
        leaf = authority.issue(
            key.public_key(), CERTIFICATE, "digital_signature", validity=validity
        )
        return cls(authority, key, leaf)

    def trust(self) -> bytes:
        """Authority and certificate, PEM."""
        pem = serialization.Encoding.PEM
        return self.authority.certificate.public_bytes(pem) + self.certificate.public_bytes(pem)

    def sign(self, header: Header, fields: Mapping[str, str]) -> str:
        """The text of a code."""
        body = header.text() + "".join(
            name + value + ("" if name in _FIXED else GS) for name, value in fields.items()
        )
        _, digest, width = _CURVES[self.key.curve.key_size]
        r, s = decode_dss_signature(self.key.sign(body.encode(), ec.ECDSA(digest)))
        raw = r.to_bytes(width, "big") + s.to_bytes(width, "big")
        return body + US + base64.b32encode(raw).decode().rstrip("=")


def proof_of_address(civil: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a proof of address (type 00) for a `usager` of the form."""
    home = civil["adresse"]
    title = "MME" if civil["sexe"] == "F" else "M"
    return {
        "26": "FR",
        "24": home["code_postal"],
        "10": _plain(f"{title}/{civil['nom_famille']}/{civil['prenoms'][0]}"),
        "20": "",
        "21": "",
        "22": _plain(home["lignes"][0]),
        "23": "",
        "25": _plain(home["commune"]),
    }


def datamatrix(text: str, module: int = 6) -> Image:
    """The DataMatrix of `text` with its quiet zone, black on white, `module` pixels a module."""
    return _drawn(text, _FORMATS.DataMatrix, module)


def qr(text: str, module: int = 6) -> Image:
    """The QR code of `text` with its quiet zone, black on white."""
    return _drawn(text, _FORMATS.QRCode, module)


def put(sheet: Image, symbol: Image, at: tuple[int, int]) -> None:
    """Lay a symbol on a page, its top left corner at `at`: (row, column) in pixels."""
    (top, left), (rows, columns) = at, symbol.shape
    sheet[top : top + rows, left : left + columns] = symbol[..., None]


def _drawn(text: str, kind: zxingcpp.BarcodeFormat, module: int) -> Image:
    return np.array(zxingcpp.create_barcode(text, kind).to_image(scale=module), np.uint8)


def today() -> date:
    """The day of the clock, UTC."""
    return datetime.now(UTC).date()


def _days(day: date | None) -> str:
    return "FFFF" if day is None else f"{(day - date(2000, 1, 1)).days:04X}"


def _plain(text: str) -> str:
    """Capitals without accents, 38 characters at most."""
    return text.lower().translate(_PAD).upper()[:38]
