"""From the 468 points of the mesh to a face: which point is what, and the pose they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from station.faces.landmarks import Eye, Face, Pose

if TYPE_CHECKING:
    from station.faces.landmarks import Points
    from station.faces.networks import EyeSeen

_LEFT_EYE, _RIGHT_EYE = [33, 133], [362, 263]
_LIPS = [(82, 87), (13, 14), (312, 317)]  # upper and lower, inner
_NOSE, _MOUTH, _CHIN, _FOREHEAD = 1, [61, 291], 152, 10
_JAW = [
    127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288,
    361, 323, 454, 356,
]  # fmt: skip
_BROWS = [70, 63, 105, 66, 107, 336, 296, 334, 293, 300]
_PAIRS = np.array(  # the same place at the left and at the right
    [(33, 263), (133, 362), (61, 291), (234, 454), (127, 356), (93, 323), (58, 288), (70, 300),
     (107, 336)]
)  # fmt: skip
_PITCH_BIAS = 6.2  # degrees that the mesh reads too low on a level head


def face(mesh: Points, eyes: tuple[EyeSeen, EyeSeen], sure: float) -> Face:
    """The face that a (468, 3) mesh and both eyes show."""
    flat = mesh[:, :2]
    gap = max(float(np.hypot(*(flat[a] - flat[b]))) for a, b in _LIPS)
    left, right = (
        Eye(flat[corners].mean(0), flat[corners], seen.opening, seen.gaze, seen.iris)
        for corners, seen in zip((_LEFT_EYE, _RIGHT_EYE), eyes, strict=True)
    )
    return Face(
        left=left,
        right=right,
        chin=flat[_CHIN],
        outline=flat[_JAW + _BROWS],
        nose=flat[_NOSE],
        mouth=flat[_MOUTH],
        gap=gap,
        pose=pose(mesh),
        sure=sure,
    )


def pose(mesh: Points) -> Pose:
    """How the head is turned, from the depth of the mesh itself: no model of a head is fitted."""
    points = mesh * (1, -1, -1)
    across = points[_PAIRS[:, 1]] - points[_PAIRS[:, 0]]
    x = _unit((across / np.linalg.norm(across, axis=1, keepdims=True)).sum(0))
    up = points[_FOREHEAD] - points[_CHIN]
    z = np.cross(x, _unit(up - x * float(x @ up)))
    yaw, pitch, roll = np.degrees(
        [np.arctan2(z[0], z[2]), np.arcsin(np.clip(z[1], -1, 1)), np.arctan2(-x[1], x[0])]
    )
    return Pose(float(yaw), float(pitch) + _PITCH_BIAS, float(roll))


def _unit(vector: Points) -> Points:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
