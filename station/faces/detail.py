"""Fine detail: sharpness, grain, the marks of compression, and drawings that have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from station.faces.light import cheeks

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.faces.landmarks import Face, Pixels
    from station.faces.portrait import Portrait

    Floats = npt.NDArray[np.float32]

_FEATURES = (  # eyes, brows, nose and mouth of the aligned face
    (204, 232, 298, 300), (317, 232, 411, 300), (204, 200, 411, 250), (248, 320, 368, 430),
)  # fmt: skip
_CONTRAST = 12.0  # grey levels; less of it is noise
_BLOCK = 8  # px of a JPEG block
_MIDDLE = 1024  # px of the picture that are looked at for block edges
_EDGE = 24.0  # grey levels: what steps more is an edge of the picture
_DEVIATION = 1 / (0.6745 * 20**0.5)  # of noise, from the median absolute Laplacian


def sharpness(portrait: Portrait) -> float:
    """Steepness of the sharpest feature, across its weaker direction, of the aligned face.

    The steepest gradient over the contrast it stands in, so that neither skin nor light counts:
    0.4 over the width of an edge in px, its standard deviation.
    """
    return max(_steepness(_grey(portrait.zone(*box).pixels)) for box in _FEATURES)


def grain(portrait: Portrait) -> float:
    """Noise of the skin, grey levels: median of what the eye would not call a feature."""
    rough = [
        float(np.median(np.abs(cv2.Laplacian(_grey(zone.pixels), cv2.CV_32F))))
        for zone in cheeks(portrait)
    ]
    return float(np.mean(rough)) * _DEVIATION


def blockiness(pixels: Pixels) -> float:
    """Steps at the edges of 8 x 8 blocks over steps elsewhere; 1 where there is no block.

    The picture as it was stored: once it is scaled, the blocks cannot be told.
    """
    rows, columns = pixels.shape[:2]
    top, left = max(0, (rows - _MIDDLE) // 2), max(0, (columns - _MIDDLE) // 2)
    grey = _grey(pixels[top : top + _MIDDLE, left : left + _MIDDLE])
    return min(_blocks(grey), _blocks(grey.T))


def flat(pixels: Pixels, face: Face) -> float:
    """Share of the face where neighbours are equal to the level: a drawing, not a photograph."""
    left, top = np.maximum(face.outline.min(0), 0).astype(int)
    right, bottom = np.maximum(face.outline.max(0), 0).astype(int)
    part = pixels[top:bottom, left:right]
    if min(part.shape[:2]) < 3:
        return 1.0
    grey = _grey(part)
    same = (np.diff(grey, axis=1)[:-1] == 0) & (np.diff(grey, axis=0)[:, :-1] == 0)
    return float(same.mean())


def _steepness(grey: Floats) -> float:
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
    low, high = np.percentile(smooth, (2, 98))
    across, down = (
        float(np.percentile(np.abs(cv2.Sobel(smooth, cv2.CV_32F, dx, 1 - dx, ksize=3)), 98)) / 8
        for dx in (1, 0)
    )
    return min(across, down) / max(float(high - low), _CONTRAST)


def _blocks(grey: Floats) -> float:
    steps = np.minimum(np.abs(np.diff(grey, axis=1)), _EDGE).mean(0)
    if len(steps) < 4 * _BLOCK:
        return 1.0
    phases = steps[: len(steps) // _BLOCK * _BLOCK].reshape(-1, _BLOCK).mean(0)
    best = int(phases.argmax())
    return float((phases[best] + 0.05) / (np.delete(phases, best).mean() + 0.05))


def _grey(pixels: npt.NDArray[Any]) -> Floats:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_BGR2GRAY), np.float32)
