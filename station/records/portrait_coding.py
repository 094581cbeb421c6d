"""A portrait in JPEG 2000 (ISO/IEC 15444-1) within the limits of its use, by OpenJPEG.

One step from the master: reduced to fit, then coded once; the encoder is asked again from the
same pixels when it overshoots. What comes out is bytes, and no `Master` can be made of them.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from station.errors import NotAnImage
from station.records.coding import Coding

if TYPE_CHECKING:
    from station.records.master import Bgr, Master
    from station.rules.codage import Image as Limits

_TRIES = 8
_LEAST = 64  # pixels a side: six resolutions need 32
_SAME_SHAPE = 0.005  # a master of 827 x 1063 fills 622 x 800, which is exact in TR-03121
_AIM, _LESS = 0.995, 0.99  # the rate lands up to 0.1 % above what was asked


@dataclass(frozen=True, slots=True)
class Derived:
    """A coded portrait, its coding and its (width, height)."""

    data: bytes = field(repr=False)
    coding: Coding
    size: tuple[int, int]


def derive(master: Master, limits: Limits) -> Derived:
    """`master` reduced to fit `limits`, never enlarged, and coded; without loss when it may be.

    Raises `NotAnImage` when the image is too small, or too rich for the bytes it is given.
    """
    if min(master.pixels.shape[:2]) < _LEAST:
        raise NotAnImage(f"no portrait: an image of {master.pixels.shape}")
    pixels = _reduced(master.pixels, limits.largeur, limits.hauteur)
    size = (pixels.shape[1], pixels.shape[0])
    if limits.octets is None:
        return Derived(lossless(pixels), Coding.JPEG2000_LOSSLESS, size)
    return Derived(_within(pixels, limits.octets), Coding.JPEG2000_LOSSY, size)


def _reduced(pixels: Bgr, width: int, height: int) -> Bgr:
    rows, columns = pixels.shape[:2]
    scale = min(1.0, width / columns, height / rows)
    if scale == 1.0:
        return pixels
    size = (max(_LEAST, round(columns * scale)), max(_LEAST, round(rows * scale)))
    if abs(columns / rows * height / width - 1) < _SAME_SHAPE:
        size = (width, height)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _within(pixels: Bgr, limit: int) -> bytes:
    aim = _AIM * limit
    for _ in range(_TRIES):
        data = _coded(
            pixels,
            quality_mode="rates",
            quality_layers=[max(1.0, pixels.size / aim)],
            irreversible=True,
            num_resolutions=6,
            progression="RLCP",
        )
        if len(data) <= limit:
            return data
        aim *= _LESS
    raise NotAnImage(f"cannot be coded within {limit} bytes")


def lossless(pixels: Bgr) -> bytes:
    """JP2 of (rows, columns, 3) B, G, R without any loss."""
    return _coded(pixels, irreversible=False)


def _coded(pixels: Bgr, **options: object) -> bytes:
    buffer = io.BytesIO()
    rgb = np.ascontiguousarray(pixels[:, :, ::-1])
    Image.fromarray(rgb).save(buffer, "JPEG2000", mct=1, **options)
    return buffer.getvalue()
