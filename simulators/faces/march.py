"""What each ray of the camera meets: sphere tracing at half the resolution of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, unique
from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.faces import head
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    import numpy.typing as npt

    from simulators.faces.params import Build, Params
    from simulators.faces.view import View

_STEPS = 120  # a ray that grazes the chin needs them to reach the neck
_LONGEST, _CAUTION = 12, np.float32(0.85)  # cm; distances are true to the first order only
_CLOSE, _TOUCHING = 0.006, 0.06  # cm: where a ray stops, and what counts as met
_NEAR, _FAR = 24.0, 16.0  # cm before and behind the middle of the head
_BEHIND = -12.0  # cm: depth given to what was missed
_NECKLINE = -14.3
_BODY = 2  # its rank among the distances


@unique
class Material(IntEnum):
    """What a ray met."""

    SKIN = 0
    HAIR = 1
    CLOTH = 2
    NECK = 3
    GEAR = 4


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """A head, how it is built and how it is seen."""

    params: Params
    build: Build
    view: View

    def distances(self, points: Floats) -> tuple[Floats, ...]:
        """To the skin, the hair, the body and the headgear, of (n, 3) points of the camera."""
        x, y, z = (points @ self.view.turn).T
        skin = head.skin((x, y, z), self.build, self.params.mouth)
        bx, by, bz = points.T
        hair = head.hair((x, y, z), self.build)
        worn = head.gear((x, y, z), self.build, self.params.headgear)
        return skin, hair, head.body((bx, by, bz)), worn

    def nearest(self, points: Floats) -> Floats:
        """Distance to whatever is nearest."""
        return np.asarray(np.minimum.reduce(self.distances(points)))


@dataclass(frozen=True, eq=False, slots=True)
class Surface:
    """What was met, as pictures of full size; `cover` is 1 where something was, 0 elsewhere."""

    cover: Floats
    shares: tuple[Floats, ...]  # of each Material
    normals: Floats  # (rows, columns, 3), in the camera's frame
    points: Floats  # (rows, columns, 3), in the frame of the head
    depth: Floats  # towards the camera


@dataclass(frozen=True, eq=False, slots=True)
class _Grid:
    """Puts values of the rays `met` back in their places, at full size."""

    shape: tuple[int, int]
    size: tuple[int, int]
    met: npt.NDArray[np.intp]

    def spread(self, values: Floats, elsewhere: float = 0.0) -> Floats:
        columns = values.reshape(len(self.met), -1)
        rays = np.full((self.shape[0] * self.shape[1], columns.shape[1]), elsewhere, np.float32)
        rays[self.met] = columns
        return floats(cv2.resize(rays.reshape(*self.shape, -1), self.size))


def march(scene: Scene) -> Surface:
    """Everything the camera sees of the person."""
    width, height = scene.params.width, scene.params.height
    shape = ((height + 1) // 2, (width + 1) // 2)
    rays = scene.view.rays(shape)
    lengths, met = _trace(scene, rays)
    grid = _Grid(shape, (width, height), met)
    points = _along(scene, rays[met], lengths[met])
    materials = _materials(scene, points)
    cover = grid.spread(np.ones(len(met), np.float32))
    whole = np.maximum(cover, 1e-3)[..., None]
    normals = grid.spread(_normals(scene, points)) / whole
    return Surface(
        cover=cover,
        shares=tuple(grid.spread(floats(materials == kind)) for kind in Material),
        normals=normals / (np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-6),
        points=grid.spread(points @ scene.view.turn) / whole,
        depth=grid.spread(scene.params.distance - lengths[met], _BEHIND),
    )


def _along(scene: Scene, rays: Floats, lengths: Floats) -> Floats:
    return floats([0, 0, scene.params.distance]) + lengths[:, None] * rays


def _trace(scene: Scene, rays: Floats) -> tuple[Floats, npt.NDArray[np.intp]]:
    """How far each ray goes, and which of them meet something."""
    start, end = scene.params.distance - _NEAR, scene.params.distance + _FAR
    lengths: Floats = np.full(len(rays), start, np.float32)
    met = np.zeros(len(rays), bool)
    going = np.arange(len(rays))
    for _ in range(_STEPS):
        gap = scene.nearest(_along(scene, rays[going], lengths[going]))
        lengths[going] += np.clip(gap, -1, _LONGEST) * _CAUTION
        met[going] = gap < _TOUCHING
        going = going[(np.abs(gap) > _CLOSE) & (lengths[going] < end)]
        if not len(going):
            break
    met[going] = True  # rays that graze to the end: a miss would be a bright speck
    return lengths, np.flatnonzero(met)


def _materials(scene: Scene, points: Floats) -> npt.NDArray[np.intp]:
    neckline = _NECKLINE + 0.012 * points[:, 0] ** 2
    below = np.where(points[:, 1] > neckline, Material.NECK, Material.CLOTH)
    nearest = np.argmin(scene.distances(points), 0)
    of_group = np.array([Material.SKIN, Material.HAIR, Material.CLOTH, Material.GEAR])
    return np.where(nearest == _BODY, below, of_group[nearest])


def _normals(scene: Scene, points: Floats) -> Floats:
    here = scene.nearest(points)
    steps = 0.05 * np.eye(3, dtype=np.float32)
    slopes = np.stack([scene.nearest(points + step) - here for step in steps], -1)
    return floats(slopes / (np.linalg.norm(slopes, axis=-1, keepdims=True) + 1e-9))
