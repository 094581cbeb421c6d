"""Dust, stains and light that shines back: spots where the photograph is even by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.quality.paper.outline import MM

if TYPE_CHECKING:
    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]

_WHITE = 253  # grey level of all three colours
_BELOW = 0.65  # of the height: white collars begin here
_GROUND = 0.25  # of the area: a white ground, which is another rule's matter
_SPECK = 0.6  # mm
_AROUND = 1.6  # mm
_STANDS_OUT, _EVEN, _TEXTURE = 18, 7.0, 4  # grey levels
_STAIN = (2.0, 120.0)  # mm²
_COLOUR = (4.0, 32.0)  # of CIE Lab, from the ground: more is hair or cloth
_PLAIN = 0.2  # of the upper part: even a large head leaves as much ground
_THIN = 1.2  # mm: the soft edge of the head is thinner


def glare(paper: Image) -> float:
    """Share of the upper two thirds that is burnt out, the ground behind the head not counted."""
    burnt = (paper[: int(_BELOW * paper.shape[0])].min(-1) >= _WHITE).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(burnt)
    areas = [int(stats[n, cv2.CC_STAT_AREA]) for n in range(1, count)]
    return sum(a for a in areas if 20 < a < _GROUND * burnt.size) / int(burnt.size)


def specks(paper: Image, dpi: float) -> int:
    """Specks of up to 0.6 mm, darker or lighter than paper that is even around them."""
    grey = np.asarray(cv2.cvtColor(paper, cv2.COLOR_BGR2GRAY), np.uint8)
    size = max(3, round(_SPECK * dpi / MM) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    closed, opened = (
        cv2.morphologyEx(grey, how, kernel) for how in (cv2.MORPH_CLOSE, cv2.MORPH_OPEN)
    )
    stands = cv2.max(cv2.subtract(closed, grey), cv2.subtract(grey, opened))
    calm = cv2.medianBlur(grey, size + 2)
    wide = max(5, round(_AROUND * dpi / MM) | 1)
    mean = cv2.blur(calm, (wide, wide), borderType=cv2.BORDER_REPLICATE).astype(np.float32)
    even = np.abs(calm - mean) < _EVEN
    square = cv2.blur(calm.astype(np.float32) ** 2, (wide, wide), borderType=cv2.BORDER_REPLICATE)
    even &= square - mean**2 < _EVEN**2
    texture = cv2.blur(cv2.absdiff(grey, calm), (wide, wide), borderType=cv2.BORDER_REPLICATE)
    even &= texture < _TEXTURE  # hair and cloth have specks of their own
    found = ((stands > _STANDS_OUT) & even).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(found)
    return sum(int(stats[n, cv2.CC_STAT_AREA]) >= 3 for n in range(1, count))


def stain(paper: Image, dpi: float) -> float | None:
    """Area, mm², of spots on the ground beside the head that are neither ground nor head.

    None when there is no plain ground to see them on.
    """
    lab = cv2.cvtColor(paper.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    rows, columns = lab.shape[:2]
    top = lab[: int(0.6 * rows)]
    edge = max(2, columns // 20)
    margins = np.concatenate((top[:, :edge], top[:, -edge:])).reshape(-1, 3)
    ground = np.median(margins, 0)
    away = np.abs(top - ground).max(-1)
    if (away <= _COLOUR[0]).mean() < _PLAIN:
        return None
    other = ((away > _COLOUR[0]) & (away < _COLOUR[1])).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(3, round(_THIN * dpi / MM)),) * 2)
    other = np.asarray(cv2.morphologyEx(other, cv2.MORPH_OPEN, kernel))
    count, _, stats, _ = cv2.connectedComponentsWithStats(other)
    low, high = (limit * (dpi / MM) ** 2 for limit in _STAIN)
    areas = [int(stats[n, cv2.CC_STAT_AREA]) for n in range(1, count)]
    return float(sum(a for a in areas if low <= a <= high)) * (MM / dpi) ** 2
