"""A crease: a thin straight line, lighter or darker than both its sides, across the paper."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from station.quality.paper.outline import MM

if TYPE_CHECKING:
    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]
    Floats = npt.NDArray[np.floating[Any]]

_SIGMA = 0.16  # mm: half the width of a crease
_LEVELS = 2.0  # of curvature: a line of some ten grey levels
_CHORD = 20.0  # mm: what is shorter crosses no photograph
_TURN = math.radians(12)
_LINES = 24  # strongest candidates that are looked at


def fold(paper: Image, dpi: float) -> tuple[float, tuple[int, int, int, int] | None]:
    """Share of the best line across `paper` that looks like a crease, and its box in pixels."""
    grey = cv2.cvtColor(paper, cv2.COLOR_BGR2GRAY).astype(np.float32)
    strength, direction = _ridges(grey, _SIGMA * dpi / MM)
    best, where = 0.0, None
    for sign in (1, -1):
        mask = (sign * strength > _LEVELS).astype(np.uint8)
        found = cv2.HoughLines(mask, 1, math.pi / 180, int(0.25 * _CHORD * dpi / MM))
        for rho, theta in [] if found is None else found[:_LINES, 0]:
            share, box = _followed(mask, direction, float(rho), float(theta), dpi)
            if share > best:
                best, where = share, box
    return best, where


def _ridges(grey: Floats, sigma: float) -> tuple[Floats, Floats]:
    """Curvature across a line, positive where it is light, and the direction across it."""
    smooth = cv2.GaussianBlur(grey, (0, 0), max(0.8, sigma))
    xx = cv2.Sobel(smooth, cv2.CV_32F, 2, 0) / 4
    yy = cv2.Sobel(smooth, cv2.CV_32F, 0, 2) / 4
    xy = cv2.Sobel(smooth, cv2.CV_32F, 1, 1) / 4
    spread = np.hypot((xx - yy) / 2, xy)
    mean = (xx + yy) / 2
    across = np.where(mean < 0, mean - spread, mean + spread)
    along = np.where(mean < 0, mean + spread, mean - spread)
    straight = np.abs(across) > 2.5 * np.abs(along)
    direction = 0.5 * np.arctan2(2 * xy, xx - yy) + np.where(mean < 0, math.pi / 2, 0.0)
    return np.where(straight, -across, 0.0), direction


def _followed(
    mask: Image, direction: Floats, rho: float, theta: float, dpi: float
) -> tuple[float, tuple[int, int, int, int] | None]:
    """Share of the chord at (`rho`, `theta`) with a ridge that runs along it, within 2 pixels."""
    rows, columns = mask.shape
    reach = math.hypot(rows, columns)
    t = np.arange(-reach, reach)
    x = rho * math.cos(theta) - t * math.sin(theta)
    y = rho * math.sin(theta) + t * math.cos(theta)
    inside = (x >= 0) & (x <= columns - 1) & (y >= 0) & (y <= rows - 1)
    if inside.sum() * MM / dpi < _CHORD:
        return 0.0, None
    x, y = x[inside], y[inside]
    seen = np.zeros(len(x), bool)
    for shift in (-2, -1, 0, 1, 2):
        column = np.clip(np.rint(x + shift * math.cos(theta)), 0, columns - 1).astype(int)
        row = np.clip(np.rint(y + shift * math.sin(theta)), 0, rows - 1).astype(int)
        turned = np.abs((direction[row, column] - theta + math.pi / 2) % math.pi - math.pi / 2)
        seen |= (mask[row, column] > 0) & (turned < _TURN)
    left, top = int(x.min()), int(y.min())
    return float(seen.mean()), (left, top, int(np.ptp(x)) + 1, int(np.ptp(y)) + 1)
