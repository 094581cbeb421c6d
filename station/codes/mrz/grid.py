"""The characters of an upright zone: lines, the pitch they share, a likeness for each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from station.codes.mrz.glyphs import GLYPHS, likeness

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.codes.mrz.finder import Candidate
    from station.codes.mrz.glyphs import Scores

    Grey = npt.NDArray[np.uint8]

_TALL = 36  # pixels of a line's print after scaling
_EDGE = 0.42  # share of full ink at which a stroke ends
_WIDTHS = (44, 36, 30)
_PARTS = 90  # pieces of print in one line at most: more is a picture


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of print: its box in the line, pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def middle(self) -> float:
        """Its middle along the line."""
        return self.left + self.width / 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line of print, black 1 on white 0, and its pieces from left to right."""

    ink: npt.NDArray[np.float32]
    parts: tuple[Part, ...]


def scores(candidate: Candidate) -> Scores | None:
    """(lines, columns, glyphs) likenesses; NaN where a cell is empty; None when it is no zone."""
    lines = [_line(strip) for strip in _strips(candidate)]
    if len(lines) != candidate.rows or any(not 12 <= len(n.parts) <= _PARTS for n in lines):
        return None
    pitch = float(np.median([_pitch(line) for line in lines]))
    if not pitch > 4:
        return None
    begin = min(line.parts[0].middle for line in lines)
    end = max(line.parts[-1].middle for line in lines)
    columns = round((end - begin) / pitch) + 1
    if columns not in _WIDTHS:
        return None
    pitch = (end - begin) / (columns - 1)
    return np.stack([_of_line(line, begin, pitch, columns) for line in lines])


def _strips(candidate: Candidate) -> list[Grey]:
    """The lines of a zone, one picture each, print about `_TALL` pixels high."""
    grey = candidate.grey
    profile = _ink(grey).sum(axis=1)
    ground, ink = np.percentile(profile, (10, 97))  # of rows between lines, and within
    level = ground + 0.25 * (ink - ground)
    edges = np.flatnonzero(np.diff(np.r_[0, (profile > level).astype(int), 0]))
    bands = sorted(zip(edges[::2], edges[1::2], strict=True), key=lambda b: b[0] - b[1])
    bands = sorted(bands[: candidate.rows])
    if len(bands) < candidate.rows:
        return []
    tall = float(np.median([b - a for a, b in bands]))
    room, scale = round(0.35 * tall), _TALL / tall
    return [
        np.asarray(
            cv2.resize(
                grey[max(0, a - room) : b + room],
                None, fx=scale, fy=scale,
                interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
            ),
            np.uint8,
        )
        for a, b in bands
    ]  # fmt: skip


def _ink(grey: Grey) -> npt.NDArray[np.float32]:
    """How much darker than its ground each pixel is."""
    side = max(9, grey.shape[0] // 3) | 1
    soft = cv2.GaussianBlur(grey, (0, 0), 1)
    ground = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    return np.asarray(cv2.subtract(ground, grey), np.float32)


def _line(grey: Grey) -> Line:
    ink = _ink(grey)
    ink = np.clip(ink / max(float(np.percentile(ink, 98.5)), 1.0), 0, 1)
    ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.8), np.float32)
    dark = (ink > _EDGE).astype(np.uint8)
    _, _, found, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    least = 0.04 * _TALL * _TALL
    parts = [
        Part(*(int(v) for v in row[:4]))
        for row in found[1:]
        if row[4] > least and 0.3 * _TALL < row[3] < 1.5 * _TALL and row[2] < 1.6 * _TALL
    ]
    return Line(ink, tuple(sorted(parts, key=lambda p: p.left)))


def _pitch(line: Line) -> float:
    """The distance of two characters: the steps between pieces, fitted as whole multiples."""
    middles = np.array([part.middle for part in line.parts])
    steps = np.diff(middles)
    steps = steps[steps > max(1.0, 0.5 * float(np.median(steps)))]
    if not len(steps):
        return 0.0
    guess = float(np.median(steps))
    ranks = np.round((middles - middles[0]) / guess)
    return float(np.polyfit(ranks, middles, 1)[0]) if len(set(ranks)) > 1 else guess


def _of_line(line: Line, begin: float, pitch: float, columns: int) -> Scores:
    capital = float(np.percentile([p.height for p in line.parts], 85))
    cells: list[Any] = [[] for _ in range(columns)]
    for part in line.parts:
        column = round((part.middle - begin) / pitch)
        if 0 <= column < columns:
            cells[column].append(part)
    return np.stack([_of_cell(line, cell, capital) for cell in cells])


def _of_cell(line: Line, parts: list[Part], capital: float) -> Scores:
    """The likeness of everything in one cell, seen as one glyph; a glyph may be broken."""
    if not parts:
        return np.full(len(GLYPHS), np.nan)
    left, top = min(p.left for p in parts), min(p.top for p in parts)
    right = max(p.left + p.width for p in parts)
    foot = max(p.top + p.height for p in parts)
    return likeness(line.ink[top:foot, left:right], capital)
