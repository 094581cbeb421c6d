"""A flat picture of the skin to paint on, as fine as the portrait needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.floats import Floats, floats

if TYPE_CHECKING:
    import numpy.typing as npt

    from simulators.faces.params import Colour

    Mask = npt.NDArray[np.uint8]

FINEST = 56.0  # pixels a centimetre
HALF_WIDTH, HALF_HEIGHT = 10, 14  # cm, from the point between the eyes
_SHARP = 0.2  # pixels: no edge softer than that is drawn
_WIDE = 4  # pixels
_FINE = 4  # bits below the pixel, for OpenCV


@dataclass(frozen=True, slots=True)
class Paint:
    """A colour, how much it covers, and how soft its edge is, in centimetres."""

    colour: Colour
    alpha: float = 1.0
    soft: float = 0.0


class Canvas:
    """The skin, in floats: `pixels` is (rows, columns, 3), `scale` pixels a centimetre."""

    def __init__(self, ground: Colour, scale: float) -> None:
        self.scale = min(scale, FINEST)
        self.shape = (round(2 * HALF_HEIGHT * self.scale), round(2 * HALF_WIDTH * self.scale))
        self.pixels: Floats = np.empty((*self.shape, 3), np.float32)
        self.pixels[:] = ground

    def fill(self, outline: Floats, paint: Paint) -> None:
        """Paint a polygon of (n, 2) centimetres."""
        self.cover(self.polygon(outline), paint)

    def disc(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        paint: Paint,
        within: Mask | None = None,
    ) -> None:
        """Paint an ellipse, or what of it lies `within` a mask."""
        mask = np.zeros(self.shape, np.uint8)
        axes = tuple(int(r * self.scale * 2**_FINE) for r in radii)
        at = self._fine(floats([centre]))[0]
        cv2.ellipse(mask, at.tolist(), axes, 0, 0, 360, 255, -1, cv2.LINE_AA, _FINE)
        if within is not None:
            mask = np.asarray(cv2.multiply(mask, within, scale=1 / 255), np.uint8)
        self.cover(mask, paint)

    def cover(self, mask: Mask, paint: Paint) -> None:
        """Paint where `mask` is not 0, as far as it goes."""
        left, top, width, height = cv2.boundingRect(mask)
        if not width:
            return
        edge = int(3 * paint.soft * self.scale) + 1
        part = np.s_[
            max(0, top - edge) : top + height + edge, max(0, left - edge) : left + width + edge
        ]
        cut = mask[part]
        if paint.soft * self.scale > _SHARP:
            cut = _softened(cut, paint.soft * self.scale)
        share = floats(cut * np.float32(paint.alpha / 255))[..., None]
        self.pixels[part] = self.pixels[part] * (1 - share) + floats(paint.colour) * share

    def polygon(self, outline: Floats) -> Mask:
        """The mask of a polygon of (n, 2) centimetres."""
        mask = np.zeros(self.shape, np.uint8)
        cv2.fillPoly(mask, [self._fine(outline)], (255,), cv2.LINE_AA, _FINE)
        return mask

    def _fine(self, points: Floats) -> npt.NDArray[np.int32]:
        """Centimetres to sixteenths of a pixel."""
        corner = np.array([-HALF_WIDTH, HALF_HEIGHT])
        fine = np.round((points - corner) * (1, -1) * self.scale * 2**_FINE)
        return np.asarray(fine, np.int32)


def _softened(mask: Mask, sigma: float) -> Mask:
    """A Gaussian blur; a wide one is drawn small, for nobody sees the difference."""
    less = max(1, int(sigma / _WIDE))
    height, width = mask.shape
    small = (max(1, width // less), max(1, height // less))
    blurred = cv2.GaussianBlur(cv2.resize(mask, small), (0, 0), sigma / less)
    return np.asarray(cv2.resize(blurred, (width, height)), np.uint8)


def band(x: Floats, upper: Floats, lower: Floats) -> Floats:
    """The outline of what lies between two curves over the same `x`."""
    there, back = np.stack([x, upper], 1), np.stack([x, lower], 1)
    return np.concatenate([there, back[::-1]])


def tinted(colour: Colour, blue: float, green: float, red: float) -> Colour:
    """The colour with each of its parts multiplied."""
    return colour[0] * blue, colour[1] * green, colour[2] * red
