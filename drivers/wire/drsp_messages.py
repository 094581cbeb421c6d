"""The messages of DRSP/1 that the station sends and reads, over `drivers.wire.drsp`."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from drivers.wire.drsp import (
    FIRST_PAYLOAD,
    MAX_PAYLOAD,
    VERSION,
    Flag,
    Frame,
    State,
    Tag,
    one,
    tlv,
    tlvs,
)
from station.errors import ProtocolError

MAX_SIDE, MAX_BYTES, MAX_WINDOW = 2048, 4_194_304, 262_144
MIN_WAIT, MAX_WAIT = 1_000, 120_000  # milliseconds of a capture
MODE_FINGER = 4  # F1, one flat finger
MAX_PREVIEW = (512, 480)  # width, height
_CAPTURE = struct.Struct("<BBHHBBII")
_INFO = struct.Struct("<IHHHBBI")
_EXTENT = struct.Struct("<III")
_STATUS = struct.Struct("<6xHHHIII")  # seq, status, 0, uptime s, image id, hold left ms
_PREVIEW = struct.Struct("<HHHH")


@dataclass(frozen=True, slots=True)
class Identity:
    """What HELLO tells of the device."""

    model: str
    serial: str
    firmware: str
    boot_id: bytes
    max_payload: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """An image the device holds: its number, size in pixels and SHA-256."""

    id: int
    width: int
    height: int
    ppi: int
    digest: bytes

    @property
    def size(self) -> int:
        """Bytes, one a pixel."""
        return self.width * self.height


def offer(max_payload: int) -> bytes:
    """The payload of HELLO: the versions and the payload size of the host."""
    size = max_payload.to_bytes(2, "little")
    return tlv(Tag.PROTO, bytes([VERSION, VERSION])) + tlv(Tag.MAX_PAYLOAD, size)


def finger_order(finger: int, seconds: float, previews: int) -> bytes:
    """The payload of CAPTURE_START: ISO finger `finger`, taken by the device when it is good.

    `seconds` is brought into the bounds of the protocol; `previews` are per second.
    """
    wait = int(min(max(seconds * 1000, MIN_WAIT), MAX_WAIT))
    order = _CAPTURE.pack(MODE_FINGER, 1, 1 << (finger - 1), 0, 0, previews, wait, 0)
    return tlv(Tag.CAPTURE, order)


def extent(image: int, offset: int, length: int) -> bytes:
    """The payload of IMAGE_GET: `length` bytes of an image from `offset`."""
    return tlv(Tag.EXTENT, _EXTENT.pack(image, offset, length))


def identity(frame: Frame) -> Identity:
    """Read a HELLO reply; raises `ProtocolError`."""
    found = tlvs(frame.payload)
    payload = int.from_bytes(one(found, Tag.MAX_PAYLOAD, 2), "little")
    if frame.arg != VERSION or not FIRST_PAYLOAD <= payload <= MAX_PAYLOAD:
        raise ProtocolError(f"impossible session: version {frame.arg}, {payload} bytes")
    model, serial, firmware = (
        one(found, tag).decode(errors="replace") for tag in (Tag.MODEL, Tag.SERIAL, Tag.FIRMWARE)
    )
    boot_id = one(found, Tag.BOOT_ID, 8)
    return Identity(model, serial, firmware, boot_id, payload, bool(frame.flags & Flag.SIMULATED))


def image_info(frame: Frame) -> ImageInfo:
    """Read RESULT or IMAGE_INFO and check every bound; raises `ProtocolError`."""
    found = tlvs(frame.payload)
    number, width, height, ppi, bits, _, size = _INFO.unpack(one(found, Tag.IMAGE_INFO, _INFO.size))
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise ProtocolError(f"impossible image size {width}x{height}")
    if (bits, ppi) != (8, 500) or size != width * height or size > MAX_BYTES:
        raise ProtocolError(f"impossible image: {bits} bits, {ppi} ppi, {size} bytes")
    if number == 0 or number != frame.arg:
        raise ProtocolError("image number does not match")
    return ImageInfo(number, width, height, ppi, one(found, Tag.SHA256, 32))


def held_image(frame: Frame, seq: int) -> int | None:
    """The image that capture `seq` left in the device, from a STATUS reply."""
    if frame.arg != State.ACQUIRED:
        return None
    block = _STATUS.unpack(one(tlvs(frame.payload), Tag.STATUS, _STATUS.size))
    return block[4] if block[0] == seq else None


class PreviewAssembler:
    """Joins the parts of a preview; a gap drops that preview."""

    def __init__(self) -> None:
        self._header = (0, 0, 0)  # number, width, height
        self._data = bytearray()

    def feed(self, frame: Frame) -> tuple[int, int, bytes] | None:
        """(width, height, grey bytes) once the last part of a preview has come."""
        if len(frame.payload) < _PREVIEW.size:
            raise ProtocolError("preview without header")
        number, width, height, _ = _PREVIEW.unpack_from(frame.payload)
        if not (0 < width <= MAX_PREVIEW[0] and 0 < height <= MAX_PREVIEW[1]):
            raise ProtocolError(f"impossible preview size {width}x{height}")
        if frame.arg == 0:
            self._header, self._data = (number, width, height), bytearray()
        part = frame.payload[_PREVIEW.size :]
        gap = self._header != (number, width, height) or frame.arg != len(self._data)
        if gap or frame.arg + len(part) > width * height:
            self._header = (0, 0, 0)
            return None
        self._data += part
        whole = not frame.flags & Flag.MORE and len(self._data) == width * height
        return (width, height, bytes(self._data)) if whole else None
