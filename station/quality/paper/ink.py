"""Where a page is written on: marks the size of letters, how their lines run, which way is up.

Everything is read off a copy at 150 dpi, so that a page takes as long at 600 dpi as at 200. Own
methods; Latin letters are assumed where up and down are told apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from station.quality.paper.outline import MM

if TYPE_CHECKING:
    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]
    Floats = npt.NDArray[np.floating[Any]]

WORK = 150  # dpi
_AROUND = 5.0  # mm: paper is the lightest within
_DARKER = 24  # grey levels below the paper
_LETTER = (0.7, 9.0)  # mm, the height of a letter or of a word that runs together
_WIDE = 30.0  # mm
_FEW = 25  # letters: fewer make no lines
_MOST = 3000  # pixels or letters looked at
_SWING = 15.0  # degrees
_ASIDE, _ASIDE_LYING = 1.6, 1.1  # how much sharper lines must be upwards, to turn the page


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """The marks of a page: a mask at `dpi`, and boxes (n, 4) of left, top, width, height."""

    mask: Grey = field(repr=False)
    letters: npt.NDArray[np.int32] = field(repr=False)
    dpi: float

    @property
    def share(self) -> float:
        """How much of the page is marked, 0 to 1."""
        return float((self.mask > 0).mean())

    @property
    def written(self) -> bool:
        """Whether there are lines to go by."""
        return len(self.letters) >= _FEW


def ink(grey: Grey, dpi: float) -> Ink:
    """The marks of (rows, columns) grey levels, darker than the paper around them."""
    near = max(3, round(_AROUND * dpi / MM) | 1)
    coarse = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(coarse, np.ones((max(3, near // 4),) * 2, np.uint8))
    paper = cv2.blur(paper, (max(3, near // 4),) * 2)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    mask = (cv2.subtract(np.asarray(paper, np.uint8), grey) > _DARKER).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    return Ink(mask, _letters(np.asarray(stats[1:, :4], np.int32), dpi), dpi)


def _letters(boxes: npt.NDArray[np.int32], dpi: float) -> npt.NDArray[np.int32]:
    width, height = boxes[:, 2] * MM / dpi, boxes[:, 3] * MM / dpi
    like = (height >= _LETTER[0]) & (height <= _LETTER[1]) & (width <= _WIDE) & (width >= 0.2)
    return boxes[like]


def skew(marks: Ink) -> tuple[float, bool]:
    """How far lines are turned, degrees clockwise, -15 to 15, and whether they run upwards.

    Upwards: the page lies on its side. Lines are straight when the letters they are made of fall
    into few rows; both directions are tried.
    """
    points = _points(marks)
    level, along = _turned(points)
    upright, across = _turned(points[:, ::-1] * (1, -1))
    lying = marks.mask.shape[1] > marks.mask.shape[0]
    aside = across > (_ASIDE_LYING if lying else _ASIDE) * along
    return (upright, True) if aside else (level, False)


def _points(marks: Ink) -> Floats:
    """Middles of both ends of every letter, low on the page: what a line of text rests on."""
    boxes = marks.letters.astype(np.float64)
    boxes = boxes[:: max(1, len(boxes) // _MOST)]
    middle = boxes[:, :2] + boxes[:, 2:] / 2
    return middle * MM / marks.dpi  # mm


def _turned(points: Floats) -> tuple[float, float]:
    """The angle at which `points` (n, 2) fall into the fewest rows, and how few."""
    best = 0.0
    for swing, step in ((_SWING, 0.5), (0.5, 0.1), (0.1, 0.02)):
        angles = best + np.arange(-swing, swing + step / 2, step)
        sharp = [_rows(points, a, 0.6 if step == 0.5 else 0.4) for a in angles]
        best = float(angles[int(np.argmax(sharp))])
    return float(np.clip(best, -_SWING, _SWING)), _rows(points, best, 0.4)


def _rows(points: Floats, degrees: float, size: float) -> float:
    """How unevenly `points` fall into rows of `size` mm when turned back by `degrees`."""
    a = math.radians(degrees)
    y = points[:, 1] * math.cos(a) - points[:, 0] * math.sin(a)
    count = np.bincount(((y - y.min()) / size).astype(int)).astype(np.float64)
    return float((count**2).sum() / max(1, len(points)))


def upside_down(marks: Ink) -> float:
    """From -1, the page stands upright, to 1, on its head; near 0 nothing can be told.

    Letters that stand beside each other share the line they stand on more often than their
    height; on a page on its head it is the other way round. Capitals alone tell nothing.
    """
    boxes = marks.letters[:_MOST].astype(np.float64) * MM / marks.dpi
    boxes = boxes[boxes[:, 3] < 6.0]
    left, top, width, height = boxes.T
    order = np.argsort(left)
    left, top, width, height = left[order], top[order], width[order], height[order]
    feet = heads = 0
    for step in range(1, 60):  # the next letter of a line is among the next sixty of the page
        gap = left[step:] - left[:-step] - width[:-step]
        shared = np.minimum(top[step:] + height[step:], top[:-step] + height[:-step])
        shared = shared - np.maximum(top[step:], top[:-step])
        beside = (
            (gap > -0.2) & (gap < 1.5) & (shared > 0.5 * np.minimum(height[step:], height[:-step]))
        )
        above = np.abs(top[step:] - top[:-step])[beside]
        below = np.abs(top[step:] + height[step:] - top[:-step] - height[:-step])[beside]
        feet += int((below < 0.2).sum())
        heads += int((above < 0.2).sum())
    return (heads - feet) / max(40, heads + feet)
