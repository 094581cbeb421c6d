"""A portrait camera in software: MJPEG over loopback HTTP, with the noise of a sensor.

What it shows and how it misbehaves is set while it runs: `show`, `faults`, `mode`.
"""

from __future__ import annotations

import http.server
import threading
import time
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Self

import cv2
import numpy as np

from simulators.faults import Fault, Faults

if TYPE_CHECKING:
    import numpy.typing as npt

_RATE = 25.0  # frames a second
_VARIANTS = 6  # pictures that take turns, each with noise of its own
_NOISE = 2.0  # grey levels
_QUALITY = 90


@unique
class Mode(StrEnum):
    """What the stream does, until told otherwise."""

    LIVE = "live"
    FROZEN = "frozen"
    DARK = "dark"
    HALF = "half"  # only the upper half of each JPEG arrives
    STALLED = "stalled"  # the connection stays, no frame comes


class CameraSimulator:
    """Serves `http://127.0.0.1:…/stream.mjpg` for the length of a `with` block."""

    def __init__(self, picture: npt.NDArray[np.uint8]) -> None:
        self.faults = Faults()
        self.mode = Mode.LIVE
        self._gone = threading.Event()
        self.show(picture)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.camera = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def url(self) -> str:
        """What to put in the settings of the station."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/stream.mjpg"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._gone.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def show(self, picture: npt.NDArray[np.uint8]) -> None:
        """Put `picture`, (rows, columns, 3) B, G, R, before the lens."""
        rng = np.random.default_rng(0)
        frames = []
        for _ in range(_VARIANTS):
            noise = rng.normal(0, _NOISE, picture.shape)
            noisy = np.clip(picture + noise, 0, 255).astype(np.uint8)
            frames.append(_jpeg(noisy))
        self._frames = frames
        self._dark = _jpeg(np.zeros_like(picture))

    def refuses(self) -> bool:
        """Whether this connection is turned away."""
        return self.faults.spend(Fault.REFUSE)

    def next_jpeg(self, count: int) -> bytes | None:
        """The frame number `count`; None while none comes. Raises `OSError` when cut off."""
        if self._gone.is_set() or self.faults.spend(Fault.UNPLUG):
            raise ConnectionAbortedError
        if self.mode is Mode.STALLED:
            return None
        if self.mode is Mode.DARK:
            return self._dark
        jpeg = self._frames[0 if self.mode is Mode.FROZEN else count % _VARIANTS]
        if self.mode is Mode.HALF or self.faults.spend(Fault.TRUNCATED):
            return jpeg[: len(jpeg) // 2] + b"\xff\xd9"
        return jpeg


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    camera: CameraSimulator


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Say nothing: each request is expected."""

    def do_GET(self) -> None:
        """Stream until one side leaves."""
        camera = self.server.camera
        if camera.refuses():
            self.send_error(503)
            return
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.send_header("X-Simulated", "1")
        self.end_headers()
        try:
            self._stream(camera)
        except OSError:
            self.close_connection = True  # the reader left, or the cable was pulled

    def _stream(self, camera: CameraSimulator) -> None:
        due, count = time.monotonic(), 0
        while True:
            jpeg = camera.next_jpeg(count)
            if jpeg is not None:
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                self.wfile.write(head.encode() + jpeg + b"\r\n")
            count += 1
            due += 1 / _RATE
            time.sleep(max(0.0, due - time.monotonic()))


def _jpeg(picture: npt.NDArray[np.uint8]) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes()
