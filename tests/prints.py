"""Pictures that look enough like a print for a test of the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


def ridges(period: float) -> npt.NDArray[np.uint8]:
    """Concentric ridges `period` pixels apart: (500, 400) grey."""
    y, x = np.mgrid[:500, :400]
    distance = np.hypot(x - 200, y - 250)
    wave = np.sin(2 * np.pi * distance / period)
    return np.where(distance < 190, 128 + 100 * wave, 245).astype(np.uint8)
