"""The newest picture of a camera, a film or a stream, whoever reads and whenever.

    video:///dev/video0    file:///path/film.avi    OpenCV's VideoCapture, see `camera_controls`
    http://127.0.0.1:8090/stream.mjpg               our reader, `drivers.transport.mjpeg`

What OpenCV really does decides the shape (trials, opencv-python 5.0): it buffers fifty frames, so
a thread drains always and keeps only the newest; its time-outs hold only when given at
construction; after one failed read a capture never recovers although it says `isOpened`, so it is
released and opened again, later and later.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self
from urllib.parse import unquote, urlsplit

import cv2
import numpy as np

from drivers.transport.camera_controls import Controls
from drivers.transport.mjpeg import MjpegSource
from station.errors import ConfigError, DeviceError, DeviceLost, DeviceSilent, ProtocolError

if TYPE_CHECKING:
    import numpy.typing as npt

    from drivers.transport.camera_controls import Setting

_TIMES = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 3000, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 2000)
_FIRST = 5.5  # seconds until the first picture or the first failure: open, then read
_MAX_PIXELS = 24_000_000
_BACK_OFF = (0.05, 1.0)  # seconds: first and longest wait before opening again
_CLOSE = 3.0  # seconds for the drain to end: a read of OpenCV may be under way
_RATES = (1.0, 60.0, 25.0)  # pictures a second of a film: least, most, when it does not say


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """A picture: its rank since the opening, when it came (monotonic), (rows, columns, 3) BGR."""

    rank: int
    at: float
    pixels: npt.NDArray[np.uint8] = field(repr=False)


class Source(Protocol):
    """Where pictures come from; raises only leaves of `DeviceError`."""

    simulated: bool
    firmware: str

    def open(self) -> None:
        """Connect, within a bounded time."""
        ...

    def read(self) -> npt.NDArray[np.uint8]:
        """The next picture, within a bounded time."""
        ...

    def interrupt(self) -> None:
        """Make a `read` in another thread end early, where that can be done."""
        ...

    def close(self) -> None:
        """Release the device; it can be opened again."""
        ...


def source(url: str, controls: Controls) -> Source:
    """The reader for `url`; raises `ConfigError` when there is none."""
    parts = urlsplit(url)
    if parts.scheme == "http":
        return MjpegSource(url)
    if parts.scheme in {"video", "file"} and parts.path and not parts.netloc:
        film = parts.scheme == "file"
        return CaptureSource(unquote(parts.path), Controls() if film else controls, film=film)
    raise ConfigError(f"not a camera: {url!r}")


class CaptureSource:
    """A V4L2 device, or a film played at its own speed, over and over."""

    def __init__(self, path: str, controls: Controls, *, film: bool) -> None:
        self.simulated = film
        self.lock = False  # wanted: whoever takes a picture writes it, the reader obeys
        self._controls, self._locked = controls, False
        self.firmware = f"OpenCV {cv2.__version__}"
        self._path, self._film = path, film
        self._capture: cv2.VideoCapture | None = None
        self._due = self._period = 0.0

    def open(self) -> None:
        """Open the device; raises `DeviceLost`."""
        if self._film:
            capture = cv2.VideoCapture(self._path, cv2.CAP_FFMPEG, _TIMES)
        else:
            capture = cv2.VideoCapture(self._path, cv2.CAP_V4L2)  # select() of 10 s inside
        if not capture.isOpened():
            capture.release()
            raise DeviceLost("the camera cannot be opened")
        self._capture, self._locked = capture, False
        self._set(self._controls.start())
        self._period = 1 / _rate(capture) if self._film else 0.0
        self._due = time.monotonic()

    def read(self) -> npt.NDArray[np.uint8]:
        """The next picture; raises `DeviceLost` or `ProtocolError`."""
        if self.lock is not self._locked and not self._film:
            self._locked = self.lock
            self._set(self._controls.lock(on=self._locked))
        good, pixels = self._next()
        if not good and self._film:  # it ended: once more from the beginning
            self.close()
            self.open()
            good, pixels = self._next()
        if not good:
            raise DeviceLost("the camera went away")
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size > 3 * _MAX_PIXELS:
            raise ProtocolError(f"a picture of shape {pixels.shape}")
        return np.asarray(pixels, np.uint8)

    def _set(self, settings: tuple[Setting, ...]) -> None:
        """As far as the camera has them: one without a motor has no focus to set."""
        if self._capture is None:
            return
        for setting, value in settings:
            self._capture.set(setting, value)

    def _next(self) -> tuple[bool, npt.NDArray[np.uint8]]:
        if self._capture is None:
            raise DeviceLost("the camera is closed")
        self._due += self._period
        time.sleep(max(0.0, self._due - time.monotonic()))
        good, pixels = self._capture.read()
        return good, np.asarray(pixels)

    def interrupt(self) -> None:
        """Nothing: OpenCV cannot be interrupted, its read ends by its own time-out."""

    def close(self) -> None:
        """Release the device; it can be opened again."""
        if self._capture is not None:
            self._capture.release()
        self._capture = None


def _rate(capture: cv2.VideoCapture) -> float:
    least, most, otherwise = _RATES
    rate = float(capture.get(cv2.CAP_PROP_FPS))
    return rate if least <= rate <= most else otherwise


class VideoStream:
    """Keeps the newest frame of one source; opens it again whenever it fails."""

    def __init__(self, url: str, controls: Controls | None = None) -> None:
        self._source = source(url, controls or Controls())
        self._newest: Frame | None = None
        self._failure: DeviceError | None = None
        self._new = threading.Condition()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._drain, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        with self._new:
            self._new.wait_for(lambda: self._newest or self._failure, _FIRST)
        if self._newest is None:
            self.__exit__()
            raise self._failure or DeviceSilent("the camera gives no picture")
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._source.interrupt()
        self._thread.join(_CLOSE)

    @property
    def simulated(self) -> bool:
        """Whether the other end says that it is a simulator, or is a film."""
        return self._source.simulated

    @property
    def firmware(self) -> str:
        """What serves the pictures, in its own words."""
        return self._source.firmware

    @property
    def rank(self) -> int:
        """The rank of the newest frame, 0 before the first."""
        newest = self._newest
        return 0 if newest is None else newest.rank

    @property
    def failure(self) -> DeviceError | None:
        """Why no frame came since the newest; None while all is well."""
        return self._failure

    def lock(self, *, on: bool) -> None:
        """Keep focus, exposure and white balance as they are, or let the camera choose again."""
        if isinstance(self._source, CaptureSource):
            self._source.lock = on

    def newer(self, rank: int, wait: float) -> Frame | None:
        """The newest frame after `rank`, or None when `wait` seconds brought none."""
        with self._new:
            self._new.wait_for(lambda: self.rank > rank, wait)
            return self._newest if self.rank > rank else None

    def _drain(self) -> None:
        wait, longest = _BACK_OFF
        while not self._stop.is_set():
            before = self.rank
            try:
                self._source.open()
                while not self._stop.is_set():
                    self._publish(self._source.read())
            except DeviceError as failure:
                self._fail(failure)
            finally:
                self._source.close()
            wait = _BACK_OFF[0] if self.rank > before else min(2 * wait, longest)
            self._stop.wait(wait)

    def _publish(self, pixels: npt.NDArray[np.uint8]) -> None:
        with self._new:
            self._newest = Frame(self.rank + 1, time.monotonic(), pixels)
            self._failure = None
            self._new.notify_all()

    def _fail(self, failure: DeviceError) -> None:
        with self._new:
            self._failure = failure
            self._new.notify_all()
