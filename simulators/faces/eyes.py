"""Eyes, lids and brows, painted on the skin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulators.faces.canvas import Paint, band, tinted
from simulators.faces.head import EYE

if TYPE_CHECKING:
    from simulators.faces.build import Build
    from simulators.faces.canvas import Canvas
    from simulators.faces.params import Params
    from simulators.floats import Floats

HALF_WIDTH = 1.5  # cm, of an eye
_SHUT = 0.04  # an opening below it shows no eyeball
_WHITE, _PUPIL, _GLINT = (222, 226, 232), (16, 14, 14), (255, 255, 255)
_FLASH = (40, 30, 225)  # of the blood behind the pupil
_LASHES, _LID_SHADOW = (34, 34, 44), (90, 88, 98)


def lids(x: Floats, opening: float, size: float = 1.0) -> tuple[Floats, Floats]:
    """Heights of the upper and the lower lid at `x` from the middle of the eye, cm."""
    profile = size * np.cos(np.minimum(np.abs(x) / (HALF_WIDTH * size), 1) * np.pi / 2) ** 0.75
    sunk = 0.28 * (1 - opening)
    return profile * (0.62 * opening - sunk), profile * (-0.46 * opening - sunk)


def paint_eyes(canvas: Canvas, params: Params, build: Build) -> None:
    """Both eyes, each with its own opening."""
    for side, opening in ((-1, params.eye_l), (1, params.eye_r)):
        middle = side * EYE * build.eyes
        _eye(canvas, params, _Eye(middle, opening, build.eye))
        _brow(canvas, params, middle, side)


@dataclass(frozen=True, slots=True)
class _Eye:
    """One eye: where its middle is, in centimetres, how far open and how large."""

    middle: float
    opening: float
    size: float


def _eye(canvas: Canvas, params: Params, eye: _Eye) -> None:
    half = HALF_WIDTH * eye.size
    x = np.linspace(-half, half, 41)
    top, bottom = lids(x, eye.opening, eye.size)
    x = x + eye.middle
    dark = tinted(params.skin, 0.34, 0.36, 0.46)
    socket = tinted(params.skin, 0.72, 0.72, 0.80)
    canvas.disc((eye.middle, 0.15), (1.9, 1.05), Paint(socket, 0.5, 0.35))
    canvas.fill(band(x, top + 0.45, top + 0.34), Paint(dark, 0.35, 0.06))  # crease of the lid
    if eye.opening > _SHUT:
        _eyeball(canvas, params, eye, band(x, top, bottom))
        canvas.fill(band(x, top, top - 0.14), Paint(_LID_SHADOW, 0.45, 0.04))
    canvas.fill(band(x, top + 0.11, top - 0.05), Paint(_LASHES, 0.95, 0.015))
    canvas.fill(band(x, bottom + 0.03, bottom - 0.06), Paint(dark, 0.6, 0.02))


def _eyeball(canvas: Canvas, params: Params, eye: _Eye, outline: Floats) -> None:
    open_part = canvas.polygon(outline)
    canvas.cover(open_part, Paint(_WHITE))
    x, size = eye.middle + 0.8 * params.gaze, eye.size
    rim = tinted(params.iris, 0.5, 0.5, 0.5)
    for radius, paint in (
        (0.62 * size, Paint(rim, soft=0.02)),
        (0.54 * size, Paint(params.iris, soft=0.05)),
        (0.25 * size, Paint(_PUPIL, soft=0.01)),
    ):
        canvas.disc((x, 0.05), (radius, radius), paint, open_part)
    if params.red_eyes:
        canvas.disc((x, 0.05), (0.36, 0.36), Paint(_FLASH, params.red_eyes, 0.05), open_part)
    canvas.disc((x - 0.18, 0.26), (0.11, 0.11), Paint(_GLINT, 0.95, 0.02), open_part)


def _brow(canvas: Canvas, params: Params, middle: float, side: int) -> None:
    x = np.linspace(-1.9, 1.9, 30)
    outwards = x * side
    y = 1.75 + 0.42 * np.cos(x / 1.9 * 1.25) - 0.072 * outwards
    thick = 0.30 - 0.14 * np.maximum(outwards, 0) / 1.9
    blue, green, red = (
        0.7 * hair + 0.12 * skin for hair, skin in zip(params.hair, params.skin, strict=True)
    )
    outline = band(1.03 * middle + x, y + thick, y - thick)
    canvas.fill(outline, Paint((blue, green, red), 0.9, 0.05))
