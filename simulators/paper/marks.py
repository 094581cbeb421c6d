"""What happens to paper: folds, stains, dust, light that shines back, the raster of a press."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

MM = 25.4
_ANGLES = (15.0, 75.0, 45.0)  # of the dots of three inks, as presses turn them
_PITCH = 25.4 / 133  # mm between dots: 133 lines per inch, a fine press


def fold(paper: Floats, rng: np.random.Generator, dpi: float) -> Floats:
    """A crease across the whole paper: a light ridge beside a dark valley."""
    height, width = paper.shape[:2]
    middle = (rng.uniform(0.25, 0.75) * width, rng.uniform(0.2, 0.8) * height)
    angle = rng.uniform(0, math.pi)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    away = (x - middle[0]) * math.sin(angle) - (y - middle[1]) * math.cos(angle)
    away = away * MM / dpi
    away = away + 0.05 * np.sin((x + y) * MM / dpi / 3 + rng.uniform(0, 6))
    depth = rng.uniform(28, 60)
    ridge = depth * np.exp(-0.5 * (away / 0.16) ** 2)
    valley = 0.6 * depth * np.exp(-0.5 * ((away - 0.4) / 0.22) ** 2)
    slope = 5 * np.exp(-np.abs(away) / 3) * np.sign(away)
    return floats(paper + (ridge - valley + slope)[..., None])


def stain(paper: Floats, rng: np.random.Generator, dpi: float, radius: float) -> Floats:
    """A drop that has dried: brown, darker at its rim, `radius` mm wide."""
    height, width = paper.shape[:2]
    side = -1 if rng.random() < 0.5 else 1
    cx = width * (0.5 + side * rng.uniform(0.3, 0.42))
    cy = height * rng.uniform(0.1, 0.5)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    turn = np.arctan2(y - cy, x - cx)
    wobble = 1 + 0.12 * np.sin(3 * turn + rng.uniform(0, 6)) + 0.06 * np.sin(7 * turn)
    away = np.hypot(x - cx, y - cy) * MM / dpi / radius / wobble
    body = 1 / (1 + np.exp(np.clip((away - 1) * 25, -40, 40)))
    rim = np.exp(-0.5 * ((away - 0.95) / 0.07) ** 2)
    depth = (0.5 * body + 0.6 * rim)[..., None] * rng.uniform(0.5, 0.8)
    return floats(paper * (1 - depth * floats((0.42, 0.30, 0.20))))


def ring(paper: Floats, rng: np.random.Generator, dpi: float, strength: float) -> Floats:
    """What a cup of coffee leaves on a page."""
    height, width = paper.shape[:2]
    centre = (width * rng.uniform(0.25, 0.75), height * rng.uniform(0.25, 0.75))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    away = np.hypot(x - centre[0], y - centre[1]) * MM / dpi
    depth = np.exp(-0.5 * ((away - 38) / 1.6) ** 2) + 0.15 / (
        1 + np.exp(np.clip(away - 38, -40, 40))
    )
    return floats(paper * (1 - strength * depth[..., None] * floats((0.55, 0.38, 0.25))))


def glare(paper: Floats, rng: np.random.Generator, strength: float) -> Floats:
    """A streak of the lamp across glossy paper: white in its middle, a veil around it."""
    height, width = paper.shape[:2]
    angle = rng.uniform(-0.5, 0.5)
    middle = (rng.uniform(0.3, 0.7) * width, rng.uniform(0.3, 0.6) * height)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    away = (x - middle[0]) * math.cos(angle) + (y - middle[1]) * math.sin(angle)
    along = (y - middle[1]) * math.cos(angle) - (x - middle[0]) * math.sin(angle)
    wide = width * 0.05 * (0.5 + strength)
    veil = np.exp(-0.5 * (away / wide) ** 2) * np.exp(-0.5 * (along / (0.4 * height)) ** 2)
    light = np.clip(strength * 1.6 * veil, 0, 1)[..., None]
    return floats(paper * (1 - light) + 262 * light)


def dust(image: npt.NDArray[np.uint8], rng: np.random.Generator, dpi: float, count: int) -> None:
    """Specks and lint, 0.1 to 0.4 mm thick, anywhere on `image`, in place."""
    height, width = image.shape[:2]
    for _ in range(count):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        level = int(rng.integers(20, 90)) if rng.random() < 0.6 else 253
        radius = max(1, round(rng.uniform(0.06, 0.2) * dpi / MM))
        end = (x + int(rng.normal(0, 3 * radius)), y + int(rng.normal(0, 3 * radius)))
        cv2.line(image, (x, y), end, (level, level, level), radius, cv2.LINE_AA)


def raster(paper: Floats, dpi: float, strength: float) -> Floats:
    """The dots of a press instead of even tones: three inks, each turned by its own angle."""
    height, width = paper.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    wave = 2 * math.pi / (_PITCH * dpi / MM)
    dotted = np.empty_like(paper)
    for ink, degrees in enumerate(_ANGLES):
        a = math.radians(degrees)
        across, down = x * math.cos(a) + y * math.sin(a), y * math.cos(a) - x * math.sin(a)
        screen = 0.5 + 0.25 * (np.cos(wave * across) + np.cos(wave * down))
        dotted[..., ink] = 255 / (1 + np.exp(-9 * (paper[..., ink] / 255 - screen)))
    soft = floats(cv2.GaussianBlur(dotted, (0, 0), 0.35 * _PITCH * dpi / MM))
    return floats(paper * (1 - strength) + soft * strength)


def quad(picture: Floats, corners: Sequence[tuple[float, float]], ground: Floats) -> Floats:
    """`picture` seen in perspective: its corners where `corners` say, shares of `ground`."""
    height, width = ground.shape[:2]
    rows, columns = picture.shape[:2]
    source = floats([(0, 0), (columns, 0), (columns, rows), (0, rows)])
    target = floats([(x * width, y * height) for x, y in corners])
    turn = cv2.getPerspectiveTransform(source, target)
    seen = cv2.warpPerspective(picture, turn, (width, height), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.ones((rows, columns), np.float32), turn, (width, height))
    return floats(ground * (1 - mask[..., None]) + seen * mask[..., None])
