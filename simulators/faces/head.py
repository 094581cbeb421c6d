"""The shape of a person from the shoulders up: some twenty solids, joined."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from simulators.faces.solids import Points, Vector, capsule, carved, ellipsoid, joined
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from simulators.faces.build import Build

EYE = 3.2  # cm from the middle of the face to the middle of an eye, times Build.eyes
NOSE_TIP = -3.85  # cm below the eyes, times Build.nose
CHIN_AT, CROWN_AT = (2.5, 8.0), (-6.0, 5.0)  # cm before the middle of the head
JAW_DROP = 1.6  # cm, of an open mouth


def skin(at: Points, build: Build, mouth: float) -> Floats:
    """Distance to the skin of the head, in its own frame; `mouth` is its opening."""
    half: Points = (np.abs(at[0]), build.flat(at[1]), at[2])  # a face is symmetric
    drop = mouth * JAW_DROP
    face = _skull(half, build, drop)
    face = _sockets(face, half, build)
    face = joined(face, _nose(half, build), 0.8)
    face = joined(face, ellipsoid(half, (0, -6.75 + 0.15 * mouth, 7.55), (2.3, 0.5, 0.95)), 0.5)
    face = joined(face, ellipsoid(half, (0, -7.75 - drop, 7.35), (2.0, 0.6, 1.0)), 0.6)
    ear = ellipsoid(half, (7.25 * build.width, -1.2, -0.8), (0.75, 2.9, 1.7))
    return joined(face, ear, 0.5) * np.float32(build.lower)


@lru_cache(maxsize=64)
def ends(build: Build, mouth: float) -> tuple[Vector, Vector]:
    """The chin and the crown: the lowest and the highest point of the middle of the face."""
    return _end(build, mouth, CHIN_AT, -1), _end(build, mouth, CROWN_AT, 1)


def _end(build: Build, mouth: float, depths: tuple[float, float], way: int) -> Vector:
    """Marching at the face from below, or from above, at a range of depths."""
    z = floats(np.linspace(*depths, 91))
    y = floats(np.full_like(z, 18 * way))
    for _ in range(60):
        y = y - floats(way * 0.8 * skin((np.zeros_like(z), y, z), build, mouth))
    best = int(np.argmax(y * way))
    return 0.0, float(y[best]), float(z[best])


def body(at: Points, build: Build) -> Floats:
    """Distance to the neck and the shoulders, which do not turn with the head."""
    size = np.float32(build.body)
    mean = (at[0] / size, at[1] / size, at[2] / size)
    neck = capsule(mean, ((0, -6, -2.5), (0, -17, -3.5)), (5.4, 6.2))
    return joined(neck, ellipsoid(mean, (0, -25.5, -4), (21, 9.5, 9)), 2.5) * size


def _skull(at: Points, build: Build, drop: float) -> Floats:
    crown = ellipsoid(at, (0, 3.1, -1.2), (7.3 * build.width, 8.6, 9.3))
    face = ellipsoid(at, (0, -2.4, 1.0), (6.3 * build.width, 8.4, 7.3))
    chin = ellipsoid(at, (0, -8.7 - drop * 0.6, 4.1), (3.6 * build.jaw, 3.1, 3.9))
    cheek = ellipsoid(at, (3.9, -2.9, 4.5), (2.2, 2.0, 2.9))
    brow = ellipsoid(at, (2.5, 2.0, 6.5), (2.9, 0.95, 1.55))
    return joined(joined(joined(joined(crown, face, 1.6), chin, 2.4), cheek, 1.6), brow, 1.5)


def _sockets(face: Floats, at: Points, build: Build) -> Floats:
    x = EYE * build.eyes
    hollow = carved(face, ellipsoid(at, (x, 0.15, 9.5), (1.9, 1.25 * build.eye, 1.7)), 1.0)
    return joined(hollow, ellipsoid(at, (x, 0, 6.75), (1.5 * build.eye, 1.28, 1.3)), 0.25)


def _nose(at: Points, build: Build) -> Floats:
    long = build.nose
    bridge = capsule(at, ((0, 1.0, 7.7), (0, -3.5 * long, 9.5)), (0.55, 0.95))
    tip = ellipsoid(at, (0, NOSE_TIP * long, 9.45), (1.05, 0.95, 1.2))
    wing = ellipsoid(at, (1.2, -4.15 * long, 8.5), (0.8, 0.68, 0.95))
    return joined(joined(bridge, tip, 0.6), wing, 0.5)
