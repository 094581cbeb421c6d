"""DRSP/1 frames, either side (docs/protocols/drsp.md): COBS(header 12 | payload | CRC-32) 00.

0 version u8   1 type u8   2 seq u16   4 status u16   6 flags u16   8 arg u32
12 payload     then CRC-32 (IEEE 802.3) of all before it; everything little-endian
"""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum, IntFlag

from station.errors import ProtocolError

VERSION = 1
FIRST_PAYLOAD, USUAL_PAYLOAD, MAX_PAYLOAD = 496, 4096, 16384  # bytes (§ sizes)
MAX_TLVS = 64
_HEADER = struct.Struct("<BBHHHI")
_CRC = 4
_TLV = struct.Struct("<HH")


class Type(IntEnum):
    """Requests, events and the two odd ones; a reply is its request + 0x80."""

    HELLO = 0x01
    PING = 0x02
    STATUS = 0x03
    CAPTURE_START = 0x10
    CAPTURE_CANCEL = 0x11
    IMAGE_GET = 0x13
    IMAGE_RELEASE = 0x14
    IMAGE_INFO = 0x15
    IMAGE_DATA = 0xD3
    STATE = 0xE0
    COUNT = 0xE1
    PREVIEW = 0xE4
    RESULT = 0xE5
    GUIDE = 0xE8
    BOOTED = 0xEF
    NAK = 0xFF


REPLY = 0x80


class Status(IntEnum):
    """Codes of replies and results; 0–15 follow WS-BD."""

    SUCCESS = 0
    FAILURE = 1
    INVALID_ID = 2
    CANCELED = 3
    SENSOR_FAILURE = 5
    INITIALIZATION_NEEDED = 8
    SENSOR_BUSY = 10
    SENSOR_TIMEOUT = 11
    UNSUPPORTED = 12
    BAD_VALUE = 13
    BAD_FRAME = 0x100
    BAD_TLV = 0x101
    WRONG_STATE = 0x102
    UNSUPPORTED_VERSION = 0x103
    TOO_LONG = 0x104
    BAD_SEQ = 0x105


class Flag(IntFlag):
    """Header flags; the others are ignored."""

    MORE = 1
    SIMULATED = 2
    REPLAY = 4


class State(IntEnum):
    """States of the device."""

    BOOT = 0
    IDLE = 1
    WAIT_CLEAR = 2
    WAIT_FINGERS = 3
    SETTLING = 4
    ACQUIRED = 5
    FAULT = 6


class Tag(IntEnum):
    """Tags of the TLVs this project uses."""

    PROTO = 0x01
    MAX_PAYLOAD = 0x02
    MODEL = 0x03
    SERIAL = 0x04
    FIRMWARE = 0x05
    BUILD = 0x06
    CAPS = 0x07
    SENSOR = 0x08
    BOOT_ID = 0x09
    STATUS = 0x10
    COUNTERS = 0x11
    CAPTURE = 0x30
    IMAGE_INFO = 0x40
    SHA256 = 0x42
    EXTENT = 0x43
    COUNT = 0x50


class Damaged(ValueError):
    """A frame that cannot be used: dropped, the next one may be good."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message; `type` is a number, for a peer may send any."""

    type: int
    seq: int
    arg: int = 0
    payload: bytes = b""
    status: int = 0
    flags: int = 0
    version: int = VERSION

    def __repr__(self) -> str:  # payloads are biometrics: sizes only
        return (
            f"<{self.type:02x} #{self.seq} status {self.status:#x} flags {self.flags:#x} "
            f"arg {self.arg} {len(self.payload)} B>"
        )


def cobs_encode(body: bytes) -> bytes:
    """Byte-stuff `body` so that it holds no zero (Cheshire and Baker, 1999)."""
    out = bytearray()
    parts = body.split(b"\0")
    for index, whole in enumerate(parts):
        part, full = whole, False
        while len(part) >= 254:
            out += b"\xff" + part[:254]
            part, full = part[254:], True
        if part or index < len(parts) - 1 or not full:  # nothing follows a full last group
            out.append(len(part) + 1)
            out += part
    return bytes(out)


