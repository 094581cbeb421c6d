"""The face detector's own coordinates: 896 anchors over a square of 128 pixels, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SIDE = 128
_GRIDS = ((8, 2), (16, 6))  # stride in pixels, anchors a cell
_LIKELY = 0.4  # least score
_SAME = 0.3  # overlap from which on two boxes are one face


@dataclass(frozen=True, eq=False, slots=True)
class Detection:
    """One face: `centre` and `size` (x, y) of its box, and six points, px of the picture.

    Points 0 and 1 are the eyes, left of the picture first; 2 the nose, 3 the mouth.
    """

    score: float
    centre: Floats
    size: Floats
    points: Floats


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How a picture was fitted into the square."""

    scale: float
    left: int
    top: int


def letterbox(pixels: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], Letterbox]:
    """The whole picture within the square, black beside it."""
    rows, columns = pixels.shape[:2]
    scale = SIDE / max(rows, columns)
    width, height = max(1, round(columns * scale)), max(1, round(rows * scale))
    left, top = (SIDE - width) // 2, (SIDE - height) // 2
    square = np.zeros((SIDE, SIDE, 3), np.uint8)
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    square[top : top + height, left : left + width] = small
    return square, Letterbox(scale, left, top)


def decode(boxes: npt.NDArray[Any], logits: npt.NDArray[Any], box: Letterbox) -> list[Detection]:
    """What the detector answered, as faces of the picture, best first."""
    score = sigmoid(logits.reshape(-1))
    keep = np.flatnonzero(score > _LIKELY)
    found = boxes.reshape(-1, 8, 2)[keep].astype(np.float64) / SIDE
    centres = _anchors()[keep]
    found[:, 0] += centres
    found[:, 2:] += centres[:, None]
    return [_placed(one, weight, box) for one, weight in _merged(found, score[keep])]


def sigmoid(logits: npt.NDArray[Any]) -> Floats:
    """Probabilities; clipped, for an exponential overflows."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), np.float64)


def _anchors() -> Floats:
    """Centres of the anchors, (896, 2), shares of the square."""
    grids = []
    for stride, each in _GRIDS:
        cells = SIDE // stride
        y, x = np.mgrid[:cells, :cells]
        centres = (np.stack([x, y], -1).reshape(-1, 2) + 0.5) / cells
        grids.append(np.repeat(centres, each, 0))
    return np.concatenate(grids)


def _merged(found: Floats, score: Floats) -> list[tuple[Floats, float]]:
    """Boxes that overlap as one, the mean of them weighted by their scores."""
    left = list(np.argsort(-score))
    faces = []
    while left:
        best = left[0]
        group = [i for i in left if i == best or _overlap(found[best], found[i]) > _SAME]
        faces.append((np.average(found[group], 0, score[group]), float(score[best])))
        left = [i for i in left if i not in group]
    return faces


def _overlap(one: Floats, other: Floats) -> float:
    """Intersection over union of two boxes of centre and size."""
    low = np.maximum(one[0] - one[1] / 2, other[0] - other[1] / 2)
    high = np.minimum(one[0] + one[1] / 2, other[0] + other[1] / 2)
    common = float(np.prod(np.clip(high - low, 0, None)))
    return common / (float(np.prod(one[1]) + np.prod(other[1])) - common + 1e-9)


def _placed(found: Floats, score: float, box: Letterbox) -> Detection:
    corner = np.array([box.left, box.top])
    centre, points = ((p * SIDE - corner) / box.scale for p in (found[0], found[2:]))
    return Detection(score, centre, found[1] * SIDE / box.scale, points)
