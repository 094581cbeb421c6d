"""What is behind the person: how light, how plain, how white."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.faces.landmarks import Pixels

    Floats = npt.NDArray[np.float32]
    Mask = npt.NDArray[np.bool_]

_ROWS = 180  # at which a ground is judged: 4 px for a millimetre of the print
_NOBODY = 0.2  # probability of person under which a pixel is ground
_SHOULDERS = 0.30  # share of the rows, from the bottom, that is not looked at
_LEAST = 0.03  # share of the picture; with less, the upper corners stand for the ground
_SMOOTH = 2.0  # px: grain is no pattern
_EDGE, _CLOSE = 9, 3  # px that are left out around the person: for colour, and for shadows
_FALLEN = 5.0  # L* under the median, of a shadow
_WHITE_CHROMA = 3.0


@dataclass(frozen=True, slots=True)
class Ground:
    """CIE values: mean L*, a*, b*; how far L* spreads; the share that lies in a shadow."""

    lightness: float
    colour: tuple[float, float]
    spread: float
    shadow: float | None  # None: nobody said where the person is

    @property
    def chroma(self) -> float:
        """C* of the mean colour."""
        return float(np.hypot(*self.colour))

    @property
    def white(self) -> float:
        """L* of a ground without colour, 0 of one that has some."""
        return self.lightness if self.chroma < _WHITE_CHROMA else 0.0

    @property
    def light(self) -> float:
        """Linear light, 0 to 1."""
        return float(((self.lightness + 16) / 116) ** 3)


def ground(pixels: Pixels, person: Floats | None) -> Ground:
    """The ground around a person, by the mask of the person where there is one.

    Without it, or where too little of the ground is seen, it is what the two upper corners show.
    """
    rows, columns = _ROWS, max(2, round(_ROWS * pixels.shape[1] / pixels.shape[0]))
    small = cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA)
    lab = np.asarray(cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_BGR2LAB), np.float32)
    away = None if person is None else _away(person, rows, columns)
    mask = None if away is None else _less(away, _EDGE)
    if mask is None or mask.mean() < _LEAST:
        mask = _corners(rows, columns)
    smooth = _smoothed(lab, mask)
    low, high = np.percentile(smooth[:, 0], (2, 98))
    mean = smooth.mean(0)
    return Ground(
        lightness=float(mean[0]),
        colour=(float(mean[1]), float(mean[2])),
        spread=float(high - low),
        shadow=None if away is None else _fallen(lab[..., 0], _less(away, _CLOSE)),
    )


def _fallen(lightness: Floats, mask: Mask) -> float:
    seen = lightness[mask]
    return float((seen < np.median(seen) - _FALLEN).mean()) if seen.size else 0.0


def _smoothed(lab: Floats, mask: Mask) -> Floats:
    """Colours inside the mask, (n, 3), nothing of what is outside mixed in."""
    weight = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), _SMOOTH) + 1e-6
    smooth = cv2.GaussianBlur(lab * mask[..., None], (0, 0), _SMOOTH) / weight[..., None]
    return np.asarray(smooth, np.float32)[mask]


def _away(person: Floats, rows: int, columns: int) -> Mask:
    away = np.asarray(cv2.resize(person, (columns, rows)) < _NOBODY, np.bool_)
    away[round(rows * (1 - _SHOULDERS)) :] = False
    return away


def _less(mask: Mask, edge: int) -> Mask:
    return cv2.erode(mask.astype(np.uint8), np.ones((edge, edge), np.uint8)) > 0


def _corners(rows: int, columns: int) -> Mask:
    """A corner is 15 % of the width and 30 % of the height: hair and shoulders stay outside."""
    mask = np.zeros((rows, columns), np.bool_)
    side = max(1, round(0.15 * columns))
    mask[: round(0.3 * rows), :side] = mask[: round(0.3 * rows), -side:] = True
    return mask
