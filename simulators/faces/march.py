"""What each ray of the camera meets: sphere tracing at half the resolution of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, unique
from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.faces import hair, head
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from simulators.faces.build import Build
    from simulators.faces.params import Params
    from simulators.faces.view import View

_STEPS = 120  # a ray that grazes the chin needs them to reach the neck
_LONGEST, _CAUTION = 12, np.float32(0.85)  # cm; distances are true to the first order only
_CLOSE, _TOUCHING = 0.006, 0.06  # cm: where a ray stops, and what counts as met
_NEAR, _FAR = 24.0, 16.0  # cm before and behind the middle of the head
_REACHES = ((0.5, 0.10), (1.2, 0.14), (2.8, 0.18), (6.0, 0.22))  # cm, and how much each shuts
_DARKEST = 0.35  # of the deepest corner
_FEELERS = (0.5, 0.9, 1.5, 2.4, 3.8, 6.0, 9.5, 14.0)  # cm towards the lamp
_LAMP = 0.35  # its width over its distance
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
        cut = hair.hair((x, y, z), self.build, self.params.haircut)
        worn = hair.gear((x, y, z), self.build, self.params.headgear)
        return skin, cut, head.body((bx, by, bz), self.build), worn

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
    open: Floats  # how much of the surroundings light it, 0 to 1
    seen: Floats  # by the lamp, 0 in a cast shadow to 1


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


def march(scene: Scene, lamp: Floats) -> Surface:
    """Everything the camera sees of the person; `lamp` is the unit direction to the light."""
    width, height = scene.params.width, scene.params.height
    shape = ((height + 1) // 2, (width + 1) // 2)
    rays = scene.view.rays(shape)
    traced = _trace(scene, rays)
    grid = _Grid(shape, (width, height), traced.met)
    points = _along(scene, rays[traced.met], traced.lengths)
    materials = _materials(scene, points)
    cover = grid.spread(traced.cover)
    hit = np.maximum(grid.spread(np.ones(len(traced.met), np.float32)), 1e-3)
    whole = hit[..., None]
    slopes = _normals(scene, points)
    normals = grid.spread(slopes) / whole
    shades = _Shades(scene, lamp, grid)
    return Surface(
        cover=cover,
        shares=tuple(grid.spread(floats(materials == kind)) for kind in Material),
        normals=normals / (np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-6),
        points=grid.spread(points @ scene.view.turn) / whole,
        open=shades.open(points, slopes),
        seen=shades.seen(points, slopes),
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Shades:
    """Shade changes slowly: it is computed for one ray in four."""

    scene: Scene
    lamp: Floats
    grid: _Grid

    def open(self, points: Floats, normals: Floats) -> Floats:
        """What hollows and corners leave of the light from all around."""

        def of(at: Floats, out: Floats) -> Floats:
            shut: Floats = np.zeros(len(at), np.float32)
            for reach, weight in _REACHES:
                free = self.scene.nearest(at + out * np.float32(reach))
                shut = shut + weight * np.clip(1 - free / reach, 0, 1)
            return np.clip(1 - shut, _DARKEST, 1)

        return self._coarse(of, points, normals)

    def seen(self, points: Floats, normals: Floats) -> Floats:
        """What of the lamp, which is as wide as an umbrella, is not hidden."""

        def of(at: Floats, out: Floats) -> Floats:
            free: Floats = np.ones(len(at), np.float32)
            for far in _FEELERS:
                gap = self.scene.nearest(at + out * np.float32(0.15) + self.lamp * np.float32(far))
                free = np.minimum(free, 0.5 + gap / np.float32(_LAMP * far))
            return np.clip(free, 0, 1)

        return self._coarse(of, points, normals)

    def _coarse(
        self, of: Callable[[Floats, Floats], Floats], points: Floats, normals: Floats
    ) -> Floats:
        rows, columns = np.divmod(self.grid.met, self.grid.shape[1])
        some = np.flatnonzero((rows % 2 == 0) & (columns % 2 == 0))
        shape = ((self.grid.shape[0] + 1) // 2, (self.grid.shape[1] + 1) // 2)
        at = (rows[some] // 2, columns[some] // 2)
        values: Floats = np.zeros((*shape, 2), np.float32)
        values[at] = np.stack([of(points[some], normals[some]), np.ones(len(some))], 1)
        wide = floats(cv2.resize(values, self.grid.size))
        return floats(np.where(wide[..., 1] > 0.01, wide[..., 0] / (wide[..., 1] + 1e-6), 1))


def _along(scene: Scene, rays: Floats, lengths: Floats) -> Floats:
    return floats([0, 0, scene.params.distance]) + lengths[:, None] * rays


@dataclass(frozen=True, eq=False, slots=True)
class _Traced:
    """Rays that met something, or passed so near that it covers a part of the pixel."""

    met: npt.NDArray[np.intp]
    lengths: Floats
    cover: Floats


def _trace(scene: Scene, rays: Floats) -> _Traced:
    """How far each ray goes."""
    start, end = scene.params.distance - _NEAR, scene.params.distance + _FAR
    lengths: Floats = np.full(len(rays), start, np.float32)
    closest: Floats = np.full(len(rays), np.inf, np.float32)
    there = lengths.copy()  # where each ray was closest
    going = np.arange(len(rays))
    for _ in range(_STEPS):
        gap = scene.nearest(_along(scene, rays[going], lengths[going]))
        nearer = gap < closest[going]
        closest[going[nearer]], there[going[nearer]] = gap[nearer], lengths[going[nearer]]
        lengths[going] += np.clip(gap, -1, _LONGEST) * _CAUTION
        going = going[(np.abs(gap) > _CLOSE) & (lengths[going] < end)]
        if not len(going):
            break
    closest[going] = 0  # rays that graze to the end: a miss would be a bright speck
    pixel = 2 * scene.params.distance / scene.view.focal
    cover = np.where(closest < _TOUCHING, 1, np.clip(0.5 - closest / pixel, 0, 1))
    met = np.flatnonzero(cover > 0)
    return _Traced(met, there[met], floats(cover[met]))


def _materials(scene: Scene, points: Floats) -> npt.NDArray[np.intp]:
    size = scene.build.body
    neckline = _NECKLINE * size + 0.012 / size * points[:, 0] ** 2
    below = np.where(points[:, 1] > neckline, Material.NECK, Material.CLOTH)
    nearest = np.argmin(scene.distances(points), 0)
    of_group = np.array([Material.SKIN, Material.HAIR, Material.CLOTH, Material.GEAR])
    return np.where(nearest == _BODY, below, of_group[nearest])


def _normals(scene: Scene, points: Floats) -> Floats:
    here = scene.nearest(points)
    steps = 0.05 * np.eye(3, dtype=np.float32)
    slopes = np.stack([scene.nearest(points + step) - here for step in steps], -1)
    return floats(slopes / (np.linalg.norm(slopes, axis=-1, keepdims=True) + 1e-9))
