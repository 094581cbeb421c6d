"""Connected skin in a slap, cut until each piece is one finger's."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.fingers.energy import MM

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.fingers.energy import Floats, Grey

    Points = npt.NDArray[np.float64]

_LEAST = 40.0  # mm²
_FINGER = (60.0, 900.0)  # mm² of a piece whose direction counts for the hand
_ONE = 420.0  # mm²: more than one finger, whose common direction is not theirs
_LONG = 1.15  # a rounder piece has no direction
_LEANING = 45.0  # degrees
_CUTS = 3  # of one piece: four fingers in contact
_BIN = 0.4  # mm
_MIDDLE = (0.28, 0.72)  # part of the width where two fingers meet
_OVER = 4.0  # mm a phalanx may reach into the fingertip above
_SAME = 0.75  # of a width: how far aside a phalanx may lie


@dataclass(frozen=True, eq=False, slots=True)
class Piece:
    """Pixels of one finger: `x`, `y` at 125 ppi; `across`, `down` in mm, the hand upright."""

    x: Points = field(repr=False)
    y: Points = field(repr=False)
    weight: Points = field(repr=False)
    across: Points = field(repr=False)
    down: Points = field(repr=False)

    @property
    def area(self) -> float:
        """mm²."""
        return len(self.x) / MM**2

    @property
    def width(self) -> float:
        """Mm across the hand, outliers left out."""
        low, high = np.percentile(self.across, (2, 98))
        return float(high - low)

    @property
    def middle(self) -> float:
        """Mm across the hand."""
        return float(np.median(self.across))

    @property
    def span(self) -> tuple[float, float]:
        """Mm down the hand: tip and lower end."""
        top, end = np.percentile(self.down, (1, 99))
        return float(top), float(end)

    def part(self, kept: npt.NDArray[np.bool_]) -> Piece:
        """The pixels of `kept`."""
        return Piece(*(v[kept] for v in (self.x, self.y, self.weight, self.across, self.down)))


def direction(x: Points, y: Points) -> tuple[float, float]:
    """Lean of the long axis (degrees clockwise from the vertical) and elongation."""
    (vertical, both), (_, horizontal) = np.cov(y, x)
    spread = math.hypot(vertical - horizontal, 2 * both)
    total = vertical + horizontal
    lean = 0.5 * math.degrees(math.atan2(-2 * both, vertical - horizontal))
    return lean, math.sqrt((total + spread) / max(total - spread, 1e-6))


def pieces(found: Floats, mask: Grey, widest: float) -> tuple[list[Piece], float]:
    """The skin of `mask` in pieces no wider than `widest` mm, and the tilt of the hand."""
    count, found_labels, found_stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels, stats = np.asarray(found_labels, np.int32), np.asarray(found_stats, np.int32)
    points = [
        _points(labels, stats[n], n)
        for n in range(1, count)
        if stats[n, cv2.CC_STAT_AREA] >= _LEAST * MM**2
    ]
    tilt = _tilt(points)
    whole = [_piece(x, y, found, tilt) for x, y in points]
    return [part for piece in whole for part in _apart(piece, widest, _CUTS)], tilt


def _points(
    labels: npt.NDArray[np.int32], stat: npt.NDArray[np.int32], n: int
) -> tuple[Points, Points]:
    left, top, width, height = (int(v) for v in stat[:4])
    y, x = np.nonzero(labels[top : top + height, left : left + width] == n)
    return x.astype(np.float64) + left, y.astype(np.float64) + top


def _tilt(points: list[tuple[Points, Points]]) -> float:
    """Median of the directions of the pieces, by area and elongation; 0 without any.

    A search over projections would not do: at 45 degrees neighbouring fingers line up.
    """
    found = []
    for x, y in points:
        lean, elongation = direction(x, y)
        area = len(x) / MM**2
        if _FINGER[0] < area < _FINGER[1] and elongation > _LONG and abs(lean) < _LEANING:
            found.append((lean, area, area * (elongation - 1)))
    single = [piece for piece in found if piece[1] < _ONE]
    leans = sorted((lean, weight) for lean, _, weight in single or found)
    if not leans:
        return 0.0
    weights = np.cumsum([weight for _, weight in leans])
    return leans[int(np.searchsorted(weights, weights[-1] / 2))][0]


def _piece(x: Points, y: Points, found: Floats, tilt: float) -> Piece:
    sin, cos = math.sin(math.radians(tilt)), math.cos(math.radians(tilt))
    weight = found[y.astype(int), x.astype(int)].astype(np.float64)
    return Piece(x, y, weight, (x * cos + y * sin) / MM, (y * cos - x * sin) / MM)


def _apart(piece: Piece, widest: float, cuts: int) -> list[Piece]:
    """`piece`, or fingers in contact cut where the least of them lies between."""
    if piece.area < _LEAST:
        return []
    if piece.width <= widest or not cuts:
        return [piece]
    start = piece.across.min()
    column = ((piece.across - start) / _BIN).astype(int)
    profile = np.convolve(np.bincount(column, piece.weight), np.ones(3) / 3, "same")
    first, last = (int(len(profile) * share) for share in _MIDDLE)
    valley = start + _BIN * (first + int(profile[first : last + 1].argmin()) + 0.5)
    left = piece.across < valley
    return [part for side in (left, ~left) for part in _apart(piece.part(side), widest, cuts - 1)]


def tips(found: list[Piece]) -> list[Piece]:
    """The topmost piece of each finger: what lies under another is a second phalanx."""
    kept: list[Piece] = []
    for piece in sorted(found, key=lambda p: p.span[0]):
        if not any(_under(piece, tip) for tip in kept):
            kept.append(piece)
    return kept


def _under(piece: Piece, tip: Piece) -> bool:
    aside = abs(piece.middle - tip.middle)
    return piece.span[0] - tip.span[1] > -_OVER and aside < _SAME * max(tip.width, piece.width)


def shortened(piece: Piece, longest: float) -> Piece:
    """`piece` without the phalanx that its crease does not part from it.

    A piece longer than `longest` mm is cut at its weakest cross-section, 15 mm and more down.
    """
    top, end = piece.span
    if end - top <= longest:
        return piece
    row = ((piece.down - top) / _BIN).clip(0).astype(int)
    profile = np.convolve(np.bincount(row, piece.weight), np.ones(3) / 3, "same")
    first, last = int(15 / _BIN), int(min(longest, end - top - 3) / _BIN)
    crease = top + _BIN * (first + int(profile[first : last + 1].argmin()) + 0.5)
    return piece.part(piece.down < crease)
