"""Pictures from a camera, a file or an MJPEG stream, through OpenCV's VideoCapture.

    video:///dev/video0      file:///path/film.mjpg      http://127.0.0.1:8090/stream.mjpg

What OpenCV really does decides the shape (trials, opencv-python 5.0): it buffers fifty frames, so
a thread drains always and keeps only the newest; its time-outs hold only when given at
construction; after one failed read a capture never recovers although it says `isOpened`, so it is
released and opened again.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import cv2

from station.errors import ConfigError, DeviceLost

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_OPEN_MS, _READ_MS = 3000, 2000
_MAX_SIDE = 8192  # pixels
_BACK_OFF = (0.05, 1.0)  # seconds between two tries to open again
_CLOSE = 3.0  # seconds for the drain to end: a read may be under way


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """The newest picture: its rank since the opening, when it came (monotonic), B, G, R."""

    rank: int
    at: float
    pixels: npt.NDArray[np.uint8] = field(repr=False)


class VideoStream:
    """Keeps the newest frame of one source; opens it again whenever it fails."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme == "video" and parts.path:
            self._source, self._backend = parts.path, cv2.CAP_V4L2
        elif parts.scheme == "file" and parts.path:
            self._source, self._backend = parts.path, cv2.CAP_FFMPEG
        elif parts.scheme == "http" and parts.hostname:
            self._source, self._backend = url, cv2.CAP_FFMPEG
        else:
            raise ConfigError(f"not a camera: {url!r}")
        self._newest: Frame | None = None
        self._new = threading.Condition()
        self._stop = threading.Event()
        self._lost: str | None = None
        self._thread = threading.Thread(target=self._drain, daemon=True)

    def __enter__(self) -> Self:
        capture = self._open()
        if capture is None:
            raise DeviceLost("the camera cannot be opened")
        self._capture = capture
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join(_CLOSE)

    def newer(self, rank: int, wait: float) -> Frame | None:
        """The newest frame after `rank`, or None when `wait` seconds brought none.

        Raises `DeviceLost` while the source cannot be opened.
        """
        with self._new:
            self._new.wait_for(lambda: self._has_news(rank), wait)
            if self._lost is not None:
                raise DeviceLost(self._lost)
            if self._newest is None or self._newest.rank <= rank:
                return None
            return self._newest

    def _has_news(self, rank: int) -> bool:
        return self._lost is not None or (self._newest is not None and self._newest.rank > rank)

    def _open(self) -> cv2.VideoCapture | None:
        times = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_MS,
        ]  # fmt: skip
        options = times if self._backend == cv2.CAP_FFMPEG else []
        capture = cv2.VideoCapture(self._source, self._backend, options)
        if capture.isOpened():
            return capture
        capture.release()
        return None

    def _drain(self) -> None:
        rank = 0
        while not self._stop.is_set():
            good, pixels = self._capture.read()
            if good and max(pixels.shape) <= _MAX_SIDE:
                rank += 1
                self._publish(Frame(rank, time.monotonic(), pixels))
            elif not self._reopen():
                break
        self._capture.release()

    def _publish(self, frame: Frame) -> None:
        with self._new:
            self._newest, self._lost = frame, None
            self._new.notify_all()

    def _reopen(self) -> bool:
        """Release and open until it works; False when told to stop."""
        self._capture.release()
        wait, longest = _BACK_OFF
        while not self._stop.is_set():
            capture = self._open()
            if capture is not None:
                self._capture = capture
                return True
            with self._new:
                self._lost = "the camera went away"
                self._new.notify_all()
            self._stop.wait(wait)
            wait = min(2 * wait, longest)
        return False
