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

    def turned(self, part: tuple[slice, slice], extra_angle: float = 0.0, *, padded: bool) -> Grey:
        """(blocks, rows, columns): `part` of each foreground window, turned by its angle.

        With `padded`, what lies up to two pixels outside the window is turned in; without, it is
        black.
        """
        rows, columns = np.nonzero(self.foreground)
        angles = self.angle[rows, columns] + extra_angle
        more = _MORE if padded else 0
        x, y = _sources(angles, part, WINDOW / 2 + more)
        # a negative place is a huge one without its sign
        outside = np.maximum(x.view(np.uint32), y.view(np.uint32)) >= WINDOW + 2 * more
        corner = (
            (rows * BLOCK + _MORE - more) * self.image.shape[1] + columns * BLOCK + _MORE - more
        )
        place = y * np.int32(self.image.shape[1]) + x + corner.astype(np.int32)[:, None, None]
        found = np.asarray(self.image.ravel().take(place, mode="clip"), np.uint8)
        found[outside] = 0
        return found


def grid(grey: Grey) -> Grid:
    """The blocks of `grey`: the first begins two pixels from the corner."""
    rows, columns = (max(0, -(-(side - 35) // BLOCK)) for side in grey.shape)
    first = grey[_BORDER : _BORDER + rows * BLOCK, _BORDER : _BORDER + columns * BLOCK]
    blocks = first.reshape(rows, BLOCK, columns, BLOCK).swapaxes(1, 2)
    inside: Mask = foreground(grey)[
        _BORDER : _BORDER + rows * BLOCK, _BORDER : _BORDER + columns * BLOCK
    ]
    whole = np.asarray(inside.reshape(rows, BLOCK, columns, BLOCK).all((1, 3)))
    framed = cv2.copyMakeBorder(grey, *(_BORDER,) * 4, cv2.BORDER_CONSTANT)
    return Grid(_angle(blocks), whole, np.asarray(framed, np.uint8))


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
    pixels: Mask = flags.repeat(BLOCK, 0).repeat(BLOCK, 1)[: grey.shape[0], : grey.shape[1]]
    return pixels


def _tile_sums(values: Floats, tiles: list[npt.NDArray[np.int64]]) -> Floats:
    return np.asarray(np.add.reduceat(np.add.reduceat(values, tiles[0], 0), tiles[1], 1))


def moments(blocks: npt.NDArray[np.generic]) -> tuple[Floats, Floats, Floats]:
    """Means of gx², gy² and gx·gy of each block of (blocks, rows, columns).

    Gradients are central differences, one-sided at the edges, 0 along an axis of one pixel. In
    whole numbers (twice the gradient) the sums are exact.
    """
    x, y = (_doubled(blocks.astype(np.int32), axis) for axis in (2, 1))
    scale = 1 / (4 * blocks.shape[1] * blocks.shape[2])
    a, b, c = (np.einsum("bij,bij->b", u, v) * scale for u, v in ((x, x), (y, y), (x, y)))
    return a, b, c


def _doubled(values: npt.NDArray[np.int32], axis: int) -> npt.NDArray[np.int32]:
    """Twice the gradient along `axis`."""
    if values.shape[axis] == 1:
        return np.zeros_like(values)
    turned = values.swapaxes(axis, 2)
    out = np.empty_like(turned)
    out[:, :, 1:-1] = turned[:, :, 2:] - turned[:, :, :-2]
    out[:, :, 0] = 2 * (turned[:, :, 1] - turned[:, :, 0])
    out[:, :, -1] = 2 * (turned[:, :, -1] - turned[:, :, -2])
    return out.swapaxes(axis, 2)


def _angle(blocks: Grey) -> Floats:
    """Normal to the ridges: half the angle of (a - b, c), where theory would have 2c."""
    a, b, c = moments(blocks.reshape(-1, BLOCK, BLOCK))
    d = c * c + (a - b) ** 2 + np.finfo(np.float64).eps
    return np.asarray(0.5 * np.arctan2(c / d, (a - b) / d)).reshape(blocks.shape[:2])


def _sources(
    angles: Floats, part: tuple[slice, slice], centre: float
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Where each output pixel of `part` comes from: columns and rows of the window.

    The affine map is inverted and rounded to 1/1024 pixel in two parts, as OpenCV 4 does.
    """
    k, s = np.cos(angles), np.sin(angles)
    t0, t1 = (1 - k) * centre - s * centre, s * centre + (1 - k) * centre
    scale = 1 / (k * k + s * s)
    i0, i1, i3, i4 = k * scale, -s * scale, s * scale, k * scale
    b1, b2 = -i0 * t0 - i1 * t1, -i3 * t0 - i4 * t1
    down, across = (np.arange(s.start, s.stop) for s in part)
    along_x = _fixed(i0[:, None] * across)[:, None, :]
    along_y = _fixed(i3[:, None] * across)[:, None, :]
    down_x = _fixed(i1[:, None] * down + b1[:, None])[:, :, None]
    down_y = _fixed(i4[:, None] * down + b2[:, None])[:, :, None]
    return (down_x + np.int32(512) + along_x) >> 10, (down_y + np.int32(512) + along_y) >> 10


def _fixed(values: Floats) -> npt.NDArray[np.int32]:
    return np.asarray(np.rint(1024 * values), np.int32)
