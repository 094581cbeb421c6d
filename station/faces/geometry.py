"""Where the face stands in the picture and how it is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from station.faces.landmarks import Face, Points

PRINT_MM = (35.0, 45.0)
T_TO_HEIGHT = 0.48  # from the eyes to the chin over the height of the face, 5 % more or less
_SHAPE, _SIZE = 0.02, 0.1  # shares
FACE_MM = 34.0  # of a portrait that a title is cut from


def scale_of(shape: tuple[int, ...], dpi: int | None) -> float:
    """Millimetres a pixel: the picture is the print, unless its resolution says nearly that."""
    said = 25.4 / dpi if dpi else 0.0
    close = abs(said * shape[0] / PRINT_MM[1] - 1) < _SIZE  # a camera writes any resolution
    return said if close else PRINT_MM[1] / shape[0]


def is_print(shape: tuple[int, ...]) -> bool:
    """Whether a picture has the shape of a 35 x 45 mm print, to 2 %."""
    return abs(shape[1] / shape[0] / (PRINT_MM[0] / PRINT_MM[1]) - 1) < _SHAPE


def crown(face: Face) -> Points:
    """The top of the skull without hair: the agent's point, else an estimate from the chin up."""
    if face.crown is not None:
        return face.crown
    return face.chin + (face.middle - face.chin) / T_TO_HEIGHT


def height(face: Face) -> float:
    """From chin to crown, px."""
    return float(np.hypot(*(crown(face) - face.chin)))


def width(face: Face) -> float:
    """Between the sides of the face at the height of the ears, px."""
    across = face.right.centre - face.left.centre
    along = face.outline @ (across / max(float(np.hypot(*across)), 1e-9))
    return float(along.max() - along.min())


def margin(face: Face, shape: tuple[int, ...]) -> float:
    """Room around the portrait that would be cut out, mm; below 0 something of it is missing.

    The cut is 35 x 45 mm, with a face 34 mm high in its middle.
    """
    mm = FACE_MM / max(height(face), 1e-9)
    rows, columns = shape[:2]
    below = (PRINT_MM[1] - FACE_MM) / 2
    room = (
        face.middle[0] * mm - PRINT_MM[0] / 2,
        (columns - face.middle[0]) * mm - PRINT_MM[0] / 2,
        crown(face)[1] * mm - below,
        (rows - face.chin[1]) * mm - below,
    )
    return float(min(room))


def mouth_gap(face: Face) -> float | None:
    """Between the inner lips, over T (MouthClosed of ISO/IEC 29794-5)."""
    return None if face.gap is None else face.gap / max(face.t, 1e-9)


def gaze(face: Face) -> float | None:
    """How far both irises stand aside, over the width of an eye: 0 looks into the lens."""
    if face.left.gaze is None or face.right.gaze is None:
        return None
    return abs(face.left.gaze[0] + face.right.gaze[0]) / 2


def mouth_width(face: Face) -> float | None:
    """Over the distance between the eyes: a smile widens the mouth."""
    if face.mouth is None:
        return None
    return float(np.hypot(*(face.mouth[1] - face.mouth[0]))) / max(face.ied, 1e-9)
