"""The requests a host makes of an eSCL scanner, and how each fault of the line answers them."""

from __future__ import annotations

import contextlib
import http.server
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulators.escl import pages
from simulators.escl.mishaps import Mishap
from simulators.faults import Fault

if TYPE_CHECKING:
    from simulators.document_scanner import DocumentScannerSimulator
    from simulators.escl.pages import Settings

BASE = "/eSCL"
_PIECES = 24  # a page leaves in so many parts, spread over the time the motor takes
_HOSTILE = "&#x9b;2J&#x202e;[bold]" + 600 * "A"
_HUGE = 10 * 10**9
_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<x>&b;</x>"
)
_BOMB = (  # a PNG of 60000 x 60000 pixels that ends after its header
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x02\0\0\0"
)


@dataclass(slots=True)
class Job:
    """One job: what was asked, how many pages went, whether it has ended."""

    settings: Settings
    served: int = 0
    cancelled: threading.Event = field(default_factory=threading.Event)


class Server(http.server.ThreadingHTTPServer):
    """Hands each request to a `Handler` that knows the scanner."""

    daemon_threads = True
    scanner: DocumentScannerSimulator

    def handle_error(self, request: object, client_address: object) -> None:
        """A host that hangs up, or does not like our certificate, is no error of the scanner."""


class Handler(http.server.BaseHTTPRequestHandler):
    """One request of a host."""

    server: Server
    protocol_version = "HTTP/1.1"

    @property
    def _scanner(self) -> DocumentScannerSimulator:
        return self.server.scanner

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Say nothing: each request is expected."""

    def do_GET(self) -> None:
        """State, or a page."""
        if self._is_spoilt():
            return
        scanner = self._scanner
        if self.path == f"{BASE}/ScannerCapabilities":
            self._capabilities()
        elif self.path == f"{BASE}/ScannerStatus":
            self._send(200, scanner.status())
        elif self.path.endswith("/NextDocument"):
            self._next(self.path.removesuffix("/NextDocument"))
        else:
            self._send(404)

    def do_POST(self) -> None:
        """A new job."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 65_536))
        if self._is_spoilt():
            return
        scanner = self._scanner
        if scanner.faults.spend(Fault.REFUSE):
            self._send(500)
        elif scanner.suffers(Mishap.BUSY):
            self._send(503, headers={"Retry-After": "1"})
        elif scanner.suffers(Mishap.COVER_OPEN):
            self._send(409)
        elif scanner.suffers(Mishap.FULL):
            self._send(507)
        else:
            self._begin(body)

    def do_DELETE(self) -> None:
        """The host ends a job."""
        if not self._is_spoilt():
            self._send(200 if self._scanner.end(self.path, by_host=True) else 404)

    def _capabilities(self) -> None:
        scanner = self._scanner
        hostile = scanner.faults.spend(Fault.HOSTILE_LABEL)
        xml = pages.capabilities(scanner.model, _HOSTILE if hostile else scanner.model.name)
        if scanner.suffers(Mishap.WRONG_XML):
            xml = xml[: len(xml) // 2]
        if scanner.suffers(Mishap.ENTITIES):
            xml = _LAUGHS
        packed = {"Content-Encoding": "gzip"} if scanner.suffers(Mishap.PACKED) else {}
        self._send(200, xml, headers=packed)

    def _begin(self, body: bytes) -> None:
        try:
            settings = pages.settings(body)
        except (ValueError, KeyError):
            self._send(400)
            return
        scanner = self._scanner
        path = scanner.begin(settings)
        if path is None:
            self._send(409 if settings.feeder and not scanner.feeder else 503)
            return
        if scanner.suffers(Mishap.SLOW_JOB):
            scanner.gone.wait(0.2)
        foreign = scanner.suffers(Mishap.FOREIGN_JOB)
        host = "192.0.2.7:9" if foreign else scanner.address
        self._send(201, headers={"Location": f"http://{host}{path}"})

    def _next(self, path: str) -> None:
        scanner = self._scanner
        job = scanner.job(path)
        if job is None or scanner.suffers(Mishap.NO_PAGE):
            scanner.end(path, by_host=False)
            self._send(404)
        elif scanner.suffers(Mishap.WARMING):
            self._send(503)
        elif job.settings.feeder and (
            scanner.suffers(Mishap.JAM) or scanner.suffers(Mishap.MISFEED)
        ):
            self._send(409)
        elif job.served and scanner.suffers(Mishap.EARLY_END):
            self._send(404)
        else:
            page = scanner.page(job)
            if page is None:
                scanner.end(path, by_host=False)
                self._send(404)
            else:
                self._page(job, page)

    def _spoilt(self, page: bytes) -> bytes:
        """The page, or what a fault made of it."""
        if self._scanner.faults.spend(Fault.TRUNCATED):
            return page[: len(page) // 2]
        if self._scanner.suffers(Mishap.NOT_AN_IMAGE):
            return b"<html><body>Service Unavailable</body></html>"
        return _BOMB if self._scanner.suffers(Mishap.BOMB) else page

    def _page(self, job: Job, whole: bytes) -> None:
        scanner, page = self._scanner, self._spoilt(whole)
        if scanner.faults.spend(Fault.LATE):
            job.cancelled.wait(60)
        length = _HUGE if scanner.faults.spend(Fault.OVERSIZE) else len(page)
        endless, chunked = scanner.suffers(Mishap.ENDLESS), scanner.model.chunked
        self.send_response(200)
        self.send_header("Content-Type", job.settings.format)
        self.send_header("Connection", "close")
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif not endless:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.close_connection = True
        if endless:
            while not scanner.gone.is_set():
                self._part(page)
        else:
            self._pour(page)

    def _pour(self, page: bytes) -> None:
        """The page, in parts, at the speed of the motor; or half of it."""
        scanner = self._scanner
        stuck, cut = scanner.faults.spend(Fault.STUCK), scanner.suffers(Mishap.CUT_OFF)
        step = max(1, -(-len(page) // _PIECES))
        for start in range(0, len(page) // 2 if stuck or cut else len(page), step):
            self._part(page[start : start + step])
            scanner.gone.wait(scanner.pace / _PIECES)
        if stuck:
            self._hang()
        elif not cut:
            self._part(b"")

    def _part(self, data: bytes) -> None:
        """One part of a page as it goes over the line; an empty one is the last."""
        framed = b"%x\r\n%s\r\n" % (len(data), data)
        self.wfile.write(framed if self._scanner.model.chunked else data)

    def _is_spoilt(self) -> bool:
        """Whether this request met a fault of the line instead of an answer."""
        scanner = self._scanner
        self.close_connection = True
        if not scanner.present():
            return True
        if scanner.faults.spend(Fault.MUTE):
            self._hang()
            return True
        if scanner.faults.spend(Fault.GARBAGE):
            self.wfile.write(bytes(range(256)))
            return True
        if scanner.suffers(Mishap.REDIRECT):
            self._send(302, headers={"Location": "http://192.0.2.7/eSCL/ScannerCapabilities"})
            return True
        return False

    def _hang(self) -> None:
        """Hold the line in silence until the host leaves."""
        self.connection.settimeout(0.1)
        ends = time.monotonic() + 60
        while not self._scanner.gone.is_set() and time.monotonic() < ends:
            with contextlib.suppress(TimeoutError):
                if not self.connection.recv(1):
                    return

    def _send(
        self, status: int, body: bytes = b"", *, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("X-Simulated", "1")
        endless = self._scanner.suffers(Mishap.ENDLESS_LENGTH)
        self.send_header("Content-Length", "9" * 5000 if endless else str(len(body)))
        self.send_header("Connection", "close")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
