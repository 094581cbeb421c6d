"""Readers with a keypad of their own: PC/SC part 10 (rev. 2.02.09), §2.2, §2.3 and §2.5.

    features    {tag u8, 04, control code u32 big-endian} repeated
    verify      bTimerOut bTimerOut2 bmFormatString bmPINBlockString bmPINLengthFormat
                wPINMaxExtraDigit bEntryValidationCondition bNumberMessage wLangId bMsgIndex
                bTeoPrologue[3] ulDataLength abData           integers little-endian

The PIN goes from the keypad to the card and never through this computer. Never tried on a reader:
the virtual one has no keypad.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from station.errors import PinNeeded, PinUnfit, ProtocolError

FEATURE_REQUEST = 0x42000000 + 3400  # SCARD_CTL_CODE(3400) of pcsc-lite
VERIFY_PIN_DIRECT = 0x06
_MAX_FEATURES = 32
_ASCII_LEFT = 0x82  # bmFormatString: positions in bytes, justified left, ASCII
_KEY = 0x02  # bEntryValidationCondition: the validation key was pressed
_ONE_MESSAGE, _FRENCH = 0x01, 0x040C
_ANSWERS = {
    b"\x64\x00": (PinNeeded, "no PIN was typed on the reader in time"),
    b"\x64\x01": (PinNeeded, "the PIN was cancelled on the reader"),
    b"\x64\x03": (PinUnfit, "a PIN of a length that the card does not take"),
}


@dataclass(frozen=True, slots=True)
class PinEntry:
    """A VERIFY as the keypad completes it: `filler` pads to `width` bytes, 0 for no padding."""

    header: bytes  # CLA INS P1 P2
    digits: range  # how many a PIN may have
    width: int = 0
    filler: int = 0xFF


def features(answer: bytes) -> dict[int, int]:
    """Control codes by feature, from the answer to the feature request; raises `ProtocolError`."""
    if len(answer) % 6 or len(answer) > 6 * _MAX_FEATURES:
        raise ProtocolError(f"features of the reader: {len(answer)} bytes")
    found: dict[int, int] = {}
    for at in range(0, len(answer), 6):
        tag, size, code = struct.unpack_from(">BBI", answer, at)
        if size != 4:
            raise ProtocolError(f"feature {tag:02x} of the reader: {size} bytes")
        found[tag] = code
    return found


def verify_structure(entry: PinEntry, seconds: int) -> bytes:
    """PIN_VERIFY_STRUCTURE: `seconds` for the first key, and for each one after it."""
    data = entry.header + bytes([entry.width]) + bytes([entry.filler]) * entry.width
    least, most = entry.digits[0], entry.digits[-1]
    head = struct.pack(
        "<BBBBBHBBHB3xI",
        seconds,
        seconds,
        _ASCII_LEFT,
        entry.width,
        0,
        least << 8 | most,
        _KEY,
        _ONE_MESSAGE,
        _FRENCH,
        0,
        len(data),
    )
    return head + data


def status(answer: bytes) -> int:
    """The status word of the card; raises what the reader itself answers in its place.

    `PinNeeded` when nobody typed it, `PinUnfit`, and `ProtocolError` for anything else.
    """
    if len(answer) != 2:
        raise ProtocolError(f"answer of the keypad: {len(answer)} bytes")
    if answer in _ANSWERS:
        leaf, text = _ANSWERS[answer]
        raise leaf(text)
    return int.from_bytes(answer, "big")
