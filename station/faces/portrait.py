"""One face brought upright to a known size, so that a place on it is a place in the array.

    aligned face, 616 x 616: eyes at (251, 272) and (364, 272), tip of the nose at (308, 336),
    corners of the mouth at (262, 402) and (355, 402): the reference of ISO/IEC 29794-5

Light is linear, 0 to 1; colours are CIE L*a*b* (D65) of the half-size aligned face.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from station.quality.report import Region

if TYPE_CHECKING:
    from station.faces.landmarks import Face, Pixels, Points

    Floats = npt.NDArray[np.float32]
    Corners = npt.NDArray[np.floating[Any]]

SIDE, HALF = 616, 308
IED = 113.0  # px, in the aligned face
_EYES = np.array([(251, 272), (364, 272)], np.float64)
_NOSE = np.array([(308, 336)], np.float64)
_MOUTH = np.array([(262, 402), (355, 402)], np.float64)
_CHIN = np.array([(308, 475)], np.float64)  # for who knows neither nose nor mouth
_RED, _GREEN, _BLUE = 0.2126, 0.7152, 0.0722  # IEC 61966-2-1
_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS > 0.04045, ((_LEVELS + 0.055) / 1.055) ** 2.4, _LEVELS / 12.92)


@dataclass(frozen=True, eq=False, slots=True)
class Portrait:
    """A face, its picture, and what measures look at; `region` is the face without forehead."""

    face: Face
    pixels: Pixels
    aligned: Pixels
    region: npt.NDArray[np.bool_]  # of the half-size aligned face
    light: Floats
    lab: Floats
    matrix: Points  # 2 x 3, from the picture to the aligned face

    @classmethod
    def of(cls, pixels: Pixels, face: Face) -> Portrait:
        """The face of a picture; both are kept as they are."""
        matrix = _similarity(*_references(face))
        aligned = _bytes(cv2.warpAffine(pixels, matrix, (SIDE, SIDE)))
        small = _bytes(cv2.resize(aligned, (HALF, HALF), interpolation=cv2.INTER_AREA))
        hull = (face.outline @ matrix[:, :2].T + matrix[:, 2]) / 2
        mask = np.zeros((HALF, HALF), np.uint8)
        cv2.fillConvexPoly(mask, cv2.convexHull(np.asarray(hull, np.int32)), (1,))
        lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
        return cls(
            face, pixels, aligned, mask > 0, luminance(small), np.asarray(lab, np.float32), matrix
        )

    def zone(self, left: float, top: float, right: float, bottom: float) -> Zone:
        """A rectangle of the aligned face, in px of its 616."""
        return Zone(self, (left, top, right, bottom))


@dataclass(frozen=True, eq=False, slots=True)
class Zone:
    """A rectangle of the aligned face: left, top, right, bottom."""

    portrait: Portrait
    box: tuple[float, float, float, float]

    @property
    def light(self) -> Floats:
        """Linear light of its pixels, at half size."""
        return self.portrait.light[self._half]

    @property
    def lab(self) -> Floats:
        """Colours of its pixels, (n, 3), at half size."""
        return self.portrait.lab[self._half].reshape(-1, 3)

    @property
    def pixels(self) -> Pixels:
        """Its pixels, at full size."""
        left, top, right, bottom = (max(0, round(v)) for v in self.box)
        return self.portrait.aligned[top:bottom, left:right]

    @property
    def region(self) -> Region:
        """Where it lies in the picture."""
        left, top, right, bottom = self.box
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
        back = cv2.invertAffineTransform(self.portrait.matrix)
        return bounding(corners @ back[:, :2].T + back[:, 2], self.portrait.pixels.shape)

    @property
    def _half(self) -> tuple[slice, slice]:
        left, top, right, bottom = (max(0, round(v / 2)) for v in self.box)
        return np.s_[top:bottom, left:right]


def luminance(pixels: Pixels) -> Floats:
    """Linear light of B, G, R pixels, 0 to 1: middle grey 118 gives 0.18."""
    table = (_LINEAR[:, None] * (_BLUE, _GREEN, _RED)).astype(np.float32)
    blue, green, red = (table[:, c][pixels[..., c]] for c in range(3))
    return np.asarray(blue + green + red, np.float32)


def bounding(points: Corners, shape: tuple[int, ...]) -> Region:
    """The smallest region of a picture of `shape` that holds `points`."""
    rows, columns = shape[:2]
    low = np.floor(np.clip(points.min(0), 0, (columns - 1, rows - 1)))
    high = np.ceil(np.clip(points.max(0), low + 1, (columns, rows)))
    return Region(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))


def region_of(face: Face, crown: Points, shape: tuple[int, ...]) -> Region:
    """A face from chin to `crown`, side to side, of a picture of `shape`."""
    return bounding(np.vstack([face.outline, crown, face.chin]), shape)


def _references(face: Face) -> tuple[Points, Points]:
    """What is known of the face, and where it belongs."""
    eyes = np.stack([face.left.centre, face.right.centre])
    if face.mouth is None:
        return np.vstack([eyes, face.chin]), np.vstack([_EYES, _CHIN])
    if face.nose is None:
        return np.vstack([eyes, face.mouth]), np.vstack([_EYES, _MOUTH])
    return np.vstack([eyes, face.nose, face.mouth]), np.vstack([_EYES, _NOSE, _MOUTH])


def _similarity(source: Points, target: Points) -> Points:
    """The turn, scale and move that brings `source` closest to `target`, 2 x 3."""
    one, other = source @ (1, 1j), target @ (1, 1j)
    off = one - one.mean()
    spread = max(float((np.abs(off) ** 2).sum()), 1e-9)
    factor = complex((off.conj() * (other - other.mean())).sum() / spread)
    move = complex(other.mean() - factor * one.mean())
    return np.array([[factor.real, -factor.imag, move.real], [factor.imag, factor.real, move.imag]])


def _bytes(image: npt.NDArray[Any]) -> Pixels:
    """OpenCV promises any type where it keeps that of its argument."""
    return np.asarray(image, np.uint8)
