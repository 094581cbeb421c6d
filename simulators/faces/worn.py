"""What is worn or held before the face: drawn over the picture, where the head has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.faces.canvas import tinted
from simulators.faces.light import linear
from simulators.faces.params import Glasses, Occlusion
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.faces.params import Colour, Params
    from simulators.faces.view import View

_FRAME, _TINT, _GLARE, _CLOTH = (30, 26, 26), (14, 12, 12), (250, 250, 250), (200, 190, 170)
_RIGHT_OF_MASK = ((0, -1.8, 10.4), (2.5, -2.6, 8.6), (6.4, -3, 3), (6, -8.5, 3), (3, -12, 6.5))
_PALM = (
    (-8, -18, 11), (-6.4, -9.6, 11), (-5.6, -8.6, 11), (2.0, -8.8, 11), (2.8, -10.4, 11),
    (-0.5, -13, 11), (-1.5, -18, 11),
)  # fmt: skip
_FINGERS = ((-4.6, -3.6), (-2.2, -2.6), (0.3, -3.0), (2.6, -4.8))  # x and y of the tips


@dataclass(frozen=True, eq=False, slots=True)
class _Shape:
    """A filled outline of (n, 3) centimetres, or a line when `thick` is not 0."""

    points: Floats
    colour: Colour
    alpha: float = 1.0
    thick: float = 0.0  # cm
    closed: bool = True


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pair of glasses: how dark, how thick the frame, how far slid down, in centimetres."""

    tint: float = 0.0
    thick: float = 0.22
    low: float = 0.0


_PAIRS = {
    Glasses.CLEAR: _Pair(),
    Glasses.DARK: _Pair(tint=0.97),
    Glasses.TINTED: _Pair(tint=0.6),
    Glasses.THICK: _Pair(thick=0.75),
    Glasses.LOW: _Pair(thick=0.4, low=1.75),
}


def put_on(image: Floats, params: Params, view: View) -> None:
    """Draw what `params` says over `image`, which is in linear light."""
    if params.glasses is not Glasses.NONE:
        for shape in _spectacles(params):
            _draw(image, view, shape)
    for shape in _hiding(params):
        _draw(image, view, shape)


def _spectacles(params: Params) -> Iterator[_Shape]:
    pair = _PAIRS[params.glasses]
    for side in (-1, 1):
        yield from _lens(params, pair, side)
    bridge = floats([(-1.0, 0.5, 9.5), (0, 0.8, 9.9), (1.0, 0.5, 9.5)]) - (0, pair.low, 0)
    yield _Shape(bridge, _FRAME, thick=pair.thick, closed=False)


def _lens(params: Params, pair: _Pair, side: int) -> Iterator[_Shape]:
    around = np.linspace(0, 2 * np.pi, 60)
    cos, sin = np.cos(around), np.sin(around)
    x = 3.3 * side + 2.45 * np.sign(cos) * np.abs(cos) ** 0.7
    y = -0.15 - pair.low + 1.75 * np.sign(sin) * np.abs(sin) ** 0.7
    rim = np.stack([x, y, 9.4 - 0.12 * cos * side], 1)
    if pair.tint:
        yield _Shape(rim, _TINT, pair.tint)
    if params.glare:
        upper = rim[5:28] * (0.9, 0.9, 1) + (0.33 * side, 0, 0)
        yield _Shape(upper, _GLARE, params.glare)
    yield _Shape(rim, _FRAME, thick=pair.thick)
    temple = floats([(5.7 * side, 0.4 - pair.low, 9.2), (7.6 * side, 0.2, 1.0)])
    yield _Shape(temple, _FRAME, thick=0.2, closed=False)


def _hiding(params: Params) -> Iterator[_Shape]:
    match params.occlusion:
        case Occlusion.MASK:
            yield from _mask()
        case Occlusion.HAND:
            yield from _hand(params)
        case Occlusion.FRINGE:
            yield from _fringe(params)
        case Occlusion.NONE:
            return


def _mask() -> Iterator[_Shape]:
    """A surgical mask, its folds, and the loops to the ears."""
    right = floats(_RIGHT_OF_MASK)
    left = right[:0:-1] * (-1, 1, 1)
    yield _Shape(np.concatenate([right, [(0, -12.6, 7.5)], left]), _CLOTH)
    for y in (-4.6, -6.4, -8.2):
        fold = floats([(-5.8, y - 0.4, 3.5), (-2.6, y, 8.8), (2.6, y, 8.8), (5.8, y - 0.4, 3.5)])
        yield _Shape(fold, tinted(_CLOTH, 0.8, 0.8, 0.8), 0.7, thick=0.12, closed=False)
    for side in (-1, 1):
        for y in (-3.0, -8.0):
            loop = floats([(6.2 * side, y, 3.0), (7.3 * side, -2.6, -0.5)])
            yield _Shape(loop, _CLOTH, thick=0.25, closed=False)


def _hand(params: Params) -> Iterator[_Shape]:
    """The palm over the chin, four fingers up the cheek, each with its shaded edge."""
    colour, edge = tinted(params.skin, 0.90, 0.92, 0.96), tinted(params.skin, 0.55, 0.58, 0.68)
    yield _Shape(floats(_PALM), colour)
    for rank, (top, height) in enumerate(_FINGERS):
        root = (-5.0 + 2.0 * rank, -9.6, 11)
        line = floats([root, (top, height, 10.6)])
        yield _Shape(line, edge, thick=1.95, closed=False)
        yield _Shape(line, colour, thick=1.65, closed=False)


def _fringe(params: Params) -> Iterator[_Shape]:
    """Locks from the crown that end below the eyes, no two of one shade."""
    rng = np.random.default_rng([params.seed, 17])
    for middle in np.linspace(-6.2, 6.2, 22):
        end, lean = rng.uniform(-1.7, -0.5), rng.uniform(-0.5, 0.5)
        shade = rng.uniform(0.8, 1.2)
        depth = 9.6 - 0.06 * middle * middle
        lock = [
            (middle - 0.7, 7.8, 7.0), (middle - 0.55, 3.5, depth), (middle + lean, end, depth),
            (middle + 0.55, 3.5, depth), (middle + 0.7, 7.8, 7.0),
        ]  # fmt: skip
        yield _Shape(floats(lock), tinted(params.hair, shade, shade, shade))


def _draw(image: Floats, view: View, shape: _Shape) -> None:
    mask = np.zeros(image.shape[:2], np.uint8)
    outline = np.round(view.project(shape.points) * 16).astype(np.int32)
    if shape.thick:
        width = max(1, round(shape.thick * view.focal / view.distance))
        cv2.polylines(mask, [outline], shape.closed, (255,), width, cv2.LINE_AA, 4)
    else:
        cv2.fillPoly(mask, [outline], (255,), cv2.LINE_AA, 4)
    share = floats(mask * (shape.alpha / 255))[..., None]
    image[:] = image * (1 - share) + linear(floats(shape.colour)) * share
