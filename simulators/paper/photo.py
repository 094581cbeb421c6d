"""A portrait on paper, before it lies on the glass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.floats import Floats, floats
from simulators.paper import marks
from simulators.paper.params import PhotoScan, Recapture

if TYPE_CHECKING:
    from simulators.paper.params import Image

_TABLE = (96.0, 128.0, 158.0)  # wood
_BEZEL = (26.0, 26.0, 26.0)
_STRIPE = 0.21  # mm from one pixel of a photographed screen to the next


def printed(portrait: Image, how: PhotoScan, rng: np.random.Generator) -> Floats:
    """The paper of `how`, (rows, columns, 3), with everything that has happened to it."""
    width, height = (round(side * how.dpi / marks.MM) for side in how.size)
    paper = covered(floats(portrait), width, height)
    if how.recapture is not Recapture.NONE:
        paper = _photographed(paper, how, rng)
    if how.raster:
        paper = marks.raster(paper, how.dpi, how.raster)
    for _ in range(how.folds):
        paper = marks.fold(paper, rng, how.dpi)
    for _ in range(how.stains):
        paper = marks.stain(paper, rng, how.dpi, float(rng.uniform(1.6, 3.5)))
    if how.glare:
        paper = marks.glare(paper, rng, how.glare)
    return paper


def covered(picture: Floats, width: int, height: int) -> Floats:
    """`picture` scaled until it covers `width` x `height`, what sticks out cut off."""
    rows, columns = picture.shape[:2]
    scale = max(width / columns, height / rows)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    grown = cv2.resize(
        picture, (max(width, round(columns * scale)), max(height, round(rows * scale))),
        interpolation=way,
    )  # fmt: skip
    left, top = (grown.shape[1] - width) // 2, (grown.shape[0] - height) // 2
    return floats(grown[top : top + height, left : left + width])


def _photographed(paper: Floats, how: PhotoScan, rng: np.random.Generator) -> Floats:
    """A photograph of the photograph: its border inside the picture, seen aslant."""
    screen = how.recapture is Recapture.SCREEN
    ground = np.empty_like(paper)
    ground[:] = _BEZEL if screen else _TABLE
    if screen:
        paper = _pixels(paper, how.dpi)
    else:
        rows = np.arange(paper.shape[0], dtype=np.float32)[:, None, None]
        ground += 6 * np.sin(rows / 40 + rng.uniform(0, 6))  # the grain of the table
    near = rng.uniform(0.05, 0.12, 8)
    corners = (
        (near[0], near[1]), (1 - near[2], near[3]), (1 - near[4], 1 - near[5]),
        (near[6], 1 - near[7]),
    )  # fmt: skip
    return marks.quad(paper, corners, ground)


def _pixels(paper: Floats, dpi: float) -> Floats:
    """Stripes of red, green and blue, and the dark lines between the rows of a screen."""
    height, width = paper.shape[:2]
    pitch = _STRIPE * dpi / marks.MM
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    lit = np.empty_like(paper)
    for colour in range(3):
        stripe = 1 + 0.30 * np.cos(2 * np.pi * (x / pitch + colour / 3))
        rows = 1 + 0.15 * np.cos(2 * np.pi * y / pitch)
        lit[..., colour] = paper[..., colour] * stripe[None] * rows[:, None]
    return floats(cv2.GaussianBlur(lit, (0, 0), 0.25 * pitch))
