"""Portrait camera over `drivers.transport.video`: live frames, of which the station takes the best.

`capture` is for a station without landmark models: the sharpest of five good frames in a row.

no frame for 2.5 s        what the transport met: DeviceLost, DeviceSilent, DeviceRefused,
                          ProtocolError; shorter gaps heal by themselves
the same frame for 1 s    DeviceSilent: a picture without noise is a frozen one
half frames for 1 s       ProtocolError; a single one is passed over
dark frames               passed over: a lens cap ends as CaptureTimeout, the agent sees why
                          in the preview, and no technician is called for it
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

import cv2
import numpy as np

from drivers.transport.camera_controls import Controls
from drivers.transport.camera_identity import CameraIdentity, camera_identity
from drivers.transport.video import VideoStream
from station.capture import Capture, Modality, Provenance, Sample
from station.device import DeviceInfo, Guidance, Preview
from station.errors import DeviceSilent, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from drivers.transport.video import Frame
    from station.capture import Finger
    from station.device import Guide, Patience

    Pixels = npt.NDArray[np.uint8]

_POLL = 0.05  # seconds; bounds how late a cancellation is noticed
_FRAMES = 5  # good frames in a row, of which the sharpest is kept
_ALIKE = 3  # frames in a row without any change, before a stream may count as frozen
_DARK = 12.0  # mean grey level; below, the lens is covered
_STILL = 10.0  # mean change of grey level from one frame to the next; above, somebody moved
_BOTTOM = 0.10  # share of the rows that shows whether the whole picture arrived
_PREVIEW_WIDTH, _PREVIEW_PERIOD = 320, 0.03  # pixels, seconds
_VENDORS = {"video": "V4L2", "file": "film", "http": "MJPEG"}


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds before the camera counts as broken: no frame, the same one, or half ones."""

    silent: float = 2.5
    frozen: float = 1.0
    damaged: float = 1.0


class VideoCamera:
    """Driver of a camera that streams; see the module for what each fault ends as."""

    def __init__(self, port: str, times: Times | None = None) -> None:
        self._port = urlsplit(port)
        controls = Controls.of(self._port.query) if self._port.scheme == "video" else None
        self._stream = VideoStream(port, controls)
        self._times = times or Times()

    def __enter__(self) -> Self:
        self._stream.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stream.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """What the kernel knows of the camera, else its port.

        Raises as `capture` does when no picture comes.
        """
        if self._stream.newer(self._stream.rank, self._times.silent) is None:
            raise self._stream.failure or DeviceSilent("the camera gives no picture")
        found = CameraIdentity()
        if self._port.scheme == "video":
            found = camera_identity(unquote(self._port.path))
        return DeviceInfo(
            vendor=found.vendor or _VENDORS[self._port.scheme],
            model=found.model or self._port.path.rpartition("/")[2],
            serial=found.serial or self._port.netloc or "local",
            firmware=found.firmware or self._stream.firmware,
            modalities=frozenset({Modality.FACE}),
            simulated=self._stream.simulated,
        )

    def capture(self, wanted: tuple[Finger, ...], patience: Patience, guide: Guide) -> Capture:  # noqa: ARG002 (a face has no fingers)
        """Keep the sharpest of five good frames in a row; those before the call do not count."""
        guide(Guidance.LOOK)
        watch = _Watch(self._stream.rank, self._times, guide)
        good: list[Pixels] = []
        while len(good) < _FRAMES:
            patience.check()
            frame = self._stream.newer(watch.rank, _POLL)
            if frame is None:
                watch.check_silence(self._stream)
            elif not watch.accepts(frame):
                good.clear()
            else:
                good.append(frame.pixels)
                watch.ask_to_hold()
        return self._captured(max(good, key=_sharpness))

    def frames(self, wanted: tuple[Finger, ...], patience: Patience) -> Iterator[Sample]:  # noqa: ARG002 (a face has no fingers)
        """Every new frame that is live and whole, dark ones too; those before do not count."""
        watch = _Watch(self._stream.rank, self._times, _nobody)
        while True:
            patience.check()
            frame = self._stream.newer(watch.rank, _POLL)
            if frame is None:
                watch.check_silence(self._stream)
            elif watch.is_sound(frame):
                yield Sample(frame.pixels.copy(), None)  # the next one is compared with ours

    def lock(self, *, on: bool) -> None:
        """Keep focus, exposure and white balance while the face is good, where there are any."""
        self._stream.lock(on=on)

    def provenance(self) -> Provenance:
        """Who took the frames."""
        info = self.info()
        return Provenance("video-camera", info.model, info.serial, info.firmware, info.simulated)

    def _captured(self, pixels: Pixels) -> Capture:
        return Capture(Modality.FACE, (Sample(pixels, None),), self.provenance())


