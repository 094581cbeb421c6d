"""Help drawn over a preview, and never over a capture: where the face belongs, and how high it is.

outline      where the face of a portrait that can be cut out lies
eye line     through both eyes
two lines    the crown of a face of 32 and of 36 mm, from the chin up
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.faces.geometry import FACE_MM
from station.faces.landmarks import scaled
from station.faces.sight import height_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.faces.landmarks import Face

    Pixels = npt.NDArray[np.uint8]

_GUIDE, _EYES, _HEIGHTS = (200, 200, 200), (60, 200, 60), (40, 160, 240)
_OUTLINE = 0.30  # half the height of the face, of that of the picture
_WIDE = 0.72  # width over height of a face
_LEAST, _MOST = 32.0, 36.0  # mm


def draw(preview: Pixels, face: Face | None, scale: float) -> None:
    """Draw over `preview`, which is `scale` times the frame that `face` was found in."""
    rows, columns = preview.shape[:2]
    half = rows * _OUTLINE
    axes = (round(half * _WIDE), round(half))
    cv2.ellipse(preview, (columns // 2, rows // 2), axes, 0, 0, 360, _GUIDE, 1, cv2.LINE_AA)
    if face is not None:
        _lines(preview, scaled(face, scale))


def _lines(preview: Pixels, face: Face) -> None:
    across = (face.right.centre - face.left.centre) / max(face.ied, 1e-6)
    up = np.array([across[1], -across[0]])
    _line(preview, face.middle, across * face.ied, _EYES)
    for mm in (_LEAST, _MOST):
        top = face.chin + up * height_of(face) * mm / FACE_MM
        _line(preview, top, across * face.ied * 0.8, _HEIGHTS)
    _line(preview, face.chin, across * face.ied * 0.8, _HEIGHTS)


def _line(
    preview: Pixels,
    middle: npt.NDArray[np.float64],
    half: npt.NDArray[np.float64],
    colour: tuple[int, int, int],
) -> None:
    """From one side of `middle` to the other; a point far outside is no place to draw."""
    ends = np.clip(np.stack([middle - half, middle + half]), -9999, 9999).round().astype(int)
    cv2.line(preview, ends[0].tolist(), ends[1].tolist(), colour, 1, cv2.LINE_AA)
