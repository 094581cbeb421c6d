"""Are two prints of the same finger? Band-limited phase-only correlation.

After Ito, Nakajima, Kobayashi, Aoki and Higuchi (2004). The figure is how far the highest peak
stands out, in deviations: over 16 it is the same finger; a low figure proves nothing, for a finger
can be laid down quite otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from station.errors import NotAnImage
from station.quality.report import Algorithm

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]
    Floats = npt.NDArray[np.float32]
    Spectrum = npt.NDArray[np.complex64]

ALGORITHM: Final = Algorithm("phase-only correlation", "1.0")
_SIDES = (32, 2048)  # pixels of a print
_SIDE = 256  # pixels, at 250 ppi: 26 mm
_PERIODS = (2.75, 9.0)  # pixels at 250 ppi between two ridges
_LOCAL, _CLIP = 6, 2.0  # pixels, deviations
_ANGLES = range(-24, 25, 4)  # degrees; half a step off costs a tenth of the figure


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two prints are, and who says so."""

    algorithm: Algorithm
    score: float


@dataclass(frozen=True, eq=False, slots=True)
class Signature:
    """What comparing needs of one print; to be kept when it is compared more than once."""

    skin: Floats = field(repr=False)
    upright: Spectrum = field(repr=False)


def compare(one: Grey, other: Grey) -> Likeness:
    """Compare two prints, (rows, columns) grey levels at 500 ppi."""
    return likeness(signature(one), [signature(other)])[0]


def signature(grey: Grey) -> Signature:
    """The ridges of a print, and their spectrum.

    Raises `NotAnImage` unless it is grey and 32 to 2048 pixels a side.
    """
    if grey.ndim != 2 or not all(_SIDES[0] <= side <= _SIDES[1] for side in grey.shape):
        raise NotAnImage(f"{' x '.join(map(str, grey.shape[::-1]))} pixels are no print")
    skin = _skin(_fitted(grey))
    return Signature(skin, _spectra(skin[None])[0])


def likeness(one: Signature, others: Sequence[Signature]) -> list[Likeness]:
    """How far the best peak over all angles stands out, for each of `others`."""
    turned = _turned(one.skin)
    return [Likeness(ALGORITHM, _best(turned, other.upright)) for other in others]


def _turned(skin: Floats) -> Spectrum:
    """The spectrum of `skin` at every angle."""
    middle = (_SIDE / 2, _SIDE / 2)
    images = np.empty((len(_ANGLES), _SIDE, _SIDE), np.float32)
    for image, angle in zip(images, _ANGLES, strict=True):
        turn = cv2.getRotationMatrix2D(middle, angle, 1)
        cv2.warpAffine(skin, turn, (_SIDE, _SIDE), dst=image)
    return _spectra(images)


def _spectra(images: Floats) -> Spectrum:
    """Phases of (n, 256, 256) within the band of ridges."""
    spectra = np.fft.rfft2(images)[:, *_band()]
    return np.asarray(spectra / (np.abs(spectra) + 1e-6), np.complex64)


def _best(turned: Spectrum, upright: Spectrum) -> float:
    plane = np.zeros((len(turned), _SIDE, _SIDE // 2 + 1), np.complex64)
    plane[:, *_band()] = turned * np.conj(upright)
    return max(_outstanding(surface) for surface in np.fft.irfft2(plane, (_SIDE, _SIDE)))


def _outstanding(surface: npt.NDArray[np.floating]) -> float:
    smooth = cv2.GaussianBlur(np.asarray(surface, np.float32), (3, 3), 0.6)
    mean, deviation = cv2.meanStdDev(smooth)
    return float((smooth.max() - mean[0, 0]) / (deviation[0, 0] + 1e-9))


@cache
def _band() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where the half plane of frequencies holds ridges."""
    radius = np.hypot(np.fft.fftfreq(_SIDE)[:, None], np.fft.rfftfreq(_SIDE)[None, :])
    rows, columns = np.nonzero((radius > 1 / _PERIODS[1]) & (radius < 1 / _PERIODS[0]))
    return rows, columns


def _fitted(grey: Grey) -> Grey:
    """The print at 250 ppi in the middle of a white square."""
    small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    top, left = (max(0, side - _SIDE) // 2 for side in small.shape)
    small = small[top : top + _SIDE, left : left + _SIDE]
    canvas = np.full((_SIDE, _SIDE), 255, np.uint8)
    top, left = ((_SIDE - side) // 2 for side in small.shape)
    canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
    return canvas


def _skin(grey: Grey) -> Floats:
    """Ridges of even contrast where there is skin, 0 elsewhere."""
    levels = grey.astype(np.float32)
    deviation = levels - cv2.GaussianBlur(levels, (0, 0), _LOCAL)
    spread = np.sqrt(cv2.GaussianBlur(deviation * deviation, (0, 0), _LOCAL)) + 8
    texture = cv2.GaussianBlur(np.abs(levels - cv2.GaussianBlur(levels, (0, 0), 2)), (0, 0), 5)
    inside = cv2.erode((texture > 9).astype(np.float32), np.ones((13, 13), np.uint8))
    weight = cv2.GaussianBlur(inside, (0, 0), 3)
    return np.asarray(np.clip(deviation / spread, -_CLIP, _CLIP) * weight, np.float32)
