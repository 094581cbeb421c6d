"""Packets of the ZFM and R503 fingerprint modules, as in the makers’ manuals.

    EF01  address (4)  PID (1)  length (2)  content  checksum (2)      integers big-endian

`length` counts content and checksum; the checksum is the 16-bit sum from PID to content.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum, unique

from station.errors import ProtocolError

ADDRESS = b"\xff\xff\xff\xff"
_START = b"\xef\x01"
_HEAD = struct.Struct(">2s4sBH")
_LENGTHS = range(3, 259)  # the manual says 256 at most; a packet of 256 bytes of data has 258
_SYSTEM = struct.Struct(">HHHHIHH")
_PRODUCT = struct.Struct(">16s4s8s2s8sHHHH")


@unique
class Pid(IntEnum):
    """Kinds of packet."""

    COMMAND = 0x01
    DATA = 0x02
    ACKNOWLEDGE = 0x07
    LAST_DATA = 0x08


@unique
class Command(IntEnum):
    """What the station asks; the modules know more."""

    GEN_IMG = 0x01
    UP_IMAGE = 0x0A
    SET_SYS_PARA = 0x0E
    READ_SYS_PARA = 0x0F
    VFY_PWD = 0x13
    READ_PROD_INFO = 0x3C


@unique
class Code(IntEnum):
    """Confirmation codes that the station acts on; all others are refusals."""

    OK = 0x00
    PACKET_ERROR = 0x01
    NO_FINGER = 0x02
    MESSY = 0x06
    FEW_POINTS = 0x07
    NO_IMAGE = 0x15
    UNDEFINED = 0x19
    UNSUPPORTED = 0xFC


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet; `content` may be part of an image, so it stays out of every text."""

    pid: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class System:
    """System parameters: bytes of a data packet, and the line speed in baud."""

    packet: int
    baud: int


@dataclass(frozen=True, slots=True)
class Product:
    """What an R503 says of itself; the size of its image in pixels."""

    model: str
    serial: str
    width: int
    height: int


def encode(pid: Pid, content: bytes) -> bytes:
    """The bytes of one packet to the default address."""
    head = _HEAD.pack(_START, ADDRESS, pid, len(content) + 2)
    return head + content + _checksum(head[6:] + content)


def command(code: Command, parameters: bytes = b"") -> bytes:
    """The bytes of a command packet."""
    return encode(Pid.COMMAND, bytes([code]) + parameters)


def _checksum(data: bytes) -> bytes:
    return (sum(data) & 0xFFFF).to_bytes(2, "big")


class Decoder:
    """Packets out of a stream; what cannot be one is passed over and counted in `dropped`."""

    def __init__(self) -> None:
        self.dropped = 0
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Packet]:
        """The packets that `data` completes."""
        self._buffer += data
        packets = []
        while (found := self._next()) is not None:
            packets.append(found)
        return packets

    def _next(self) -> Packet | None:
        while True:
            self._hunt()
            if len(self._buffer) < _HEAD.size:
                return None
            _, address, pid, length = _HEAD.unpack_from(self._buffer)
            if address != ADDRESS or length not in _LENGTHS:
                self._skip()
                continue
            end = _HEAD.size + length
            if len(self._buffer) < end:
                return None
            whole = bytes(self._buffer[:end])
            if _checksum(whole[6:-2]) != whole[-2:]:
                self._skip()
                continue
            del self._buffer[:end]
            return Packet(pid, whole[_HEAD.size : -2])

    def _hunt(self) -> None:
        """Drop what comes before a start; half a start at the end may still become one."""
        place = self._buffer.find(_START)
        if place < 0:
            place = len(self._buffer) - (self._buffer[-1:] == _START[:1])
        del self._buffer[:place]

    def _skip(self) -> None:
        """Pass over a start that was none."""
        self.dropped += 1
        del self._buffer[:1]


def system(content: bytes) -> System:
    """Read the values of READ_SYS_PARA; raises `ProtocolError`."""
    if len(content) != _SYSTEM.size:
        raise ProtocolError(f"{len(content)} bytes of system parameters")
    *_, packet, speed = _SYSTEM.unpack(content)
    if packet > 3 or not 1 <= speed <= 12:
        raise ProtocolError(f"impossible system parameters: packet {packet}, speed {speed}")
    return System(32 << packet, 9600 * speed)


def product(content: bytes) -> Product:
    """Read the values of READ_PROD_INFO; raises `ProtocolError`."""
    if len(content) != _PRODUCT.size:
        raise ProtocolError(f"{len(content)} bytes of product information")
    model, _, serial, _, _, width, height, _, _ = _PRODUCT.unpack(content)
    if not (64 <= width <= 512 and 64 <= height <= 512 and width % 2 == 0):
        raise ProtocolError(f"impossible sensor of {width}x{height} pixels")
    return Product(_text(model), serial.hex().upper(), width, height)


def _text(raw: bytes) -> str:
    return raw.rstrip(b"\0 ").decode("ascii", errors="replace")
