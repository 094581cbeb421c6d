"""OCR-B glyphs as templates, and how much a piece of print looks like each of them.

The strip `ocrb.png` is drawn from a font that may be used without limitation
(scripts/ocrb_strips.py). Likeness is the correlation of a tight glyph with its template, less what
proportion and height tell apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Ink = npt.NDArray[np.float32]
Scores = npt.NDArray[np.floating[Any]]

GLYPHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_WIDTH, _HEIGHT = 20, 28  # pixels of the box in which glyphs are compared
_SOFT = (0.6, 1.6, 2.6)  # blurs of the templates, pixels of the strip
_EDGE = 0.42  # share of full ink at which a stroke ends
_ASPECT, _TALL = 0.9, 0.5  # weights of proportion and of height


@dataclass(frozen=True, slots=True)
class Templates:
    """One row for each glyph and blur: what it is, its box, its proportion, its height."""

    glyphs: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.floating[Any]]
    aspects: npt.NDArray[np.floating[Any]]
    heights: npt.NDArray[np.floating[Any]]


@cache
def templates() -> Templates:
    """The templates of every glyph, made once."""
    data = (resources.files("station.codes.mrz") / "ocrb.png").read_bytes()
    strip = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    cells = np.hsplit(1 - np.asarray(strip, np.float32) / 255, len(GLYPHS))
    rows = []
    for rank, cell in enumerate(cells):
        for sigma in _SOFT:
            tight = _tight(np.asarray(cv2.GaussianBlur(cell, (0, 0), sigma), np.float32))
            rows.append((rank, boxed(tight), tight.shape[1] / tight.shape[0], tight.shape[0]))
    capital = next(height for rank, _, _, height in rows if GLYPHS[rank] == "H")
    glyphs, boxes, aspects, heights = zip(*rows, strict=True)
    return Templates(
        np.array(glyphs), np.stack(boxes), np.array(aspects), np.array(heights) / capital
    )


def boxed(ink: Ink) -> npt.NDArray[np.floating[Any]]:
    """A tight glyph centred in the box, its proportion kept, without mean and of length 1."""
    rows, columns = ink.shape
    scale = min(_WIDTH / columns, _HEIGHT / rows)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(ink, size, interpolation=way)
    box = np.zeros((_HEIGHT, _WIDTH), np.float32)
    top, left = (_HEIGHT - small.shape[0]) // 2, (_WIDTH - small.shape[1]) // 2
    box[top : top + small.shape[0], left : left + small.shape[1]] = small
    vector = cv2.GaussianBlur(box, (0, 0), 0.7).ravel().astype(float)
    vector -= vector.mean()
    return np.asarray(vector / (np.linalg.norm(vector) + 1e-6))


def likeness(ink: Ink, capital: float) -> Scores:
    """How much a tight piece of ink looks like each of `GLYPHS`, about 1 for the same.

    `capital` is the height of capitals in this line, in its pixels.
    """
    known = templates()
    rows, columns = ink.shape
    score = known.boxes @ boxed(ink)
    score -= _ASPECT * np.abs(np.log(columns / rows / known.aspects))
    score -= _TALL * np.abs(rows / capital - known.heights)
    return np.asarray(score.reshape(len(GLYPHS), len(_SOFT)).max(axis=1))


def _tight(ink: Ink) -> Ink:
    dark = ink > _EDGE * ink.max()
    rows, columns = np.flatnonzero(dark.any(1)), np.flatnonzero(dark.any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
