"""What the applicant before left on the glass: the same ridges at the same place.

A finger never lies where another one lay, to the hundredth of an inch; grease does. So the phases
of two captures of one sensor are compared without any shift or turn. Own method; the figure is in
deviations of what two clean captures give.

Of a capture only some thousand phases are remembered, in memory: enough to find the same lines
again, too little to draw them. They go when the applicant after the next lays a finger down.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from uuid import UUID

    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]
    Floats = npt.NDArray[np.float32]
    Indices = npt.NDArray[np.int64]

_PERIODS: Final = (2.75, 9.0)  # pixels at 250 ppi between two ridges
_PHASES: Final = 8192
_LOCAL = 13  # pixels: two ridges
_FLAT = 8.0  # grey levels: what varies less is the sensor's own noise
_CLIP = 2.0  # deviations
_NEAR = (-1, 0, 1)  # pixels: half a pixel of drift is allowed each way


@dataclass(frozen=True, eq=False, slots=True)
class Trace:
    """Phases of a few spatial frequencies of one capture, whose size is `shape` at 250 ppi."""

    shape: tuple[int, int]
    phases: npt.NDArray[np.complex64] = field(repr=False)


class Platen:
    """The last capture of a sensor, whose it was, and the last one of the applicant before.

    Both are needed: a glass that nobody cleaned still shows at the second attempt.
    """

    def __init__(self) -> None:
        self._last: tuple[UUID, Trace] | None = None
        self._before: Trace | None = None

    def residue(self, dossier: UUID, grey: Grey) -> float:
        """How much of another applicant's capture shows in `grey`; 0 when nothing can be said.

        `grey` is the whole platen, (rows, columns) at 500 ppi; it is remembered as the last.
        """
        now = trace(grey)
        if self._last is not None and self._last[0] != dossier:
            self._before = self._last[1]
        self._last = dossier, now
        if self._before is None or self._before.shape != now.shape:
            return 0.0
        return coincidence(self._before, now)


def trace(grey: Grey) -> Trace:
    """What is remembered of (rows, columns) grey levels at 500 ppi."""
    lines = _lines(grey)
    shape = (lines.shape[0], lines.shape[1])
    rows, columns = _places(shape)
    found = np.fft.rfft2(lines)[rows, columns]
    return Trace(shape, np.asarray(found / (np.abs(found) + 1e-6), np.complex64))


def coincidence(one: Trace, other: Trace) -> float:
    """How far the lines of two captures of one size coincide, in deviations; 3 is chance."""
    rows, columns = _places(one.shape)
    down = np.fft.fftfreq(one.shape[0])[rows]
    right = np.fft.rfftfreq(one.shape[1])[columns]
    both = np.conj(one.phases) * other.phases
    sums = [
        float((both * np.exp(2j * np.pi * (down * dy + right * dx))).real.sum())
        for dy in _NEAR
        for dx in _NEAR
    ]
    return max(sums) / float(np.sqrt(len(both) / 2))


def _lines(grey: Grey) -> Floats:
    """Ridges of even contrast at 250 ppi, 0 where the glass is bare."""
    small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    levels = small.astype(np.float32)
    mean = cv2.blur(levels, (_LOCAL, _LOCAL))
    spread = np.sqrt(np.maximum(cv2.blur(levels * levels, (_LOCAL, _LOCAL)) - mean * mean, 0))
    even = np.clip((levels - mean) / (spread + _FLAT), -_CLIP, _CLIP)
    return np.asarray(even * np.minimum(spread / _FLAT, 1), np.float32)


@cache
def _places(shape: tuple[int, int]) -> tuple[Indices, Indices]:
    """The frequencies that are remembered: some of those of ridges, always the same."""
    radius = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None, :])
    rows, columns = np.nonzero((radius > 1 / _PERIODS[1]) & (radius < 1 / _PERIODS[0]))
    chosen = np.random.default_rng(0).permutation(len(rows))[:_PHASES]
    return rows[chosen], columns[chosen]
