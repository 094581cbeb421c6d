"""The skin of a face, painted flat; the march later drapes it over the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.faces.canvas import SHAPE, Canvas, Paint, tinted
from simulators.faces.eyes import paint_eyes
from simulators.faces.mouth import paint_mouth
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from simulators.faces.params import Build, Params

_GRAIN = ((160, 5.0), (40, 2.5), (10, 2.2), (3, 3.0))  # pixels, grey levels
_BLUSH = ((-4.2, -3.2, 2.0), (4.2, -3.2, 2.0), (0, -3.8, 1.1))  # cheeks and nose: x, y, radius


def texture(params: Params, build: Build, rng: np.random.Generator) -> Floats:
    """The skin with all its features, see `canvas` for the scale."""
    canvas = Canvas(params.skin)
    canvas.pixels += _grain(rng)[..., None] * floats([1.0, 1.0, 0.8])
    for x, y, radius in _BLUSH:
        colour = tinted(params.skin, 0.84, 0.84, 1.0)
        canvas.disc((x, y), (radius, radius), Paint(colour, 0.55, 0.7))
    paint_eyes(canvas, params, build)
    _nose(canvas, params, build)
    paint_mouth(canvas, params)
    return np.clip(canvas.pixels, 0, 255)


def _grain(rng: np.random.Generator) -> Floats:
    """Blotches and pores."""
    height, width = SHAPE
    grain: Floats = np.zeros(SHAPE, np.float32)
    for size, depth in _GRAIN:
        coarse = rng.standard_normal((height // size + 3, width // size + 3)).astype(np.float32)
        grain += depth * floats(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))
    return grain


def _nose(canvas: Canvas, params: Params, build: Build) -> None:
    """Nostrils, and the shade beside the wings."""
    dark = tinted(params.skin, 0.34, 0.36, 0.46)
    deep = tinted(dark, 0.7, 0.7, 0.7)
    wing = floats([(1.75, -3.6), (2.05, -4.2), (1.6, -4.9), (1.5, -4.3)])
    for side in (-1, 1):
        canvas.disc((0.62 * side, -4.55 * build.nose), (0.36, 0.2), Paint(deep, 0.9, 0.07))
        canvas.fill(wing * (side, 1), Paint(dark, 0.35, 0.12))
