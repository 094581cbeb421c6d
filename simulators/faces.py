"""Synthetic portraits, the same for the same seed: a drawn head, shaded, before a plain ground.

Nobody's face and no photograph: ellipses with the proportions of a head, enough for exposure,
size and sharpness. It shows one face, eyes open, mouth closed, straight on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]
    Colour = tuple[float, float, float]

_GROUND: Colour = (214.0, 208.0, 200.0)  # B, G, R: light grey, not white
_CLOTH: Colour = (110.0, 72.0, 48.0)
_SKINS: tuple[Colour, ...] = (
    (190.0, 205.0, 235.0), (150.0, 178.0, 224.0), (110.0, 140.0, 190.0), (62.0, 84.0, 125.0),
)  # fmt: skip
_HAIR: tuple[Colour, ...] = ((36.0, 48.0, 70.0), (20.0, 20.0, 24.0), (96.0, 140.0, 176.0))
_FACE = 0.74  # chin to crown over the height of the print (French rule: 0.70 to 0.80)
_GRAIN = 3.0  # grey levels: skin and sensor


def portrait(seed: int, width: int, height: int) -> Image:
    """One portrait, (height, width, 3) in B, G, R; the head is centred whatever the shape."""
    rng = np.random.default_rng([seed, 5])
    skin, hair = _SKINS[rng.integers(len(_SKINS))], _HAIR[rng.integers(len(_HAIR))]
    canvas = np.empty((height, width, 3), np.float32)
    canvas[:] = _GROUND
    unit = height * _FACE / 2  # half a head
    middle = (width / 2, height * 0.5)
    _ellipse(canvas, middle, unit, ((0, 1.55), (1.15, 0.75)), _CLOTH)
    _ellipse(canvas, middle, unit, ((0, 1.0), (0.36, 0.5)), _shade(skin, 0.85))
    _ellipse(canvas, middle, unit, ((0, -0.1), (0.76, 0.98)), hair)
    _ellipse(canvas, middle, unit, ((0, 0.08), (0.66, 0.90)), skin)
    _features(canvas, middle, unit, (skin, hair))
    _light(canvas, middle, unit)
    texture = cv2.GaussianBlur(rng.standard_normal(canvas.shape).astype(np.float32), (0, 0), 1.1)
    return np.clip(canvas + _GRAIN * 2 * texture, 0, 255).astype(np.uint8)


def _features(
    canvas: npt.NDArray[np.float32],
    middle: tuple[float, float],
    unit: float,
    colours: tuple[Colour, Colour],
) -> None:
    skin, hair = colours
    dark = _shade(skin, 0.35)
    for side in (-1, 1):
        _ellipse(canvas, middle, unit, ((0.27 * side, -0.20), (0.15, 0.025)), _shade(hair, 0.8))
        _ellipse(canvas, middle, unit, ((0.27 * side, -0.05), (0.135, 0.062)), dark)
        _ellipse(canvas, middle, unit, ((0.27 * side, -0.045), (0.125, 0.052)), (228, 230, 232))
        _ellipse(canvas, middle, unit, ((0.27 * side, -0.045), (0.05, 0.05)), (90, 80, 50))
        _ellipse(canvas, middle, unit, ((0.27 * side, -0.045), (0.022, 0.022)), (14, 14, 16))
        _ellipse(canvas, middle, unit, ((0.255 * side, -0.06), (0.010, 0.010)), (250, 250, 250))
        _ellipse(canvas, middle, unit, ((0.07 * side, 0.30), (0.032, 0.018)), dark)
        _ellipse(canvas, middle, unit, ((0.67 * side, 0.02), (0.06, 0.17)), _shade(skin, 0.9))
    _ellipse(canvas, middle, unit, ((0, 0.12), (0.035, 0.18)), _shade(skin, 1.05))
    _ellipse(canvas, middle, unit, ((0, 0.52), (0.20, 0.045)), _shade(skin, 0.72))
    _ellipse(canvas, middle, unit, ((0, 0.52), (0.19, 0.008)), dark)


def _ellipse(
    canvas: npt.NDArray[np.float32],
    middle: tuple[float, float],
    unit: float,
    shape: tuple[tuple[float, float], tuple[float, float]],
    colour: Colour,
) -> None:
    """Fill an ellipse; its centre and its radii are in half heads from the middle."""
    at, radii = shape
    centre = (round((middle[0] + at[0] * unit) * 16), round((middle[1] + at[1] * unit) * 16))
    axes = (max(1, round(radii[0] * unit * 16)), max(1, round(radii[1] * unit * 16)))
    cv2.ellipse(canvas, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA, 4)


def _light(canvas: npt.NDArray[np.float32], middle: tuple[float, float], unit: float) -> None:
    """Brighter on the forehead and the nose, darker at the sides of the head."""
    height, width = canvas.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    distance = ((x - middle[0]) / (0.9 * unit)) ** 2 + ((y - middle[1]) / (1.2 * unit)) ** 2
    canvas *= (0.90 + 0.14 * np.exp(-distance))[..., None]


def _shade(colour: Colour, factor: float) -> Colour:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor
