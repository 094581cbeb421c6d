"""What one live frame shows: where the face is, how it is held and lit; quick enough for each.

Light and sharpness are read on a patch of the face brought to one size, in grey levels of which
the whites of the eyes and two halves of the same skin are compared: the skin itself does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.faces.geometry import FACE_MM, PRINT_MM, T_TO_HEIGHT

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.faces.landmarks import Face, LandmarkProvider, Pixels

    Grey = npt.NDArray[np.uint8]

_JAW = 0.6  # how far the chin goes down, of the gap between the lips
_IED = 112.0  # px between the eyes of the patch
_PATCH = (340, 396)  # its width and height
_LEFT_EYE = (114.0, 126.0)
_EYES = ((86, 112, 142, 140), (198, 112, 254, 140))  # left, top, right, bottom
_BROWS_AND_EYES = (66, 86, 274, 157)
_HALVES = ((56, 150, 164, 300), (176, 150, 284, 300))
_BURNT = 250  # grey level
_GAMMA = 2.2
_CONTRAST = 12.0  # grey levels; less of it is noise


@dataclass(frozen=True, slots=True)
class Room:
    """What lies around the 35 x 45 mm portrait to be cut out, mm of it; below 0 it is missing."""

    left: float
    right: float
    above: float
    below: float


@dataclass(frozen=True, slots=True)
class Light:
    """`white` of the eyes in grey levels, `burnt` share, `uneven` stops, `sharp` per px."""

    white: float
    burnt: float
    uneven: float
    sharp: float


@dataclass(frozen=True, eq=False, slots=True)
class Sight:
    """What a frame shows; `face` is the largest of `count`, in px of the frame."""

    level: float  # mean grey level
    count: int
    face: Face | None = None
    height: float = 0.0  # chin to crown over the height of the frame
    aside: float = 0.0  # to the right of the middle, over the width of the frame
    room: Room | None = None
    light: Light | None = None


def look(pixels: Pixels, provider: LandmarkProvider) -> Sight:
    """What (rows, columns, 3) B, G, R shows, by the landmarks of `provider`."""
    level = float(pixels[::8, ::8].mean())
    found = provider.find(pixels) or ()
    if not found:
        return Sight(level, 0)
    face = found[0]
    rows, columns = pixels.shape[:2]
    return Sight(
        level=level,
        count=len(found),
        face=face,
        height=height_of(face) / rows,
        aside=float(face.middle[0]) / columns - 0.5,
        room=_room(face, rows, columns),
        light=_light(_patch(pixels, face)),
    )


def height_of(face: Face) -> float:
    """From chin to crown without hair and with the mouth shut, px; an estimate, 5 % either way."""
    return (face.t - _JAW * (face.gap or 0.0)) / T_TO_HEIGHT


def _room(face: Face, rows: int, columns: int) -> Room:
    """By a cut with the eyes in its middle and as much ground above the crown as below the chin."""
    mm = FACE_MM / max(height_of(face), 1e-6)
    beyond = (PRINT_MM[1] - FACE_MM) / 2
    x, chin = float(face.middle[0]) * mm, float(face.chin[1]) * mm
    return Room(
        left=x - PRINT_MM[0] / 2,
        right=columns * mm - x - PRINT_MM[0] / 2,
        above=chin - FACE_MM - beyond,
        below=rows * mm - chin - beyond,
    )


def _patch(pixels: Pixels, face: Face) -> Grey:
    """The face in grey, upright, its eyes at known places."""
    across = complex(*(face.right.centre - face.left.centre))
    turn = _IED / across if across else 1
    move = complex(*_LEFT_EYE) - turn * complex(*face.left.centre)
    matrix = np.array([[turn.real, -turn.imag, move.real], [turn.imag, turn.real, move.imag]])
    upright = cv2.warpAffine(pixels, matrix, _PATCH, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(upright, cv2.COLOR_BGR2GRAY), np.uint8)


def _light(patch: Grey) -> Light:
    halves = [_part(patch, box) for box in _HALVES]
    stops = [_GAMMA * float(np.log2(np.median(half) + 1.0)) for half in halves]
    return Light(
        white=max(float(np.percentile(_part(patch, box), 95)) for box in _EYES),
        burnt=float(np.mean([(half >= _BURNT).mean() for half in halves])),
        uneven=abs(stops[0] - stops[1]),
        sharp=_steepness(_part(patch, _BROWS_AND_EYES)),
    )


def _steepness(grey: Grey) -> float:
    """Across the weaker direction: a face that moves is sharp along its way."""
    low, high = np.percentile(grey, (2, 98))
    steepest = [
        float(np.percentile(np.abs(cv2.Sobel(grey, cv2.CV_32F, dx, 1 - dx, ksize=3)), 98)) / 8
        for dx in (1, 0)
    ]
    return min(steepest) / max(float(high - low), _CONTRAST)


def _part(patch: Grey, box: tuple[int, int, int, int]) -> Grey:
    left, top, right, bottom = box
    return patch[top:bottom, left:right]
