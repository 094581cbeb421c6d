"""NFIQ 2 and bozorth3, out of the optional extra `nfiq2`, in a process of their own.

Native code that crashes or hangs is killed with its process and started again with the next
print; the station goes on with `indice` and says so. What NFIQ 2 itself does not see is asked
beforehand: it finds a score for noise and for faces, and takes any resolution for 500 ppi.
"""

from __future__ import annotations

import logging
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import cv2

from station.child import Child, ChildBroken
from station.quality import nbis_process
from station.quality.features import TooLittle, features
from station.quality.report import Algorithm
from station.quality.score import FingerScore

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]

_logger = logging.getLogger(__name__)
_DISTRIBUTION = "nbis-py"
_START, _ANSWER = 20.0, 5.0  # seconds: with the loading of the forest, and without
_NFIQ2 = "2.3.0"  # what the library holds


def installed() -> str | None:
    """The version of the extra, None when it is not there; loads nothing."""
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        return None


class Nbis:
    """A supervised process around the library; safe to call from several threads."""

    def __init__(self) -> None:
        self._child = Child(nbis_process.serve)

    @property
    def pid(self) -> int | None:
        """The process, None when it is not running."""
        return self._child.pid

    def score(self, grey: Grey) -> tuple[int, dict[str, float]] | str | None:
        """Score and features, the library's reason for having none, or None: it broke."""
        found: tuple[int, dict[str, float]] | str | None = self._ask("score", _png(grey))
        return found

    def bozorth3(self, one: Grey, other: Grey) -> int | None:
        """The similarity of two prints; None when the library has none to give."""
        found = self._ask("bozorth3", _png(one), _png(other))
        return found if isinstance(found, int) else None

    def close(self) -> None:
        """End the process."""
        self._child.close()

    def _ask(self, *order: object) -> Any:
        try:
            return self._child.ask(order, _ANSWER, _START)
        except ChildBroken as error:
            _logger.warning("the process of NFIQ 2 %s; indice stands in", error)
            return None


class Nfiq2:
    """The engine of record, where the extra is installed."""

    def __init__(self, nbis: Nbis) -> None:
        self.algorithm = Algorithm("NFIQ 2", f"{_NFIQ2}+{_DISTRIBUTION}.{installed()}")
        self._nbis = nbis

    def assess(self, pixels: Grey) -> FingerScore:
        """The score of a print, or why there is none; `refusal` is "broken" when it crashed."""
        try:
            features(pixels)
        except TooLittle as error:
            return FingerScore(self.algorithm, None, str(error))
        found = self._nbis.score(pixels)
        if found is None:
            return FingerScore(self.algorithm, None, "broken")
        if isinstance(found, str):
            return FingerScore(self.algorithm, None, found)
        return FingerScore(self.algorithm, found[0], None, MappingProxyType(found[1]))


def _png(grey: Grey) -> bytes:
    _, data = cv2.imencode(".png", grey)
    return data.tobytes()
