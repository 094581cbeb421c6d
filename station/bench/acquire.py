"""Automatic capture over a sensor that only shows what it sees: prints, and portraits."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import cv2
import numpy as np

from station.capture import Capture, Modality
from station.device import Guidance, LockableSource, Preview
from station.errors import CaptureTimeout
from station.faces.autocapture import PortraitCapture
from station.faces.providers import NoLandmarks, provider
from station.fingers.autocapture import AutoCapture
from station.rules.acquisition import acquisition, acquisition_portrait

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import numpy.typing as npt

    from station.capture import Finger, Sample
    from station.device import FrameSource, Guide, Patience
    from station.fingers.sight import Sight
    from station.live.machine import Machine

_PREVIEW_SIDE, _PREVIEW_PERIOD = 480, 0.03  # pixels, seconds: every frame of most sensors


def can_watch(wanted: tuple[Finger, ...]) -> bool:
    """Whether live frames of `wanted` can be judged: a face only by installed landmark models."""
    return bool(wanted) or not isinstance(provider(), NoLandmarks)


def acquire(
    source: FrameSource, wanted: tuple[Finger, ...], patience: Patience, guide: Guide
) -> Capture:
    """Watch `source` until its frames show `wanted` well, telling what to do meanwhile.

    Past the deadline the best frame so far is the capture. Raises a `CaptureError` when there is
    none, `CaptureCancelled`, and what the source raises; no pixels survive an error.
    """
    with _machine(wanted) as machine:
        frames = _adjusted(source, source.frames(wanted, patience), machine)
        # Past the deadline: the best so far, or why there is none.
        with closing(frames), suppress(CaptureTimeout):
            _watch(frames, machine, patience, guide)
        device = source.provenance()  # first: what it raises leaves no pixels behind
        sample = machine.best()
    return Capture(_modality(wanted, sample), (sample,), device)


def _machine(wanted: tuple[Finger, ...]) -> Machine:
    if wanted:
        return AutoCapture(len(wanted), acquisition(), _clarity)
    return PortraitCapture(provider(), acquisition_portrait())


def _modality(wanted: tuple[Finger, ...], sample: Sample) -> Modality:
    if not wanted:
        return Modality.FACE
    return Modality.FINGER if sample.position is not None else Modality.SLAP


def _adjusted(source: FrameSource, frames: Iterator[Sample], machine: Machine) -> Generator[Sample]:
    """The frames; a source that adjusts itself is kept from it while all is well."""
    if not isinstance(source, LockableSource):
        yield from frames
        return
    locked = False
    try:
        for frame in frames:
            yield frame
            if machine.is_steady is not locked:
                locked = machine.is_steady
                source.lock(on=locked)
    finally:
        source.lock(on=False)


def _watch(frames: Iterator[Sample], machine: Machine, patience: Patience, guide: Guide) -> None:
    """Feed the machine until it is done."""
    shown = 0.0
    for frame in frames:
        now, seen = time.monotonic(), time.time()
        small = _small(frame.pixels) if now - shown >= _PREVIEW_PERIOD else None
        step = machine.see(frame, now)
        if step.word is not None:
            guide(Guidance(step.word))
        if small is not None:
            shown = now
            machine.draw(small)
            guide(Preview(small, seen))
        if machine.is_done:
            return
        patience.check()


def _clarity(_frame: Sample, sight: Sight) -> float:
    """Ridges that stand out, over as much skin as possible."""
    return sight.area * min(sight.contrast, 200.0)


def _small(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    rows, columns = pixels.shape[:2]
    scale = min(1.0, _PREVIEW_SIDE / max(rows, columns))
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
