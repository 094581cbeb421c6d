"""Frequency and flow of the ridges: FDA, OCL and OF."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from station.quality.features.grid import BLOCK, moments

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.quality.features.grid import Grey, Grid

    Floats = npt.NDArray[np.float64]

_DOWN = (slice(2, 34), slice(10, 26))  # of the turned window
_LEAST, _MOST = np.radians(4), np.radians(90)  # change of direction that counts, and its scale


def fda(grid: Grid) -> Floats:
    """Sharpness of the peak in the spectrum across the ridges of each foreground block."""
    strips = grid.turned(_DOWN, np.pi / 2, padded=True)
    spectrum = np.abs(np.fft.rfft(strips.mean(2, dtype=np.float64)))[:, 1:]
    peak = spectrum.argmax(1)
    rows = np.arange(len(peak))
    twin = np.concatenate((spectrum, spectrum[:, -2:-3:-1]), axis=1)  # value 17 repeats value 15
    near = twin[rows, np.maximum(peak - 1, 0)] + twin[rows, peak + 1]
    total = np.maximum(spectrum[:, :15].sum(1), np.finfo(np.float64).tiny)
    return np.where(peak == 0, 1.0, (spectrum[rows, peak] + 0.3 * near) / total)


def ocl(grey: Grey) -> Floats:
    """Certainty of the direction in each whole tile that is not flat."""
    rows, columns = (side // BLOCK for side in grey.shape)
    tiles = grey[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    a, b, c = moments(tiles.swapaxes(1, 2).reshape(-1, BLOCK, BLOCK))
    total, spread = a + b, np.hypot(a - b, 2 * c)
    textured = total + spread > 0
    return np.asarray(2 * spread[textured] / (total + spread)[textured])


def of(grid: Grid) -> Floats:
    """Change of direction from each block to its eight neighbours, where all are foreground."""
    padded = np.pad(grid.angle, 1)
    inside = np.pad(grid.foreground, 1)
    rows, columns = grid.angle.shape
    change = np.zeros_like(grid.angle)
    whole = np.ones_like(grid.foreground)
    for down in range(3):
        for right in range(3):
            view = (slice(down, down + rows), slice(right, right + columns))
            apart = np.abs(grid.angle - padded[view])
            change += np.minimum(apart, 2 * np.pi - apart)
            whole &= inside[view]
    change /= 8
    counts = whole & (change > _LEAST)
    return np.asarray((change[counts] - _LEAST) / (_MOST - _LEAST))
