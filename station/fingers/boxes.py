"""Turned boxes around fingers, in pixels of a slap at 500 ppi."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]

_WHITE = 255


@dataclass(frozen=True, slots=True)
class Box:
    """Centre, size (px) and lean of the tip from the vertical, degrees clockwise."""

    cx: float
    cy: float
    width: float
    height: float
    angle: float

    @property
    def tip(self) -> tuple[float, float]:
        """The middle of the upper side: where the finger ends."""
        lean = math.radians(self.angle)
        half = self.height / 2
        return self.cx + half * math.sin(lean), self.cy - half * math.cos(lean)

    def corners(self) -> npt.NDArray[np.float32]:
        """(4, 2) corners, clockwise from the upper left of the finger."""
        lean = math.radians(self.angle)
        turn = np.array([[math.cos(lean), -math.sin(lean)], [math.sin(lean), math.cos(lean)]])
        half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (self.width / 2, self.height / 2)
        return np.asarray(half @ turn.T + (self.cx, self.cy), np.float32)

    def overlap(self, other: Box) -> float:
        """Area in common over area together (IoU), 0 to 1."""
        common, _ = cv2.intersectConvexConvex(self.corners(), other.corners())
        together = self.width * self.height + other.width * other.height - common
        return float(common / together)


def cut(slap: Grey, box: Box, margin: float = 8.0) -> Grey:
    """The finger in `box`, upright, with `margin` pixels around it; white outside the slap.

    (rows, columns) in memory of its own, so that it can be wiped.
    """
    width, height = (round(side + 2 * margin) for side in (box.width, box.height))
    turn = cv2.getRotationMatrix2D((box.cx, box.cy), box.angle, 1)
    turn[:, 2] += np.array((width / 2 - box.cx, height / 2 - box.cy))
    upright = cv2.warpAffine(
        slap, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(_WHITE,)
    )
    return np.asarray(upright, np.uint8)
