"""The shape of a person from the shoulders up: some twenty solids, joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulators.faces.params import Headgear
from simulators.faces.solids import Points, capsule, carved, ellipsoid, joined

if TYPE_CHECKING:
    from simulators.faces.params import Build
    from simulators.floats import Floats

EYE = 3.2  # cm from the middle of the face to the middle of an eye, times Build.eyes
NOSE_TIP = -3.85  # cm below the eyes, times Build.nose
CHIN = -11.75
JAW_DROP = 1.6  # cm, of an open mouth
_NOWHERE = np.float32(1e3)  # cm


def skin(at: Points, build: Build, mouth: float) -> Floats:
    """Distance to the skin of the head, in its own frame; `mouth` is its opening."""
    half: Points = (np.abs(at[0]), at[1], at[2])  # a face is symmetric
    drop = mouth * JAW_DROP
    face = _skull(half, build, drop)
    face = _sockets(face, half, build)
    face = joined(face, _nose(half, build), 0.8)
    face = joined(face, ellipsoid(half, (0, -6.75 + 0.15 * mouth, 7.55), (2.3, 0.5, 0.95)), 0.5)
    face = joined(face, ellipsoid(half, (0, -7.75 - drop, 7.35), (2.0, 0.6, 1.0)), 0.6)
    ear = ellipsoid(half, (7.25 * build.width, -1.2, -0.8), (0.75, 2.9, 1.7))
    return joined(face, ear, 0.5)


def hair(at: Points, build: Build) -> Floats:
    """Distance to the hair: a cap without its front and without what hangs below the ears."""
    cap = ellipsoid(at, (0, 3.9, -1.6), (8.2 * build.width, 9.0, 9.6))
    front = ellipsoid(at, (0, -4.0, 10.0), (7.0 * build.width, 10.6, 8.2))
    return carved(carved(cap, front, 0.8), at[1] + 5.5, 0.6)


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
            return np.full_like(at[0], _NOWHERE)


def _hat(at: Points, build: Build) -> Floats:
    crown = carved(ellipsoid(at, (0, 6.2, -1.4), (8.6 * build.width, 9.0, 10.4)), at[1] - 6.0, 0.4)
    return joined(crown, ellipsoid(at, (0, 6.0, 0.4), (11.5, 0.6, 13.0)), 0.8)


def _scarf(at: Points, build: Build) -> Floats:
    """A shell around the head, open in front, that falls around the neck."""
    over = ellipsoid(at, (0, 2.6, -1.6), (8.9 * build.width, 11.2, 10.2))
    neck = capsule(at, ((0, -8, -2.6), (0, -17, -3.0)), (7.6, 9.2))
    face = ellipsoid(at, (0, -2.2, 10.0), (6.6 * build.width, 9.2, 8.8))
    return carved(joined(over, neck, 2.5), face, 0.6)


def body(at: Points) -> Floats:
    """Distance to the neck and the shoulders, which do not turn with the head."""
    neck = capsule(at, ((0, -6, -2.5), (0, -17, -3.5)), (5.4, 6.2))
    return joined(neck, ellipsoid(at, (0, -25.5, -4), (21, 9.5, 9)), 2.5)


def _skull(at: Points, build: Build, drop: float) -> Floats:
    crown = ellipsoid(at, (0, 3.1, -1.2), (7.3 * build.width, 8.6, 9.3))
    face = ellipsoid(at, (0, -2.4, 1.0), (6.3 * build.width, 8.4, 7.3))
    chin = ellipsoid(at, (0, -8.7 - drop * 0.6, 4.1), (3.6 * build.jaw, 3.1, 3.9))
    cheek = ellipsoid(at, (3.9, -2.9, 4.5), (2.2, 2.0, 2.9))
    brow = ellipsoid(at, (2.5, 2.0, 6.5), (2.9, 0.95, 1.55))
    return joined(joined(joined(joined(crown, face, 1.6), chin, 2.4), cheek, 1.6), brow, 1.5)


def _sockets(face: Floats, at: Points, build: Build) -> Floats:
    x = EYE * build.eyes
    hollow = carved(face, ellipsoid(at, (x, 0.15, 9.5), (1.9, 1.25, 1.7)), 1.0)
    return joined(hollow, ellipsoid(at, (x, 0, 6.75), (1.5, 1.28, 1.3)), 0.25)


def _nose(at: Points, build: Build) -> Floats:
    long = build.nose
    bridge = capsule(at, ((0, 1.0, 7.7), (0, -3.5 * long, 9.5)), (0.55, 0.95))
    tip = ellipsoid(at, (0, NOSE_TIP * long, 9.45), (1.05, 0.95, 1.2))
    wing = ellipsoid(at, (1.2, -4.15 * long, 8.5), (0.8, 0.68, 0.95))
    return joined(joined(bridge, tip, 0.6), wing, 0.5)
