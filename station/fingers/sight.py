"""What one live frame shows: quick enough for every frame of a slap scanner.

A sixteenth of the work of `station.quality`: blocks do not overlap, and a block is told to hold
ridges by its two-dimensional spectrum instead of a window turned across them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]
    Floats = npt.NDArray[np.float32]
    Mask = npt.NDArray[np.bool_]

MM = 25.4 / 500  # of one pixel
_BLOCK = 32  # pixels
_TEXTURE = 8.0  # grey levels of mean deviation; below, a block is bare glass
_NEIGHBOURHOOD = 15  # pixels; one to two ridges
_MOST = 900  # blocks looked at in one frame, evenly spread; four wet fingers have 700
_RADII = (2.1, 6.5)  # cycles in a block: ridges 5 to 15 pixels apart
_CONCENTRATED = 0.45  # share of the power around the strongest wave
_PATCH = 40.0  # mm²; a smaller one is no finger
_HANN = np.outer(np.hanning(_BLOCK), np.hanning(_BLOCK)).astype(np.float32)
_FY = np.fft.fftfreq(_BLOCK, 1 / _BLOCK)[:, None]
_FX = np.arange(_BLOCK // 2 + 1)[None, :]
_RADIUS = np.hypot(_FY, _FX)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a frame shows.

    `area` is covered by ridges, `texture` by anything at all (mm²). `centre` is the middle of
    the ridges from the middle of the glass, in mm to the right and down. `edges` holds those of
    "left", "right", "top", "bottom" that ridges touch. `patches` counts separate fingers.
    `dark`, `black` are shares of the pixels of the ridges; `valley`, `contrast` grey levels.
    """

    area: float
    texture: float
    centre: tuple[float, float]
    edges: frozenset[str]
    patches: int
    dark: float
    black: float
    valley: float
    contrast: float


def look(grey: Grey) -> Sight:
    """What (rows, columns) grey levels at 500 ppi show; any size of at least one block."""
    blocks = _blocks(grey)
    textured = _energy(grey, blocks.shape[:2]) >= _TEXTURE
    ridges, weight = _ridges(blocks, textured)
    unit = weight * (_BLOCK * MM) ** 2
    found = blocks[ridges]
    return Sight(
        area=float(ridges.sum()) * unit,
        texture=float(textured.sum()) * (_BLOCK * MM) ** 2,
        centre=_centre(ridges),
        edges=_edges(ridges),
        patches=_patches(textured),
        **_levels(found),
    )


def _blocks(grey: Grey) -> Grey:
    """(block rows, block columns, 32, 32): the frame in squares, what is over left out."""
    rows, columns = grey.shape[0] // _BLOCK, grey.shape[1] // _BLOCK
    whole = grey[: rows * _BLOCK, : columns * _BLOCK]
    return whole.reshape(rows, _BLOCK, columns, _BLOCK).swapaxes(1, 2)


def _energy(grey: Grey, shape: tuple[int, ...]) -> Floats:
    """Mean deviation of each block from its surroundings."""
    rows, columns = shape
    difference = cv2.absdiff(grey, cv2.blur(grey, (_NEIGHBOURHOOD, _NEIGHBOURHOOD)))
    whole = difference[: rows * _BLOCK, : columns * _BLOCK].astype(np.float32)
    return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA))


def _ridges(blocks: Grey, textured: Mask) -> tuple[Mask, float]:
    """Which textured blocks hold ridges, and how many blocks each one looked at stands for."""
    places = np.argwhere(textured)
    step = -(-len(places) // _MOST) or 1
    places = places[::step]
    ridges = np.zeros_like(textured)
    if len(places):
        rows, columns = places.T
        ridges[rows, columns] = _one_wave(blocks[rows, columns].astype(np.float32))
    return ridges, float(step)


def _one_wave(blocks: Floats) -> Mask:
    """Whether the power of each block lies around one wave of 5 to 15 pixels."""
    centred = (blocks - blocks.mean((1, 2), keepdims=True)) * _HANN
    power = np.abs(np.fft.rfft2(centred)) ** 2
    power[:, _RADIUS < 1] = 0
    power[:, :, 1:-1] *= 2  # the half of the plane that rfft2 leaves out
    peak = power.reshape(len(power), -1).argmax(1)
    fy, fx = _FY.ravel()[peak // _FX.size], _FX.ravel()[peak % _FX.size]
    near = np.hypot(_FY - fy[:, None, None], _FX - fx[:, None, None]) < 1.5
    near |= np.hypot(_FY + fy[:, None, None], _FX + fx[:, None, None]) < 1.5
    share = (power * near).sum((1, 2)) / (power.sum((1, 2)) + 1e-6)
    radius = np.hypot(fy, fx)
    in_band = (radius >= _RADII[0]) & (radius <= _RADII[1])
    return np.asarray(in_band & (share > _CONCENTRATED))


def _centre(ridges: Mask) -> tuple[float, float]:
    if not ridges.any():
        return 0.0, 0.0
    rows, columns = np.nonzero(ridges)
    right = columns.mean() + 0.5 - ridges.shape[1] / 2
    down = rows.mean() + 0.5 - ridges.shape[0] / 2
    return float(right * _BLOCK * MM), float(down * _BLOCK * MM)


def _edges(ridges: Mask) -> frozenset[str]:
    """Edges with three ridge blocks or more: one alone may be noise."""
    sides = {
        "left": ridges[:, 0],
        "right": ridges[:, -1],
        "top": ridges[0],
        "bottom": ridges[-1],
    }
    return frozenset(name for name, side in sides.items() if side.sum() >= 3)


def _patches(textured: Mask) -> int:
    """Separate fingers: pieces of texture with no other piece above them."""
    count, _, stats, centres = cv2.connectedComponentsWithStats(
        textured.astype(np.uint8), connectivity=4
    )
    least = _PATCH / (_BLOCK * MM) ** 2
    large = [n for n in range(1, count) if stats[n, cv2.CC_STAT_AREA] >= least]
    return sum(not any(_above(stats[m], centres[m], centres[n]) for m in large) for n in large)


def _above(
    stat: npt.NDArray[np.int32], centre: npt.NDArray[np.float64], below: npt.NDArray[np.float64]
) -> bool:
    """Whether the piece `stat` lies over `below`: the fingertip of a second phalanx."""
    beside = abs(centre[0] - below[0]) < stat[cv2.CC_STAT_WIDTH] * 0.6
    return bool(beside and centre[1] < below[1] - 1)


def _levels(blocks: Grey) -> dict[str, float]:
    """Grey levels of the ridge blocks: local dark share, black share, valley and contrast."""
    if not len(blocks):
        return {"dark": 0.0, "black": 0.0, "valley": 255.0, "contrast": 0.0}
    low, high = np.percentile(blocks.reshape(len(blocks), -1), (4, 96), axis=1)
    middle = ((low + high) / 2)[:, None, None]
    return {
        "dark": float((blocks < middle).mean()),
        "black": float((blocks < 30).mean()),
        "valley": float(high.mean()),
        "contrast": float((high - low).mean()),
    }
