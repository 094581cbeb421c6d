"""The ridges of a finger, grown from a few specks by filters that follow its field."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from simulators.floats import Floats, floats
from simulators.prints.orientation import flow, pattern

if TYPE_CHECKING:
    from simulators.prints.orientation import Flow
    from station.capture import Finger

_SHAPE = (250, 200)  # at 250 ppi: half the resolution of a print
_SPECKS = 30  # about 50 minutiae; a single speck gives 25
_ROUNDS, _SETTLING = 30, 3
_SIGMA = 0.4036  # of a period: three peaks, the rest 60 dB down


class _Tap(NamedTuple):
    """The weight, at each pixel, of its neighbours at (dy, dx) and at (-dy, -dx)."""

    dy: int
    dx: int
    weight: Floats

    @property
    def sides(self) -> int:
        return 2 if self.dy or self.dx else 1


@lru_cache(maxsize=32)
def master(seed: int, finger: Finger) -> Floats:
    """The skin of `finger` of the person `seed`: (500, 400) from -1, valley, to 1, ridge.

    Read-only, and kept for the next impressions of the same finger. The class is drawn
    first: `pattern(np.random.default_rng([seed, finger]), finger)` tells it.
    """
    rng = np.random.default_rng([seed, finger])
    return grow(rng, flow(rng, pattern(rng, finger), _SHAPE))


def grow(rng: np.random.Generator, field: Flow, rounds: int = _ROUNDS) -> Floats:
    """Ridges along `field`, at twice its resolution; minutiae are where they meet badly."""
    shape = field.angle.shape
    filtered = _Filter(_gabor(field))
    skin = _specks(rng, field)
    for _ in range(rounds):
        skin = np.clip(1.6 * filtered(skin), -1, 1)
    for _ in range(_SETTLING):  # softly: hard clipping leaves stairs along the ridges
        grown = filtered(skin)
        skin = np.tanh(1.1 * grown / (grown.std() + 1e-6))
    full = cv2.resize(skin, (2 * shape[1], 2 * shape[0]), interpolation=cv2.INTER_CUBIC)
    ridges = np.clip(1.35 * floats(cv2.GaussianBlur(full, (0, 0), 1.2)), -1, 1)
    ridges.setflags(write=False)
    return floats(ridges)


def _specks(rng: np.random.Generator, field: Flow) -> Floats:
    height, width = field.angle.shape
    skin = np.zeros((height, width), np.float32)
    points = [field.start]
    points += [
        (rng.uniform(0.15, 0.85) * width, rng.uniform(0.15, 0.9) * height)
        for _ in range(_SPECKS - 1)
    ]
    for x, y in points:
        row, column = int(y), int(x)
        skin[row - 2 : row + 3, column - 2 : column + 3] = rng.uniform(0.2, 1, (5, 5))
    return skin


def _gabor(field: Flow) -> list[_Tap]:
    """The Gabor filter of each pixel, mean zero and energy one, as taps of half a plane."""
    envelopes, waves = _lobes(field)
    whole = sum(e.sides * e.weight for e in envelopes)
    mean = sum(e.sides * e.weight * w for e, w in zip(envelopes, waves, strict=True)) / whole
    raw = [_Tap(e.dy, e.dx, e.weight * (w - mean)) for e, w in zip(envelopes, waves, strict=True)]
    energy = np.sqrt(sum(t.sides * t.weight**2 for t in raw))
    return [_Tap(t.dy, t.dx, t.weight / energy) for t in raw]


def _lobes(field: Flow) -> tuple[list[_Tap], list[Floats]]:
    """The Gaussian envelope and the cosine across the ridges, for each offset."""
    reach = math.ceil(1.5 * float(field.period.mean()))
    spread = 2 * (_SIGMA * field.period) ** 2
    down, right = np.cos(field.angle), np.sin(field.angle)
    falls: dict[int, Floats] = {}  # by squared distance: many offsets share one
    envelopes, waves = [], []
    for dy in range(reach + 1):
        for dx in range(-reach, reach + 1):
            if (dy == 0 and dx < 0) or dx * dx + dy * dy > reach * reach:
                continue
            away = dx * dx + dy * dy
            if away not in falls:
                falls[away] = np.exp(-away / spread)
            envelopes.append(_Tap(dy, dx, falls[away]))
            waves.append(np.cos(2 * math.pi * (dx * right + dy * down) / field.period))
    return envelopes, waves


class _Filter:
    """A filter of its own for each pixel: shifted copies, multiplied and added.

    The picture lies in one row of memory with a margin around it, so that every shift is a slice.
    """

    def __init__(self, taps: list[_Tap]) -> None:
        self._shape = height, width = taps[0].weight.shape
        self._reach = taps[-1].dy
        self._pitch = width + 2 * self._reach
        margin = ((0, 0), (self._reach, self._reach))
        self._taps = [
            (tap.dy * self._pitch + tap.dx, np.pad(tap.weight, margin).ravel()) for tap in taps
        ]
        self._sum, self._both = np.empty((2, height * self._pitch), np.float32)

    def __call__(self, skin: Floats) -> Floats:
        """`skin` filtered, 0 around it."""
        height, width = self._shape
        flat = np.pad(skin, ((self._reach + 1,) * 2, (self._reach,) * 2)).ravel()
        start, size = (self._reach + 1) * self._pitch, height * self._pitch
        self._sum.fill(0)
        for shift, weight in self._taps:
            there = flat[start + shift : start + shift + size]
            if shift:
                np.add(there, flat[start - shift : start - shift + size], out=self._both)
                there = self._both
            np.multiply(weight, there, out=self._both)
            np.add(self._sum, self._both, out=self._sum)
        whole = self._sum.reshape(height, self._pitch)
        return floats(whole[:, self._reach : self._reach + width].copy())
