"""Measures of a portrait that need no landmarks: size, exposure, background, sharpness.

What needs to know where the eyes are is not measured here, and nothing here stands for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from station.errors import NotAnImage
from station.quality.policy import rules
from station.quality.report import Algorithm, Measure, judge

if TYPE_CHECKING:
    import numpy.typing as npt

    from station.capture import Sample
    from station.quality.report import QualityReport

ALGORITHM = Algorithm("dr-station face", "1.0")
_SIDES = (64, 8192)  # pixels
_WHITE = 250  # grey level
_WORK = 720  # rows at which edges and noise are compared, whatever the camera's size


def assess_face(sample: Sample) -> QualityReport:
    """Measure `sample` and judge it by the policy in force.

    Raises `NotAnImage` unless it is colour, 64 to 8192 pixels a side.
    """
    found, policy = rules("face")
    return judge(measures(sample), found, policy)


def measures(sample: Sample) -> tuple[Measure, ...]:
    """Every measure of one portrait, over the middle of the picture where the face is."""
    pixels = sample.pixels
    if pixels.ndim != 3 or not all(_SIDES[0] <= s <= _SIDES[1] for s in pixels.shape[:2]):
        raise NotAnImage("a portrait is a colour image of 64 to 8192 pixels a side")
    grey = _grey(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY))
    lightness = _background(pixels)
    low, high = np.percentile(lightness, (2, 98))
    height, width = grey.shape
    middle = grey[height // 5 : height * 4 // 5, width // 4 : width * 3 // 4]
    return (
        _measure("width", float(width), "px"),
        _measure("exposure", float(np.median(middle)), "grey"),
        _measure("saturated", float((middle >= _WHITE).mean()), "ratio"),
        _measure("background", float(lightness.mean()), "L*"),
        _measure("background_spread", float(high - low), "L*"),
        _measure("grey_levels", float(_levels(middle)), "levels"),
        _measure("sharpness", sharpness(grey), "ratio"),
    )


def _measure(name: str, value: float, unit: str) -> Measure:
    return Measure(f"face.{name}", value, unit, ALGORITHM)


def _grey(image: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """OpenCV promises any type where it keeps that of its argument."""
    return np.asarray(image, np.uint8)


def _background(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """CIE L* of the two upper corners, 0 to 100, its grain smoothed away.

    A corner is 15 % of the width and 30 % of the height: shoulders and hair stay outside.
    """
    rows, columns = (
        max(1, int(s * share)) for s, share in zip(pixels.shape[:2], (0.3, 0.15), strict=True)
    )
    corners = np.hstack((pixels[:rows, :columns], pixels[:rows, -columns:]))
    small = cv2.resize(corners, (32, 32), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    return np.asarray(lab[:, :, 0], np.float32)


def _levels(grey: npt.NDArray[np.uint8]) -> int:
    """Grey levels between the darkest and the lightest that at least 5 pixels have."""
    used = np.flatnonzero(np.bincount(grey.ravel(), minlength=256) >= 5)
    return int(used[-1] - used[0] + 1) if len(used) else 0


def sharpness(grey: npt.NDArray[np.uint8]) -> float:
    """Fine detail of the strongest edges over that of the typical pixel; 1 is all blur or noise.

    The 99th percentile of the absolute Laplacian over its median, at 720 rows: an edge stands far
    out of the grain of the sensor, a blurred one does not.
    """
    scale = _WORK / grey.shape[0]
    if scale < 1:
        grey = _grey(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    detail = np.abs(cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 0.8), cv2.CV_32F))
    return float(np.percentile(detail, 99) / (np.median(detail) + 1.0))
