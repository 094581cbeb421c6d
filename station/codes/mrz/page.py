"""The zone of a title out of a scanned page: found, read, and what of it is sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from station.codes.mrz import grid, zone
from station.codes.mrz.decide import UNSURE, decide
from station.codes.mrz.finder import candidates
from station.errors import MrzInvalid

if TYPE_CHECKING:
    from datetime import date

    import numpy.typing as npt

    from station.codes.mrz.decide import Reading
    from station.codes.mrz.zone import Mrz

    Grey = npt.NDArray[np.uint8]

_LEAST = 0.66  # mean likeness of a zone; print of another kind stays below
_MOST_PIXELS, _LEAST_SIDE = 40_000_000, 64
_QUARTERS = (0, 2, 1, 3)  # turns of 90 degrees that are tried, until one shows a zone


@dataclass(frozen=True, slots=True)
class Found:
    """What was read, where: corners (x, y) in the page turned `quarters` times 90 degrees.

    `mrz` is the identity when every character is sure and every check digit holds; else `fault`
    says what is wrong, or that characters are unsure.
    """

    reading: Reading
    corners: tuple[tuple[int, int], ...]
    quarters: int
    mrz: Mrz | None = field(default=None, repr=False)
    fault: MrzInvalid | None = None


def find(grey: Grey, today: date) -> Found | None:
    """The zone of (rows, columns) grey levels, None when none is seen."""
    if grey.size > _MOST_PIXELS or min(grey.shape) < _LEAST_SIDE:
        return None
    for quarters in _QUARTERS:
        found = _best(np.ascontiguousarray(np.rot90(grey, quarters)))
        if found is not None:
            reading, corners = found
            return _understood(reading, corners, quarters, today)
    return None


def _best(grey: Grey) -> tuple[Reading, tuple[tuple[int, int], ...]] | None:
    """Of the likely zones the one with most sound check digits, then the likest."""
    read = []
    for candidate in candidates(grey):
        seen = grid.scores(candidate)
        reading = None if seen is None else decide(seen)
        if reading is None or reading.likeness < _LEAST:
            continue
        read.append((reading, candidate.corners))
        if reading.sound == len(reading.layout.checks):
            break
    return max(read, key=lambda r: (r[0].sound, r[0].likeness), default=None)


def _understood(
    reading: Reading, corners: tuple[tuple[int, int], ...], quarters: int, today: date
) -> Found:
    unsure = sum(line.count(UNSURE) for line in reading.lines)
    if unsure:
        return Found(reading, corners, quarters, fault=MrzInvalid(f"{unsure} unsure characters"))
    try:
        return Found(reading, corners, quarters, mrz=zone.parse(reading.lines, today))
    except MrzInvalid as error:
        return Found(reading, corners, quarters, fault=error)
