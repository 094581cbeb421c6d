"""Who may tell where a face is without being asked: the pinned networks, or nobody."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.errors import ModelsUnavailable
from station.faces import mesh
from station.faces.landmarks import Face, scaled
from station.faces.models import folder, pinned
from station.faces.networks import Networks
from station.quality.report import Algorithm

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from station.faces.anchors import Detection
    from station.faces.landmarks import LandmarkProvider, Pixels

_WORK = 1200  # rows or columns; a larger picture is reduced first
_SURE, _SEEN = 0.5, 0.75  # of the mesh that this is a face, or of the detector: one is enough
_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


class ModelLandmarks:
    """Landmarks by the networks of one folder; see `Networks` for what it raises."""

    def __init__(self, where: Path) -> None:
        self._networks = Networks(where)
        self._lock = Lock()  # a network of OpenCV holds its last picture
        self.algorithm = Algorithm(f"{pinned().package} mesh", pinned().version)

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """Faces, largest first."""
        small, scale = _reduced(pixels)
        with self._lock:
            seen = [self._face(small, found) for found in self._networks.detect(small)]
        faces = [scaled(face, 1 / scale) for face in seen if face is not None]
        return tuple(sorted(faces, key=lambda face: -face.area))

    def _face(self, pixels: Pixels, found: Detection) -> Face | None:
        points, sure = self._networks.mesh(pixels, found)
        if sure < _SURE and found.score < _SEEN:
            return None
        return mesh.face(points, self._networks.eyes(pixels, points), sure)

    def turned(self, pixels: Pixels) -> int:
        """The turn that shows the surest upright face."""
        small, _ = _reduced(pixels)
        best, turn = 0.0, 0
        for degrees, how in _TURNS.items():
            upright = np.asarray(cv2.rotate(small, how), np.uint8)
            for face in self.find(upright)[:1]:
                if face.pose is not None and abs(face.pose.roll) < 45 and face.sure > best:
                    best, turn = face.sure, degrees
        return turn

    def person(self, pixels: Pixels) -> npt.NDArray[np.float32] | None:
        """(256, 256) probability of person."""
        with self._lock:
            return self._networks.person(pixels)


class NoLandmarks:
    """Nobody tells: every rule that needs a face says so."""

    algorithm = Algorithm("no landmarks", "1")

    def find(self, pixels: Pixels) -> tuple[Face, ...] | None:  # noqa: ARG002 - the protocol has it
        """Nothing is known."""
        return None

    def turned(self, pixels: Pixels) -> int:  # noqa: ARG002 - the protocol has it
        """Nothing is known."""
        return 0

    def person(self, pixels: Pixels) -> None:
        """Nothing is known."""


@cache
def loaded(where: Path) -> ModelLandmarks:
    """The networks of `where`, loaded once in a process."""
    return ModelLandmarks(where)


def provider(where: Path | None = None) -> LandmarkProvider:
    """The networks where they are installed, else nobody; raises `ModelInvalid`."""
    try:
        return loaded(where or folder())
    except ModelsUnavailable:
        return NoLandmarks()


def _reduced(pixels: Pixels) -> tuple[Pixels, float]:
    scale = min(1.0, _WORK / max(pixels.shape[:2]))
    if scale == 1.0:
        return pixels, scale
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), scale
