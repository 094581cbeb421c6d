"""One placement of a finger on the glass: where it touches, how wet it is, what light sees."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.floats import Floats, floats
from simulators.prints.noise import grain, logistic, smooth

if TYPE_CHECKING:
    import numpy.typing as npt

_GLASS, _VALLEY, _RIDGE = 252, 246, 38  # grey levels


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a finger lies, from `Conditions()`, an ordinary one of good quality.

    `wet` is 0, up to 1.2 when wet, down to -1.6 when dry; `noise` 0.8 to 2.3; `contrast` and
    `fill`, the share of the platen's width that is touched, 0 to 1; `scars` a count;
    `rotation` degrees, anticlockwise; `slip` how much the skin is pulled, 1 ordinary.
    """

    wet: float = 0.0
    noise: float = 1.3
    contrast: float = 1.0
    fill: float = 0.93
    scars: int = 0
    rotation: float = 0.0
    slip: float = 1.0


# NFIQ 2 over 40 prints each, mean (deviation), in the order below:
# 68 (7), 43 (14), 15 (11), 29 (13), 56 (9), 40 (6), 65 (7), 72 (8).
GRADES = MappingProxyType(
    {
        "bon": Conditions(),
        "moyen": Conditions(noise=1.9),
        "mauvais": Conditions(noise=2.3),
        "sec": Conditions(wet=-1.2, noise=1.8),
        "humide": Conditions(wet=1.0),
        "partiel": Conditions(fill=0.45),
        "pale": Conditions(contrast=0.3),
        "cicatrices": Conditions(scars=6),
    }
)


def impression(
    master: Floats, seed: int, conditions: Conditions | None = None
) -> npt.NDArray[np.uint8]:
    """One placement of the skin `master` on the platen, as many pixels: 0 black, 255 white."""
    how = conditions or Conditions()
    rng = np.random.default_rng(seed)
    pad = _pad(rng, master.shape, how.fill)
    if how.rotation:
        master, pad = _rotated(master, how.rotation, -1), _rotated(pad, how.rotation, 0)
    touch = _touch(rng, _pulled(rng, master, how.slip), how)
    for _ in range(how.scars):
        touch = touch * (1 - 0.85 * _scar(rng, touch.shape))
    light = smooth(rng, touch.shape, 90, 14)
    ridge = _RIDGE + light + 165 * (1 - how.contrast)
    valley = _VALLEY + 0.6 * light - 45 * max(0.0, how.wet)
    grey = _GLASS * (1 - pad) + (valley * (1 - touch) + ridge * touch) * pad
    noise = rng.normal(0, 3 * (0.5 + how.noise), grey.shape)
    return np.clip(floats(cv2.GaussianBlur(grey, (0, 0), 0.62)) + noise, 0, 255).astype(np.uint8)


def _pad(rng: np.random.Generator, shape: tuple[int, ...], fill: float) -> Floats:
    """Where the finger touches, 0 to 1: a dome above, flatter below, with a wavy edge."""
    height, width = shape
    y, x = np.ogrid[:height, :width]
    across = np.abs(x - width / 2) / (width / 2 * fill)
    down = (y - height / 2) / (height / 2 * fill)
    distance = across**2.3 + np.where(down < 0, np.abs(down) ** 2.1, np.abs(down) ** 3.0)
    return floats(logistic((1 - distance - smooth(rng, shape, 26, 0.07)) / 0.045))


def _rotated(image: Floats, degrees: float, outside: float) -> Floats:
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return floats(cv2.warpAffine(image, turn, (width, height), borderValue=outside))


def _pulled(rng: np.random.Generator, skin: Floats, slip: float) -> Floats:
    """The skin shifted and twisted around the part that sticks to the glass.

    Plastic distortion of Cappelli, Maio and Maltoni (2001): none inside an ellipse, all of it
    at 2.8 times the ellipse, eased by a cosine between.
    """
    height, width = skin.shape
    (shift_x, shift_y), twist = rng.normal(0, 4 * slip, 2), rng.normal(0, 0.035 * slip)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x, y = columns - width / 2, rows - height / 2
    beyond = np.hypot(x / (0.22 * width), y / (0.2 * height)) - 1
    loose = 0.5 * (1 - np.cos(math.pi * np.clip(beyond / 1.8, 0, 1)))
    sin, cos = math.sin(twist), math.cos(twist) - 1
    from_x = columns - loose * (cos * x - sin * y + float(shift_x))
    from_y = rows - loose * (sin * x + cos * y + float(shift_y))
    return floats(cv2.remap(skin, from_x, from_y, cv2.INTER_LINEAR, borderValue=-1))


def _touch(rng: np.random.Generator, skin: Floats, how: Conditions) -> Floats:
    """How much of each pixel touches the glass, 0 to 1."""
    wet, dry = max(0.0, how.wet), max(0.0, -how.wet)
    pressure = -0.10 + 0.55 * wet - 0.35 * dry + smooth(rng, skin.shape, 55, 0.22)
    pressure = pressure + 0.35 * how.noise * grain(rng, skin.shape, 3.2)
    dots = np.maximum(0, grain(rng, skin.shape, 1.7) + 0.1)  # dry skin touches in dots
    touch = logistic(4 * (1 - 0.45 * wet) * (skin + pressure - dry * dots))
    holes = np.clip(1.2 * (grain(rng, skin.shape, 1.5) - 1.25 + 0.35 * how.noise), 0, 1)
    touch = touch * (1 - 0.7 * how.noise * holes)  # pores and breaks
    specks = np.clip(grain(rng, skin.shape, 1.5) - 1.35, 0, 1)
    return floats(touch + 0.3 * how.noise * specks * (1 - touch))


def _scar(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """A white line of 2 to 7 mm across the ridges: 1 on it, 0 beside it."""
    height, width = shape
    centre = rng.uniform((0.2 * width, 0.2 * height), (0.8 * width, 0.8 * height))
    angle = rng.uniform(0, math.pi)
    half = np.array((math.cos(angle), math.sin(angle))) * rng.uniform(40, 130) / 2
    ends = [(int(x), int(y)) for x, y in (centre - half, centre + half)]
    line = np.zeros((height, width), np.float32)
    cv2.line(line, ends[0], ends[1], 1, 2)
    return floats(cv2.GaussianBlur(line, (0, 0), 0.9))
