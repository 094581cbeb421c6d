"""Signatures that nobody wrote: loops of a pen on a pad, and what is no signature."""

from __future__ import annotations

from datetime import UTC, datetime
from math import cos, sin

from station.pen import MAX_FORCE, PenPoint, Stroke, Trace

NOON = datetime(2026, 3, 2, 12, 0, 1, 250_000, UTC)


def stroke(start: int, at: tuple[int, int] = (0, 0), *, force: bool = True) -> Stroke:
    """A second of loops, 30 mm long and 8 mm high, 100 points a second, from `start` ms on."""
    return tuple(
        PenPoint(
            at[0] + 30 * n + round(250 * sin(n / 5)),
            at[1] + round(400 * cos(n / 5)),
            start + 10 * n,
            round(MAX_FORCE * (0.2 + 0.6 * abs(sin(n / 11)))) if force else None,
        )
        for n in range(100)
    )


def signed(*, force: bool = True) -> Trace:
    """Two strokes with half a second between them."""
    return Trace((stroke(0, force=force), stroke(1500, (200, -900), force=force)), NOON)


def line(length: int = 3000) -> Trace:
    """One straight line, `length` hundredths of a millimetre long, in half a second."""
    points = (PenPoint(length * n // 50, length * n // 150, 10 * n) for n in range(51))
    return Trace((tuple(points),))


def dot() -> Trace:
    """The pen touches and lifts."""
    return Trace(((PenPoint(0, 0, 0), PenPoint(2, 1, 40)),))
