"""A portrait camera in software: MJPEG over loopback HTTP, with the noise of a sensor.

What it shows and how it misbehaves is set while it runs: `show` or `play`, `mode` (until told
otherwise) and `faults` (once each):

    REFUSE         a connection gets 503              UNPLUG     the camera goes, until `replug`
    MUTE           a connection gets no answer        STUCK      a connection gets no more frames
    TRUNCATED      a JPEG breaks off in the middle    GARBAGE    noise in place of a frame
    OVERSIZE       a frame announces 1 GB             HOSTILE_LABEL  a name meant for a terminal
    NEVER_PRESENT  the lens is covered, until `mode` says otherwise
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
    from collections.abc import Iterable

    import numpy.typing as npt

Film = tuple[bytes, ...]  # the JPEGs of one scene, shown in turn

_RATE = 25.0  # frames a second
_VARIANTS = 6  # pictures that take turns, each with noise of its own
_NOISE = 2.0  # grey levels
_QUALITY = 90
_EOI = b"\xff\xd9"
_HOSTILE = "\x1b[2J[bold]" + 600 * "A"


@unique
class Mode(StrEnum):
    """What the stream does, until told otherwise."""

    LIVE = "live"
    FROZEN = "frozen"
    DARK = "dark"
    MOVING = "moving"  # the applicant does not hold still
    HALF = "half"  # only the upper half of each JPEG arrives, and it ends as a whole one does
    STALLED = "stalled"  # the connection stays, no frame comes
    HUNG = "hung"  # a connection is taken and never answered
    GONE = "gone"  # unplugged: every connection is cut


class CameraSimulator:
    """Serves `http://127.0.0.1:…/stream.mjpg` for the length of a `with` block."""

    def __init__(self, picture: npt.NDArray[np.uint8]) -> None:
        self.faults = Faults()
        self.mode = Mode.LIVE
        self.gone = threading.Event()  # the block has ended
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
        self.gone.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def show(self, picture: npt.NDArray[np.uint8]) -> None:
        """Put `picture`, (rows, columns, 3) B, G, R, before the lens."""
        moved = [np.roll(picture, n * picture.shape[1] // _VARIANTS, 1) for n in range(_VARIANTS)]
        self._spoilt = {
            Mode.DARK: film_of(np.zeros_like(picture)),
            Mode.MOVING: _film(moved),
        }
        self.play(film_of(picture))

    def play(self, film: Film, before: Iterable[tuple[Film, int]] = ()) -> None:
        """Show `film` from now on; `before` it other films, each for a number of frames.

        Costs nothing: the films are made before.
        """
        self._live, self._acts = film, list(before)

    def replug(self) -> None:
        """Put the cable back."""
        self.mode = Mode.LIVE

    def present(self) -> bool:
        """Whether the cable is in."""
        if self.faults.spend(Fault.UNPLUG):
            self.mode = Mode.GONE
        return self.mode is not Mode.GONE and not self.gone.is_set()

    def part(self, count: int) -> bytes | None:
        """Frame number `count` as it goes over the line; None while none comes."""
        if self.mode is Mode.STALLED:
            return None
        if self.faults.spend(Fault.NEVER_PRESENT):
            self.mode = Mode.DARK
        if self.faults.spend(Fault.GARBAGE):
            return bytes(range(256)) * 20
        jpeg = self._seen(count)
        announced = 10**9 if self.faults.spend(Fault.OVERSIZE) else len(jpeg)
        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {announced}\r\n\r\n"
        return head.encode() + jpeg + b"\r\n"

    def _seen(self, count: int) -> bytes:
        film = self._spoilt.get(self.mode) or self._act()
        jpeg = film[0 if self.mode is Mode.FROZEN else count % len(film)]
        if self.faults.spend(Fault.TRUNCATED):
            return jpeg[: len(jpeg) // 2]
        return jpeg[: len(jpeg) // 2] + _EOI if self.mode is Mode.HALF else jpeg

    def _act(self) -> Film:
        """The film that is due, of which one frame is spent."""
        acts = self._acts
        if not acts:
            return self._live
        film, frames = acts[0]
        self._acts = acts[1:] if frames <= 1 else [(film, frames - 1), *acts[1:]]
        return film


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    camera: CameraSimulator


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Say nothing: each request is expected."""

    def version_string(self) -> str:
        """The `Server` header."""
        return _HOSTILE if self.server.camera.faults.spend(Fault.HOSTILE_LABEL) else "camera/1"

    def do_GET(self) -> None:
        """Stream until one side leaves."""
        camera = self.server.camera
        self.close_connection = True
        try:
            if camera.mode is Mode.HUNG or camera.faults.spend(Fault.MUTE):
                self._hang(camera)
            elif camera.faults.spend(Fault.REFUSE):
                self.send_error(503)
            elif camera.present():
                self._stream(camera)
        except OSError:
            return  # the reader left

    def _hang(self, camera: CameraSimulator) -> None:
        """Hold the line in silence until the reader leaves."""
        self.connection.settimeout(0.1)
        while not camera.gone.is_set():
            try:
                if not self.connection.recv(1):
                    return
            except TimeoutError:
                continue

    def _stream(self, camera: CameraSimulator) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.send_header("X-Simulated", "1")
        self.end_headers()
        due, count = time.monotonic(), 0
        while camera.present():
            if camera.faults.spend(Fault.STUCK):
                self._hang(camera)
                return
            part = camera.part(count)
            if part is not None:
                self.wfile.write(part)
            count += 1
            due += 1 / _RATE
            time.sleep(max(0.0, due - time.monotonic()))


def film_of(picture: npt.NDArray[np.uint8]) -> Film:
    """The frames of a scene that does not move: they differ by the noise of the sensor."""
    return _film([picture] * _VARIANTS)


def _film(pictures: list[npt.NDArray[np.uint8]]) -> Film:
    """JPEGs of `pictures`; the noise of each is that of the first, a few rows further."""
    noise = np.random.default_rng(0).normal(0, _NOISE, pictures[0].shape).astype(np.int16)
    return tuple(_jpeg(picture + np.roll(noise, 7 * n, 0)) for n, picture in enumerate(pictures))


def _jpeg(levels: npt.NDArray[np.int16]) -> bytes:
    picture = np.clip(levels, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes()
