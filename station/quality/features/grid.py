"""Blocks of 32 x 32 pixels, their orientation, and windows turned along their ridges.

Windows are turned by index arithmetic, so that no result depends on the version of OpenCV; the
rounding is that of its fixed-point nearest neighbour, to the pixel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]
    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]

BLOCK = 32  # pixels
WINDOW = 36  # pixels: the block and what turning it may reach
_BORDER = (WINDOW - BLOCK) // 2
_MORE = 2  # pixels around the window that FDA and RVUP see, and LCS does not
_CONTRAST = 0.1  # deviation of a tile of the normalised image above which it is foreground


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """The blocks of one image.

    `angle` is the normal to the ridges of every block, (block rows, block columns), radians;
    `foreground` the blocks that lie wholly in the finger; `image` has a border of zeros.
    """

    angle: Floats
    foreground: Mask
    image: Grey = field(repr=False)

    def turned(self, extra_angle: float = 0.0, *, padded: bool) -> Grey:
        """(blocks, 36, 36): each foreground window turned by its angle and `extra_angle`.

        With `padded`, what lies up to two pixels outside the window is turned in; without, it is
        black.
        """
        rows, columns = np.nonzero(self.foreground)
        angles = self.angle[rows, columns] + extra_angle
        return _turned(self.image, rows * BLOCK, columns * BLOCK, angles, _MORE if padded else 0)


def grid(grey: Grey) -> Grid:
    """The blocks of `grey`: the first begins two pixels from the corner."""
    rows, columns = (max(0, -(-(side - 35) // BLOCK)) for side in grey.shape)
    first = grey[_BORDER : _BORDER + rows * BLOCK, _BORDER : _BORDER + columns * BLOCK]
    blocks = first.reshape(rows, BLOCK, columns, BLOCK).swapaxes(1, 2)
    inside = foreground(grey)[_BORDER : _BORDER + rows * BLOCK, _BORDER : _BORDER + columns * BLOCK]
    whole = inside.reshape(rows, BLOCK, columns, BLOCK).all((1, 3))
    return Grid(_angle(blocks), whole, cv2.copyMakeBorder(grey, 2, 2, 2, 2, cv2.BORDER_CONSTANT))


def foreground(grey: Grey) -> Mask:
    """Which pixels lie in tiles of some contrast, the partial tiles at the edges included."""
    deviation = float(grey.std()) or 1.0
    tiles = [np.arange(0, side, BLOCK) for side in grey.shape]
    count = np.outer(
        *(np.minimum(BLOCK, side - t) for side, t in zip(grey.shape, tiles, strict=True))
    )
    sums = _tile_sums(grey.astype(np.float64), tiles)
    squares = _tile_sums(np.square(grey, dtype=np.float64), tiles)
    variance = squares / count - (sums / count) ** 2
    flags = np.sqrt(np.maximum(variance, 0.0)) > _CONTRAST * deviation
    return flags.repeat(BLOCK, 0).repeat(BLOCK, 1)[: grey.shape[0], : grey.shape[1]]


def _tile_sums(values: Floats, tiles: list[npt.NDArray[np.int64]]) -> Floats:
    return np.asarray(np.add.reduceat(np.add.reduceat(values, tiles[0], 0), tiles[1], 1))


def gradients(blocks: npt.NDArray[np.generic]) -> tuple[Floats, Floats]:
    """Central differences along x and y of (…, rows, columns), one-sided at the edges.

    Along an axis of one pixel the gradient is 0.
    """
    values = blocks.astype(np.float64)
    x, y = (
        np.gradient(values, axis=axis) if values.shape[axis] > 1 else np.zeros_like(values)
        for axis in (-1, -2)
    )
    return x, y


def _angle(blocks: Grey) -> Floats:
    """Normal to the ridges: half the angle of (a - b, c), where theory would have 2c."""
    x, y = gradients(blocks)
    a, b, c = (np.mean(v, axis=(-2, -1)) for v in (x * x, y * y, x * y))
    d = c * c + (a - b) ** 2 + np.finfo(np.float64).eps
    return np.asarray(0.5 * np.arctan2(c / d, (a - b) / d))


def _turned(
    image: Grey,
    top: npt.NDArray[np.int64],
    left: npt.NDArray[np.int64],
    angles: Floats,
    more: int,
) -> Grey:
    """Windows of `image` (with its border of two) at `top`, `left`, turned about their middle."""
    side = WINDOW + 2 * more
    x, y = _sources(angles, side / 2)
    outside = (x < 0) | (x >= side) | (y < 0) | (y >= side)
    rows = top[:, None, None] + y + (_MORE - more)
    columns = left[:, None, None] + x + (_MORE - more)
    rows = np.clip(rows, 0, image.shape[0] - 1)
    columns = np.clip(columns, 0, image.shape[1] - 1)
    found = image[rows, columns]
    found[outside] = 0
    return found


def _sources(angles: Floats, centre: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where each output pixel comes from: (blocks, 36, 36) columns and rows of the window.

    The affine map is inverted and rounded to 1/1024 pixel in two parts, as OpenCV 4 does.
    """
    k, s = np.cos(angles), np.sin(angles)
    t0, t1 = (1 - k) * centre - s * centre, s * centre + (1 - k) * centre
    scale = 1 / (k * k + s * s)
    i0, i1, i3, i4 = k * scale, -s * scale, s * scale, k * scale
    b1, b2 = -i0 * t0 - i1 * t1, -i3 * t0 - i4 * t1
    steps = np.arange(WINDOW)
    along_x = np.rint(1024 * i0[:, None] * steps).astype(np.int64)[:, None, :]
    along_y = np.rint(1024 * i3[:, None] * steps).astype(np.int64)[:, None, :]
    down_x = np.rint(1024 * (i1[:, None] * steps + b1[:, None])).astype(np.int64)[:, :, None]
    down_y = np.rint(1024 * (i4[:, None] * steps + b2[:, None])).astype(np.int64)[:, :, None]
    return (down_x + 512 + along_x) >> 10, (down_y + 512 + along_y) >> 10
