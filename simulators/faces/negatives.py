"""Pictures that are no portrait: what somebody may lay on the glass or hold before the lens."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Image = npt.NDArray[np.uint8]

_SIZE = (600, 771)  # width and height at which they are drawn
_INK, _PAPER = (40, 34, 30), (238, 240, 242)


@unique
class Negative(StrEnum):
    """Something without a living face."""

    DRAWING = "drawing"  # a face in pencil strokes
    CARTOON = "cartoon"
    MASK = "mask"  # a white mask with holes
    ANIMAL = "animal"
    LANDSCAPE = "landscape"
    WALL = "wall"


def negative(kind: Negative, seed: int, width: int = 630, height: int = 810) -> Image:
    """A picture of `kind`, (height, width, 3) in B, G, R, the same for the same seed."""
    rng = np.random.default_rng([seed, 19, *kind.value.encode()])
    drawn = _DRAWN[kind](rng)
    grain = rng.normal(0, 1.5, drawn.shape).astype(np.float32)
    picture = np.clip(drawn + grain, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _blank(colour: tuple[float, float, float]) -> Floats:
    width, height = _SIZE
    blank: Floats = np.empty((height, width, 3), np.float32)
    blank[:] = colour
    return blank


def _drawing(rng: np.random.Generator) -> Floats:
    page = _blank(_PAPER)
    centre = (300 + int(rng.integers(-20, 20)), 380)
    for _ in range(3):  # a hand that draws each line three times
        shift = rng.integers(-4, 4, 2)
        middle = (centre[0] + int(shift[0]), centre[1] + int(shift[1]))
        _ellipse(page, middle, (165, 225))
        for side in (-1, 1):
            _ellipse(page, (middle[0] + 70 * side, middle[1] - 40), (34, 14))
            _ellipse(page, (middle[0] + 70 * side, middle[1] - 40), (9, 9))
            _arc(page, (middle[0] + 70 * side, middle[1] - 62), (46, 16), (200, 340))
        _arc(page, (middle[0], middle[1] + 40), (22, 14), (0, 180))
        _arc(page, (middle[0], middle[1] + 95), (55, 16), (10, 170))
    return page


def _cartoon(rng: np.random.Generator) -> Floats:
    page = _blank((220, 190, 120))
    x = 300 + int(rng.integers(-20, 20))
    cv2.circle(page, (x, 390), 230, (60, 210, 250), -1, cv2.LINE_AA)
    cv2.circle(page, (x, 390), 230, _INK, 8, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.ellipse(page, (x + 80 * side, 330), (28, 48), 0, 0, 360, _INK, -1, cv2.LINE_AA)
    cv2.ellipse(page, (x, 420), (120, 100), 0, 20, 160, _INK, 10, cv2.LINE_AA)
    return page


def _mask(rng: np.random.Generator) -> Floats:
    page = _blank((70, 60, 58))
    x = 300 + int(rng.integers(-15, 15))
    cv2.ellipse(page, (x, 390), (185, 250), 0, 0, 360, (225, 228, 230), -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.ellipse(page, (x + 78 * side, 330), (44, 20), 0, 0, 360, (12, 12, 12), -1, cv2.LINE_AA)
    cv2.ellipse(page, (x, 520), (52, 12), 0, 0, 360, (12, 12, 12), -1, cv2.LINE_AA)
    return floats(cv2.GaussianBlur(page, (0, 0), 1.0))


def _animal(rng: np.random.Generator) -> Floats:
    page = _blank((150, 170, 160))
    fur = float(rng.uniform(0.7, 1.1))
    coat = (60 * fur, 100 * fur, 150 * fur)
    for side in (-1, 1):
        ear = np.array([(300 + 70 * side, 220), (300 + 190 * side, 90), (300 + 210 * side, 330)])
        cv2.fillPoly(page, [ear.astype(np.int32)], coat, cv2.LINE_AA)
    cv2.ellipse(page, (300, 400), (215, 200), 0, 0, 360, coat, -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.ellipse(page, (300 + 90 * side, 350), (42, 36), 0, 0, 360, (60, 190, 190), -1)
        cv2.ellipse(page, (300 + 90 * side, 350), (9, 34), 0, 0, 360, (10, 10, 10), -1)
        for slope in (-30, 0, 30):
            cv2.line(page, (300 + 40 * side, 470), (300 + 230 * side, 470 + slope), _PAPER, 2)
    cv2.fillPoly(page, [np.array([(275, 445), (325, 445), (300, 475)], np.int32)], (120, 120, 220))
    return page


def _landscape(rng: np.random.Generator) -> Floats:
    page = _blank((235, 200, 150))
    x = np.arange(_SIZE[0])
    for rank, colour in enumerate(((140, 130, 110), (90, 120, 80), (60, 140, 90))):
        waves = sum(np.sin(x / rng.uniform(30, 120) + rng.uniform(0, 6)) for _ in range(3))
        ridge = 330 + 130 * rank + 25 * waves
        hill = np.column_stack([x, ridge]).round().astype(np.int32)
        corners = np.array([(_SIZE[0], _SIZE[1]), (0, _SIZE[1])], np.int32)
        cv2.fillPoly(page, [np.vstack([hill, corners])], colour, cv2.LINE_AA)
    cv2.circle(page, (int(rng.integers(80, 520)), 120), 46, (190, 240, 255), -1, cv2.LINE_AA)
    return page


def _wall(rng: np.random.Generator) -> Floats:
    level = rng.uniform(180, 220)
    return _blank((level, level, level))


def _ellipse(page: Floats, centre: tuple[int, int], radii: tuple[int, int]) -> None:
    _arc(page, centre, radii, (0, 360))


def _arc(
    page: Floats, centre: tuple[int, int], radii: tuple[int, int], sweep: tuple[int, int]
) -> None:
    cv2.ellipse(page, centre, radii, 0, *sweep, _INK, 2, cv2.LINE_AA)


_DRAWN: dict[Negative, Callable[[np.random.Generator], Floats]] = {
    Negative.DRAWING: _drawing,
    Negative.CARTOON: _cartoon,
    Negative.MASK: _mask,
    Negative.ANIMAL: _animal,
    Negative.LANDSCAPE: _landscape,
    Negative.WALL: _wall,
}
