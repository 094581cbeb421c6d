"""Regular dots or lines: a press, a cheap printer, a photographed screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.quality.paper.outline import MM

if TYPE_CHECKING:
    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]

_PATCH = 192  # pixels
_GRID = (4, 3)  # patches down and across
_PITCH = (0.10, 0.60)  # mm between dots
_BLOCK = 8  # pixels: what a JPEG repeats by itself


def raster(paper: Image, dpi: float) -> float:
    """How far the strongest regular pattern stands out of its surroundings, in decibels.

    The spectrum is the median of twelve parts of the paper and the strongest of its colours: hair
    and cloth have texture in some of them, the dots of a press are in all.
    """
    rows, columns = paper.shape[:2]
    side = min(_PATCH, rows, columns)
    power = np.median([_spectrum(p) for p in _patches(paper, side)], 0)
    level = np.log10(power + 1e-3)
    around = cv2.blur(level, (9, 9), borderType=cv2.BORDER_REPLICATE)
    return float(10 * (level - around)[_wanted(side, dpi)].max(initial=0.0))


def _patches(paper: Image, side: int) -> list[Image]:
    rows, columns = paper.shape[:2]
    tops = np.linspace(0, rows - side, _GRID[0]).astype(int)
    lefts = np.linspace(0, columns - side, _GRID[1]).astype(int)
    return [paper[t : t + side, a : a + side] for t in tops for a in lefts]


def _spectrum(patch: Image) -> npt.NDArray[np.float32]:
    """Power of the strongest colour, (side, side), frequency 0 in the middle."""
    window = np.hanning(patch.shape[0]).astype(np.float32)
    flat = patch.astype(np.float32) - cv2.blur(patch, (15, 15)).astype(np.float32)
    flat *= (window[:, None] * window[None, :])[..., None]
    power = np.abs(np.fft.fft2(flat, axes=(0, 1))).max(-1) ** 2
    return np.asarray(np.fft.fftshift(power), np.float32)


def _wanted(side: int, dpi: float) -> npt.NDArray[np.bool_]:
    """Frequencies of a raster, those that a JPEG has by itself left out."""
    f = np.fft.fftshift(np.fft.fftfreq(side))
    radius = np.hypot(f[:, None], f[None, :]) * dpi / MM  # per mm
    wanted = (radius > 1 / _PITCH[1]) & (radius < 1 / _PITCH[0])
    axis = np.abs(f) < 1.5 / side
    block = np.abs(f * _BLOCK - np.rint(f * _BLOCK)) < 1.5 * _BLOCK / side
    own = (axis[:, None] & block[None, :]) | (block[:, None] & axis[None, :])
    return np.asarray(wanted & ~own, np.bool_)
