"""The skin of a face, painted flat; the march later drapes it over the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.faces.canvas import Canvas, Paint, band, tinted
from simulators.faces.eyes import paint_eyes
from simulators.faces.mouth import paint_mouth
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from simulators.faces.build import Build
    from simulators.faces.march import Scene
    from simulators.faces.params import Params

_OVER = 2.0  # pixels of the skin for one of the picture
_GRAIN = ((2.9, 5.0), (0.7, 2.5), (0.18, 2.2), (0.054, 3.0))  # cm, grey levels at a light skin
_BLUSH = ((-4.2, -3.2, 2.0), (4.2, -3.2, 2.0), (0, -3.8, 1.1))  # cheeks and nose: x, y, radius
_PALE = 200.0  # grey levels of that light skin


def texture(scene: Scene, rng: np.random.Generator) -> Canvas:
    """The skin with all its features, twice as fine as the picture."""
    params, build = scene.params, scene.build
    canvas = Canvas(params.skin, _OVER * scene.view.focal / scene.view.distance)
    depth = max(params.skin[1] / _PALE, 0.6)
    canvas.pixels += (depth * _grain(canvas, rng))[..., None] * floats([1.0, 1.0, 0.8])
    for x, y, radius in _BLUSH:
        colour = tinted(params.skin, 0.84, 0.84, 1.0)
        canvas.disc((x, y), (radius, radius), Paint(colour, 0.55, 0.7))
    if build.old:
        _wrinkles(canvas, params, build.old)
    if params.beard:
        _beard(canvas, params, rng)
    paint_eyes(canvas, params, build)
    _nose(canvas, params, build)
    paint_mouth(canvas, params)
    np.clip(canvas.pixels, 0, 255, out=canvas.pixels)
    return canvas


def _grain(canvas: Canvas, rng: np.random.Generator) -> Floats:
    """Blotches and pores, those that the canvas can show."""
    height, width = canvas.shape
    grain: Floats = np.zeros(canvas.shape, np.float32)
    for length, depth in _GRAIN:
        size = max(round(length * canvas.scale), 1)
        coarse = rng.standard_normal((height // size + 3, width // size + 3)).astype(np.float32)
        grain += depth * floats(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))
    return grain


def _wrinkles(canvas: Canvas, params: Params, old: float) -> None:
    """Lines of the forehead, beside the eyes, below them, and from the nose to the mouth."""
    dark = Paint(tinted(params.skin, 0.5, 0.52, 0.6), 0.75 * old, 0.05)
    x = np.linspace(-3.6, 3.6, 25)
    for y in (3.3, 4.2, 5.1):
        line = y - 0.02 * x * x + 0.06 * np.sin(3 * x + y)
        canvas.fill(band(x, line + 0.05, line - 0.05), dark)
    for side in (-1, 1):
        fold = np.linspace(0, 1, 15)
        across, down = side * (1.9 + 1.3 * fold), -4.3 - 3.1 * fold**1.3
        canvas.fill(_ribbon(across, down, 0.07), dark)
        bag = np.linspace(-1.3, 1.3, 15)
        below = -1.05 - 0.25 * np.cos(bag)
        canvas.fill(band(side * 3.2 + bag, below + 0.05, below - 0.05), dark)
        for slope in (-0.5, 0.0, 0.5):
            canvas.fill(_ribbon(side * (5.0 + 1.0 * fold), 0.1 + slope * fold, 0.035), dark)


def _ribbon(x: Floats, y: Floats, half: float) -> Floats:
    """The outline of a line of (x, y) that grows thin towards its end."""
    there = np.stack([x, y], 1)
    thin = np.linspace(half, 0.2 * half, len(x))[:, None]
    return np.concatenate([there + thin, (there - thin)[::-1]])


def _beard(canvas: Canvas, params: Params, rng: np.random.Generator) -> None:
    """Short hairs from the cheeks to below the chin, and on the upper lip."""
    x = np.linspace(-7.5, 7.5, 61)
    cheek = np.interp(np.abs(x), [0, 1.2, 2.6, 3.6, 5.6, 7.5], [-5.5, -5.3, -6.2, -6.6, -4.2, -1.0])
    region = canvas.polygon(band(x, floats(cheek), floats(np.full_like(x, -13.5))))
    soft = floats(cv2.GaussianBlur(region, (0, 0), 0.25 * canvas.scale)) / 255
    hairs = np.clip(0.6 + 0.35 * rng.standard_normal(canvas.shape).astype(np.float32), 0, 1)
    share = params.beard * soft * floats(cv2.GaussianBlur(hairs, (0, 0), 0.03 * canvas.scale + 0.3))
    colour = 0.75 * floats(params.hair) + 0.1 * floats(params.skin)
    canvas.pixels += share[..., None] * (colour - canvas.pixels)


def _nose(canvas: Canvas, params: Params, build: Build) -> None:
    """Nostrils, and the shade beside the wings."""
    dark = tinted(params.skin, 0.34, 0.36, 0.46)
    deep = tinted(dark, 0.7, 0.7, 0.7)
    wing = floats([(1.75, -3.6), (2.05, -4.2), (1.6, -4.9), (1.5, -4.3)])
    for side in (-1, 1):
        canvas.disc((0.62 * side, -4.55 * build.nose), (0.36, 0.2), Paint(deep, 0.9, 0.07))
        canvas.fill(wing * (side, 1), Paint(dark, 0.35, 0.12))
