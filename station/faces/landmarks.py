"""What is known of a face in a picture, and who may tell.

Left and right are those of the picture; points are (x, y) in px of the picture that was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from station.quality.report import Algorithm

Pixels = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees: yaw to the right of the picture, pitch up, roll clockwise; None: not known."""

    yaw: float | None
    pitch: float | None
    roll: float


@dataclass(frozen=True, eq=False, slots=True)
class Eye:
    """One eye; what its source cannot tell is None.

    `corners` is (2, 2) in picture order, `opening` px between the lids, `gaze` the iris off the
    middle over the width of the eye (right and down positive), `iris` (5, 2): centre and edges.
    """

    centre: Points
    corners: Points | None = None
    opening: float | None = None
    gaze: tuple[float, float] | None = None
    iris: Points | None = None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Face:
    """One face; what its source cannot tell is None.

    `gap` is px between the inner lips, `outline` the (n, 2) hull from the brows to the jaw, without
    the forehead; `sure` is the probability that this is a face.
    """

    left: Eye
    right: Eye
    chin: Points
    outline: Points
    crown: Points | None = None
    nose: Points | None = None
    mouth: Points | None = None  # (2, 2), its corners
    gap: float | None = None
    pose: Pose | None = None
    sure: float = 1.0

    @property
    def middle(self) -> Points:
        """The point between the eyes."""
        return (self.left.centre + self.right.centre) / 2

    @property
    def ied(self) -> float:
        """Distance between the eyes, px."""
        return float(np.hypot(*(self.right.centre - self.left.centre)))

    @property
    def t(self) -> float:
        """Distance from the point between the eyes to the chin, px (T of ISO/IEC 29794-5)."""
        return float(np.hypot(*(self.chin - self.middle)))

    @property
    def area(self) -> float:
        """Size that two faces are compared by, px²."""
        return self.ied * self.t


class LandmarkProvider(Protocol):
    """Who tells where faces are. One may be asked from several threads."""

    @property
    def algorithm(self) -> Algorithm:
        """Who says so, and which version."""

    def find(self, pixels: Pixels) -> tuple[Face, ...] | None:
        """Faces of a (rows, columns, 3) B, G, R picture, largest first; None: cannot tell."""

    def turned(self, pixels: Pixels) -> int:
        """Degrees clockwise, of 0, 90, 180 and 270, that make a face stand upright; 0 in doubt."""

    def person(self, pixels: Pixels) -> npt.NDArray[np.float32] | None:
        """Probability of person over the picture stretched to a square; None: cannot tell."""


def scaled(face: Face, scale: float) -> Face:
    """The same face in a picture `scale` times as large."""
    return Face(
        left=_scaled_eye(face.left, scale),
        right=_scaled_eye(face.right, scale),
        chin=face.chin * scale,
        outline=face.outline * scale,
        crown=_times(face.crown, scale),
        nose=_times(face.nose, scale),
        mouth=_times(face.mouth, scale),
        gap=None if face.gap is None else face.gap * scale,
        pose=face.pose,
        sure=face.sure,
    )


def _scaled_eye(eye: Eye, scale: float) -> Eye:
    opening = None if eye.opening is None else eye.opening * scale
    corners, iris = _times(eye.corners, scale), _times(eye.iris, scale)
    return Eye(eye.centre * scale, corners, opening, eye.gaze, iris)


def _times(points: Points | None, scale: float) -> Points | None:
    return None if points is None else points * scale
