"""ILV messages of MorphoSmart readers in their USB frame: bytes in, values out.

    "SYNC"  length (4)  ones' complement of length (4)  ILV  "EN"          integers little-endian
    ILV:  identifier (1)  length (2, or FFFF and 4 more)  value            values nest ILVs

Known from public observation, not from the maker's document: unproven on hardware.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import TYPE_CHECKING

from station.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator

_START, _END = b"SYNC", b"EN"
_HEAD = struct.Struct("<4sII")
_LONG = 0xFFFF
MAX_MESSAGE = 2 * 1024 * 1024  # bytes; the largest reader has 800 x 750 pixels
_MAX_SIDE = 2048
_IMAGE = struct.Struct("<BBHHHHBB")
_ENROLL = struct.Struct("<BHBBBBB")


@unique
class Id(IntEnum):
    """Identifiers of requests, replies and parts."""

    GET_DESCRIPTOR = 0x05
    ENROLL = 0x21
    EVENTS = 0x34
    LATENT_CHECK = 0x39
    EXPORT_IMAGE = 0x3D
    COMPRESSION = 0x3E
    CANCEL = 0x70
    ASYNC = 0x71


@unique
class Descriptor(IntEnum):
    """What GET_DESCRIPTOR can be asked for."""

    SOFTWARE = 0x2A
    TEXT = 0x2F


@unique
class Status(IntEnum):
    """First byte of a reply."""

    OK = 0x00
    ABORTED = 0xE5
    IN_PROGRESS = 0xF5
    TIME_OUT = 0xFA


@unique
class Event(IntEnum):
    """Parts of an ASYNC message; also the bits of the mask that asks for them."""

    COMMAND = 0x01
    LIVE_IMAGE = 0x02


@dataclass(frozen=True, slots=True)
class Ilv:
    """One message or part; `value` may be an image, so it stays out of every text."""

    id: int
    value: bytes = field(repr=False)

    def encode(self) -> bytes:
        """The bytes of it."""
        size = len(self.value)
        long = size >= _LONG
        length = struct.pack("<HI", _LONG, size) if long else struct.pack("<H", size)
        return bytes([self.id]) + length + self.value


@dataclass(frozen=True, slots=True)
class Image:
    """Grey pixels row by row, and their resolution in pixels per inch."""

    rows: int
    columns: int
    ppi: int
    pixels: bytes = field(repr=False)


def frame(message: Ilv) -> bytes:
    """`message` as it goes over the line."""
    body = message.encode()
    return _HEAD.pack(_START, len(body), len(body) ^ 0xFFFFFFFF) + body + _END


class Decoder:
    """Messages out of a stream; what cannot be a frame is passed over, counted in `dropped`."""

    def __init__(self) -> None:
        self.dropped = 0
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Ilv]:
        """The messages that `data` completes."""
        self._buffer += data
        found = []
        while (message := self._next()) is not None:
            found.append(message)
        return found

    def _next(self) -> Ilv | None:
        while True:
            self._hunt()
            if len(self._buffer) < _HEAD.size:
                return None
            _, length, complement = _HEAD.unpack_from(self._buffer)
            if length ^ 0xFFFFFFFF != complement or length > MAX_MESSAGE:
                self._skip()
                continue
            end = _HEAD.size + length + len(_END)
            if len(self._buffer) < end:
                return None
            message = _whole(bytes(self._buffer[_HEAD.size : end]))
            if message is None:
                self._skip()
                continue
            del self._buffer[:end]
            return message

    def _hunt(self) -> None:
        """Drop what comes before a start; the end may hold part of one."""
        place = self._buffer.find(_START)
        if place < 0:
            place = max(0, len(self._buffer) - len(_START) + 1)
        del self._buffer[:place]

    def _skip(self) -> None:
        self.dropped += 1
        del self._buffer[:1]


def _whole(raw: bytes) -> Ilv | None:
    """The one ILV that fills `raw` up to its end mark."""
    if not raw.endswith(_END):
        return None
    try:
        found = list(parts(raw[: -len(_END)]))
    except ProtocolError:
        return None
    return found[0] if len(found) == 1 else None


def parts(value: bytes) -> Iterator[Ilv]:
    """The ILVs that fill `value`; raises `ProtocolError` when they do not."""
    offset = 0
    while offset < len(value):
        head = value[offset : offset + 7]
        size, start = _extent(head)
        end = offset + start + size
        if end > len(value):
            raise ProtocolError("a part is longer than what holds it")
        yield Ilv(head[0], value[offset + start : end])
        offset = end


def _extent(head: bytes) -> tuple[int, int]:
    """Length of the value, and where it starts."""
    if len(head) < 3:
        raise ProtocolError("a part breaks off in its head")
    (size,) = struct.unpack_from("<H", head, 1)
    if size != _LONG:
        return size, 3
    if len(head) < 7:
        raise ProtocolError("a part breaks off in its head")
    (size,) = struct.unpack_from("<I", head, 3)
    return size, 7


def enroll(seconds: int) -> Ilv:
    """Take one finger within `seconds` and export it uncompressed; nothing is stored."""
    events = struct.pack("<I", Event.COMMAND | Event.LIVE_IMAGE)
    raw = Ilv(Id.COMPRESSION, b"\x2c\x00").encode()
    value = (
        _ENROLL.pack(0, seconds, 0, 1, 1, 0, 0)
        + Ilv(Id.EVENTS, events).encode()
        + Ilv(Id.EXPORT_IMAGE, b"\0" + raw).encode()
        + Ilv(Id.LATENT_CHECK, b"\1").encode()
    )
    return Ilv(Id.ENROLL, value)


def image(value: bytes) -> Image:
    """Read an image part and check every bound; raises `ProtocolError`."""
    if len(value) < _IMAGE.size:
        raise ProtocolError("an image without its header")
    _, rest, rows, columns, vertical, horizontal, compression, _ = _IMAGE.unpack_from(value)
    if (rest, compression) not in {(_IMAGE.size - 2, 0), (_IMAGE.size - 2, 0x2C)}:
        raise ProtocolError(f"an image in coding {compression:#x}")
    if not (0 < rows <= _MAX_SIDE and 0 < columns <= _MAX_SIDE):
        raise ProtocolError(f"impossible image of {columns}x{rows} pixels")
    pixels = value[_IMAGE.size :]
    if vertical != horizontal or len(pixels) != rows * columns:
        raise ProtocolError(f"{len(pixels)} bytes for {columns}x{rows} pixels")
    return Image(rows, columns, vertical, pixels)


def image_part(rows: int, columns: int, ppi: int, pixels: bytes) -> bytes:
    """The value that `image` reads."""
    return _IMAGE.pack(0, _IMAGE.size - 2, rows, columns, ppi, ppi, 0x2C, 0) + pixels