def _nobody(_told: object) -> None:
    """Frames speak for themselves: whoever takes them tells what to do."""


class _Watch:
    """What was seen so far in one capture."""

    def __init__(self, rank: int, times: Times, guide: Guide) -> None:
        self.rank = rank
        self._times = times
        self._guide = guide
        self._seen = self._changed = self._whole = time.monotonic()
        self._previewed = 0.0
        self._holding = False
        self._alike = 0  # frames in a row like the one before
        self._last: Pixels | None = None

    def check_silence(self, stream: VideoStream) -> None:
        """Raise what the stream met, or `DeviceSilent`, once nothing came for too long."""
        if time.monotonic() - self._seen > self._times.silent:
            raise stream.failure or DeviceSilent("the camera gives no picture any more")

    def ask_to_hold(self) -> None:
        """Tell the applicant, once, that the picture is being taken."""
        if not self._holding:
            self._guide(Guidance.HOLD)
        self._holding = True

    def accepts(self, frame: Frame) -> bool:
        """Whether `frame` is live, whole, lit and still; raises as `is_sound` does."""
        self._show(frame)
        last = self._last
        return (
            self.is_sound(frame)
            and last is not None
            and _is_lit(frame.pixels)
            and _is_still(frame.pixels, last)
        )

    def is_sound(self, frame: Frame) -> bool:
        """Whether `frame` is live and whole; raises for a frozen or half stream."""
        self.rank, self._seen = frame.rank, frame.at
        last, self._last = self._last, frame.pixels
        if last is None or last.shape != frame.pixels.shape:
            return False  # one picture alone does not show that it is live
        return self._is_live(frame, last) and self._is_whole(frame, last)

    def _is_live(self, frame: Frame, last: Pixels) -> bool:
        if not np.array_equal(frame.pixels, last):
            self._changed, self._alike = frame.at, 0
            return True
        self._alike += 1
        # A covered lens may clip every pixel to black: that camera is dark, not frozen. Whoever
        # looks seldom may meet the same picture of a film again: twice in a row is no proof.
        long = self._alike >= _ALIKE and frame.at - self._changed > self._times.frozen
        if long and _is_lit(frame.pixels):
            raise DeviceSilent("the picture of the camera is frozen")
        return False

    def _is_whole(self, frame: Frame, last: Pixels) -> bool:
        if not is_half(frame.pixels, last):
            self._whole = frame.at
            return True
        if frame.at - self._whole > self._times.damaged:
            raise ProtocolError("only the upper part of each picture arrives")
        return False

    def _show(self, frame: Frame) -> None:
        if frame.at - self._previewed < _PREVIEW_PERIOD:
            return
        self._previewed = frame.at
        self._guide(Preview(_small(frame.pixels)))


def is_half(pixels: Pixels, last: Pixels) -> bool:
    """Whether the bottom rows of `pixels` never arrived; `last` is the frame before.

    A decoder fills what is missing with one colour (libjpeg grey, FFmpeg green), or leaves the
    rows of an earlier picture there: not one pixel changed, which the noise of a sensor rules
    out unless it is saturated.
    """
    rows = max(8, int(pixels.shape[0] * _BOTTOM))
    bottom = pixels[-rows:]
    if bottom.min() == 255 or bottom.max() == 0:
        return False
    flat = not np.ptp(bottom.reshape(-1, 3), axis=0).any()
    return bool(flat or np.array_equal(bottom, last[-rows:]))


def _small(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    size = (_PREVIEW_WIDTH, max(1, round(height * _PREVIEW_WIDTH / width)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _is_lit(pixels: Pixels) -> bool:
    return float(pixels[::4, ::4].mean()) > _DARK


def _is_still(pixels: Pixels, last: Pixels) -> bool:
    change = cv2.absdiff(pixels[::8, ::8], last[::8, ::8])
    return float(change.mean()) < _STILL


def _sharpness(pixels: Pixels) -> float:
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())
