"""CMS SignedData of titles and of master lists (RFC 5652, 5; ICAO Doc 9303-10, 4.6.2), strict DER.

    ContentInfo { signedData, [0] SignedData {
        version, digestAlgorithms, { contentType, [0] OCTET STRING }, [0] certificates,
        [1] crls, SET { SignerInfo } } }

One signer, with signed attributes: the signature covers them, and they cover the content.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from station.errors import RecordInvalid, SignedDataInvalid
from station.records import der
from station.title import algorithms, asn1

if TYPE_CHECKING:
    from datetime import datetime

    from station.records.der import Node
    from station.title.algorithms import Scheme
    from station.title.certificates import Certificate
    from station.title.keys import Key

SECURITY_OBJECT: Final = "2.23.136.1.1.1"
MASTER_LIST: Final = "2.23.136.1.1.2"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE, _DIGEST, _TIME = (f"1.2.840.113549.1.9.{n}" for n in (3, 4, 5))
_MOST_CERTIFICATES = 64


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed, by issuer and serial number or by key identifier, and what."""

    issuer: bytes
    serial: int
    key_id: bytes
    digest: str
    scheme: Scheme
    attributes: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def is_by(self, certificate: Certificate) -> bool:
        """Whether it names `certificate`."""
        if self.key_id:
            return self.key_id == certificate.key_id
        return (self.issuer, self.serial) == (certificate.issuer, certificate.serial)


@dataclass(frozen=True, slots=True)
class SignedData:
    """What was signed, by whom, and when if it says so; nothing of it verified.

    `certificates` are DER.
    """

    type: str
    content: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    signer: Signer
    time: datetime | None


def read(data: bytes, kind: str) -> SignedData:
    """A signed object of content type `kind`; raises `SignedDataInvalid` for anything else."""
    try:
        found = _signed_data(der.read(data))
    except (RecordInvalid, IndexError) as error:
        raise SignedDataInvalid(f"no signed object: {error}") from error
    if found.type != kind:
        raise SignedDataInvalid(f"a signed object of type {found.type}, not {kind}")
    return found


def verify(signed: SignedData, key: Key) -> None:
    """Raise `SignedDataInvalid` unless `key` signed the content."""
    signer = signed.signer
    try:
        said = _attributes(signer.attributes)
        kind, digest = asn1.dotted(said[_CONTENT_TYPE]), asn1.octets(said[_DIGEST])
    except (RecordInvalid, KeyError) as error:
        raise SignedDataInvalid("signed attributes that do not cover the content") from error
    if kind != signed.type or digest != algorithms.digest(signer.digest, signed.content):
        raise SignedDataInvalid("the content is not the one that was signed")
    algorithms.verify(key, signer.scheme, signer.signature, signer.attributes)


def _signed_data(outer: Node) -> SignedData:
    name, wrapped = asn1.expect(outer, asn1.SEQUENCE, 2)
    if asn1.dotted(name) != _SIGNED_DATA:
        raise RecordInvalid("another kind of CMS")
    (inner,) = asn1.expect(wrapped, 0xA0, 1)
    version, digests, content, *rest, signers = asn1.expect(inner, asn1.SEQUENCE, 4, 5, 6)
    asn1.integer(version)
    asn1.expect(digests, asn1.SET)
    kind, octets = asn1.expect(content, asn1.SEQUENCE, 2)
    (signed,) = asn1.expect(octets, 0xA0, 1)
    (node,) = asn1.expect(signers, asn1.SET, 1)
    signer = _signer(node)
    time = _attributes(signer.attributes).get(_TIME)
    return SignedData(
        type=asn1.dotted(kind),
        content=asn1.octets(signed),
        certificates=_certificates(rest),
        signer=signer,
        time=None if time is None else asn1.moment(time),
    )


def _certificates(rest: list[Node]) -> tuple[bytes, ...]:
    """The certificates of field [0]; field [1], revocations, is not looked at."""
    if [node.tag for node in rest] not in ([], [0xA0], [0xA1], [0xA0, 0xA1]):
        raise RecordInvalid("fields of signed data out of order")
    found = [child for node in rest if node.tag == 0xA0 for child in node.children]
    if len(found) > _MOST_CERTIFICATES:
        raise RecordInvalid(f"{len(found)} certificates in a signed object")
    return tuple(child.whole for child in found if child.tag == asn1.SEQUENCE)


def _signer(node: Node) -> Signer:
    version, who, digest, attributes, algorithm, signature, *_ = asn1.expect(
        node, asn1.SEQUENCE, 6, 7
    )
    asn1.integer(version)
    if attributes.tag != 0xA0:
        raise RecordInvalid("a signer without signed attributes")
    name = algorithms.digest_name(digest)
    issuer, serial, key_id = b"", 0, b""
    if who.tag == 0x80:
        key_id = who.value
    else:
        by, number = asn1.expect(who, asn1.SEQUENCE, 2)
        issuer, serial = by.whole, asn1.integer(number)
    return Signer(
        issuer, serial, key_id, name,
        scheme=algorithms.scheme(algorithm, name),
        attributes=der.tlv(asn1.SET, bytes(attributes.content)),  # signed as a SET (RFC 5652, 5.4)
        signature=asn1.octets(signature),
    )  # fmt: skip


def _attributes(data: bytes) -> dict[str, Node]:
    """The only value of each attribute, by its type; raises `RecordInvalid`."""
    found: dict[str, Node] = {}
    for attribute in der.read(data).children:
        name, values = asn1.expect(attribute, asn1.SEQUENCE, 2)
        said = asn1.expect(values, asn1.SET)
        oid = asn1.dotted(name)
        if oid in found:
            raise RecordInvalid(f"signed attribute {oid} stands twice")
        if len(said) == 1:
            found[oid] = said[0]
    return found
