"""Where ridges end, fork or break: what every finger has and no woven or ruled surface.

The phase of the ridges, from the Riesz transform (Larkin, Bone and Oldfield 2001), runs once
around wherever a ridge begins or ends: a dislocation of the wave. They are counted, not placed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]
    Floats = npt.NDArray[np.float32]
    Mask = npt.NDArray[np.bool_]

_SIGMAS = (0.8, 3.0)  # pixels at 250 ppi: what lies between is ridges
_AROUND = 4.0  # pixels at 250 ppi over which the direction is taken
_MARGIN = 10  # pixels at 250 ppi: the transform takes the border for a break
_MM2 = (25.4 / 250) ** 2  # of a pixel at 250 ppi
_LOOP = ((0, 0), (0, 1), (1, 1), (1, 0))


def endings(grey: Grey, region: Mask) -> float | None:
    """Dislocations per mm² of `region`, at 500 ppi; None when it lies at the border.

    A clean print has 0.2 and more, a grating 0.
    """
    size = (grey.shape[1] // 2, grey.shape[0] // 2)
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    inside = cv2.resize(region.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    counted = np.zeros_like(inside)
    counted[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN] = inside[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    if not counted.any():
        return None
    wave = cv2.GaussianBlur(small, (0, 0), _SIGMAS[0]) - cv2.GaussianBlur(small, (0, 0), _SIGMAS[1])
    around = _turns(np.asarray(wave, np.float32))
    return float((around & counted[:-1, :-1]).sum() / (counted.sum() * _MM2))


def _turns(wave: Floats) -> Mask:
    """Where the phase runs once around a square of two by two pixels."""
    angle = _normal(wave)
    ahead = _quadrature(wave, angle)
    corners = [_corner(values, at) for at in _LOOP for values in (wave, ahead, angle)]
    first = corners[2]
    phasors = [
        corners[n] + 1j * np.sign(np.cos(corners[n + 2] - first)) * corners[n + 1]
        for n in range(0, len(corners), 3)  # a normal and its opposite are one: take the nearer
    ]
    following = [*phasors[1:], phasors[0]]
    around = sum(np.angle(b * np.conj(a)) for a, b in zip(phasors, following, strict=True))
    return np.asarray(np.abs(around) > np.pi)


def _normal(wave: Floats) -> Floats:
    """Direction across the ridges, radians, from the smoothed tensor of the gradient."""
    right, down = (cv2.Sobel(wave, cv2.CV_32F, dx, 1 - dx) for dx in (1, 0))
    a, b, c = (
        cv2.GaussianBlur(product, (0, 0), _AROUND)
        for product in (right * right, down * down, right * down)
    )
    return np.asarray(0.5 * np.arctan2(2 * c, a - b), np.float32)


def _quadrature(wave: Floats, angle: Floats) -> Floats:
    """The wave a quarter of a period ahead along its normal."""
    down = np.fft.fftfreq(wave.shape[0])[:, None]
    right = np.fft.fftfreq(wave.shape[1])[None, :]
    radius = np.hypot(right, down)
    radius[0, 0] = 1
    riesz = np.fft.ifft2(np.fft.fft2(wave) * (right + 1j * down) / radius * -1j)
    return np.asarray(riesz.real * np.cos(angle) + riesz.imag * np.sin(angle), np.float32)


def _corner(values: Floats, at: tuple[int, int]) -> Floats:
    rows, columns = values.shape
    return values[at[0] : rows - 1 + at[0], at[1] : columns - 1 + at[1]]
