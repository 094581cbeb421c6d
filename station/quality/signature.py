"""Measures of a signature from a pad: that something was signed, never how well.

An empty pad, a dot, a straight line are no signature; nothing here compares one with another.
"""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.pen import PER_MM
from station.quality.policy import rules
from station.quality.report import Algorithm, Measure, judge

if TYPE_CHECKING:
    from station.pen import Stroke, Trace
    from station.quality.report import QualityReport

ALGORITHM = Algorithm("dr-station signature", "1.0")
_PER_SECOND = 1000


def assess_signature(trace: Trace) -> QualityReport:
    """Measure `trace` and judge it by the policy in force.

    Of an empty one that alone is told, and of a dot its length.
    """
    found, policy = rules("signature")
    measured: tuple[Measure, ...] = (_measure("strokes", len(trace.strokes), "count"),)
    if trace.strokes:
        length = _measure("length", sum(map(_length, trace.strokes)) / PER_MM, "mm")
        measured += (length,)
        if found[length.name].judge(length.value).accepts:
            measured += (*_extent(trace), *_times(trace))
    return judge(measured, found, policy)


def _extent(trace: Trace) -> tuple[Measure, ...]:
    """The sides of the narrowest rectangle around all points, whichever way it lies."""
    points = np.array([(p.x, p.y) for p in trace.points()], np.float32)
    _, sides, _ = cv2.minAreaRect(points)
    small, large = sorted(side / PER_MM for side in sides)
    return _measure("height", small, "mm"), _measure("width", large, "mm")


def _times(trace: Trace) -> tuple[Measure, ...]:
    """How long the pen was on the pad, and how often it was asked where it is."""
    down = sum(stroke[-1].t - stroke[0].t for stroke in trace.strokes)
    steps = sum(len(stroke) - 1 for stroke in trace.strokes)
    rate = None if not down else steps * _PER_SECOND / down
    return _measure("duration", down, "ms"), _measure("rate", rate, "1/s")


def _length(stroke: Stroke) -> float:
    return sum(hypot(end.x - start.x, end.y - start.y) for start, end in pairwise(stroke))


def _measure(name: str, value: float | None, unit: str) -> Measure:
    return Measure(f"signature.{name}", value, unit, ALGORITHM)
