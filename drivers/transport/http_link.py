"""HTTP requests to a service of this computer, each on a connection of its own; h11 parses.

Device services are no web servers: they announce wrong lengths, add bytes, answer twice, stop in
the middle. So nothing is hidden here: an `Exchange` says what came within the message, what came
after it, and whether the message was whole. Nothing waits longer than it is told, no redirect is
followed, no proxy asked, and what is read has a limit.
"""

from __future__ import annotations

import logging
import select
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import h11

from station.errors import DeviceLost, DeviceSilent, ProtocolError
from station.log import TRAFFIC

if TYPE_CHECKING:
    from collections.abc import Iterable

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
POLL = 0.05  # seconds; bounds how late a cancellation is noticed
_CONNECT, _SEND = 0.25, 2.0  # seconds
_GRACE = 0.25  # seconds for the service to close once its message is whole
_MAX_HEAD = 16_384
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask of whom; `most` bounds the bytes of the answer that are kept at a time."""

    port: int
    method: str
    path: str
    body: bytes = field(repr=False)
    most: int = 1 << 20


def open_ports(ports: Iterable[int]) -> tuple[int, ...]:
    """Those of `ports` of this computer where somebody listens."""
    return tuple(port for port in ports if _listens(port))


def _listens(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(_CONNECT)
        return probe.connect_ex((HOST, port)) == 0


class Exchange:
    """One request and whatever answers it; `with` closes the connection."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.status: int | None = None
        self.ended = False  # the service closed the connection
        self.flaw = ""  # why the message cannot be whole
        self._body = bytearray()
        self._stray = bytearray()
        self._whole_at: float | None = None
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

    def __enter__(self) -> Self:
        """Connect and send; raises `DeviceLost` or `DeviceSilent`."""
        try:
            self._socket.settimeout(_CONNECT)
            self._socket.connect((HOST, self.request.port))
            self._socket.settimeout(_SEND)
            self._socket.sendall(self._bytes())
            self._socket.setblocking(False)
        except BaseException as error:
            self._socket.close()
            if isinstance(error, TimeoutError):
                raise DeviceSilent(f"port {self.request.port} does not take requests") from error
            if isinstance(error, OSError):
                raise DeviceLost(f"nobody listens on port {self.request.port}") from error
            raise
        logger.log(TRAFFIC, "%s: %d bytes sent", self.request.method, len(self.request.body))
        return self

    def __exit__(self, *exc: object) -> None:
        self._socket.close()

    def fileno(self) -> int:
        """For `select`."""
        return self._socket.fileno()

    @property
    def open(self) -> bool:
        """Whether anything can still arrive."""
        return self.fileno() >= 0 and not self.ended

    @property
    def done(self) -> bool:
        """Nothing more will come, or need be waited for."""
        whole = self._whole_at is not None and time.monotonic() - self._whole_at > _GRACE
        return self.ended or whole

    def body(self) -> bytes:
        """What came within the message since the last call."""
        taken, self._body = bytes(self._body), bytearray()
        return taken

    def stray(self) -> bytes:
        """What came after the message."""
        return bytes(self._stray)

    def wait(self) -> None:
        """Read what arrives within one poll period."""
        if self.open and select.select([self], [], [], POLL)[0]:
            self.read()

    def read(self) -> None:
        """Read what has arrived; raises `DeviceLost` or `ProtocolError`."""
        try:
            data = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            self.ended = True
            if self._whole_at is None:
                raise DeviceLost("the service broke the connection") from error
            data = b""
        self.ended = not data
        if self._whole_at is not None or self.flaw:
            self._stray += data
        else:
            self._parse(data)
        if len(self._body) + len(self._stray) > self.request.most:
            self._body, self._stray = bytearray(), bytearray()
            raise ProtocolError(f"an answer of more than {self.request.most} bytes")

    def drain(self) -> None:
        """Read what has arrived and forget it."""
        try:
            self.ended = not self._socket.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self.ended = True

    def _parse(self, data: bytes) -> None:
        try:
            self._http.receive_data(data)
            while self._event(self._http.next_event()):
                pass
        except h11.RemoteProtocolError:
            self.flaw = "not HTTP" if self.status is None else "another length than announced"

    def _event(self, event: object) -> bool:
        """Take one event of h11; False when there is no other for now."""
        if isinstance(event, h11.Response):
            self.status = event.status_code
        elif isinstance(event, h11.Data):
            self._body += event.data
        elif isinstance(event, h11.EndOfMessage):
            self._whole_at = time.monotonic()
            self._stray += self._http.trailing_data[0]
            return False
        elif not isinstance(event, h11.InformationalResponse):
            return False
        return True

    def _bytes(self) -> bytes:
        """The request in one piece: the MOSIP mock reads no more than once."""
        headers = [
            ("Host", f"{HOST}:{self.request.port}"),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(self.request.body))),
            ("EXT", "dr-station"),
            ("Connection", "close"),
        ]
        start = h11.Request(method=self.request.method, target=self.request.path, headers=headers)
        events = (start, h11.Data(data=self.request.body), h11.EndOfMessage())
        return b"".join(self._http.send(event) or b"" for event in events)
