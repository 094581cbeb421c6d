"""An MJPEG stream over HTTP (multipart/x-mixed-replace), read part by part within bounds.

OpenCV reads such streams too, but hides what tells a fault from another: the status, the headers
and whether a JPEG came whole (docs/adr/0005-camera-reader.md).
"""

from __future__ import annotations

import socket
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import cv2
import numpy as np

from station.errors import ConfigError, DeviceLost, DeviceRefused, DeviceSilent, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

_OPEN, _READ = 3.0, 2.0  # seconds
_MAX_LINE, _MAX_LINES = 1024, 12  # bytes; lines between two pictures
_MAX_JPEG = 8 << 20  # bytes
_MAX_PIXELS = 24_000_000
_OK = 200
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # frame headers, ITU-T T.81 table B.1


class MjpegSource:
    """One connection at a time to `http://host:port/path`; no redirect, no proxy."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ConfigError(f"not an MJPEG stream: {url!r}")
        self._host, self._port, self._path = parts.hostname, parts.port or 80, parts.path or "/"
        self.simulated = False
        self.firmware = ""
        self._socket: socket.socket | None = None
        self._answer: HTTPResponse | None = None

    def open(self) -> None:
        """Connect; raises `DeviceLost`, `DeviceSilent`, `DeviceRefused` or `ProtocolError`."""
        with _translated():
            connection = HTTPConnection(self._host, self._port, timeout=_OPEN)
            connection.connect()
            self._socket = connection.sock
            connection.request("GET", self._path)
            self._answer = answer = connection.getresponse()
            self._socket.settimeout(_READ)
        if answer.status != _OK:
            raise DeviceRefused(answer.status, command="GET")
        if not answer.headers.get_content_type().startswith("multipart/"):
            raise ProtocolError("the answer is no stream of pictures")
        self.simulated = answer.headers.get("X-Simulated") == "1"
        self.firmware = answer.headers.get("Server", "")

    def read(self) -> npt.NDArray[np.uint8]:
        """The next picture, (rows, columns, 3) B, G, R; raises as `open` does."""
        if self._answer is None:
            raise DeviceLost("the stream is closed")
        with _translated():
            length = _length_of_part(self._answer)
            jpeg = self._answer.read(length)
        if len(jpeg) < length:
            raise DeviceLost("the stream ended within a picture")
        return decoded(jpeg)

    def interrupt(self) -> None:
        """Make a `read` under way in another thread fail now."""
        open_socket = self._socket
        if open_socket is not None:
            with suppress(OSError):  # the other side may have gone first
                open_socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Leave the stream; it can be opened again."""
        if self._answer is not None:
            self._answer.close()
        if self._socket is not None:
            self._socket.close()
        self._answer = self._socket = None


def decoded(jpeg: bytes) -> npt.NDArray[np.uint8]:
    """The picture of a whole JPEG of bounded size; raises `ProtocolError`."""
    if not (jpeg.startswith(b"\xff\xd8") and jpeg.rstrip(b"\0").endswith(b"\xff\xd9")):
        raise ProtocolError("the JPEG is not whole")
    rows, columns = announced_size(jpeg)
    if not 0 < rows * columns <= _MAX_PIXELS:
        raise ProtocolError(f"a picture of {columns} × {rows} pixels")
    with suppress(cv2.error):
        pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        if pixels is not None:
            return np.asarray(pixels, np.uint8)
    raise ProtocolError("the JPEG cannot be decoded")


def announced_size(jpeg: bytes) -> tuple[int, int]:
    """Rows and columns according to the frame header (ITU-T T.81, B.2.2); raises `ProtocolError`.

    Read before decoding: a few bytes may announce a picture of gigabytes.
    """
    at = 2
    while at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
        if jpeg[at + 1] in _SOF:
            return int.from_bytes(jpeg[at + 5 : at + 7]), int.from_bytes(jpeg[at + 7 : at + 9])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    raise ProtocolError("the JPEG has no frame header")


def _length_of_part(answer: HTTPResponse) -> int:
    """Read up to the bytes of the next picture; its length as announced."""
    length = 0
    for _ in range(_MAX_LINES):
        line = answer.readline(_MAX_LINE)
        if not line:
            raise DeviceLost("the stream ended")
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = _bounded(value.strip())
        elif length and not line.strip():
            return length
    raise ProtocolError("no picture between the lines of the stream")


def _bounded(text: bytes) -> int:
    if not (text.isdigit() and 0 < int(text) <= _MAX_JPEG):
        raise ProtocolError("the length of a picture makes no sense")
    return int(text)


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of sockets and HTTP as errors of devices."""
    try:
        yield
    except TimeoutError as error:
        raise DeviceSilent("the camera does not answer") from error
    except (ConnectionError, socket.gaierror) as error:  # http.client's RemoteDisconnected is one
        raise DeviceLost("the camera cannot be reached") from error
    except HTTPException as error:
        raise ProtocolError(f"not HTTP: {type(error).__name__}") from error
    except (OSError, ValueError) as error:  # a closed file says ValueError
        raise DeviceLost("the way to the camera failed") from error
