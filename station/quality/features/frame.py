"""The part of an image that the features are measured on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

_WHITE = 250  # mean grey level above which a border row or column is empty


def cropped(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """`grey` without its near-white border; empty when all of it is."""
    rows = np.flatnonzero(grey.mean(1) <= _WHITE)
    columns = np.flatnonzero(grey.mean(0) <= _WHITE)
    if not len(rows) or not len(columns):
        return grey[:0, :0]
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
