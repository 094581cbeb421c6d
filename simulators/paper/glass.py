"""Paper on the glass: turned, casting a shadow on the lid, with dust, as the sensor sees it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.floats import Floats, floats
from simulators.paper import marks
from simulators.paper.photo import printed

if TYPE_CHECKING:
    from simulators.paper.params import Image, PhotoScan

_SHADOW = 0.35  # mm, how soft
_DEPTH = 0.24  # of the light, at the deepest
_TILE = 512


def photo_scan(portrait: Image, how: PhotoScan) -> Image:
    """The scan of `portrait` printed and laid on the glass as `how` says."""
    rng = np.random.default_rng([how.seed, 35])
    glass = bed(how.glass, how.dpi, how.bed, rng)
    for rank in range(how.count):
        lay(glass, printed(portrait, how, rng), _centre(how, rank), how)
    marks.dust(glass, rng, how.dpi, how.dust)
    sensor(glass, how.noise, rng)
    return glass


def bed(size: tuple[float, float], dpi: int, level: int, rng: np.random.Generator) -> Image:
    """The lid alone, a little darker towards one end, as lids are."""
    width, height = (round(side * dpi / marks.MM) for side in size)
    slope = np.linspace(0, float(rng.uniform(-3, 3)), height)[:, None, None]
    glass = np.empty((height, width, 3), np.uint8)
    glass[:] = np.clip(level + slope, 0, 255)
    return glass


def _centre(how: PhotoScan, rank: int) -> tuple[float, float]:
    """Where the middle of the paper lies, mm from the top left of the glass."""
    a = math.radians(how.angle)
    half_w = (abs(how.size[0] * math.cos(a)) + abs(how.size[1] * math.sin(a))) / 2
    x = how.glass[0] / 2 + how.across + (rank - (how.count - 1) / 2) * (2 * half_w + how.gap)
    if how.off_edge:
        x = half_w - how.off_edge
    return x, how.glass[1] / 2 + how.down


def lay(glass: Image, paper: Floats, centre: tuple[float, float], how: PhotoScan) -> None:
    """Put `paper` on `glass`, in place, its middle at `centre` (mm)."""
    scale = how.dpi / marks.MM
    rows, columns = paper.shape[:2]
    reach = math.hypot(rows, columns) / 2 + 3 * scale
    x, y = centre[0] * scale, centre[1] * scale
    left, top = max(0, int(x - reach)), max(0, int(y - reach))
    part = glass[top : int(y + reach), left : int(x + reach)]
    turn = cv2.getRotationMatrix2D((columns / 2 - 0.5, rows / 2 - 0.5), -how.angle, 1)
    turn[:, 2] += (x - left - columns / 2, y - top - rows / 2)
    size = (part.shape[1], part.shape[0])
    solid = cv2.warpAffine(np.ones((rows, columns), np.float32), turn, size)
    seen = cv2.warpAffine(paper, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    mask = floats(solid)[..., None]
    ground = floats(part) * (1 - _DEPTH * how.shadow * _shade(mask, scale))
    part[:] = np.clip(ground * (1 - mask) + floats(seen) * mask, 0, 255)


def _shade(mask: Floats, scale: float) -> Floats:
    """How much the paper darkens the lid beside it, 0 to 1: most on the side of the lamp."""
    soft = floats(cv2.GaussianBlur(mask, (0, 0), _SHADOW * scale))
    lamp = floats(((1, 0, 0), (0, 1, 0.3 * scale)))
    moved = floats(cv2.warpAffine(soft, lamp, (mask.shape[1], mask.shape[0])))
    return np.maximum(soft, moved)[..., None]


def sensor(image: Image, noise: float, rng: np.random.Generator) -> None:
    """Grain of the sensor, in place: one tile of it, everywhere."""
    if not noise:
        return
    tile = np.round(rng.normal(0, noise, (_TILE, _TILE, 3))).astype(np.int16)
    for top in range(0, image.shape[0], _TILE):
        for left in range(0, image.shape[1], _TILE):
            part = image[top : top + _TILE, left : left + _TILE]
            part[:] = np.clip(part + tile[: part.shape[0], : part.shape[1]], 0, 255)
