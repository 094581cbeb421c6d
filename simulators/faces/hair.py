"""What is on the head: hair by its cut, hats, bands and scarves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulators.faces.params import HairCut, Headgear
from simulators.faces.solids import Points, capsule, carved, ellipsoid, joined

if TYPE_CHECKING:
    from simulators.faces.build import Build
    from simulators.floats import Floats

NOWHERE = np.float32(1e3)  # cm: the distance to what is not there
_FACE = ((0, -4.0, 10.0), (10.6, 8.2))  # what hair leaves free: the middle, the height and depth


def hair(at: Points, build: Build, cut: HairCut) -> Floats:
    """Distance to the hair, in the frame of the head."""
    wide = build.width
    mean: Points = (at[0], build.flat(at[1]), at[2])
    match cut:
        case HairCut.SHORT:
            cap = ellipsoid(mean, (0, 3.9, -1.6), (8.2 * wide, 9.0, 9.6))
            return carved(_before_the_face(cap, mean, 7.0 * wide), mean[1] + 5.5, 0.6)
        case HairCut.LONG:
            return _long(mean, wide)
        case HairCut.FULL:
            ball = ellipsoid(mean, (0, 4.6, -2.2), (10.2, 9.8, 10.2))
            return carved(_before_the_face(ball, mean, 7.0 * wide), mean[1] + 4.0, 1.2)
        case HairCut.NONE:
            return np.full_like(at[0], NOWHERE)


def _long(at: Points, wide: float) -> Floats:
    cap = ellipsoid(at, (0, 3.9, -1.6), (8.5 * wide, 9.2, 9.8))
    half: Points = (np.abs(at[0]), at[1], at[2])
    falling = capsule(half, ((7.0 * wide, 1.0, -2.6), (7.8, -15.0, -3.2)), (2.2, 2.6))
    return _before_the_face(joined(cap, falling, 2.0), at, 7.0 * wide)


def _before_the_face(solid: Floats, at: Points, half_width: float) -> Floats:
    middle, (height, depth) = _FACE
    return carved(solid, ellipsoid(at, middle, (half_width, height, depth)), 0.8)


def gear(at: Points, build: Build, worn: Headgear) -> Floats:
    """Distance to what is worn on the head; far away when nothing is."""
    match worn:
        case Headgear.HAT:
            return _hat(at, build)
        case Headgear.HEADBAND:
            around = ellipsoid(at, (0, 4.0, -1.4), (8.6 * build.width, 9.4, 10.4))
            return carved(carved(around, at[1] - 4.6, 0.3), 7.4 - at[1], 0.3)
        case Headgear.SCARF:
            return _scarf(at, build)
        case Headgear.NONE:
            return np.full_like(at[0], NOWHERE)


def _hat(at: Points, build: Build) -> Floats:
    crown = carved(ellipsoid(at, (0, 6.2, -1.4), (8.6 * build.width, 9.0, 10.4)), at[1] - 6.0, 0.4)
    return joined(crown, ellipsoid(at, (0, 6.0, 0.4), (11.5, 0.6, 13.0)), 0.8)


def _scarf(at: Points, build: Build) -> Floats:
    """A shell around the head, open in front, that falls around the neck."""
    over = ellipsoid(at, (0, 2.6, -1.6), (8.9 * build.width, 11.2, 10.2))
    neck = capsule(at, ((0, -8, -2.6), (0, -17, -3.0)), (7.6, 9.2))
    face = ellipsoid(at, (0, -2.2, 10.0), (6.6 * build.width, 9.2, 8.8))
    return carved(joined(over, neck, 2.5), face, 0.6)
