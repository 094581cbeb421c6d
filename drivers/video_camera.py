"""Portrait camera over `drivers.transport.video`: live preview, then the sharpest of good frames.

A frame counts when it is whole, lit and not the copy of the one before. Frozen for a second, the
camera is broken (`DeviceSilent`); dark or half-decoded frames only make it wait, so that a lens cap
ends as `CaptureTimeout` with guidance, not as a defect.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import cv2
import numpy as np

from drivers.transport.video import VideoStream
from station.capture import Capture, Modality, Provenance, Sample
from station.device import DeviceInfo, Guidance, Preview
from station.errors import DeviceLost, DeviceSilent

if TYPE_CHECKING:
    import numpy.typing as npt

    from drivers.transport.video import Frame
    from station.capture import Finger
    from station.device import Guide, Patience

    Pixels = npt.NDArray[np.uint8]

_POLL = 0.05  # seconds; bounds how late a cancellation is noticed
_FRAMES = 5  # good frames of which the sharpest is kept
_DARK = 12.0  # mean grey level; below, the lens is covered
_BOTTOM = 0.10  # share of the rows that shows whether the whole picture arrived
_PREVIEW_WIDTH, _PREVIEW_PERIOD = 320, 0.1  # pixels, seconds


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds without a frame, and with the same frame, before the camera counts as broken."""

    silent: float = 4.0
    frozen: float = 1.0


class VideoCamera:
    """Driver of a camera that streams; see the module for what it waits for."""

    def __init__(self, port: str, times: Times | None = None) -> None:
        self._stream = VideoStream(port)
        self._port = port
        self._times = times or Times()

    def __enter__(self) -> Self:
        self._stream.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stream.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """What the port says of the camera; raises `DeviceSilent` when it gives no picture."""
        if self._stream.newer(0, self._times.silent) is None:
            raise DeviceSilent("the camera gives no picture")
        parts = urlsplit(self._port)
        simulated = parts.scheme != "video"  # a file or a loopback stream is nobody's camera
        return DeviceInfo(
            "UVC" if parts.scheme == "video" else "MJPEG",
            parts.path.rpartition("/")[2],
            parts.netloc or "local",
            cv2.__version__,
            frozenset({Modality.FACE}),
            simulated,
        )

    def capture(self, wanted: tuple[Finger, ...], patience: Patience, guide: Guide) -> Capture:  # noqa: ARG002 (a face has no fingers)
        """Keep the sharpest of five good frames."""
        guide(Guidance.LOOK)
        watch = _Watch(guide)
        good: list[Pixels] = []
        started = time.monotonic()
        while len(good) < _FRAMES:
            patience.check()
            frame = self._next(watch)
            if frame is not None and frame.at >= started and watch.accepts(frame, self._times):
                good.append(frame.pixels)
                if len(good) == 1:
                    guide(Guidance.HOLD)
        best = max(good, key=_sharpness)
        info = self.info()
        device = Provenance("video-camera", info.model, info.serial, info.firmware, info.simulated)
        return Capture(Modality.FACE, (Sample(best, None),), device)

    def _next(self, watch: _Watch) -> Frame | None:
        try:
            frame = self._stream.newer(watch.rank, _POLL)
        except DeviceLost:
            if watch.silent_for() > self._times.silent / 2:
                raise
            time.sleep(_POLL)
            return None
        if frame is None and watch.silent_for() > self._times.silent:
            raise DeviceSilent("the camera gives no picture any more")
        return frame


class _Watch:
    """What was seen so far in one capture."""

    def __init__(self, guide: Guide) -> None:
        self.rank = 0
        self._guide = guide
        self._seen = self._changed = time.monotonic()
        self._previewed = 0.0
        self._last: Pixels | None = None

    def silent_for(self) -> float:
        """Seconds since the last frame."""
        return time.monotonic() - self._seen

    def accepts(self, frame: Frame, times: Times) -> bool:
        """Whether `frame` is fit to be kept; raises `DeviceSilent` when the picture is frozen."""
        self.rank, self._seen = frame.rank, frame.at
        self._show(frame)
        last, self._last = self._last, frame.pixels
        if last is None or last.shape != frame.pixels.shape:
            return False  # one picture alone does not show that it is live
        if np.array_equal(frame.pixels, last):
            if frame.at - self._changed > times.frozen:
                raise DeviceSilent("the picture of the camera is frozen")
            return False
        self._changed = frame.at
        return _is_lit(frame.pixels) and not _is_half(frame.pixels, last)

    def _show(self, frame: Frame) -> None:
        if frame.at - self._previewed < _PREVIEW_PERIOD:
            return
        self._previewed = frame.at
        height, width = frame.pixels.shape[:2]
        size = (_PREVIEW_WIDTH, round(height * _PREVIEW_WIDTH / width))
        self._guide(Preview(_small(frame.pixels, size)))


def _small(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _is_lit(pixels: Pixels) -> bool:
    return float(pixels[::4, ::4].mean()) > _DARK


def _is_half(pixels: Pixels, last: Pixels) -> bool:
    """Whether the bottom rows never arrived: flat, or what the decoder left there before.

    FFmpeg decodes into the buffer of an earlier picture, so half a JPEG shows the old lower half:
    not one pixel changed there, which the noise of a sensor rules out.
    """
    rows = max(8, int(pixels.shape[0] * _BOTTOM))
    bottom = pixels[-rows:]
    flat = not np.ptp(bottom.reshape(-1, 3), axis=0).any()
    return flat or np.array_equal(bottom, last[-rows:])


def _sharpness(pixels: Pixels) -> float:
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())
