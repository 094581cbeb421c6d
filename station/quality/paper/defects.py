"""What is wrong with a printed photograph itself, whoever it shows. Own measures.

Each has its own copy of the paper, reduced to what it needs: folds are seen at 200 dpi, the dots
of a press at the resolution of the scan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.quality.paper import folds, frames, rasters, spots
from station.quality.paper.outline import MM
from station.quality.report import Measure, Region

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.quality.report import Algorithm

    Image = npt.NDArray[np.uint8]

_FOLDS, _SPOTS, _FRAMES = 200, 300, 100  # dpi
_RIM = 0.6  # mm of paper left out: its edge is no defect


def measures(paper: Image, dpi: float, by: Algorithm) -> tuple[Measure, ...]:
    """Every defect of `paper`, (rows, columns, 3) in B, G, R, upright, at `dpi`."""
    rim = max(1, round(_RIM * dpi / MM))
    inner = paper[rim:-rim, rim:-rim]
    fold, where = folds.fold(_at(inner, dpi, _FOLDS), min(dpi, _FOLDS))
    fine = _at(inner, dpi, _SPOTS)
    specks = spots.specks(fine, min(dpi, _SPOTS))
    stain = spots.stain(_at(inner, dpi, _FRAMES), min(dpi, _FRAMES))
    sides = frames.inner_sides(_at(inner, dpi, _FRAMES), min(dpi, _FRAMES))
    return (
        Measure("print.fold", round(fold, 3), "ratio", by, _region(where, dpi, _FOLDS, rim)),
        Measure("print.glare", round(spots.glare(fine), 4), "ratio", by),
        Measure("print.dust", float(specks), "count", by),
        Measure("print.stain", None if stain is None else round(stain, 1), "mm²", by),
        Measure("print.raster", round(rasters.raster(inner, dpi), 2), "dB", by),
        Measure("print.inner_sides", float(sides), "count", by),
    )


def _at(paper: Image, dpi: float, wanted: float) -> Image:
    """`paper` at `wanted` dpi; never made larger."""
    if dpi <= wanted:
        return paper
    scale = wanted / dpi
    small = cv2.resize(paper, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _region(
    box: tuple[int, int, int, int] | None, dpi: float, seen: float, rim: int
) -> Region | None:
    """A box of a reduced copy, in pixels of the paper."""
    if box is None:
        return None
    scale = max(1.0, dpi / seen)
    left, top, width, height = (round(v * scale) for v in box)
    return Region(left + rim, top + rim, width, height)
