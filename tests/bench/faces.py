"""Portraits: the full assessment of a still and of a large frame, beside the networks alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.faces import random_conforming, render
from station.capture import Sample
from station.faces.assessment import Request, assess
from station.faces.providers import NoLandmarks, provider
from tests.bench.figure import Figure, median_ms

if TYPE_CHECKING:
    from pathlib import Path

    from station.faces.landmarks import LandmarkProvider, Pixels

RUNS = 10
LARGE = (3024, 3888)  # 12 megapixels


def measure(_: Path) -> list[Figure]:
    """Nothing where the models are not installed."""
    landmarks = provider()
    if isinstance(landmarks, NoLandmarks):
        return []
    cores = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return _measured(landmarks)
    finally:
        cv2.setNumThreads(cores)


def _measured(landmarks: LandmarkProvider) -> list[Figure]:
    still = render(random_conforming(3))
    large = np.asarray(cv2.resize(still, LARGE, interpolation=cv2.INTER_CUBIC), np.uint8)

    def networks() -> None:
        landmarks.find(still)
        landmarks.person(still)

    def whole(pixels: Pixels) -> float:
        sample, request = Sample(pixels, None), Request(landmarks=landmarks)
        return median_ms(lambda: assess(sample, request), RUNS)

    return [
        Figure("portrait 630x810, networks alone", median_ms(networks, RUNS), "ms"),
        Figure("portrait 630x810, all rules", whole(still), "ms", aim=100),
        Figure("portrait of 12 megapixels, all rules", whole(large), "ms", aim=500),
    ]
