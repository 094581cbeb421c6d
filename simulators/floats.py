"""Pictures in the making: arrays of 32-bit floats."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]


def floats(values: ArrayLike) -> Floats:
    """As 32-bit floats; OpenCV keeps the type of its argument but does not promise it."""
    return np.asarray(values, np.float32)
