"""Ridges and valleys across a block: local clarity (LCS) and uniformity of their widths (RVUP)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.quality.features.grid import Grey, Grid

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]

_COLUMNS = 32
_ACROSS = (slice(10, 26), slice(2, 34))  # of the turned window
_MM20 = 20.0  # pixels a millimetre, as the standard rounds 500 ppi
_RIDGE, _VALLEY = (3 / _MM20, 10 / _MM20), (2 / _MM20, 10 / _MM20)  # widths, mm
_X = np.arange(1, _COLUMNS + 1, dtype=np.float64)


@dataclass(frozen=True, eq=False, slots=True)
class Profiles:
    """What a cut across the ridges shows.

    `pixels` (blocks, 16, 32); `line` (blocks, 32) straight through the mean of the columns;
    `ridge` (blocks, 32) the columns below it.
    """

    pixels: Grey
    line: Floats
    ridge: Mask


def lcs(grid: Grid) -> Floats:
    """Local clarity of each foreground block: how few pixels lie on the wrong side of the line."""
    found = _profiles(grid.turned(_ACROSS, padded=False))
    below = found.pixels < found.line[:, None, :]
    wrong_valley = _share(below, ~found.ridge)
    wrong_ridge = _share(~below, found.ridge)
    clarity = 1 - (wrong_valley + wrong_ridge) / 2
    return np.where(_plausible(found.ridge), clarity, 0.0)


def rvup(grid: Grid) -> Floats:
    """Ratios of neighbouring ridge and valley widths, of all foreground blocks in one list."""
    ridge = _profiles(grid.turned(_ACROSS, padded=True)).ridge
    block, place = np.nonzero(ridge[:, 1:-1] != ridge[:, :-2])
    if not len(block):
        return np.zeros(0)
    first = np.searchsorted(block, block)  # where the changes of the same block begin
    rank = np.arange(len(block)) - first
    last = np.searchsorted(block, block, side="right") - 1 - first  # n of the block
    width = np.diff(place, append=0)
    whole = (rank >= 1) & (rank + 2 <= last)  # this width and the next both count
    here = np.flatnonzero(whole)
    if not len(here):
        return np.zeros(0)
    ratio = width[here + 1] / width[here]
    begins_with_ridge = ridge[block[here], place[first[here]] + 1]
    odd = (last[here] - 2 - rank[here]) % 2 == 1
    return np.where(odd == begins_with_ridge, 1 / ratio, ratio)


def _profiles(pixels: Grey) -> Profiles:
    mean = pixels.mean(1, dtype=np.float64)
    slope, start = _line(mean)
    line = start[:, None] + slope[:, None] * _X
    return Profiles(pixels, line, mean < line)


def _line(mean: Floats) -> tuple[Floats, Floats]:
    """Least squares through each row of `mean` over x = 1 … 32, rounded to 1e-10."""
    x = _X - _X.mean()
    slope = (mean @ x) / (x @ x)
    start = mean.mean(1) - slope * _X.mean()
    return np.round(slope, 10), np.round(start, 10)


def _share(wrong: Mask, columns: Mask) -> Floats:
    """Share of `wrong` among the pixels of `columns`; 0 without columns."""
    count = (wrong & columns[:, None, :]).sum((1, 2))
    return np.asarray(count / np.maximum(1, columns.sum(1) * wrong.shape[1]))


def _plausible(ridge: Mask) -> Mask:
    """Whether mean ridge and valley widths are those of a finger; the last run does not count.

    The mean is the sum times 1/n, added up in order: at equality with a limit that decides.
    """
    change = ridge[:, 1:] != ridge[:, :-1]
    last = np.zeros(len(ridge))
    sums = np.zeros((2, len(ridge)))
    counts = np.zeros((2, len(ridge)))
    for column in range(_COLUMNS - 1):
        ends = change[:, column]
        width = (column - last) / _MM20
        for kind, of_kind in enumerate((~ridge[:, column], ridge[:, column])):
            sums[kind] += np.where(ends & of_kind, width, 0.0)
            counts[kind] += ends & of_kind
        last = np.where(ends, column, last)
    valley, of_ridge = sums * (1 / np.maximum(counts, 1))
    fits = (_RIDGE[0] <= of_ridge) & (of_ridge <= _RIDGE[1])
    return np.asarray(fits & (_VALLEY[0] <= valley) & (valley <= _VALLEY[1]) & change.any(1))
