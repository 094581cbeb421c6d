"""Terminal authentication, version 1 (BSI TR-03110-1, 3.5; TR-03110-3, B.3 and C).

    for each certificate   00 22 81 B6 {83 authority}   00 2A 00 BE {7F4E body, 5F37 signature}
    the terminal           00 22 81 A4 {83 holder}      00 84 00 00 08 -> challenge
    its proof              00 82 00 00 signature over  chip || challenge || Comp(ephemeral point)

`chip` is the number of the title with its check digit after BAC, the x coordinate of the chip's
point after PACE. Real certificates come from the State alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.wire import tlv
from drivers.wire.apdu import Command
from station.errors import ProtocolError

CHALLENGE = 8  # bytes
_CERTIFICATE, _BODY, _SIGNATURE = 0x7F21, 0x7F4E, 0x5F37
_AUTHORITY, _KEY, _HOLDER = 0x42, 0x7F49, 0x5F20
_ECDSA = bytes.fromhex("04007f000702020202")  # id-TA-ECDSA, then which hash
_HASHES = {1: "sha1", 2: "sha224", 3: "sha256", 4: "sha384", 5: "sha512"}
MAX_CERTIFICATE = 4096  # bytes


@dataclass(frozen=True, slots=True)
class Certificate:
    """A card-verifiable certificate: who issued it, for whom, and the hash its key signs with."""

    authority: bytes
    holder: bytes
    hash: str
    body: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def read(data: bytes) -> Certificate:
    """A certificate, whose signature is the chip's to check; raises `ProtocolError`."""
    if len(data) > MAX_CERTIFICATE:
        raise ProtocolError(f"a terminal certificate of {len(data)} bytes")
    content = tlv.find(data, _CERTIFICATE)
    body = tlv.find(content, _BODY)
    oid = tlv.find(body, _KEY, 0x06)
    if oid[:-1] != _ECDSA or oid[-1] not in _HASHES:
        raise ProtocolError("a terminal certificate with a key other than of ECDSA")
    return Certificate(
        authority=tlv.find(body, _AUTHORITY),
        holder=tlv.find(body, _HOLDER),
        hash=_HASHES[oid[-1]],
        body=tlv.encode(_BODY, body),
        signature=tlv.encode(_SIGNATURE, tlv.find(content, _SIGNATURE)),
    )


def present(certificate: Certificate) -> tuple[Command, Command]:
    """Name the authority, then show the certificate."""
    said = certificate.body + certificate.signature
    return (
        Command(0x00, 0x22, 0x81, 0xB6, tlv.encode(0x83, certificate.authority)),
        Command(0x00, 0x2A, 0x00, 0xBE, said),
    )


def claim(certificate: Certificate) -> tuple[Command, Command]:
    """Say which terminal we are, and ask for the challenge."""
    return (
        Command(0x00, 0x22, 0x81, 0xA4, tlv.encode(0x83, certificate.holder)),
        Command(0x00, 0x84, 0x00, 0x00, le=CHALLENGE),
    )


def prove(signature: bytes) -> Command:
    """Hand over the proof."""
    return Command(0x00, 0x82, 0x00, 0x00, signature)
