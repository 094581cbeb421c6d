"""Automatic capture over a sensor that only shows what it sees."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.capture import Capture, Modality
from station.device import Guidance, Preview
from station.errors import CaptureTimeout
from station.fingers.autocapture import AutoCapture, State
from station.rules.acquisition import acquisition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.capture import Finger, Sample
    from station.device import FrameSource, Guide, Patience
    from station.fingers.sight import Sight

_PREVIEW_SIDE, _PREVIEW_PERIOD = 480, 0.1  # pixels, seconds


def acquire(
    source: FrameSource, wanted: tuple[Finger, ...], patience: Patience, guide: Guide
) -> Capture:
    """Watch `source` until its frames show `wanted` well, telling what to do meanwhile.

    Past the deadline the best frame so far is the capture. Raises `CaptureTimeout` when there is
    none, `CaptureCancelled`, and what the source raises; no pixels survive an error.
    """
    with AutoCapture(len(wanted), acquisition(), _clarity) as machine:
        try:
            _watch(source.frames(wanted, patience), machine, patience, guide)
        except CaptureTimeout:
            if not machine.has_seen:
                raise
        sample = machine.best()
    modality = Modality.FINGER if sample.position is not None else Modality.SLAP
    return Capture(modality, (sample,), source.provenance())


def _watch(
    frames: Iterator[Sample], machine: AutoCapture, patience: Patience, guide: Guide
) -> None:
    """Feed the machine until it is done."""
    shown = 0.0
    for frame in frames:
        now = time.monotonic()
        if now - shown >= _PREVIEW_PERIOD:
            shown = now
            guide(_preview(frame))
        step = machine.see(frame, now)
        if step.word is not None:
            guide(Guidance(step.word))
        if step.state is State.DONE:
            return
        patience.check()


def _clarity(_frame: Sample, sight: Sight) -> float:
    """Ridges that stand out, over as much skin as possible."""
    return sight.area * min(sight.contrast, 200.0)


def _preview(frame: Sample) -> Preview:
    rows, columns = frame.pixels.shape
    scale = min(1.0, _PREVIEW_SIDE / max(rows, columns))
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    small = cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA)
    return Preview(np.asarray(small, np.uint8))
