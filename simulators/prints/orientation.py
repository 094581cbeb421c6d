"""Where the ridges of a finger run: its class, its singular points, and the field they make."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum, unique

import numpy as np

from simulators.floats import Floats, floats
from simulators.prints.noise import logistic, smooth
from station.capture import Finger

Point = tuple[float, float]  # pixels: to the right, down


@unique
class Pattern(StrEnum):
    """The five classes; a left loop opens to the left of the picture."""

    ARCH = "arch"
    TENTED = "tented"
    LEFT_LOOP = "left_loop"
    RIGHT_LOOP = "right_loop"
    WHORL = "whorl"


_FREQUENCIES = (0.037, 0.029, 0.338, 0.317, 0.279)  # over all fingers, in the order above
_LOOPS = (Pattern.LEFT_LOOP, Pattern.RIGHT_LOOP)
_INDEXES = (Finger.RIGHT_INDEX, Finger.LEFT_INDEX)
_ULNAR_INDEX, _ULNAR_OTHER = 0.75, 0.94  # share of loops: about 0.90 over a hand


@dataclass(frozen=True, slots=True)
class Singularities:
    """Points around which the ridges turn."""

    cores: tuple[Point, ...] = ()
    deltas: tuple[Point, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Flow:
    """The field the ridges follow: `angle` in radians, y up; `period` in pixels."""

    angle: Floats
    period: Floats
    start: Point  # where the first ridge appears


def pattern(rng: np.random.Generator, finger: Finger) -> Pattern:
    """Draw the class of a print; loops mostly open towards the little finger."""
    drawn = tuple(Pattern)[rng.choice(len(Pattern), p=_FREQUENCIES)]
    if drawn not in _LOOPS:
        return drawn
    ulnar = rng.uniform() < (_ULNAR_INDEX if finger in _INDEXES else _ULNAR_OTHER)
    right_hand = finger <= Finger.RIGHT_LITTLE
    return Pattern.RIGHT_LOOP if right_hand == ulnar else Pattern.LEFT_LOOP


def flow(rng: np.random.Generator, kind: Pattern, shape: tuple[int, int]) -> Flow:
    """The field of one finger of class `kind` on (height, width) pixels at 250 ppi."""
    height, width = shape
    found = _singularities(rng, kind, shape)
    angle = _arch(rng, shape) if kind is Pattern.ARCH else _turns(found, shape)
    if len(found.cores) == 1:
        angle = angle - _bend(found.cores[0], shape)
    angle = angle + smooth(rng, shape, 30, 0.05)
    start = found.cores[0] if found.cores else (0.5 * width, 0.45 * height)
    return Flow(angle, _periods(rng, found, shape), start)


def _singularities(
    rng: np.random.Generator, kind: Pattern, shape: tuple[int, int]
) -> Singularities:
    h, w = shape
    x, y = w * (0.5 + rng.normal(0, 0.03)), h * (0.42 + rng.normal(0, 0.03))

    def below(low: float, high: float) -> float:
        return y + h * rng.uniform(low, high)

    match kind:
        case Pattern.LEFT_LOOP | Pattern.RIGHT_LOOP:  # the delta is opposite to the opening
            away = 1 if kind is Pattern.LEFT_LOOP else -1
            delta = (x + away * w * rng.uniform(0.26, 0.36), below(0.22, 0.30))
            return Singularities(((x, y),), (delta,))
        case Pattern.TENTED:
            return Singularities(((x, y),), ((x + w * rng.normal(0, 0.01), below(0.16, 0.24)),))
        case Pattern.WHORL:
            low = below(0.05, 0.12)
            cores = ((x + w * rng.normal(0, 0.01), y), (x + w * rng.normal(0, 0.02), low))
            left = (x - w * rng.uniform(0.32, 0.42), below(0.24, 0.32))
            right = (x + w * rng.uniform(0.32, 0.42), below(0.24, 0.32))
            return Singularities(cores, (left, right))
        case Pattern.ARCH:
            return Singularities()


def _grid(shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Columns as a row and rows as a column, to be broadcast."""
    height, width = shape
    return np.arange(width, dtype=np.float32)[None, :], np.arange(height, dtype=np.float32)[:, None]


def _turns(found: Singularities, shape: tuple[int, int]) -> Floats:
    """Half a turn around each core, half a turn back around each delta."""
    x, y = _grid(shape)
    turns = sum(np.arctan2(cy - y, x - cx) for cx, cy in found.cores)
    back = sum(np.arctan2(dy - y, x - dx) for dx, dy in found.deltas)
    return floats(0.5 * (turns - back))


def _bend(core: Point, shape: tuple[int, int]) -> Floats:
    """Arches the ridges above a single core; without it the top of the finger is flat."""
    height, width = shape
    x, y = _grid(shape)
    above = logistic((core[1] + 0.02 * height - y) / (0.06 * height))
    return floats(0.62 * np.tanh((x - core[0]) / (0.28 * width)) * above)


def _arch(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Ridges that rise in the middle of the finger, most at 0.42 of its height."""
    height, width = shape
    columns, rows = _grid(shape)
    x, y = columns / width, rows / height
    rise = np.maximum(0, rng.uniform(1.6, 2.4) - 4.16 * np.abs(y - 0.42) - 0.6 * (1 - y))
    top = np.clip((0.55 - y) / 0.55, 0, 1)
    return np.arctan(0.55 * rise * np.cos(math.pi * x)) * (1 - 0.6 * top) - 1.14 * top * (x - 0.5)


def _periods(rng: np.random.Generator, found: Singularities, shape: tuple[int, int]) -> Floats:
    """Ridges are coarser above the core and below the deltas."""
    height, _ = shape
    _, y = _grid(shape)
    base = float(np.clip(rng.normal(9.2, 0.45), 8.2, 10.4)) / 2
    core = float(np.mean([c[1] for c in found.cores])) if found.cores else 0.42 * height
    delta = max((d[1] for d in found.deltas), default=0.75 * height)
    above = 1 + 0.06 * logistic((core - 0.10 * height - y) / (0.04 * height))
    below = 1 + 0.10 * logistic((y - delta - 0.05 * height) / (0.05 * height))
    return base * above * below * (1 + smooth(rng, shape, 35, 0.05))
