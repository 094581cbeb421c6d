"""A border inside the border: the photograph of a photograph, or a white margin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.quality.paper.outline import MM

if TYPE_CHECKING:
    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]

_BAND = (0.8, 8.5)  # mm from the edge of the paper
_TILT = math.radians(9)
_SPAN = 0.60  # of the side
_WEAK, _STRONG = 40, 90  # of the gradient, Scharr over 16 and sides of the edge together


def inner_sides(paper: Image, dpi: float) -> int:
    """How many of the four sides have a straight line beside them, nearly as long, 0 to 4."""
    edges = _edges(paper)
    return sum(_lined(np.rot90(edges, turn), dpi) for turn in range(4))


def _edges(paper: Image) -> Image:
    """Thin edges of the strongest colour."""
    smooth = cv2.GaussianBlur(paper, (0, 0), 1.0)
    dx, dy = (cv2.Sobel(smooth, cv2.CV_16S, *way) for way in ((1, 0), (0, 1)))
    size = np.abs(dx).astype(np.int32) + np.abs(dy)
    pick = size.argmax(-1)[..., None]
    one = [np.ascontiguousarray(np.take_along_axis(d, pick, -1)[..., 0]) for d in (dx, dy)]
    return np.asarray(cv2.Canny(one[0], one[1], _WEAK, _STRONG), np.uint8)


def _lined(edges: Image, dpi: float) -> bool:
    """Whether a line runs down the left of `edges`, upright within 9 degrees."""
    near, far = (round(v * dpi / MM) for v in _BAND)
    band = np.ascontiguousarray(edges[:, near:far])
    chance = 1 - (1 - float((band > 0).mean())) ** 3  # of an edge on three pixels of a texture
    wanted = int(max(_SPAN, chance + 0.3) * band.shape[0])
    for low, high in ((0.0, _TILT), (math.pi - _TILT, math.pi)):
        found = cv2.HoughLines(
            band, 1, math.pi / 360, max(1, int(0.5 * wanted)), min_theta=low, max_theta=high
        )
        for rho, theta in [] if found is None else found[:6, 0]:
            if _length(band, float(rho), float(theta)) >= wanted:
                return True
    return False


def _length(band: Image, rho: float, theta: float) -> int:
    """Rows of `band` in which the line has an edge within a pixel."""
    y = np.arange(band.shape[0])
    x = np.rint((rho - y * math.sin(theta)) / math.cos(theta)).astype(int)
    seen = np.zeros(len(y), bool)
    for shift in (-1, 0, 1):
        at = x + shift
        inside = (at >= 0) & (at < band.shape[1])
        seen[inside] |= band[y[inside], at[inside]] > 0
    return int(seen.sum())
