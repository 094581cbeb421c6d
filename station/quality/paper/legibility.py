"""Whether a page can be read: ink, contrast, sharpness, burnt spots. Own measures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.quality.paper.outline import MM
from station.quality.report import Measure

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.quality.paper.ink import Ink
    from station.quality.report import Algorithm

    Image = npt.NDArray[np.uint8]
    Grey = npt.NDArray[np.uint8]

_PATCH = 3.6  # mm: some letters
_PATCHES = 48
_NEAR = 1.4  # mm: dark and light of one stroke
_OWN = 0.55  # pixels: the blur that sampling and the slope filter have by themselves
_BURNT, _PAPER = 253, 246  # grey levels
_LARGE = 100.0  # mm²
_COARSE = 40  # dpi


def measures(page: Image, dpi: float, marks: Ink, by: Algorithm) -> tuple[Measure, ...]:
    """Every measure of `page`; contrast and blur only where there is something to see."""
    found = [
        Measure("page.ink", round(100 * marks.share, 3), "%", by),
        Measure("page.glare", round(glare(page, dpi), 4), "ratio", by),
    ]
    seen = [_seen(patch, dpi) for patch in _patches(page, dpi)]
    if seen:
        contrast, blur = np.median(np.array(seen), 0)
        found.append(Measure("page.contrast", round(float(contrast), 1), "grey", by))
        found.append(Measure("page.blur", round(float(blur), 3), "mm", by))
    return tuple(found)


def _patches(page: Image, dpi: float) -> list[Grey]:
    """The parts of the page with most fine detail, at the resolution of the scan."""
    side = max(16, round(_PATCH * dpi / MM))
    rows, columns = page.shape[0] // side, page.shape[1] // side
    if not rows or not columns:
        return []
    grey = np.asarray(cv2.cvtColor(page[: rows * side, : columns * side], cv2.COLOR_BGR2GRAY))
    small = cv2.resize(grey, (columns * 24, rows * 24), interpolation=cv2.INTER_AREA)
    tiles = small.reshape(rows, 24, columns, 24).transpose(0, 2, 1, 3).reshape(-1, 576)
    spread = tiles.max(1).astype(int) - tiles.min(1)
    best = [n for n in np.argsort(-spread, kind="stable")[: 4 * _PATCHES : 4] if spread[n] > 26]
    places = [(n // columns * side, n % columns * side) for n in best]
    return [np.asarray(grey[t : t + side, a : a + side], np.uint8) for t, a in places]


def _seen(patch: Grey, dpi: float) -> tuple[float, float]:
    """Contrast in grey levels and blur in mm, a standard deviation, of one patch.

    The steepest slope of an edge blurred by s is its height over s times the root of 2 pi.
    """
    near = max(3, round(_NEAR * dpi / MM) | 1)
    kernel = np.ones((near, near), np.uint8)
    height = cv2.subtract(cv2.dilate(patch, kernel), cv2.erode(patch, kernel)).astype(np.float32)
    dx, dy = (cv2.Sobel(patch, cv2.CV_32F, *way, ksize=3) / 8 for way in ((1, 0), (0, 1)))
    high = height > 0.6 * height.max()
    steep = float(np.percentile((np.hypot(dx, dy) / np.maximum(height, 1))[high], 92))
    blur = 1 / (math.sqrt(2 * math.pi) * max(steep, 1e-3))
    dark, light = np.percentile(patch, (2, 90))
    own = math.sqrt(max(0.0, blur**2 - _OWN**2))
    return float(light - dark), own * MM / dpi


def glare(page: Image, dpi: float) -> float:
    """Share of the page that is burnt out although its paper is not white by itself."""
    scale = min(1.0, _COARSE / dpi)
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).min(-1)
    if np.percentile(small, 40) > _PAPER:
        return 0.0
    burnt = (small >= _BURNT).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(burnt)
    least = _LARGE * (dpi * scale / MM) ** 2
    areas = [int(stats[n, cv2.CC_STAT_AREA]) for n in range(1, count)]
    return sum(a for a in areas if a >= least) / int(burnt.size)
