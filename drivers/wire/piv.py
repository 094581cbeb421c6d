"""PIV card commands and objects (NIST SP 800-73-5 parts 1 and 2, SP 800-78-5): bytes only.

    SELECT                00 A4 04 00 AID                -> 61{4F 79 50 AC}
    GET DATA              00 CB 3F FF  5C{tag}           -> 53{object}; discovery: bare 7E
    VERIFY                00 20 00 80  PIN padded with FF to 8; empty: reads the counter
    VERIFY, forget        00 20 FF 80
    RESET RETRY COUNTER   00 2C 00 80  PUK, new PIN
    GENERAL AUTHENTICATE  00 87 alg key  7C{82{} 81{challenge}}  -> 7C{82{answer}}

The RSA challenge is the whole padded block: the card does the raw operation. The ECDSA challenge
is the hash, as wide as the field of the curve (`drivers.wire.signing.block`).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from drivers.wire import tlv
from drivers.wire.apdu import Command
from station.errors import ProtocolError

AID = bytes.fromhex("a000000308000010000100")
CHUID = 0x5FC102
DISCOVERY = 0x7E
RSA = {2048: 0x07, 3072: 0x05}  # bits of the modulus -> algorithm identifier
ECC = {256: 0x11, 384: 0x14}  # bits of the field -> algorithm identifier
PIN_DIGITS = range(6, 9)
PIN, GLOBAL_PIN = 0x80, 0x00  # references of the PIN (part 2, table 4)
_GUID = 16  # bytes
_MAX_CERTIFICATE = 16 * 1024  # bytes, unpacked; part 1 wants room for 1856
_GZIP = 16 + zlib.MAX_WBITS
# PIN usage policy (part 1, 3.3.2): which PINs there are, and which one comes first
_HAS_GLOBAL, _GLOBAL_FIRST = 0x20, 0x20


@dataclass(frozen=True, slots=True)
class Slot:
    """A key of the card, and the object that holds its certificate."""

    key: int
    certificate: int


AUTHENTICATION = Slot(0x9A, 0x5FC105)
SIGNATURE = Slot(0x9C, 0x5FC10A)  # the PIN anew before each signature (part 1, 3.2.1)


@dataclass(frozen=True, slots=True)
class Properties:
    """What the application says of itself; without `algorithms` it does not say."""

    label: str
    algorithms: frozenset[int]


def select() -> Command:
    """Choose the PIV application."""
    return Command(0x00, 0xA4, 0x04, 0x00, AID, le=256)


def get_data(tag: int) -> Command:
    """Read the object `tag`."""
    name = tag.to_bytes(1 if tag == DISCOVERY else 3, "big")
    return Command(0x00, 0xCB, 0x3F, 0xFF, tlv.encode(0x5C, name), le=256)


def pad(pin: bytearray) -> bytearray:
    """The PIN with FF up to 8 bytes: a copy, for the caller to wipe."""
    return pin + b"\xff" * (PIN_DIGITS.stop - 1 - len(pin))


def verify(padded: bytearray, reference: int = PIN) -> Command:
    """Present the padded PIN."""
    return Command(0x00, 0x20, 0x00, reference, padded)


def pin_counter(reference: int = PIN) -> Command:
    """Ask whether the PIN is verified, and the tries left, without spending one."""
    return Command(0x00, 0x20, 0x00, reference)


def forget_pin(reference: int = PIN) -> Command:
    """End the verified state of the PIN."""
    return Command(0x00, 0x20, 0xFF, reference)


def unblock_pin(both: bytearray) -> Command:
    """Give the PIN of the application back: the PUK and the new PIN, each padded."""
    return Command(0x00, 0x2C, 0x00, PIN, both)


def general_authenticate(algorithm: int, slot: Slot, challenge: bytes) -> Command:
    """Sign `challenge` with the key of `slot`."""
    template = tlv.encode(0x7C, tlv.encode(0x82) + tlv.encode(0x81, challenge))
    return Command(0x00, 0x87, algorithm, slot.key, template, le=256)


def properties(answer: bytes) -> Properties:
    """The application property template that answers SELECT (part 2, table 3)."""
    items = tlv.decode(tlv.find(answer, 0x61))
    said = {item.tag: item.value for item in items}
    algorithms = (a for item in items if item.tag == 0xAC for a in tlv.decode(item.value))
    return Properties(
        said.get(0x50, b"").decode("utf-8", "replace"),
        frozenset(a.value[0] for a in algorithms if a.tag == 0x80 and len(a.value) == 1),
    )


def pin_reference(answer: bytes) -> int:
    """Which PIN to present, out of the discovery object; raises `ProtocolError`."""
    policy = tlv.find(answer, DISCOVERY, 0x5F2F)
    if len(policy) != 2:
        raise ProtocolError(f"PIN usage policy of {len(policy)} bytes")
    return GLOBAL_PIN if policy[0] & _HAS_GLOBAL and policy[1] == _GLOBAL_FIRST else PIN


def guid(answer: bytes) -> bytes:
    """The 16 bytes that name the card, out of its CHUID; raises `ProtocolError`."""
    found = tlv.find(answer, 0x53, 0x34)
    if len(found) != _GUID:
        raise ProtocolError(f"CHUID with a GUID of {len(found)} bytes")
    return found


def certificate(answer: bytes) -> bytes:
    """The DER certificate of a certificate object, unpacked; raises `ProtocolError`."""
    content = tlv.find(answer, 0x53)
    match tlv.find(content, 0x71):
        case b"\x00":
            return tlv.find(content, 0x70)
        case b"\x01":
            return _unpack(tlv.find(content, 0x70))
    raise ProtocolError("certificate object in a form other than plain or packed DER")


def signature(answer: bytes) -> bytes:
    """The answer of GENERAL AUTHENTICATE; raises `ProtocolError`."""
    return tlv.find(answer, 0x7C, 0x82)


def _unpack(packed: bytes) -> bytes:
    """One gzip member, nothing after it, and not beyond the bound."""
    stream = zlib.decompressobj(_GZIP)
    try:
        plain = stream.decompress(packed, _MAX_CERTIFICATE)
    except zlib.error as error:
        raise ProtocolError("certificate object with a damaged gzip stream") from error
    if not stream.eof or stream.unused_data:
        raise ProtocolError("certificate object too large, cut, or with bytes after it")
    return plain
