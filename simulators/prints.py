"""Synthetic fingerprints, the same for the same seed: dark ridges on white, 500 ppi.

`master` grows the ridges of one finger (orientation of Sherlock and Monro, 1993, bent as Vizcaya
and Gerhardt, 1996; Gabor growth as SFinGe), `impression` lays it on a platen. No person's print
is behind any of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

WIDTH, HEIGHT, PPI = 400, 500, 500
CLASSES = ("arch", "tented", "left_loop", "right_loop", "whorl")
_FREQUENCIES = (0.037, 0.029, 0.338, 0.317, 0.279)
_ULNAR_INDEX, _ULNAR_OTHER = 0.75, 0.94  # loops that open towards the little finger
_INDEXES = (2, 7)
_GROWTH, _SETTLE = 30, 3  # rounds
_BACKGROUND, _VALLEY, _RIDGE = 252, 246, 38  # grey levels


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a finger lies: `wet` below 0 is dry; noise 1.3 is ordinary; the rest 0 to 1."""

    wet: float = 0.0
    noise: float = 1.3
    contrast: float = 1.0
    fill: float = 0.93


DRY = Conditions(wet=-1.2, noise=1.8)
WET = Conditions(wet=1.0)
PARTIAL = Conditions(fill=0.45)
PALE = Conditions(contrast=0.3)


def pattern(rng: np.random.Generator, finger: int) -> str:
    """The class of a print; loops are mostly ulnar for ISO finger `finger`."""
    drawn = CLASSES[rng.choice(5, p=_FREQUENCIES)]
    if not drawn.endswith("loop"):
        return drawn
    share = _ULNAR_INDEX if finger in _INDEXES else _ULNAR_OTHER
    right_hand = finger <= 5
    return "right_loop" if right_hand == (rng.uniform() < share) else "left_loop"


@lru_cache(maxsize=32)
def master(seed: int, finger: int) -> Floats:
    """The ridges of ISO finger `finger`: (500, 400), -1 valley to 1 ridge."""
    rng = np.random.default_rng([seed, finger])
    kind = pattern(rng, finger)
    height, width = HEIGHT // 2, WIDTH // 2
    angle, cores = _orientation(rng, kind, width, height)
    period = _periods(rng, width, height)
    weights, reach = _gabor(angle, period)
    field = _seeds(rng, cores, (height, width))
    for _ in range(_GROWTH):
        field = np.clip(_applied(field, weights, reach) * 1.6, -1, 1)
    for _ in range(_SETTLE):
        grown = _applied(field, weights, reach)
        field = np.tanh(grown / (grown.std() + 1e-6) * 1.1).astype(np.float32)
    full = cv2.resize(field, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    ridges = np.clip(cv2.GaussianBlur(full, (0, 0), 1.2) * 1.35, -1, 1).astype(np.float32)
    ridges.setflags(write=False)
    return np.asarray(ridges, np.float32)


def impression(
    ridges: Floats, seed: int, conditions: Conditions | None = None
) -> npt.NDArray[np.uint8]:
    """One placement of `ridges` on the platen: (500, 400) grey levels."""
    how = conditions or Conditions()
    rng = np.random.default_rng([seed, 77])
    pad = _contact(rng, how.fill)
    touch = _touch(rng, ridges, how)
    light = _smooth(rng, ridges.shape, 90, 14.0)
    ridge = _RIDGE + light + 165 * (1 - how.contrast)
    valley = _VALLEY + 0.6 * light - 45 * max(0.0, how.wet)
    grey = _BACKGROUND * (1 - pad) + (valley * (1 - touch) + ridge * touch) * pad
    soft = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 0.62)
    noise = rng.normal(0, 3.0 * (0.5 + how.noise), grey.shape)
    return np.clip(soft + noise, 0, 255).astype(np.uint8)


# --- the skin -------------------------------------------------------------------------------


