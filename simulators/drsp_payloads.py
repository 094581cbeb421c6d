"""What the Python twin of the reference scanner says, as bytes of DRSP/1 (drsp.md, TLVs)."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

import numpy as np

from drivers.wire import drsp
from drivers.wire.drsp import Tag, tlv
from simulators.platen import SIZES
from station.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

PPI = 500
_PREVIEW_SIDE = 4  # one preview pixel for 4 x 4 of the image


def names(label: str, boot_id: bytes, *, slaps: bool) -> bytes:
    """Who the device is and what it takes: the end of the greeting."""
    sizes = [((400, 500), 1 << 3)] + [((1600, 1500), 1 << 0 | 1 << 1)] * slaps
    return (
        drsp.text(Tag.MODEL, label)
        + drsp.text(Tag.SERIAL, "SIM-P001")
        + drsp.text(Tag.FIRMWARE, "0.1.0")
        + drsp.text(Tag.BUILD, "python")
        + tlv(Tag.CAPS, (1).to_bytes(4, "little"))
        + b"".join(_sensor(*size, modes) for size, modes in sizes)
        + tlv(Tag.BOOT_ID, boot_id)
    )


def _sensor(width: int, height: int, modes: int) -> bytes:
    small = width // _PREVIEW_SIDE, height // _PREVIEW_SIDE
    return tlv(Tag.SENSOR, struct.pack("<HHHBBHH", width, height, PPI, 8, modes, *small))


def describe(number: int, mode: int, image: npt.NDArray[np.uint8]) -> bytes:
    """IMAGE_INFO and the digest of an image."""
    width, height = SIZES[mode]
    info = struct.pack("<IHHHBBI", number, width, height, PPI, 8, mode, image.size)
    return tlv(Tag.IMAGE_INFO, info) + tlv(Tag.SHA256, hashlib.sha256(image.tobytes()).digest())


def preview(image: npt.NDArray[np.uint8], room: int) -> Iterator[tuple[int, bytes, bool]]:
    """The parts of one small picture: offset, payload of at most `room` bytes, whether last."""
    small = np.ascontiguousarray(image[::_PREVIEW_SIDE, ::_PREVIEW_SIDE])
    height, width = small.shape
    header, data = struct.pack("<HHHH", 1, width, height, 0), small.tobytes()
    step = room - len(header)
    for at in range(0, len(data), step):
        yield at, header + data[at : at + step], at + step >= len(data)


def fault_of(payload: bytes) -> drsp.Status:
    """Why a payload cannot be obeyed: the list itself, or what it lacks."""
    try:
        drsp.tlvs(payload)
    except ProtocolError:
        return drsp.Status.BAD_TLV
    return drsp.Status.BAD_VALUE
