"""The messages of DRSP/1 that the station sends and reads, over `drivers.wire.drsp`."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_SIDE, MAX_BYTES, MAX_WINDOW = 2048, 4_194_304, 262_144
MIN_WAIT, MAX_WAIT = 1_000, 120_000  # milliseconds of a capture
MODE_LEFT_FOUR, MODE_RIGHT_FOUR, MODE_FINGER = 1, 2, 4  # L4, R4; F1, one flat finger
SLAP_MODES: Final = {MODE_LEFT_FOUR: 0x03C0, MODE_RIGHT_FOUR: 0x001E}
"""The fingers of a slap, bit n-1 for ISO finger n."""
MAX_PREVIEW = (512, 480)  # width, height
_CAPTURE = struct.Struct("<BBHHBBII")
_INFO = struct.Struct("<IHHHBBI")
_EXTENT = struct.Struct("<III")
_STATUS = struct.Struct("<6xHHHIII")  # seq, status, 0, uptime s, image id, hold left ms
_PREVIEW = struct.Struct("<HHHH")
_SENSOR = struct.Struct("<7xB4x")  # the modes that a size of image is for
_COUNT = struct.Struct("<BBBx")


@dataclass(frozen=True, slots=True)
class Identity:
    """What HELLO tells of the device."""

    model: str
    serial: str
    firmware: str
    boot_id: bytes
    max_payload: int
    simulated: bool
    modes: frozenset[int]


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """An image the device holds: its number, size in pixels and SHA-256."""

    id: int
    width: int
    height: int
    ppi: int
    mode: int
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
    return _order(MODE_FINGER, _mask([finger]), 0, seconds, previews)


def slap_order(mode: int, fingers: Collection[int], seconds: float, previews: int) -> bytes:
    """The same for the slap of `mode`: the four of its hand, those not in `fingers` missing."""
    four = SLAP_MODES[mode]
    return _order(mode, four, four & ~_mask(fingers), seconds, previews)


def _mask(fingers: Collection[int]) -> int:
    return sum(1 << (finger - 1) for finger in fingers)


def _order(mode: int, expected: int, missing: int, seconds: float, previews: int) -> bytes:
    wait = int(min(max(seconds * 1000, MIN_WAIT), MAX_WAIT))
    return tlv(Tag.CAPTURE, _CAPTURE.pack(mode, 1, expected, missing, 0, previews, wait, 0))


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
    simulated = bool(frame.flags & Flag.SIMULATED)
    return Identity(model, serial, firmware, boot_id, payload, simulated, _modes(found))


def _modes(found: dict[int, list[bytes]]) -> frozenset[int]:
    """What the device can take, by its SENSOR tags; one without any takes single fingers."""
    blocks = found.get(Tag.SENSOR, [])
    if any(len(block) != _SENSOR.size for block in blocks):
        raise ProtocolError("sensor block of the wrong size")
    bits = [_SENSOR.unpack(block)[0] for block in blocks] or [1 << (MODE_FINGER - 1)]
    return frozenset(mode for mode in range(1, 9) for b in bits if b >> (mode - 1) & 1)


def image_info(frame: Frame) -> ImageInfo:
    """Read RESULT or IMAGE_INFO and check every bound; raises `ProtocolError`."""
    found = tlvs(frame.payload)
    number, width, height, ppi, bits, mode, size = _INFO.unpack(
        one(found, Tag.IMAGE_INFO, _INFO.size)
    )
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise ProtocolError(f"impossible image size {width}x{height}")
    if (bits, ppi) != (8, 500) or size != width * height or size > MAX_BYTES:
        raise ProtocolError(f"impossible image: {bits} bits, {ppi} ppi, {size} bytes")
    if number == 0 or number != frame.arg:
        raise ProtocolError("image number does not match")
    return ImageInfo(number, width, height, ppi, mode, one(found, Tag.SHA256, 32))


def count(frame: Frame) -> tuple[int, int]:
    """How many fingers the device sees and how many it waits for; raises `ProtocolError`."""
    seen, expected, _ = _COUNT.unpack(one(tlvs(frame.payload), Tag.COUNT, _COUNT.size))
    return seen, expected


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
