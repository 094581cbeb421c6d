"""Signature algorithms of titles, as a table: what is not in it is not believed.

RSASSA-PKCS1-v1_5 and -PSS (RFC 8017), ECDSA in DER (RFC 5758) and plain (BSI TR-03111, 5.2.1);
SHA-1 to SHA-512 (ICAO Doc 9303-12, 4.4).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from station.errors import RecordInvalid, SignedDataInvalid
from station.title import asn1

if TYPE_CHECKING:
    from station.records.der import Node
    from station.title.keys import Key

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 (titles of before 2015 are signed with it)
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_HASH_NAMES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_MGF1 = "1.2.840.113549.1.1.8"
_PSS = "1.2.840.113549.1.1.10"
_TRAILER = 1
_MOST_SALT = 512  # bytes


@unique
class Form(StrEnum):
    """How a signature is made of a hash."""

    PKCS1 = "RSA PKCS1"
    PSS = "RSA-PSS"
    ECDSA = "ECDSA"
    PLAIN = "ECDSA plain"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A form with its hash; `mask` and `salt` are of PSS alone. No hash: that of the message."""

    form: Form
    hash: str
    mask: str = ""
    salt: int = 0

    @property
    def label(self) -> str:
        """Its name, for a person."""
        return f"{self.form}, {self.hash.upper()}"


_FULL = ("sha1", "sha224", "sha256", "sha384", "sha512")
_SCHEMES = {
    "1.2.840.113549.1.1.1": Scheme(Form.PKCS1, ""),
    "1.2.840.113549.1.1.5": Scheme(Form.PKCS1, "sha1"),
    "1.2.840.113549.1.1.14": Scheme(Form.PKCS1, "sha224"),
    "1.2.840.113549.1.1.11": Scheme(Form.PKCS1, "sha256"),
    "1.2.840.113549.1.1.12": Scheme(Form.PKCS1, "sha384"),
    "1.2.840.113549.1.1.13": Scheme(Form.PKCS1, "sha512"),
    "1.2.840.10045.4.1": Scheme(Form.ECDSA, "sha1"),
    **{f"1.2.840.10045.4.3.{n}": Scheme(Form.ECDSA, name) for n, name in enumerate(_FULL[1:], 1)},
    **{f"0.4.0.127.0.7.1.1.4.1.{n}": Scheme(Form.PLAIN, name) for n, name in enumerate(_FULL, 1)},
}


def digest_name(algorithm: Node) -> str:
    """The hash of an AlgorithmIdentifier, as hashlib names it; raises `RecordInvalid`."""
    name, *_ = asn1.expect(algorithm, asn1.SEQUENCE, 1, 2)
    return _hash(asn1.dotted(name))


def digest(name: str, data: bytes) -> bytes:
    """The hash of `data`."""
    return hashlib.new(name, data, usedforsecurity=False).digest()


def scheme(algorithm: Node, of_message: str = "") -> Scheme:
    """The scheme of an AlgorithmIdentifier; raises `RecordInvalid` for one not in the table.

    `of_message` is the hash where the identifier names none (CMS with rsaEncryption).
    """
    name, *parameters = asn1.expect(algorithm, asn1.SEQUENCE, 1, 2)
    oid = asn1.dotted(name)
    if oid == _PSS:
        return _pss(parameters[0] if parameters else None)
    found = plain(oid)
    if found.hash or not of_message:
        return found
    return Scheme(found.form, of_message)


def plain(oid: str) -> Scheme:
    """The scheme of an identifier without parameters; raises `RecordInvalid`."""
    if oid not in _SCHEMES:
        raise RecordInvalid(f"signature algorithm {oid}")
    return _SCHEMES[oid]


def verify(key: Key, how: Scheme, signature: bytes, message: bytes) -> None:
    """Raise `SignedDataInvalid` unless `signature` is of `key` over `message`."""
    try:
        _verify(key, how, signature, message)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, KeyError) as error:
        raise SignedDataInvalid(f"the signature ({how.label}) does not hold") from error


def _verify(key: Key, how: Scheme, signature: bytes, message: bytes) -> None:
    chosen = _HASHES[how.hash]
    match how.form:
        case Form.PKCS1 if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), chosen)
        case Form.PSS if isinstance(key, rsa.RSAPublicKey):
            filling = padding.PSS(padding.MGF1(_HASHES[how.mask]), how.salt)
            key.verify(signature, message, filling, chosen)
        case Form.ECDSA if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(chosen))
        case Form.PLAIN if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(_in_der(key, signature), message, ec.ECDSA(chosen))
        case _:
            raise InvalidSignature


def _in_der(key: ec.EllipticCurvePublicKey, signature: bytes) -> bytes:
    width = (key.curve.key_size + 7) // 8
    if len(signature) != 2 * width:
        raise InvalidSignature
    r, s = (int.from_bytes(part, "big") for part in (signature[:width], signature[width:]))
    return encode_dss_signature(r, s)


def _hash(oid: str) -> str:
    if oid not in _HASH_NAMES:
        raise RecordInvalid(f"hash algorithm {oid}")
    return _HASH_NAMES[oid]


def _pss(parameters: Node | None) -> Scheme:
    """RSASSA-PSS-params; what is left out is SHA-1 with a salt of 20 bytes (RFC 8017, A.2.3)."""
    said = {node.tag: node.children for node in parameters.children} if parameters else {}
    if any(len(children) != 1 for children in said.values()) or not said.keys() <= _PSS_TAGS:
        raise RecordInvalid("parameters of RSA-PSS of another shape")
    chosen = digest_name(said[0xA0][0]) if 0xA0 in said else "sha1"
    mask, salt = "sha1", 20
    if 0xA1 in said:
        name, of_mask = asn1.expect(said[0xA1][0], asn1.SEQUENCE, 2)
        if asn1.dotted(name) != _MGF1:
            raise RecordInvalid("RSA-PSS with a mask other than MGF1")
        mask = digest_name(of_mask)
    if 0xA2 in said:
        salt = asn1.integer(said[0xA2][0])
    trailer = asn1.integer(said[0xA3][0]) if 0xA3 in said else _TRAILER
    if not 0 <= salt <= _MOST_SALT or trailer != _TRAILER:
        raise RecordInvalid("RSA-PSS with another salt or trailer")
    return Scheme(Form.PSS, chosen, mask, salt)


_PSS_TAGS = {0xA0, 0xA1, 0xA2, 0xA3}
