"""Commands of an IAS-ECC card (IAS ECC technical specification 1.0.1, as OpenSC uses it).

    SELECT by AID         00 A4 04 00 AID            -> 62{FCP}
    SELECT a file         00 A4 P1 04 FID            -> 62{80 size}; P1 09 from the root, 02 below
    READ BINARY           00 B0 offset; with P1 80+SFI a file by its short name
    VERIFY                00 20 00 PIN  PIN; empty: reads the counter
    authenticate          MSE 00 22 41 A4 {84 key 80 02}, 00 88 00 00 DigestInfo
    sign                  MSE 00 22 41 AA {80 40}, MSE 00 22 41 B6 {84 key 80 42},
                          PSO HASH 00 2A 90 A0 {90 state, bits  80 last block}, PSO CDS 00 2A 9E 9A

Only RSA with PKCS#1 v1.5 and SHA-256. The card hashes the end of what it signs for good
(`drivers.wire.sha256_state`), so it is given the message and no digest.
"""

from __future__ import annotations

from drivers.wire import sha256_state, tlv
from drivers.wire.apdu import Command
from station.errors import ProtocolError

AID = b"MIOMCT"  # of the agent cards of the ministry; its root is the master file
PROFILE = bytes.fromhex("e828bd080fd25047656e65726963")  # the generic PKCS#15 application
SERIAL = 0x1C  # short name of EF.SN
DIRECTORY = 0x2F00
ODF = 0x5031
_PART = 256  # bytes read at once
MAX_FILE = 0x7FFF  # bytes; a larger offset would be a short name
_HASHED_HERE, _RSA_SHA256, _RSA_INFO = b"\x40", b"\x42", b"\x02"  # algorithm references


def select(aid: bytes) -> Command:
    """Choose an application."""
    return Command(0x00, 0xA4, 0x04, 0x00, aid, le=256)


def select_file(identifier: int, *, root: bool = False) -> Command:
    """Choose a file of the current application, or of the root."""
    return Command(0x00, 0xA4, 0x09 if root else 0x02, 0x04, identifier.to_bytes(2, "big"), le=256)


def read_serial() -> Command:
    """Read the serial number of the card."""
    return Command(0x00, 0xB0, 0x80 | SERIAL, 0x00, le=256)


def read(offset: int, left: int) -> Command:
    """Read what is left of the chosen file from `offset`, or a part of it."""
    return Command(0x00, 0xB0, offset >> 8, offset & 0xFF, le=min(left, _PART))


def verify(reference: int, pin: bytearray) -> Command:
    """Present the PIN, as the card stores it."""
    return Command(0x00, 0x20, 0x00, reference, pin)


def pin_counter(reference: int) -> Command:
    """Ask whether the PIN is verified, and the tries left, without spending one."""
    return Command(0x00, 0x20, 0x00, reference)


def authentication(key: int, digest_info: bytes) -> tuple[Command, ...]:
    """Sign a DigestInfo with the key for login."""
    template = tlv.encode(0x84, bytes([key])) + tlv.encode(0x80, _RSA_INFO)
    return _environment(0xA4, template), Command(0x00, 0x88, 0x00, 0x00, digest_info, le=256)


def signature(key: int, message: bytes) -> tuple[Command, ...]:
    """Sign `message` with the key for signature, the card hashing its last block."""
    state, bits, last = sha256_state.split(message)
    before = state + bits.to_bytes(8, "big") if state else b""
    return (
        _environment(0xAA, tlv.encode(0x80, _HASHED_HERE)),
        _environment(0xB6, tlv.encode(0x84, bytes([key])) + tlv.encode(0x80, _RSA_SHA256)),
        Command(0x00, 0x2A, 0x90, 0xA0, tlv.encode(0x90, before) + tlv.encode(0x80, last)),
        Command(0x00, 0x2A, 0x9E, 0x9A, le=256),
    )


def serial(answer: bytes) -> bytes:
    """The serial number out of EF.SN; raises `ProtocolError`."""
    found = tlv.find(answer, 0x5A)
    if not found:
        raise ProtocolError("a card with an empty serial number")
    return found


def size(answer: bytes) -> int:
    """The bytes of a file, out of the FCP that answers its selection; raises `ProtocolError`."""
    coded = tlv.find(answer, 0x62, 0x80)
    found = int.from_bytes(coded, "big")
    if len(coded) > 4 or found > MAX_FILE:
        raise ProtocolError(f"a file of {found} bytes")
    return found


def _environment(template: int, content: bytes) -> Command:
    """MANAGE SECURITY ENVIRONMENT, SET for computation."""
    return Command(0x00, 0x22, 0x41, template, content)
