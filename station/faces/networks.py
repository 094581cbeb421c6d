"""The pinned networks at work, by OpenCV alone: detector, mesh, eyes, person.

    file                          input, R, G, B        output
    face_detection_short_range    128 x 128, -1..1      896 boxes with six points, 896 logits
    face_landmark                 192 x 192, 0..1       468 points (x, y, z), logit of a face
    iris_landmark                 64 x 64, 0..1         71 points of lids and brow, 5 of the iris
    selfie_segmentation           256 x 256, 0..1       probability of person

Names of layers and sizes are those of the files. Left is the left of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from station.faces import anchors, models

if TYPE_CHECKING:
    from station.faces.anchors import Detection

Pixels = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]

_ENGINE = cv2.dnn.ENGINE_CLASSIC  # the default engine silently keeps one output of each file
_MESH_REGION, _EYE_REGION = 1.5, 2.3  # the patch over the longer side of the box, over the eye
_LEFT_CORNERS, _RIGHT_CORNERS = (33, 133), (362, 263)  # mesh indices, in picture order


@dataclass(frozen=True, eq=False, slots=True)
class EyeSeen:
    """One eye by the iris network: `opening` in px, `gaze` off the middle over the width.

    `gaze` is (x, y), right and down positive. `iris` is (5, 2) px: centre, then its edges.
    """

    opening: float
    gaze: tuple[float, float]
    iris: Points
    contour: Points  # (16, 2) px: corners at 0 and 8, lower lid 1-7, upper lid 9-15


class Networks:
    """The four networks of one folder; not for two threads at once.

    Raises `ModelsUnavailable` or `ModelInvalid`, naming the first file that is not as pinned.
    """

    def __init__(self, folder: Path) -> None:
        self._detector, self._mesh, self._iris, self._person = (
            _network(models.read(folder, name)) for name in models.NETWORKS
        )

    def detect(self, pixels: Pixels) -> list[Detection]:
        """Faces of a (rows, columns, 3) picture, best first."""
        square, box = anchors.letterbox(pixels)
        self._detector.setInput(
            cv2.dnn.blobFromImage(square, 1 / 127.5, mean=(127.5,) * 3, swapRB=True)
        )
        boxes, logits = self._detector.forward(["regressors", "classificators"])
        return anchors.decode(np.asarray(boxes), np.asarray(logits), box)

    def mesh(self, pixels: Pixels, found: Detection) -> tuple[Points, float]:
        """(468, 3) px, z away from the camera, and the probability that this is a face."""
        across = found.points[1] - found.points[0]
        scale = _MESH_REGION * float(max(found.size)) / 192
        patch = _Patch.around(found.centre, across, scale, 192)
        self._mesh.setInput(_blob(patch.cut(pixels)))
        points, logit = self._mesh.forward(["conv2d_21", "conv2d_31"])
        flat = np.asarray(points, np.float64).reshape(468, 3)
        xyz = np.column_stack([patch.back(flat[:, :2]), flat[:, 2] * scale])
        return xyz, float(anchors.sigmoid(np.asarray(logit)).ravel()[0])

    def eyes(self, pixels: Pixels, mesh: Points) -> tuple[EyeSeen, EyeSeen]:
        """The eye at the left and the eye at the right of the picture."""
        return (
            self._eye(pixels, mesh[list(_LEFT_CORNERS), :2], mirror=False),
            self._eye(pixels, mesh[list(_RIGHT_CORNERS), :2], mirror=True),
        )

    def _eye(self, pixels: Pixels, corners: Points, *, mirror: bool) -> EyeSeen:
        across = corners[1] - corners[0]
        scale = _EYE_REGION * float(np.hypot(*across)) / 64
        patch = _Patch.around(corners.mean(0), across, scale, 64)
        image = patch.cut(pixels)
        self._iris.setInput(_blob(image[:, ::-1] if mirror else image))  # it knows one side only
        lids, iris = self._iris.forward(["output_eyes_contours_and_brows", "output_iris"])
        contour = np.asarray(lids, np.float64).reshape(71, 3)[:16, :2]
        circle = np.asarray(iris, np.float64).reshape(5, 3)[:, :2]
        width = float(np.hypot(*(contour[8] - contour[0])))
        gap = np.hypot(*(contour[1:8] - contour[9:16]).T).max()
        off = (circle[0] - (contour[0] + contour[8]) / 2) / max(width, 1e-6)
        if mirror:
            circle, contour, off = _mirrored(circle), _mirrored(contour), off * (-1, 1)
        gaze = (float(off[0]), float(off[1]))
        return EyeSeen(float(gap * scale), gaze, patch.back(circle), patch.back(contour))

    def person(self, pixels: Pixels) -> npt.NDArray[np.float32]:
        """(256, 256) probability of person: the picture stretched to a square."""
        small = cv2.resize(pixels, (256, 256), interpolation=cv2.INTER_AREA)
        self._person.setInput(_blob(np.asarray(small, np.uint8)))
        return np.asarray(self._person.forward(), np.float32).reshape(256, 256)


@dataclass(frozen=True, eq=False, slots=True)
class _Patch:
    """A square of `side` pixels, turned and scaled, and the way back to the picture."""

    turn: Points  # 2 x 2
    origin: Points
    side: int

    @classmethod
    def around(cls, centre: Points, across: Points, scale: float, side: int) -> _Patch:
        angle = np.arctan2(across[1], across[0])
        cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
        turn = np.array([[cos, -sin], [sin, cos]])
        return cls(turn, centre - turn @ (side / 2, side / 2), side)

    def cut(self, pixels: Pixels) -> Pixels:
        matrix = np.column_stack([self.turn, self.origin])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cut = cv2.warpAffine(pixels, matrix, (self.side, self.side), flags=flags)
        return np.asarray(cut, np.uint8)

    def back(self, points: Points) -> Points:
        return np.asarray(points @ self.turn.T + self.origin, np.float64)


def _network(model: bytes) -> cv2.dnn.Net:
    """From the very bytes that were checked: OpenCV minds the engine for a file only."""
    with TemporaryDirectory() as own:
        file = Path(own) / "model.tflite"
        file.write_bytes(model)
        return cv2.dnn.readNetFromTFLite(str(file), _ENGINE)


def _blob(patch: Pixels) -> npt.NDArray[np.float32]:
    blob = cv2.dnn.blobFromImage(np.ascontiguousarray(patch), 1 / 255, swapRB=True)
    return np.asarray(blob, np.float32)


def _mirrored(points: Points) -> Points:
    return np.asarray([63, 0] + points * (-1, 1), np.float64)
