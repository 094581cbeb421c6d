"""PIV card commands and objects (NIST SP 800-73-5 parts 1 and 2, SP 800-78-5): bytes only.

    SELECT                00 A4 04 00 AID
    GET DATA              00 CB 3F FF  5C{tag}           -> 53{object}
    VERIFY                00 20 00 80  PIN padded with FF to 8; empty: reads the counter
    VERIFY, forget        00 20 FF 80
    GENERAL AUTHENTICATE  00 87 alg key  7C{82{} 81{challenge}}  -> 7C{82{answer}}

The RSA challenge is the whole padded block (EMSA-PKCS1-v1_5, RFC 8017 9.2): the card does the
raw operation. The ECDSA challenge is the hash, as wide as the field of the curve.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from drivers.wire import tlv
from drivers.wire.apdu import Command
from station.errors import ProtocolError

AID = bytes.fromhex("a000000308000010000100")
CHUID = 0x5FC102
RSA = {2048: 0x07, 3072: 0x05}  # bits of the modulus -> algorithm identifier
ECC = {256: 0x11, 384: 0x14}  # bits of the field -> algorithm identifier
PIN_DIGITS = range(6, 9)
_GUID = 16  # bytes
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017 9.2, note 1


@dataclass(frozen=True, slots=True)
class Slot:
    """A key of the card, and the object that holds its certificate."""

    key: int
    certificate: int


AUTHENTICATION = Slot(0x9A, 0x5FC105)
SIGNATURE = Slot(0x9C, 0x5FC10A)  # the PIN anew before each signature (part 1, 3.2.1)


def select() -> Command:
    """Choose the PIV application."""
    return Command(0x00, 0xA4, 0x04, 0x00, AID, le=256)


def get_data(tag: int) -> Command:
    """Read the object `tag`."""
    return Command(0x00, 0xCB, 0x3F, 0xFF, tlv.encode(0x5C, tag.to_bytes(3, "big")), le=256)


def pad(pin: bytearray) -> bytearray:
    """The PIN with FF up to 8 bytes: a copy, for the caller to wipe."""
    return pin + b"\xff" * (PIN_DIGITS.stop - 1 - len(pin))


def verify(padded: bytearray) -> Command:
    """Present the padded PIN."""
    return Command(0x00, 0x20, 0x00, 0x80, padded)


def pin_counter() -> Command:
    """Ask whether the PIN is verified, and the tries left, without spending one."""
    return Command(0x00, 0x20, 0x00, 0x80)


def forget_pin() -> Command:
    """End the verified state of the PIN."""
    return Command(0x00, 0x20, 0xFF, 0x80)


def general_authenticate(algorithm: int, slot: Slot, challenge: bytes) -> Command:
    """Sign `challenge` with the key of `slot`."""
    template = tlv.encode(0x7C, tlv.encode(0x82) + tlv.encode(0x81, challenge))
    return Command(0x00, 0x87, algorithm, slot.key, template, le=256)


def label(answer: bytes) -> str:
    """The application label of an answer to SELECT, empty when the card gives none."""
    items = {item.tag: item.value for item in tlv.decode(tlv.find(answer, 0x61))}
    return items.get(0x50, b"").decode("utf-8", "replace")


def guid(answer: bytes) -> bytes:
    """The 16 bytes that name the card, out of its CHUID; raises `ProtocolError`."""
    found = tlv.find(answer, 0x53, 0x34)
    if len(found) != _GUID:
        raise ProtocolError(f"CHUID with a GUID of {len(found)} bytes")
    return found


def certificate(answer: bytes) -> bytes:
    """The DER certificate of a certificate object; raises `ProtocolError` when compressed."""
    content = tlv.find(answer, 0x53)
    if tlv.find(content, 0x71) != b"\x00":
        raise ProtocolError("certificate object in a form other than plain DER")
    return tlv.find(content, 0x70)


def signature(answer: bytes) -> bytes:
    """The answer of GENERAL AUTHENTICATE; raises `ProtocolError`."""
    return tlv.find(answer, 0x7C, 0x82)


def rsa_challenge(message: bytes, bits: int) -> bytes:
    """The padded block of `message` under SHA-256 for a modulus of `bits`."""
    info = _SHA256_INFO + hashlib.sha256(message).digest()
    return b"\x00\x01" + b"\xff" * (bits // 8 - len(info) - 3) + b"\x00" + info


def ecc_challenge(message: bytes, bits: int) -> bytes:
    """The SHA-256 of `message`, zeros before it up to a field of `bits`."""
    return hashlib.sha256(message).digest().rjust(bits // 8, b"\x00")