def _smooth(
    rng: np.random.Generator, shape: tuple[int, ...], scale: int, amplitude: float
) -> Floats:
    """Noise of about `scale` pixels between -amplitude and amplitude."""
    height, width = shape
    coarse = rng.standard_normal((height // scale + 4, width // scale + 4)).astype(np.float32)
    noise = cv2.resize(
        cv2.GaussianBlur(coarse, (0, 0), 1), (width, height), interpolation=cv2.INTER_CUBIC
    )
    return np.asarray(noise / max(1e-6, float(np.abs(noise).max())) * amplitude, np.float32)


def _singularities(
    rng: np.random.Generator, kind: str, width: int, height: int
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Cores and deltas in pixels."""
    x = width * (0.5 + rng.normal(0, 0.03))
    y = height * (0.42 + rng.normal(0, 0.03))
    if kind.endswith("loop"):
        side = -1 if kind == "left_loop" else 1
        delta = (
            x - side * width * rng.uniform(0.26, 0.36),
            y + height * rng.uniform(0.22, 0.30),
        )
        return [(x, y)], [delta]
    if kind == "tented":
        return [(x, y)], [(x, y + height * rng.uniform(0.16, 0.24))]
    if kind == "whorl":
        low = height * rng.uniform(0.05, 0.12)
        drop, out = height * rng.uniform(0.24, 0.32), width * rng.uniform(0.32, 0.42)
        return [(x, y), (x, y + low)], [(x - out, y + drop), (x + out, y + drop)]
    return [], []


def _orientation(
    rng: np.random.Generator, kind: str, width: int, height: int
) -> tuple[Floats, list[tuple[float, float]]]:
    """Ridge angle in radians (y up) at each pixel, and the cores."""
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    cores, deltas = _singularities(rng, kind, width, height)
    angle = _arch(rng, x / width, y / height) if kind == "arch" else np.zeros_like(x)
    for cx, cy in cores:
        angle = angle + 0.5 * np.arctan2(cy - y, x - cx)
    for dx, dy in deltas:
        angle = angle - 0.5 * np.arctan2(dy - y, x - dx)
    if len(cores) == 1:  # bend the field above the core so that the base stays level
        cx, cy = cores[0]
        above = 1 / (1 + np.exp((y - cy - 0.02 * height) / (0.06 * height)))
        angle = angle - 0.62 * np.tanh((x - cx) / (0.28 * width)) * above
    return (angle + _smooth(rng, x.shape, 30, 0.05)).astype(np.float32), cores


def _arch(
    rng: np.random.Generator, x: npt.NDArray[np.floating[Any]], y: npt.NDArray[np.floating[Any]]
) -> Floats:
    rise = rng.uniform(1.6, 2.4)
    slope = np.maximum(0, rise - 4.16 * np.abs(y - 0.42) - 0.6 * (1 - y))
    top = np.clip((0.55 - y) / 0.55, 0, 1)
    angle = np.arctan(slope * np.cos(x * math.pi) * 0.55) * (1 - 0.6 * top)
    return np.asarray(angle - (x - 0.5) * 1.14 * top, np.float32)


def _periods(rng: np.random.Generator, width: int, height: int) -> Floats:
    """Distance between ridges at half scale, pixels."""
    base = float(np.clip(rng.normal(9.2, 0.45), 8.2, 10.4)) / 2
    return np.asarray(base * (1 + _smooth(rng, (height, width), 35, 0.05)), np.float32)


def _gabor(angle: Floats, period: Floats) -> tuple[list[tuple[int, int, Floats]], int]:
    """Weights of a zero-mean Gabor filter at each pixel, by offset, half plane only."""
    reach = math.ceil(1.5 * float(period.mean()))
    sigma = 0.4036 * period
    cos, sin = np.cos(angle), np.sin(angle)
    terms = []
    for dy in range(reach + 1):
        for dx in range(-reach, reach + 1):
            if (dy == 0 and dx < 0) or dx * dx + dy * dy > reach * reach:
                continue
            envelope = np.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma))
            wave = np.cos(2 * math.pi * (dx * sin + dy * cos) / period)
            twice = 1 if dx == dy == 0 else 2
            terms.append((dy, dx, envelope, wave, twice))
    total = sum(e * t for _, _, e, _, t in terms)
    mean = sum(e * w * t for _, _, e, w, t in terms) / total
    raw = [(dy, dx, e * (w - mean), t) for dy, dx, e, w, t in terms]
    energy = np.sqrt(sum(k * k * t for _, _, k, t in raw))
    return [(dy, dx, (k / energy).astype(np.float32)) for dy, dx, k, _ in raw], reach


def _applied(field: Floats, weights: list[tuple[int, int, Floats]], reach: int) -> Floats:
    padded = np.pad(field, reach)
    height, width = field.shape
    total = np.zeros_like(field)
    for dy, dx, kernel in weights:
        here = padded[reach + dy : reach + dy + height, reach + dx : reach + dx + width]
        if dy or dx:
            there = padded[reach - dy : reach - dy + height, reach - dx : reach - dx + width]
            total += kernel * (here + there)
        else:
            total += kernel * here
    return total


def _seeds(
    rng: np.random.Generator, cores: list[tuple[float, float]], shape: tuple[int, int]
) -> Floats:
    """Specks from which the ridges grow, one at the core."""
    height, width = shape
    field = np.zeros(shape, np.float32)
    points = [cores[0] if cores else (width / 2, 0.45 * height)]
    points += [
        (rng.uniform(0.15, 0.85) * width, rng.uniform(0.15, 0.9) * height) for _ in range(29)
    ]
    for px, py in points:
        x, y = int(px), int(py)
        field[y - 2 : y + 3, x - 2 : x + 3] = rng.uniform(0.2, 1, (5, 5))
    return field


# --- the platen -----------------------------------------------------------------------------


def _contact(rng: np.random.Generator, fill: float) -> Floats:
    """Where the pad touches: a soft mask, a dome above and flatter below."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    dx = np.abs(x - WIDTH / 2) / (WIDTH / 2 * fill)
    dy = np.abs(y - HEIGHT / 2) / (HEIGHT / 2 * fill)
    distance = dx**2.3 + np.where(y < HEIGHT / 2, dy**2.1, dy**3.0)
    distance = distance + _smooth(rng, (HEIGHT, WIDTH), 26, 0.07)
    return np.asarray(1 / (1 + np.exp(np.minimum((distance - 1) / 0.045, 60))), np.float32)


def _touch(rng: np.random.Generator, ridges: Floats, how: Conditions) -> Floats:
    """How much of each pixel touches the glass, 0 to 1."""
    wet = max(0.0, how.wet)
    bias = -0.10 + (0.55 if how.wet > 0 else 0.35) * how.wet
    pressure = bias + _smooth(rng, ridges.shape, 55, 0.22)
    pressure = pressure + 0.35 * how.noise * _grain(rng, ridges.shape, 3.2)
    dotted = np.maximum(0, _grain(rng, ridges.shape, 1.7) + 0.1)
    pressure = pressure - max(0.0, -how.wet) * dotted
    touch = 1 / (1 + np.exp(-4.0 * (1 - 0.45 * wet) * (ridges + pressure)))
    pores = _grain(rng, ridges.shape, 1.5)
    touch = touch * (1 - np.clip((pores - 1.25 + 0.35 * how.noise) * 1.2, 0, 1) * 0.7 * how.noise)
    specks = np.clip(_grain(rng, ridges.shape, 1.5) - 1.35, 0, 1) * 0.3 * how.noise
    return np.asarray(np.clip(touch + specks * (1 - touch), 0, 1), np.float32)


def _grain(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> Floats:
    noise = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), sigma)
    return np.asarray(noise / noise.std(), np.float32)
