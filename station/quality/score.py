"""The contract of an engine that sums a print up in one figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from station.quality.report import Algorithm


@dataclass(frozen=True, slots=True)
class FingerScore:
    """One engine's figure for one print.

    `score` runs from 0 to 100; None when the engine refused the image, with the reason in
    `refusal`. `features` are what the score was made from, by the names of ISO/IEC 29794-4.
    """

    algorithm: Algorithm
    score: int | None
    refusal: str | None = None
    features: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}), repr=False)


class FingerQuality(Protocol):
    """An engine. Nothing else in the station knows which one ran."""

    @property
    def algorithm(self) -> Algorithm:
        """Name and version, as they go into the record."""
        ...

    def assess(self, pixels: npt.NDArray[np.uint8]) -> FingerScore:
        """The score of a print: (rows, columns) grey levels at 500 ppi, dark ridges."""
        ...
