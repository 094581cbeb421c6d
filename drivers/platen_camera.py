"""Fingerprint sensor that is a camera under glass: it streams, the station decides.

    video:///dev/video2?ppi=500&fingers=1     V4L2, uncompressed
    http://127.0.0.1:8090/stream.mjpg?ppi=500&fingers=4

`ppi` is the resolution at the glass, measured by the technician against a ruled target; `fingers`
is 1 or 4. An MJPEG stream has lost detail before it arrives: good enough for a laboratory.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, urlsplit

import cv2
import numpy as np

from drivers.transport.video import VideoStream
from station.capture import Modality, Provenance, Sample
from station.device import DeviceInfo
from station.errors import ConfigError, DeviceSilent

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from station.capture import Finger
    from station.device import Patience

_PPI = 500
_LEAST_PPI, _MOST_PPI = 500, 2000
_WAIT = 0.05  # seconds; bounds how late a cancellation is noticed
_SILENT = 2.5  # seconds without a frame


class PlatenCamera:
    """Driver of a streaming fingerprint sensor; see the module for its port."""

    def __init__(self, port: str) -> None:
        self._port = urlsplit(port)
        given = parse_qs(self._port.query)
        self._ppi = _number(given, "ppi", _LEAST_PPI, _MOST_PPI)
        self._fingers = _number(given, "fingers", 1, 4)
        self._stream = VideoStream(port)

    def __enter__(self) -> Self:
        self._stream.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stream.__exit__(*exc)

    def info(self) -> DeviceInfo:
        """What the port says of the sensor; raises as `frames` does when no picture comes."""
        if self._stream.newer(self._stream.rank, _SILENT) is None:
            raise self._stream.failure or DeviceSilent("the sensor gives no picture")
        modality = Modality.FINGER if self._fingers == 1 else Modality.SLAP
        return DeviceInfo(
            vendor="streaming sensor",
            model=self._port.path.rpartition("/")[2],
            serial=self._port.netloc or "local",
            firmware=self._stream.firmware,
            modalities=frozenset({modality}),
            simulated=self._stream.simulated,
        )

    def provenance(self) -> Provenance:
        """Who took the frames."""
        info = self.info()
        return Provenance("platen-camera", info.model, info.serial, info.firmware, info.simulated)

    def frames(self, wanted: tuple[Finger, ...], patience: Patience) -> Iterator[Sample]:
        """Every new frame, grey at 500 ppi.

        Raises `ConfigError` when one finger is asked of a slap sensor or the reverse, and what
        the transport met when no frame comes for 2.5 s.
        """
        if (len(wanted) > 1) is (self._fingers == 1):
            raise ConfigError(f"{len(wanted)} fingers asked of a sensor for {self._fingers}")
        position = wanted[0] if self._fingers == 1 else None
        hand = None if position is not None else wanted[0].hand
        rank, heard = self._stream.rank, time.monotonic()
        while True:
            patience.check()
            frame = self._stream.newer(rank, _WAIT)
            if frame is not None:
                rank, heard = frame.rank, time.monotonic()
                yield Sample(self._grey(frame.pixels), _PPI, position, hand)
            elif time.monotonic() - heard > _SILENT:
                raise self._stream.failure or DeviceSilent("the sensor gives no picture any more")

    def _grey(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        if self._ppi != _PPI:
            scale = _PPI / self._ppi
            grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return np.asarray(grey, np.uint8)


def _number(given: dict[str, list[str]], name: str, least: int, most: int) -> int:
    """The parameter `name` of the port; raises `ConfigError`."""
    (text, *_) = given.get(name, [""])
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ConfigError(f"{name}= from {least} to {most} is missing in the port of the sensor")
    return int(text)
