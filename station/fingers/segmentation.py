"""Fingers in a slap: one box around each distal phalanx.

energy → skin → pieces → fingertips → boxes          Own method; no public one is kept up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from station.errors import NotAnImage
from station.fingers.boxes import Box
from station.fingers.energy import MM, STEP, energy, skin
from station.fingers.pieces import direction, pieces, shortened, tips

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.fingers.pieces import Piece

    Grey = npt.NDArray[np.uint8]

_SIDES = (200, 4096)  # pixels
_THUMBS = 2
_WIDEST, _WIDEST_THUMB = 20.5, 29.0  # mm of one finger
_LONGEST, _LONGEST_THUMB = 31.0, 38.0  # mm of a distal phalanx
_WIDTHS, _WIDTHS_THUMB = (7.0, 26.0), (7.0, 34.0)  # mm of a box
_SHORTEST = 7.0  # mm
_OUTLIERS = 0.7  # percent at each side
_LONG, _OWN = 1.18, 20.0  # elongation, degrees: when a finger's own direction counts
_BORDER = 3  # pixels of 125 ppi


@dataclass(frozen=True, slots=True)
class Segment:
    """One finger: its box, whether the picture cuts it, mm² of skin, mean energy."""

    box: Box
    edge: bool
    area: float
    energy: float


@dataclass(frozen=True, slots=True)
class Segmentation:
    """What a slap holds.

    `segments` from left to right, the hand held upright; `tilt` of the hand, degrees clockwise;
    `seen` counts the fingers before the best were chosen.
    """

    segments: tuple[Segment, ...]
    tilt: float
    seen: int


def segment(grey: Grey, expect: int = 4) -> Segmentation:
    """The `expect` best fingers of (rows, columns) grey levels at 500 ppi; 2 are two thumbs.

    Raises `NotAnImage` unless the picture is grey and 200 to 4096 pixels a side.
    """
    if grey.ndim != 2 or not all(_SIDES[0] <= side <= _SIDES[1] for side in grey.shape):
        raise NotAnImage(f"{' x '.join(map(str, grey.shape[::-1]))} pixels are no slap")
    thumbs = expect == _THUMBS
    found = energy(grey)
    parts, tilt = pieces(found, skin(found), _WIDEST_THUMB if thumbs else _WIDEST)
    fingers = [shortened(tip, _LONGEST_THUMB if thumbs else _LONGEST) for tip in tips(parts)]
    placed = [(p.middle, _segment(p, tilt, found.shape)) for p in fingers]
    widths = _WIDTHS_THUMB if thumbs else _WIDTHS
    plausible = [(at, s) for at, s in placed if _is_finger(s.box, widths)]
    best = sorted(plausible, key=lambda p: -p[1].area * p[1].energy)[:expect]
    return Segmentation(tuple(s for _, s in sorted(best, key=lambda p: p[0])), tilt, len(plausible))


def _segment(piece: Piece, tilt: float, shape: tuple[int, ...]) -> Segment:
    lean, elongation = direction(piece.x, piece.y)
    own = lean if elongation > _LONG and abs(lean - tilt) < _OWN else tilt
    sin, cos = math.sin(math.radians(own)), math.cos(math.radians(own))
    across, down = piece.x * cos + piece.y * sin, piece.y * cos - piece.x * sin
    left, right = np.percentile(across, (_OUTLIERS, 100 - _OUTLIERS))
    top, end = np.percentile(down, (_OUTLIERS, 100 - _OUTLIERS))
    u, v = (left + right) / 2, (top + end) / 2
    box = Box(
        cx=float(u * cos - v * sin + 0.5) * STEP,
        cy=float(u * sin + v * cos + 0.5) * STEP,
        width=float(right - left + 1) * STEP,
        height=float(end - top + 1) * STEP,
        angle=own,
    )
    rows, columns = shape
    edge = (
        min(piece.x.min(), piece.y.min()) < _BORDER
        or piece.x.max() >= columns - _BORDER
        or piece.y.max() >= rows - _BORDER
    )
    return Segment(box, bool(edge), piece.area, float(piece.weight.mean()))


def _is_finger(box: Box, widths: tuple[float, float]) -> bool:
    width, height = box.width / STEP / MM, box.height / STEP / MM
    return widths[0] < width < widths[1] and height > _SHORTEST
