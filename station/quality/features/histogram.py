"""A list of values in ten bins, with mean and deviation: `<family>_Bin10_…`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

LIMITS: Final = {
    "FDA": (0.268, 0.304, 0.33, 0.355, 0.38, 0.407, 0.44, 0.50, 1.0),
    "LCS": (0.0, 0.70, 0.74, 0.77, 0.79, 0.81, 0.83, 0.85, 0.87),
    "OCL": (0.337, 0.479, 0.579, 0.655, 0.716, 0.766, 0.81, 0.852, 0.898),
    "OF": (0.01715, 0.035, 0.0557, 0.081, 0.115, 0.1718, 0.2569, 0.4758, 0.748),
    "RVUP": (0.5, 0.667, 0.8, 1.0, 1.25, 1.5, 2.0, 24.0, 30.0),
}


def histogram(family: str, values: npt.NDArray[np.float64]) -> dict[str, float]:
    """Counts, mean and population deviation of `values`; all 0 when there are none.

    A value equal to a limit belongs above it.
    """
    bins = np.searchsorted(LIMITS[family], values, side="right")
    counts = np.bincount(bins, minlength=10)
    found = {f"{family}_Bin10_{n}": float(count) for n, count in enumerate(counts)}
    found[f"{family}_Bin10_Mean"] = float(values.mean()) if len(values) else 0.0
    found[f"{family}_Bin10_StdDev"] = float(values.std()) if len(values) else 0.0
    return found
