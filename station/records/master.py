"""The one image that a portrait may be coded from with loss.

A `Master` comes from a device or out of a file that has lost nothing, and coders of portraits
take nothing else. What they give is bytes, and bytes that a lossy coder gave make no `Master`:
a second lossy step cannot be written down.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Self

import cv2

from station.capture import Modality
from station.errors import NotAnImage, RecordInvalid, SecondLoss
from station.records import coding as codings

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from station.capture import Capture
    from station.records.coding import Coding

    Bgr = npt.NDArray[np.uint8]

MAX_BYTES = 20 * 1024 * 1024  # of a master in a draft, which is Base64 within 32 MiB
_DOOR = object()
_IHDR_END = 33  # signature, then the first chunk of a PNG
_PER_METRE = 1000 / 25.4


@dataclass(frozen=True, eq=False, slots=True)
class Master:
    """(rows, columns, 3) B, G, R and their resolution, None for a camera; read-only."""

    pixels: Bgr = field(repr=False)
    dpi: int | None
    door: InitVar[object]

    def __post_init__(self, door: object) -> None:
        if door is not _DOOR:
            raise TypeError("a Master comes from a capture or from a lossless file")
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise NotAnImage(f"no portrait: an image of {self.pixels.shape}")

    @classmethod
    def of_capture(cls, capture: Capture) -> Self:
        """The portrait of a capture; raises `RecordInvalid` when it is not one portrait."""
        if capture.modality is not Modality.FACE or len(capture.samples) != 1:
            said = f"{len(capture.samples)} samples of {capture.modality}"
            raise RecordInvalid(f"{said}, not one of {Modality.FACE}")
        (sample,) = capture.samples
        return cls(sample.pixels, sample.dpi, _DOOR)

    @classmethod
    def of_lossless(cls, coding: Coding, data: bytes, *, lost: bool = False) -> Self:
        """The image of PNG or reversible JPEG 2000 bytes; `lost`: its record says otherwise.

        Raises `SecondLoss` for any other coding, and for a PNG that says it was coded with loss;
        `RecordInvalid` when it cannot be decoded.
        """
        if lost or codings.has_lost(coding, data):
            raise SecondLoss("the image has been coded with loss already")
        return cls(codings.colour(coding, data), None, _DOOR)

    @classmethod
    def despite_loss(cls, coding: Coding, data: bytes) -> Self:
        """Whatever `data` decodes to: for a technician who asked for a second loss, no dossier."""
        return cls(codings.colour(coding, data), None, _DOOR)

    def png(self) -> bytes:
        """The master as it is kept and sent: PNG, its resolution in it.

        Raises `NotAnImage` above 20 MiB.
        """
        done, buffer = cv2.imencode(".png", self.pixels)
        data = buffer.tobytes()
        if not done or len(data) > MAX_BYTES:
            raise NotAnImage(f"a portrait of {len(data)} bytes without loss")
        return data[:_IHDR_END] + _resolution(self.dpi) + data[_IHDR_END:]


def _resolution(dpi: int | None) -> bytes:
    """The chunk pHYs (ISO/IEC 15948 §11.3.5.3), in pixels a metre."""
    if dpi is None:
        return b""
    rate = round(dpi * _PER_METRE)
    chunk = b"pHYs" + struct.pack(">IIB", rate, rate, 1)
    return struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
