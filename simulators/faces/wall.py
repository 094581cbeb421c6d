"""The wall behind the person, in linear light: plain, and what spoils it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.faces.light import linear
from simulators.floats import Floats, floats

if TYPE_CHECKING:
    from simulators.faces.params import Params


def wall(params: Params, cover: Floats) -> Floats:
    """The wall, (rows, columns, 3), a little darker at its corners; `cover` casts the shadow."""
    height, width = cover.shape
    y, x = np.ogrid[:height, :width]
    corners = (x / width - 0.5) ** 2 + (y / height - 0.5) ** 2
    amount = 1 - 0.03 * corners
    squares = (np.floor(x / width * 7) + np.floor(y / height * 9)) % 2
    amount = amount * (1 - params.bg_pattern * squares) * (1 - params.bg_slope * y / height)
    if params.bg_shadow:
        amount = amount * (1 - params.bg_shadow * _cast(params, cover))
    return linear(floats(params.bg)) * floats(amount)[..., None]


def _cast(params: Params, cover: Floats) -> Floats:
    """The shadow of the person on the wall, 0 to 1, away from the lamp."""
    height, width = cover.shape
    across = -float(np.sin(np.radians(params.light_az))) * width * 0.12 or width * 0.06
    move = floats([[1, 0, across], [0, 1, height * 0.02]])
    moved = cv2.warpAffine(cover, move, (width, height))
    return floats(cv2.GaussianBlur(moved, (0, 0), width * 0.02))
