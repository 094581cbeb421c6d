"""JPEG 2000 (ISO/IEC 15444-1) to a byte budget, through Pillow's OpenJPEG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from station.errors import NotAnImage

if TYPE_CHECKING:
    import numpy.typing as npt

_TRIES = 8


def encode(bgr: npt.NDArray[np.uint8], limit: int) -> bytes:
    """At most `limit` bytes of JP2 from (rows, columns, 3) B, G, R; one lossy step.

    The encoder may overshoot its rate by some bytes, hence a margin and a retry. Raises
    `NotAnImage` when the image is too small or too rich for the budget.
    """
    image = Image.fromarray(np.ascontiguousarray(bgr[:, :, ::-1]))
    aim = 0.995 * limit
    for _ in range(_TRIES):
        buffer = io.BytesIO()
        image.save(
            buffer,
            "JPEG2000",
            quality_mode="rates",
            quality_layers=[max(1.0, bgr.size / aim)],
            irreversible=True,
            num_resolutions=6,
            progression="RLCP",
            mct=1,
        )
        if buffer.tell() <= limit:
            return buffer.getvalue()
        aim *= 0.99
    raise NotAnImage(f"cannot be coded within {limit} bytes")
