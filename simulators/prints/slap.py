"""Four fingers of one hand on the glass at once, with what a real hand brings along.

Geometry after the ground truth of NIST SlapSegIII (public domain): distances of the tips, sizes
of the distal phalanges, tilt of the hand. The skin is that of `master`, so that a slap and a
single print of the same finger match.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from simulators.floats import floats
from simulators.prints.growth import grow, master
from simulators.prints.noise import smooth
from simulators.prints.orientation import Flow
from simulators.prints.platen import Conditions, impression
from station.capture import FOUR, Finger, Hand

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from simulators.floats import Floats

    Grey = npt.NDArray[np.uint8]

SHAPE: Final = (1500, 1600)  # rows, columns: 76 x 81 mm
MM: Final = 500 / 25.4  # pixels
_GLASS = 252
_WIDTHS, _HEIGHTS = (14.6, 15.2, 14.4, 12.8), (22.5, 23.0, 23.0, 19.5)  # mm, index to little
_TIPS = (13.0, 0.0, 4.5, 24.0)  # mm below the highest tip
_GAPS, _GAP_SPREAD, _LEAST_GAP = (18.0, 18.0, 19.0), (2.5, 2.5, 3.0), 15.8  # mm across
_TILT, _TILT_SPREAD = {Hand.RIGHT: -4.0, Hand.LEFT: 4.0}, 6.0  # degrees clockwise
_FAN, _FAN_SPREAD = 0.12, 2.5  # degrees a mm from the middle, and of each finger
_TOUCHED = 0.97  # of the box
_PHALANX = 0.85  # how often a second phalanx touches
_GHOST_SHIFT = (60, 45)  # pixels: where the hand before lay
_NOISE = 3.0  # grey levels


@dataclass(frozen=True, slots=True)
class SlapConditions:
    """How a hand lies.

    `fingers` overrules `every` for single fingers; `tilt` degrees clockwise, None for a natural
    one; `spread` 1 is natural, less pushes the fingers together; `missing` fingers leave nothing,
    `bandaged` ones the weave of a dressing; `ghost` is the strength of what the hand before left,
    0 to 0.3, and `before` its picture (None: the same hand, a little aside); `shift` moves the
    hand, mm to the right and down; `glass` is the grey of the platen.
    """

    every: Conditions = field(default_factory=Conditions)
    fingers: Mapping[Finger, Conditions] = field(default_factory=lambda: MappingProxyType({}))
    tilt: float | None = None
    spread: float = 1.0
    missing: frozenset[Finger] = frozenset()
    bandaged: frozenset[Finger] = frozenset()
    ghost: float = 0.0
    before: Grey | None = field(default=None, repr=False, compare=False)
    shift: tuple[float, float] = (0.0, 0.0)
    glass: int = _GLASS
    phalanges: bool = True


@dataclass(frozen=True, slots=True)
class PlacedFinger:
    """Where a distal phalanx lies: centre, size (px) and lean of the tip, degrees clockwise."""

    finger: Finger
    cx: float
    cy: float
    width: float
    height: float
    angle: float


@dataclass(frozen=True, eq=False, slots=True)
class Slap:
    """A picture (1500, 1600) of grey levels at 500 ppi, and what it shows from left to right."""

    pixels: Grey = field(repr=False)
    truth: tuple[PlacedFinger, ...]


def slap(seed: int, hand: Hand, conditions: SlapConditions | None = None, attempt: int = 1) -> Slap:
    """The hand `hand` of the person `seed`; each `attempt` lies otherwise."""
    how = conditions or SlapConditions()
    rng = np.random.default_rng([seed, attempt, FOUR[hand][0]])
    glass = np.full(SHAPE, _GLASS, np.uint8)
    truth = []
    for placed in _placed(rng, hand, how):
        print_rng = np.random.default_rng([seed, attempt, placed.finger, 7])
        if placed.finger in how.missing:
            continue
        if placed.finger in how.bandaged:
            _lay(glass, _weave(print_rng, placed), placed)
            continue
        _lay(glass, _pad(seed, placed, print_rng, how), placed)
        if how.phalanges and print_rng.uniform() < _PHALANX:
            _lay(glass, *_phalanx(print_rng, placed))
        truth.append(placed)
    return Slap(_seen(rng, glass, how), tuple(truth))


def _placed(rng: np.random.Generator, hand: Hand, how: SlapConditions) -> list[PlacedFinger]:
    """The four fingers from left to right in the picture."""
    tilt = rng.normal(_TILT[hand], _TILT_SPREAD) if how.tilt is None else how.tilt
    gaps = np.maximum(_LEAST_GAP, rng.normal(_GAPS, _GAP_SPREAD) * how.spread)
    across = np.concatenate(([0.0], np.cumsum(gaps)))
    across -= across.mean()
    fan = rng.normal(0, _FAN_SPREAD, 4) + _FAN * across
    sizes = rng.normal(1, 0.03, (4, 2)) * np.column_stack((_WIDTHS, _HEIGHTS))
    side = 1 if hand is Hand.RIGHT else -1
    sin, cos = math.sin(math.radians(tilt)), math.cos(math.radians(tilt))
    found = []
    for n, finger in enumerate(FOUR[hand]):
        x, y = side * across[n], _TIPS[n] + _HEIGHTS[n] / 2 - 24
        cx = SHAPE[1] / 2 + (x * cos - y * sin + how.shift[0]) * MM
        cy = SHAPE[0] / 2 + (x * sin + y * cos + how.shift[1]) * MM
        width, height = (float(v) * MM * _TOUCHED for v in sizes[n])
        found.append(PlacedFinger(finger, cx, cy, width, height, tilt + side * float(fan[n])))
    return found[::side]


def _pad(seed: int, placed: PlacedFinger, rng: np.random.Generator, how: SlapConditions) -> Grey:
    """The distal phalanx: the middle of the finger's skin, as large as its box."""
    skin = master(seed, placed.finger)
    height, width = (int(v / _TOUCHED) // 2 * 2 for v in (placed.height, placed.width))
    top, left = ((have - want) // 2 for have, want in zip(skin.shape, (height, width), strict=True))
    part = skin[top : top + height, left : left + width]
    conditions = how.fingers.get(placed.finger, how.every)
    conditions = replace(conditions, fill=conditions.fill / Conditions().fill * _TOUCHED)
    return impression(part, int(rng.integers(2**31)), conditions)


def _phalanx(rng: np.random.Generator, placed: PlacedFinger) -> tuple[Grey, PlacedFinger]:
    """The second phalanx under a finger: slanted ridges across it, often faint."""
    width = placed.width * rng.uniform(0.72, 0.86)
    height = rng.uniform(11, 17) * MM
    shape = (int(height) // 4 * 2, int(width) // 4 * 2)
    angle = np.full(shape, rng.uniform(-0.35, 0.35), np.float32) + smooth(rng, shape, 40, 0.15)
    period = np.full(shape, rng.uniform(4.7, 5.4), np.float32)
    skin = grow(rng, Flow(floats(angle), period, (shape[1] / 2, shape[0] / 2)), rounds=10)
    faint = Conditions(
        wet=rng.uniform(-0.9, -0.1), noise=1.2, contrast=rng.uniform(0.55, 0.95), fill=0.9
    )
    below = placed.height / 2 + rng.uniform(1.6, 3.4) * MM + height / 2
    lean = math.radians(placed.angle)
    where = replace(
        placed, cx=placed.cx - below * math.sin(lean), cy=placed.cy + below * math.cos(lean)
    )
    return impression(skin, int(rng.integers(2**31)), faint), where


def _weave(rng: np.random.Generator, placed: PlacedFinger) -> Grey:
    """A dressing: threads in both directions, closer than ridges and without their bends."""
    height, width = int(placed.height), int(placed.width)
    y, x = np.mgrid[:height, :width]
    threads = np.sin(2 * np.pi * x / 4.1) * np.sin(2 * np.pi * y / 3.7)
    grey = 190 + 22 * threads + rng.normal(0, 8, (height, width))
    inside = (2 * x / width - 1) ** 4 + (2 * y / height - 1) ** 4 < 1
    return np.where(inside, np.clip(grey, 0, 255), _GLASS).astype(np.uint8)


def _lay(glass: Grey, print_: Grey, placed: PlacedFinger) -> None:
    """Turn `print_` and lay it on `glass`; where two things lie the darker one shows."""
    height, width = print_.shape
    side = int(math.hypot(height, width)) + 4
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -placed.angle, 1)
    turn[:, 2] += (side - width) / 2, (side - height) / 2
    turned = cv2.warpAffine(
        print_, turn, (side, side), flags=cv2.INTER_CUBIC, borderValue=(_GLASS,)
    )
    top, left = round(placed.cy - side / 2), round(placed.cx - side / 2)
    rows = slice(max(0, top), min(SHAPE[0], top + side))
    columns = slice(max(0, left), min(SHAPE[1], left + side))
    if rows.start < rows.stop and columns.start < columns.stop:
        here = glass[rows, columns]
        np.minimum(
            here,
            turned[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left],
            out=here,
        )


def _seen(rng: np.random.Generator, glass: Grey, how: SlapConditions) -> Grey:
    """What the sensor makes of it: residue of the hand before, its own noise, its own white."""
    seen: Floats = glass.astype(np.float32)
    if how.ghost:
        left = np.roll(glass, _GHOST_SHIFT, (0, 1)) if how.before is None else how.before
        seen = seen - how.ghost * (_GLASS - floats(cv2.GaussianBlur(left, (0, 0), 1.5)))
    seen = seen * (how.glass / _GLASS)
    grain = rng.standard_normal(SHAPE, np.float32) * np.float32(_NOISE)
    return np.clip(seen + grain, 0, 255).astype(np.uint8)
