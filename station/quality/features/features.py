"""All features of one print, by the names of the reference implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from station.quality.features.frame import cropped
from station.quality.features.grid import BLOCK, grid
from station.quality.features.histogram import histogram
from station.quality.features.profile import lcs, rvup
from station.quality.features.region import region
from station.quality.features.waves import fda, ocl, of

if TYPE_CHECKING:
    import numpy.typing as npt

_MOST = (1000, 800)  # rows, columns after cropping
_LEAST_BLOCKS = 10


class TooLittle(Exception):
    """No features can be computed; the text says why, in English, for the record."""


def features(grey: npt.NDArray[np.uint8]) -> dict[str, float]:
    """The features of (rows, columns) grey levels at 500 ppi, dark ridges on white.

    Raises `TooLittle` when the image is blank, larger than one finger, or holds fewer than ten
    blocks of finger.
    """
    image = cropped(grey)
    if not image.size or image.std() < 1:
        raise TooLittle("blank image")
    if image.shape[0] > _MOST[0] or image.shape[1] > _MOST[1]:
        raise TooLittle(f"{image.shape[1]} x {image.shape[0]} pixels are more than one finger")
    blocks = grid(image)
    if blocks.foreground.sum() < _LEAST_BLOCKS:
        raise TooLittle("fewer than ten blocks of finger")
    found = {
        **histogram("FDA", fda(blocks)),
        **histogram("LCS", lcs(blocks)),
        **histogram("OCL", ocl(image)),
        **histogram("OF", of(blocks)),
        **histogram("RVUP", rvup(blocks)),
        "Mu": float(image.mean()),
        "MMB": _mean_of_tiles(image),
        "UniformImage": float(image.std()),
    }
    return found | _of_region(image)


def _mean_of_tiles(image: npt.NDArray[np.uint8]) -> float:
    """Mean of the tile means, partial tiles weighing as much as whole ones."""
    rows, columns = (np.arange(0, side, BLOCK) for side in image.shape)
    sums = np.add.reduceat(np.add.reduceat(image.astype(np.float64), rows, 0), columns, 1)
    heights = np.minimum(BLOCK, image.shape[0] - rows)
    widths = np.minimum(BLOCK, image.shape[1] - columns)
    return float((sums / np.outer(heights, widths)).mean())


def _of_region(image: npt.NDArray[np.uint8]) -> dict[str, float]:
    found = region(image)
    return {
        "ImgProcROIArea_Mean": found.mean,
        "SufficientFingerprintForeground": float(found.pixels),
        "OrientationMap_ROIFilter_CoherenceRel": found.coherence_mean,
        "OrientationMap_ROIFilter_CoherenceSum": found.coherence_sum,
    }
