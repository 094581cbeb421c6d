"""The camera: a pinhole straight before the head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulators.faces.head import ends
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from simulators.faces.build import Build
    from simulators.faces.params import Params


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """How the head is turned and where it falls in the picture."""

    turn: Floats  # 3 x 3, from the frame of the head to that of the camera
    focal: float  # pixels
    centre: tuple[float, float]  # pixels, of the point between the eyes
    distance: float

    @classmethod
    def of(cls, params: Params, build: Build) -> View:
        """The view that gives the head, mouth shut, the size and the place asked for."""
        (_, chin, chin_z), (_, crown, crown_z) = ends(build, 0.0)
        seen = crown / (params.distance - crown_z) - chin / (params.distance - chin_z)
        focal = params.head_ratio * params.height / seen
        centre = (params.width * params.cx, params.height * params.cy)
        return cls(_turn(params), focal, centre, params.distance)

    def project(self, points: Floats) -> Floats:
        """Pixels, (n, 2), of points of the head, (n, 3)."""
        seen = points @ self.turn.T
        scale = self.focal / (self.distance - seen[:, 2])
        return np.stack(
            [self.centre[0] + scale * seen[:, 0], self.centre[1] - scale * seen[:, 1]], 1
        )

    def rays(self, shape: tuple[int, int]) -> Floats:
        """Unit directions, (n, 3), through every second pixel of the picture, row by row."""
        y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
        right = (2 * x + 0.5 - self.centre[0]) / self.focal
        up = -(2 * y + 0.5 - self.centre[1]) / self.focal
        rays = np.stack([right, up, -np.ones_like(x)], -1).reshape(-1, 3)
        return floats(rays / np.linalg.norm(rays, axis=-1, keepdims=True))


def _turn(params: Params) -> Floats:
    """Roll after pitch after yaw."""
    yaw, pitch, roll = np.radians([params.yaw, -params.pitch, -params.roll])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    )
    about_z = np.array(
        [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    )
    return floats(about_z @ about_x @ about_y)
