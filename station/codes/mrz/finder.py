"""Where a page shows a zone: two or three long, equal bars of print, one under the other.

Own method: dark print is closed along the line into bars; bars of one length, angle and distance
are a zone. What is found is a guess that reading confirms or drops.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]

_SIDE = 1600  # pixels of the longer side of the picture that is searched
_SPREADS = (13, 27, 41)  # pixels by which print is closed along the line, small print to large
_LEAST, _SLIM = 0.14, (9.0, 60.0)  # share of the longer side; length over thickness
_TILT = 12.0  # degrees
_STACK = (1.05, 2.4)  # distance of two lines over their thickness
_MOST_BARS, _MOST = 40, 12  # bars of one spread, zones looked at


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of print: its middle, length, thickness in pixels, angle in degrees."""

    x: float
    y: float
    length: float
    thickness: float
    angle: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stack of bars: the picture of it, upright, and where it stands in the page.

    `scale` is what one pixel of the page is in `grey`; `corners` are (x, y) from the top left on.
    """

    grey: Grey
    rows: int
    corners: tuple[tuple[int, int], ...]


def candidates(grey: Grey) -> Iterator[Candidate]:
    """The likeliest zones of (rows, columns) grey levels, the most regular first."""
    scale = min(1.0, _SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    seen = np.asarray(small, np.uint8)
    stacks = [s for spread in _SPREADS for s in _stacks(_longest(_bars(seen, spread)))]
    looked: list[tuple[Bar, ...]] = []
    for stack in sorted(stacks, key=_irregular):
        if len(looked) < _MOST and not any(_same(stack, other) for other in looked):
            looked.append(stack)
            yield _upright(grey, stack, scale)


def _stacks(bars: list[Bar]) -> Iterator[tuple[Bar, ...]]:
    """Every two bars that could be a zone, and every three of which two could."""
    pairs = [pair for pair in combinations(bars, 2) if _stacked(pair)]
    yield from pairs
    for pair in pairs:
        for bar in bars:
            if bar.y > max(b.y for b in pair) and _stacked((*pair, bar)):
                yield (*pair, bar)


def _same(one: tuple[Bar, ...], other: tuple[Bar, ...]) -> bool:
    """Whether two stacks are the same print, closed by different spreads."""
    away = [abs(a.x - b.x) + abs(a.y - b.y) for a, b in zip(one, other, strict=False)]
    return len(one) == len(other) and max(away) < one[0].thickness


def _longest(bars: Iterator[Bar]) -> list[Bar]:
    """A bounded number of bars: a page of text has hundreds."""
    return sorted(bars, key=lambda bar: -bar.length)[:_MOST_BARS]


def _bars(grey: Grey, spread: int) -> Iterator[Bar]:
    ground = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((17, 17), np.uint8))
    ink = cv2.subtract(ground, grey)
    _, dark = cv2.threshold(ink, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, spread), np.uint8))
    closed = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((3, spread), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines:
        bar = _bar(cv2.minAreaRect(outline))
        slim = bar.length / max(bar.thickness, 1.0)
        if (
            bar.length >= _LEAST * max(grey.shape)
            and _SLIM[0] <= slim <= _SLIM[1]
            and abs(bar.angle) <= _TILT
        ):
            yield bar


def _bar(rectangle: Any) -> Bar:
    (x, y), (width, height), angle = rectangle
    if width < height:
        width, height, angle = height, width, angle - 90
    return Bar(x, y, width, height, (angle + 45) % 90 - 45 if abs(angle) > 45 else angle)


def _stacked(stack: tuple[Bar, ...]) -> bool:
    """Whether the bars lie under each other as the lines of one zone do."""
    first = stack[0]
    turn = np.deg2rad(first.angle)
    along, down = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    places = sorted((float(down @ (b.x, b.y)), float(along @ (b.x, b.y))) for b in stack)
    gaps = [b[0] - a[0] for a, b in pairwise(places)]
    thick = float(np.median([b.thickness for b in stack]))
    lengths = [b.length for b in stack]
    return (
        max(lengths) < 1.12 * min(lengths)
        and max(b.angle for b in stack) - min(b.angle for b in stack) < 1.5
        and all(_STACK[0] * thick < gap < _STACK[1] * thick for gap in gaps)
        and max(gaps) < 1.25 * min(gaps)
        and max(p[1] for p in places) - min(p[1] for p in places) < 0.06 * first.length
    )


def _irregular(stack: tuple[Bar, ...]) -> float:
    """0 for bars of one length and thickness; three are rarer by chance than two."""
    lengths, thick = [b.length for b in stack], [b.thickness for b in stack]
    spread = np.ptp(lengths) / max(lengths) + 0.3 * np.ptp(thick) / max(thick)
    return float(spread) - 0.05 * (len(stack) == 3) - 0.1 * max(lengths) / _SIDE


def _upright(grey: Grey, stack: tuple[Bar, ...], scale: float) -> Candidate:
    """The stack cut out of the page at full resolution, turned upright, with a margin."""
    turn = np.deg2rad(float(np.median([b.angle for b in stack])))
    middle = np.mean([(b.x, b.y) for b in stack], axis=0) / scale
    thick = float(np.median([b.thickness for b in stack])) / scale
    ends = [(b.x, b.y) for b in stack]
    tall = float(np.hypot(*np.ptp(ends, axis=0))) / scale
    half = np.array([max(b.length for b in stack) / scale / 2 + 2 * thick, tall / 2 + 1.6 * thick])
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners = [
        middle + (np.array(side) * half) @ axes for side in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    size = np.maximum(np.round(2 * half).astype(int), 1)
    source = np.array(corners[:3], np.float32)
    target = np.array([(0, 0), (size[0], 0), (size[0], size[1])], np.float32)
    matrix = cv2.getAffineTransform(source, target)
    cut = cv2.warpAffine(
        grey,
        matrix,
        (int(size[0]), int(size[1])),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    where = tuple((round(float(x)), round(float(y))) for x, y in corners)
    return Candidate(np.asarray(cut, np.uint8), len(stack), where)
