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
_HAND = (
    (-8, -16, 11), (-4.2, -6.5, 11), (-1, -5.4, 11), (2.2, -6.0, 11), (2.6, -8.4, 11),
    (-1.5, -9.2, 11), (-2.5, -16, 11),
)  # fmt: skip
_FRINGE = (
    (-7, 7, 8), (-5.6, -0.4, 8.6), (-3, 0.2, 9), (0, 0.9, 9.3), (3, 0.2, 9), (5.6, -0.4, 8.6),
    (7, 7, 8),
)  # fmt: skip


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
    hidden = _hiding(params)
    if hidden is not None:
        _draw(image, view, hidden)


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


def _hiding(params: Params) -> _Shape | None:
    match params.occlusion:
        case Occlusion.MASK:
            right = floats(_RIGHT_OF_MASK)
            left = right[:0:-1] * (-1, 1, 1)
            return _Shape(np.concatenate([right, [(0, -12.6, 7.5)], left]), _CLOTH)
        case Occlusion.HAND:
            return _Shape(floats(_HAND), tinted(params.skin, 0.86, 0.86, 0.86))
        case Occlusion.FRINGE:
            return _Shape(floats(_FRINGE), params.hair)
        case Occlusion.NONE:
            return None


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
