"""Where a slap is both textured as ridges are and darker than the glass, at 125 ppi."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]
    Floats = npt.NDArray[np.float32]

STEP = 4  # pixels of 500 ppi in one of 125
MM = 125 / 25.4  # pixels in a millimetre
_RIDGE = 17  # pixels: two ridges, whose mean is the local grey
_SMOOTH = 2.2  # pixels of 125 ppi
_SCALE = 4  # for the histogram of Otsu
_SHARE_OF_OTSU, _TIMES_NOISE, _LEAST = 0.75, 3.0, 2.5
_GLASS = 90  # percentile of grey levels that is bare glass
_NOISE = 20  # percentile of energy that is bare glass


def energy(grey: Grey) -> Floats:
    """(rows / 4, columns / 4): root of ridge contrast times darkness, grey levels."""
    size = (grey.shape[1] // STEP, grey.shape[0] // STEP)
    contrast = cv2.absdiff(grey, cv2.blur(grey, (_RIDGE, _RIDGE)))
    small, ridges = (
        cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        for image in (grey, contrast)
    )
    glass = np.float32(np.percentile(small[::2, ::2], _GLASS))
    texture, dark = (cv2.GaussianBlur(image, (0, 0), _SMOOTH) for image in (ridges, glass - small))
    return np.asarray(np.sqrt(np.maximum(texture, 0) * np.maximum(dark, 0)), np.float32)


def skin(found: Floats) -> Grey:
    """1 where the energy is a finger's: well over the noise, over most of the level of Otsu."""
    levels = np.clip(found * _SCALE, 0, 255).astype(np.uint8)
    otsu, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)
    noise = float(np.percentile(found[::2, ::2], _NOISE))
    level = max(otsu / _SCALE * _SHARE_OF_OTSU, noise * _TIMES_NOISE, _LEAST)
    opened = cv2.morphologyEx(
        (found > level).astype(np.uint8),
        cv2.MORPH_OPEN,
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7)),
    )
    return np.asarray(opened, np.uint8)
