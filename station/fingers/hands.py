"""Which hand lies on the glass, and which finger is which, by where the tips lie.

Every choice of fingers of either hand is laid over the tips by rotation, scale and shift; the one
that fits best names them, and the distance to the next best is the confidence.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from station.capture import FOUR, Finger, Hand

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy.typing as npt

    from station.fingers.boxes import Box

    Tips = npt.NDArray[np.complex128]

_MM: Final = 500 / 25.4  # pixels
_TEMPLATE: Final = (0 + 13j, 18 + 0j, 36 + 4.5j, 55 + 24j)  # mm, right hand: index … little
_TURN = (6.0, 6.0)  # degrees between hand and fingers that are natural, and that cost 1 mm more
_SIZE = (0.18, 12.0)  # logarithm of the scale that is natural, and mm for each unit beyond


@dataclass(frozen=True, slots=True)
class Naming:
    """The best explanation: `fingers` from left to right; `margin` mm to the next best.

    `margins` are mm to the best explanation that gives that finger another name. `hand` is None,
    and `fingers` empty, for fewer than two fingers or more than four: they tell no hand.
    """

    hand: Hand | None = None
    fingers: tuple[Finger, ...] = ()
    margin: float = 0.0
    margins: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fit:
    residual: float
    hand: Hand
    fingers: tuple[Finger, ...]


def name(boxes: Sequence[Box], missing: Collection[Finger] = ()) -> Naming:
    """Name the fingers in `boxes`, given from left to right; none of `missing` is among them."""
    if not 2 <= len(boxes) <= len(_TEMPLATE):
        return Naming()
    tips = np.array([complex(*box.tip) / _MM for box in boxes], np.complex128)
    lean = float(np.median([box.angle for box in boxes]))
    fits = sorted(_fits(tips, lean, missing), key=lambda fit: fit.residual)
    if not fits:
        return Naming()
    margins = tuple(_margin(fits, place) for place in range(len(boxes)))
    return Naming(fits[0].hand, fits[0].fingers, min(margins), margins)


def _margin(fits: list[_Fit], place: int) -> float:
    """From the best of `fits`, sorted, to the first that names the finger at `place` otherwise."""
    best = fits[0]
    others = (f.residual for f in fits if f.fingers[place] is not best.fingers[place])
    return next(others, math.inf) - best.residual


def _fits(tips: Tips, lean: float, missing: Collection[Finger]) -> list[_Fit]:
    found = []
    for hand in Hand:
        side = 1 if hand is Hand.RIGHT else -1
        for chosen in itertools.combinations(range(len(_TEMPLATE)), len(tips)):
            order = chosen[::side]
            fingers = tuple(FOUR[hand][n] for n in order)
            if not set(fingers) & set(missing):
                template = np.array([_mirrored(_TEMPLATE[n], side) for n in order], complex)
                found.append(_Fit(_residual(tips, template, lean), hand, fingers))
    return found


def _mirrored(point: complex, side: int) -> complex:
    return complex(side * point.real, point.imag)


def _residual(tips: Tips, template: Tips, lean: float) -> float:
    """Root mean square distance in mm after the best similarity, unnatural ones costing more."""
    here, there = tips - tips.mean(), template - template.mean()
    factor = np.vdot(there, here) / np.vdot(there, there).real
    distance = math.sqrt(float((np.abs(here - factor * there) ** 2).mean()))
    turn = abs(math.degrees(math.atan2(factor.imag, factor.real)) - lean)
    size = abs(math.log(abs(factor) or 1e-9))
    return distance + max(0.0, turn - _TURN[0]) / _TURN[1] + max(0.0, size - _SIZE[0]) * _SIZE[1]
