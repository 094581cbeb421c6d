"""Dust, stains and light that shines back; what lies on skin, hair or cloth is not told apart."""

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
_STANDS_OUT = 18  # grey levels
_STAIN = (2.0, 120.0)  # mm²
_COLOUR = 5.0  # of CIE Lab, from the ground
_UPPER = 0.6  # of the height: below, shoulders may fill the width
_MARGIN = 0.05  # of the width
_PLAIN = 0.2  # of the upper part: even a large head leaves as much ground
_THIN = 1.2  # mm: the soft edge of the head is thinner
_NEAR = 0.8  # mm from the head


def glare(paper: Image) -> float:
    """Share of the upper two thirds that is burnt out, the ground behind the head not counted."""
    burnt = (paper[: int(_BELOW * paper.shape[0])].min(-1) >= _WHITE).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(burnt)
    areas = [int(stats[n, cv2.CC_STAT_AREA]) for n in range(1, count)]
    return sum(a for a in areas if 20 < a < _GROUND * burnt.size) / int(burnt.size)


def specks(paper: Image, dpi: float) -> int:
    """Specks of up to 0.6 mm on the ground beside the head, darker or lighter than it."""
    grey = np.asarray(cv2.cvtColor(paper, cv2.COLOR_BGR2GRAY), np.uint8)
    size = max(3, round(_SPECK * dpi / MM) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    closed, opened = (
        cv2.morphologyEx(grey, how, kernel) for how in (cv2.MORPH_CLOSE, cv2.MORPH_OPEN)
    )
    stands = cv2.max(cv2.subtract(closed, grey), cv2.subtract(grey, opened))
    calm = np.asarray(cv2.medianBlur(paper, size + 2), np.uint8)
    other = (_away(calm) >= _COLOUR).astype(np.uint8)
    near = max(3, round(2 * _NEAR * dpi / MM))
    wide = cv2.dilate(cv2.max(other, _head(other)), np.ones((near, near), np.uint8))
    ground = 1 - np.asarray(wide, np.uint8)
    found = ((stands[: ground.shape[0]] > _STANDS_OUT) & (ground > 0)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(found)
    return sum(int(stats[n, cv2.CC_STAT_AREA]) >= 3 for n in range(1, count))


def stain(paper: Image, dpi: float) -> float | None:
    """Area, mm², of spots on the ground that the head does not touch.

    None when there is no plain ground to see them on.
    """
    away = _away(paper)
    if (away < _COLOUR).mean() < _PLAIN:
        return None
    other = (away >= _COLOUR).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(3, round(_THIN * dpi / MM)),) * 2)
    other = np.asarray(cv2.morphologyEx(other, cv2.MORPH_OPEN, kernel), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(other)
    touched = set(np.unique(labels[_head(other) > 0]).tolist())
    low, high = (limit * (dpi / MM) ** 2 for limit in _STAIN)
    areas = [int(stats[n, cv2.CC_STAT_AREA]) for n in range(1, count) if n not in touched]
    return float(sum(a for a in areas if low <= a <= high)) * (MM / dpi) ** 2


def _head(other: Image) -> Image:
    """The convex hull of what stands in the middle half, or reaches down: head, hair, glasses."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(other)
    rows, columns = other.shape
    reaches = stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT] >= rows
    middle = np.abs(centres[:, 0] / columns - 0.5) < 0.25
    own = (reaches | middle) & (np.arange(count) > 0)
    hull = np.zeros_like(other)
    points = np.argwhere(own[labels])[:, ::-1].astype(np.int32)
    if len(points):
        cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    return hull


def _away(paper: Image) -> npt.NDArray[np.float32]:
    """How far the upper part of `paper` is from the ground its margins show, CIE Lab."""
    rows, columns = paper.shape[:2]
    top = paper[: int(_UPPER * rows)].astype(np.float32) / 255
    lab = cv2.cvtColor(top, cv2.COLOR_BGR2LAB)
    edge = max(2, int(_MARGIN * columns))
    margins = np.concatenate((lab[:, :edge], lab[:, -edge:])).reshape(-1, 3)
    return np.asarray(np.abs(lab - np.median(margins, 0)).max(-1), np.float32)