def cobs_decode(raw: bytes) -> bytes:
    """Undo `cobs_encode`; raises `Damaged` on a code that points past the end."""
    out = bytearray()
    at = 0
    while at < len(raw):
        code = raw[at]
        if code == 0 or at + code > len(raw):
            raise Damaged("cobs")
        out += raw[at + 1 : at + code]
        at += code
        if code < 255 and at < len(raw):
            out.append(0)
    return bytes(out)


def max_encoded(payload: int) -> int:
    """The longest encoding of a frame with `payload` bytes, its delimiter not counted."""
    body = _HEADER.size + payload + _CRC
    return body + body // 254 + 1


def encode(frame: Frame) -> bytes:
    """The bytes of `frame` on the wire, delimiter included."""
    body = (
        _HEADER.pack(frame.version, frame.type, frame.seq, frame.status, frame.flags, frame.arg)
        + frame.payload
    )
    return cobs_encode(body + zlib.crc32(body).to_bytes(_CRC, "little")) + b"\0"


def decode(raw: bytes) -> Frame:
    """One frame without its delimiter; raises `Damaged`."""
    body = cobs_decode(raw)
    if len(body) < _HEADER.size + _CRC:
        raise Damaged("short")
    if zlib.crc32(body[:-_CRC]) != int.from_bytes(body[-_CRC:], "little"):
        raise Damaged("crc")
    version, kind, seq, status, flags, arg = _HEADER.unpack_from(body)
    return Frame(kind, seq, arg, body[_HEADER.size : -_CRC], status, flags, version)


class Decoder:
    """Bytes in, frames out; counts what it drops and never holds more than one frame's worth."""

    def __init__(self, payload: int = MAX_PAYLOAD) -> None:
        self.allow(payload)
        self._buffer = bytearray()
        self.dropped = 0

    def allow(self, payload: int) -> None:
        """Take frames of up to `payload` bytes from now on, as HELLO agreed."""
        self._payload, self._bound = payload, max_encoded(payload)

    def feed(self, data: bytes) -> list[Frame]:
        """Whole frames among what has come so far."""
        self._buffer += data
        *raws, rest = self._buffer.split(b"\0")
        frames = [f for raw in raws if raw and (f := self._decoded(bytes(raw)))]
        self._buffer = rest[: self._bound + 1]  # stays too long, hence dropped at its delimiter
        return frames

    def _decoded(self, raw: bytes) -> Frame | None:
        with suppress(Damaged):
            frame = decode(raw) if len(raw) <= self._bound else None
            if frame is not None and len(frame.payload) <= self._payload:
                return frame
        self.dropped += 1
        return None


def tlv(tag: int, value: bytes) -> bytes:
    """One tag-length-value."""
    return _TLV.pack(tag, len(value)) + value


def text(tag: int, value: str) -> bytes:
    """A text TLV, at most 32 bytes of UTF-8."""
    return tlv(tag, value.encode()[:32])


def tlvs(payload: bytes) -> dict[int, list[bytes]]:
    """The values by tag, in order; raises `ProtocolError` when the list does not add up."""
    found: dict[int, list[bytes]] = {}
    at = count = 0
    while at < len(payload):
        count += 1
        if len(payload) - at < _TLV.size or count > MAX_TLVS:
            raise ProtocolError("unsound TLV list")
        tag, size = _TLV.unpack_from(payload, at)
        at += _TLV.size
        if size > len(payload) - at:
            raise ProtocolError("unsound TLV list")
        found.setdefault(tag, []).append(payload[at : at + size])
        at += size
    return found


def one(found: dict[int, list[bytes]], tag: int, size: int | None = None) -> bytes:
    """The first value of a required tag; raises `ProtocolError` if absent or of another size."""
    values = found.get(tag)
    if not values or (size is not None and len(values[0]) != size):
        raise ProtocolError(f"tag {tag:#x} absent or of the wrong size")
    return values[0]
