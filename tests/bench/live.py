"""A live portrait: every rule on every frame, beside the landmarks alone, on one core."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import cv2
import numpy as np

from simulators.applicant import filmed
from station.capture import Sample
from station.faces.autocapture import PortraitCapture
from station.faces.providers import NoLandmarks, provider
from station.rules.acquisition import acquisition_portrait
from tests.bench.figure import Figure, median_ms

if TYPE_CHECKING:
    from pathlib import Path

    from station.faces.landmarks import LandmarkProvider

RUNS = 41
FRAMES = 10_000
_WARM = 200  # frames until libraries have taken what they keep


def measure(_: Path) -> list[Figure]:
    """Frames of 1280 x 720; nothing without the landmark models."""
    landmarks = provider()
    if isinstance(landmarks, NoLandmarks):
        return []
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return _figures(landmarks)
    finally:
        cv2.setNumThreads(threads)


def _figures(landmarks: LandmarkProvider) -> list[Figure]:
    jpegs = filmed(1)
    frames = [cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) for jpeg in jpegs]
    shown = [np.asarray(frame, np.uint8) for frame in frames]
    with PortraitCapture(landmarks, acquisition_portrait()) as machine:
        for n in range(_WARM):
            machine.see(Sample(shown[n % len(shown)].copy(), None), n * 0.04)
        ruled = median_ms(lambda: machine.see(Sample(shown[0].copy(), None), 0.0), RUNS)
        found = median_ms(lambda: landmarks.find(shown[0]), RUNS)
        before = _memory()
        for n in range(FRAMES):
            machine.see(Sample(shown[n % len(shown)].copy(), None), n * 0.04)
        grown = _memory() - before
    return [
        Figure("live frame, all rules", ruled, "ms", aim=33),
        Figure("live frame beside landmarks alone", ruled, "ms", beside=found),
        Figure(f"memory grown over {FRAMES} live frames", grown, "MB", aim=5),
    ]


def _memory() -> float:
    """The most this process has held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
