"""Whether two prints are of one finger, in the opinion of every algorithm there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from station.fingers.comparison import compare
from station.quality.engines import nbis
from station.quality.nfiq2 import installed
from station.quality.report import Algorithm
from station.rules.acquisition import acquisition

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]

JUDGE: Final = "bozorth3"
"""The only algorithm whose low figure says that two prints are of different fingers."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A figure, who computed it, and the threshold of the policy above which it is one finger."""

    algorithm: Algorithm
    score: float
    threshold: float

    @property
    def same(self) -> bool:
        """Whether this algorithm takes the two for one finger."""
        return self.score > self.threshold


def opinions(one: Grey, other: Grey) -> tuple[Opinion, ...]:
    """Phase correlation, and bozorth3 where the extra `nfiq2` is installed and has a figure.

    Both (rows, columns) grey levels at 500 ppi.
    """
    limits = acquisition().comparaison
    own = compare(one, other)
    found = [Opinion(own.algorithm, own.score, limits.poc)]
    library = installed()
    matched = None if library is None else nbis().bozorth3(one, other)
    if matched is not None:
        algorithm = Algorithm(JUDGE, f"nbis-py {library}")
        found.append(Opinion(algorithm, float(matched), limits.bozorth3))
    return tuple(found)
