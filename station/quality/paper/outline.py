"""Sheets of paper on the lid of a scanner: where their edges are, whatever shadow they cast.

Found coarsely on a small copy, as what differs from the lid; then each side is read again at full
resolution, across the edge, where the step is steepest. A shadow is soft and paper is sharp, so
the shadow no longer counts. Own method.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]
    Points = npt.NDArray[np.floating[Any]]
    Places = npt.NDArray[np.intp]

MM = 25.4
_CLOSE, _OPEN = 1.5, 2.0  # mm
_LEAST = 14.0  # mm, the shorter side of what may be a photograph or a card
_STEP = 6.0  # grey levels from the lid
_UNEVEN, _MOSTLY = 24.0, 0.65  # grey levels of a lid; share of its border that is the lid
_FULL = 0.5  # of its rectangle: a sheet fills it, a strip around a corner does not
_REACH = 1.6  # mm on either side of an edge
_PROFILES = 72  # readings of one side
_NEAR = 0.15  # mm from the straight edge
_FAINT = 1.2  # grey levels a pixel: less is no edge


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """One sheet: `corners` (4, 2) in pixels, x before y, clockwise, the first side a short one.

    `width` is the shorter side, both in mm; `angle` is that of the long sides from the vertical,
    degrees clockwise, -90 to 90; `support` is the share of its sides seen as straight edges;
    `touch` is how much of it lies on the border of the scan, mm.
    """

    corners: Points = field(repr=False)
    width: float
    height: float
    angle: float
    support: float
    touch: float


def outlines(image: Image, dpi: float, work: float = 100) -> tuple[Outline, ...]:
    """Every sheet of at least 14 x 14 mm on `image`, the largest first.

    They are looked for at `work` dpi; where their edges are does not depend on it.
    """
    scale = min(1.0, work / dpi)
    small = image if scale == 1 else cv2.resize(
        image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
    )  # fmt: skip
    mask = _differs(np.asarray(small, np.uint8), dpi * scale)
    found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large = [c for c in found if _like_a_sheet(c, _LEAST * dpi * scale / MM)]
    large.sort(key=cv2.contourArea, reverse=True)
    return tuple(_outline(image, dpi, np.asarray(c, np.int32), scale) for c in large)


def _like_a_sheet(contour: cv2.typing.MatLike, least: float) -> bool:
    width, height = (float(side) for side in cv2.minAreaRect(contour)[1])
    full = cv2.contourArea(contour) > _FULL * width * height
    return min(width, height) >= least and full


def _differs(small: Image, dpi: float) -> npt.NDArray[np.uint8]:
    """1 where something lies on the lid; holes filled, dust gone."""
    grey = cv2.GaussianBlur(small, (0, 0), 0.8).astype(np.float32)
    away = np.abs(grey - _lid(grey)).max(-1)
    even = away[away < _UNEVEN]
    grain = 3 * float(np.median(even)) if even.size else 0.0
    differs = (away > max(_STEP, grain)).astype(np.uint8)
    differs = _morph(differs, cv2.MORPH_CLOSE, _CLOSE * dpi / MM)
    whole, _ = cv2.findContours(differs, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    filled = np.zeros_like(differs)
    cv2.drawContours(filled, whole, -1, 1, cv2.FILLED)
    return _morph(filled, cv2.MORPH_OPEN, _OPEN * dpi / MM)


def _lid(grey: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The colour of the lid everywhere: a curved surface through what is near the border.

    The border itself may show something else, a strip beside the lid: then what lies further in.
    """
    rows, columns = grey.shape[:2]
    side = min(rows, columns)
    rings = [_ring(grey, 0, side // 40), _ring(grey, side // 30, side // 12)]
    seen = [(y, x, _near_median(grey[y, x])) for y, x in rings]
    y, x, close = seen[0] if seen[0][2].mean() > _MOSTLY else max(seen, key=lambda s: s[2].mean())
    middle = np.median(grey[y, x], 0)
    if close.mean() < 0.3:
        return middle[None, None].astype(np.float32)
    across, down = (np.arange(n, dtype=np.float32) / n - 0.5 for n in (columns, rows))
    u, v = across[x[close]], down[y[close]]
    base = np.stack((np.ones_like(u), u, v, u * u, v * v), -1)
    found, *_ = np.linalg.lstsq(base, grey[y, x][close], rcond=None)
    surface = found[1] * across[None, :, None] + found[3] * across[None, :, None] ** 2
    surface = surface + found[2] * down[:, None, None] + found[4] * down[:, None, None] ** 2
    return np.asarray(found[0] + surface, np.float32)


def _ring(grey: npt.NDArray[np.float32], near: int, far: int) -> tuple[Places, Places]:
    """Rows and columns of the pixels between `near` and `far` from the border."""
    rows, columns = grey.shape[:2]
    ring = np.zeros((rows, columns), bool)
    ring[near : rows - near, near : columns - near] = True
    far = max(near + 3, far)
    ring[far:-far, far:-far] = False
    places = np.nonzero(ring)
    return places[0], places[1]


def _near_median(seen: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    return np.asarray(np.abs(seen - np.median(seen, 0)).max(-1) < _UNEVEN, np.bool_)


def _morph(mask: npt.NDArray[np.uint8], how: int, size: float) -> npt.NDArray[np.uint8]:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(3, round(size) | 1),) * 2)
    margin = kernel.shape[0]
    padded = cv2.copyMakeBorder(mask, *(margin,) * 4, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.morphologyEx(padded, how, kernel), np.uint8)[
        margin:-margin, margin:-margin
    ]


def _outline(image: Image, dpi: float, contour: npt.NDArray[np.int32], scale: float) -> Outline:
    rect = cv2.boxPoints(cv2.minAreaRect(contour)).astype(np.float64)
    coarse = (rect + 0.5) / scale - 0.5
    lines, supports = [], []
    for first, second in zip(coarse, np.roll(coarse, -1, 0), strict=True):
        line, support = _side(image, dpi, first, second)
        lines.append(line)
        supports.append(support)
    corners = np.array([_meet(lines[n - 1], lines[n]) for n in range(4)])
    touch = _touch(contour, image.shape, dpi, scale)
    return _described(corners, float(np.mean(supports)), touch, MM / dpi)


def _touch(
    contour: npt.NDArray[np.int32], shape: tuple[int, ...], dpi: float, scale: float
) -> float:
    """Length of `contour` along the border of the scan, mm."""
    x, y = contour[:, 0, 0], contour[:, 0, 1]
    right, bottom = round(shape[1] * scale) - 2, round(shape[0] * scale) - 2
    return float(((x <= 1) | (y <= 1) | (x >= right) | (y >= bottom)).sum()) * MM / (dpi * scale)


def _side(image: Image, dpi: float, first: Points, second: Points) -> tuple[Points, float]:
    """One side as two points on it, and the share of readings that agree.

    A side that shows no edge stays where the small copy has it.
    """
    along = second - first
    length = float(np.hypot(*along))
    along = along / max(length, 1e-6)
    out = np.array((along[1], -along[0]))  # corners of OpenCV run clockwise: this points outside
    reach = np.arange(-_REACH * dpi / MM, _REACH * dpi / MM + 1)
    places = np.linspace(0.07, 0.93, _PROFILES) * length
    at = first + places[:, None, None] * along + reach[None, :, None] * out
    steps, strength = _steepest(image, at.astype(np.float32), dpi)
    offset = reach[0] + steps
    good = strength > _FAINT
    slope, base = _robust(places, offset, good, dpi)
    near = good & (np.abs(offset - slope * places - base) < _NEAR * dpi / MM)
    if near.mean() < 0.2:
        slope = base = 0.0
    moved = [first + p * along + (base + slope * p) * out for p in (0.0, length)]
    return np.array(moved), float(near.mean())


def _steepest(image: Image, at: Points, dpi: float) -> tuple[Points, Points]:
    """Where each profile steps most, in pixels from its start, and by how much."""
    seen = cv2.remap(
        image, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    smooth = cv2.GaussianBlur(
        seen.astype(np.float32), (0, 0), sigmaX=max(0.7, 0.05 * dpi / MM), sigmaY=1.0
    )
    slope = np.abs(np.diff(smooth, axis=1)).max(-1)
    best = slope.argmax(1)
    rows = np.arange(len(best))
    left, right = (
        slope[rows, np.maximum(best - 1, 0)],
        slope[rows, np.minimum(best + 1, slope.shape[1] - 1)],
    )
    peak = slope[rows, best]
    bend = left - 2 * peak + right
    shift = np.where(bend < -1e-6, (left - right) / (2 * np.minimum(bend, -1e-6)), 0.0)
    return best + 0.5 + np.clip(shift, -0.5, 0.5), peak


def _robust(
    places: Points, offset: Points, good: npt.NDArray[np.bool_], dpi: float
) -> tuple[float, float]:
    """Slope and offset of the line most readings lie on; flat at their median when few do."""
    if good.sum() < 8:
        return 0.0, 0.0
    slope, base = 0.0, float(np.median(offset[good]))
    for tolerance in (0.6, 0.3, _NEAR):
        near = good & (np.abs(offset - slope * places - base) < tolerance * dpi / MM)
        if near.sum() < 8:
            break
        slope, base = (float(v) for v in np.polyfit(places[near], offset[near], 1))
    return slope, base


def _meet(one: Points, other: Points) -> Points:
    """Where two lines cross, each given by two points."""
    (a, b), (c, d) = one, other
    matrix = np.stack((b - a, c - d), 1)
    t = np.linalg.solve(matrix, c - a)[0]
    return np.asarray(a + t * (b - a))


def _described(corners: Points, support: float, touch: float, scale: float) -> Outline:
    sides = np.hypot(*(np.roll(corners, -1, 0) - corners).T) * scale
    if sides[0] + sides[2] > sides[1] + sides[3]:
        corners, sides = np.roll(corners, -1, 0), np.roll(sides, -1)
    if corners[1][0] - corners[0][0] < -1e-3:
        corners, sides = np.roll(corners, -2, 0), np.roll(sides, -2)
    across = corners[1] - corners[0] + corners[2] - corners[3]
    return Outline(
        corners=corners,
        width=float(sides[0] + sides[2]) / 2,
        height=float(sides[1] + sides[3]) / 2,
        angle=math.degrees(math.atan2(across[1], across[0])),
        support=support,
        touch=touch,
    )
