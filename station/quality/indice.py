"""`indice`: our own figure for one flat print, 0 to 100. It is not NFIQ 2 and never called so.

A linear model over the features of ISO/IEC 29794-4, fitted to NFIQ 2 by scripts/fit_indice.py;
the coefficients, where they come from and how well they do stand in indice.json. The inputs do
not depend on the size of the platen: shares of blocks instead of their number.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from station.quality.features import TooLittle, features
from station.quality.report import Algorithm
from station.quality.score import FingerScore

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

_FAMILIES: Final = ("FDA", "LCS", "OCL", "OF", "RVUP")
_WHOLE: Final = ("Mu", "MMB", "UniformImage", "ImgProcROIArea_Mean")
_COHERENCE = "OrientationMap_ROIFilter_Coherence"
_PIXELS = "SufficientFingerprintForeground"
_FAR = 4.0  # deviations: beyond, an input counts no further
INPUTS: Final = (
    *(f"{f} {what}" for f in _FAMILIES for what in (*range(10), "mean", "deviation", "count")),
    *_WHOLE,
    "coherence mean",
    "coherence sum",
    "pixels",
)


def inputs(found: Mapping[str, float]) -> list[float]:
    """The inputs of the model, in the order of `INPUTS`, from features by their native names."""
    values: list[float] = []
    for family in _FAMILIES:
        bins = [found[f"{family}_Bin10_{n}"] for n in range(10)]
        count = sum(bins)
        values += [b / max(count, 1.0) for b in bins]
        values += [found[f"{family}_Bin10_Mean"], found[f"{family}_Bin10_StdDev"]]
        values.append(math.log(max(count, 1.0)))
    values += [found[name] for name in _WHOLE]
    values.append(found[f"{_COHERENCE}Rel"])
    values.append(math.log1p(found[f"{_COHERENCE}Sum"]))
    values.append(math.log1p(found[_PIXELS]))
    return values


@dataclass(frozen=True, eq=False, slots=True)
class Indice:
    """The engine; `Indice.load()` reads its coefficients."""

    algorithm: Algorithm
    start: float
    mean: npt.NDArray[np.float64] = field(repr=False)
    scale: npt.NDArray[np.float64] = field(repr=False)
    weights: npt.NDArray[np.float64] = field(repr=False)

    @classmethod
    @cache
    def load(cls) -> Self:
        """The engine as fitted."""
        file = resources.files("station.quality") / "indice.json"
        fit = json.loads(file.read_text("utf-8"))
        mean, scale, weights = np.array([fit["inputs"][name] for name in INPUTS]).T
        return cls(Algorithm(fit["name"], fit["version"]), fit["start"], mean, scale, weights)

    def assess(self, pixels: npt.NDArray[np.uint8]) -> FingerScore:
        """The figure for (rows, columns) grey levels at 500 ppi, or why there is none."""
        try:
            found = features(pixels)
        except TooLittle as error:
            return FingerScore(self.algorithm, None, str(error))
        z = (np.array(inputs(found)) - self.mean) / self.scale
        raw = self.start + float(np.clip(z, -_FAR, _FAR) @ self.weights)
        score = round(min(max(raw, 0.0), 100.0))
        return FingerScore(self.algorithm, score, None, MappingProxyType(found))
