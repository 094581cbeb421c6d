"""What an eSCL scanner can be asked, and what its refusals mean."""

from __future__ import annotations

import math
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from drivers.transport.http_device import Ask, HttpDevice, Origin
from drivers.wire import escl, scan_port
from drivers.wire.escl import Trouble
from station.errors import (
    CaptureError,
    ConfigError,
    CoverOpen,
    DeviceError,
    DeviceRefused,
    DeviceUnconfigured,
    FeederEmpty,
    PaperJam,
    ProtocolError,
    ScannerFull,
    SheetsMisfed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.transport.http_device import Answer
    from drivers.wire.escl import Capabilities, Status, Wanted
    from drivers.wire.scan_port import ScanPort
    from station.errors import StationError

OK, CREATED, NOT_FOUND, GONE, BUSY, FULL = 200, 201, 404, 410, 503, 507
_LOGIN, _REDIRECTS = (401, 403), range(300, 400)
_FAREWELL = 0.35  # seconds for DELETE, so that a cancellation stays within half a second
_PORTS = {"escl": 80, "escls": 443}
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_TROUBLES = {
    Trouble.EMPTY: (FeederEmpty, "no sheet in the feeder"),
    Trouble.JAM: (PaperJam, "a sheet is stuck"),
    Trouble.COVER: (CoverOpen, "the scanner is open"),
    Trouble.MISFEED: (SheetsMisfed, "the feeder did not take one sheet"),
    Trouble.MEMORY: (ScannerFull, "the memory of the scanner is full"),
}


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds for an ordinary answer, between two parts of a page, and for a job already asked for.

    The last is how long a cancellation waits to learn the name of the job that it has to end.
    """

    answer: float = 5.0
    page: float = 60.0
    linger: float = 0.3


def parse(port: str) -> tuple[Origin, str, ScanPort]:
    """Where the scanner is, the path of its service, and what to scan; raises `ConfigError`."""
    try:
        parts = urlsplit(port)
        number = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise ConfigError(f"not an eSCL scanner: {port!r}") from error
    base = parts.path.rstrip("/")
    if not parts.hostname or not base or parts.username or parts.fragment:
        raise ConfigError(f"not an eSCL scanner: {port!r}")
    tls = parts.scheme == "escls"
    what, more = scan_port.parse(parts.query, ("fingerprint",) if tls else ())
    fingerprint = more.get("fingerprint", "").replace(":", "").lower()
    if fingerprint and not _FINGERPRINT.fullmatch(fingerprint):
        raise ConfigError("a fingerprint is the SHA-256 of the certificate, 64 hexadecimal digits")
    return Origin(parts.hostname, number, tls, fingerprint), base, what


def trouble(found: Trouble) -> StationError:
    """The error for what a scanner stands still for."""
    leaf, text = _TROUBLES[found]
    return leaf(text)


class Service:
    """The requests of eSCL, each with its deadline and its bound."""

    def __init__(self, origin: Origin, base: str, times: Times) -> None:
        self._http = HttpDevice(origin)
        self._base = base
        self.times = times

    def __enter__(self) -> Self:
        self._http.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._http.__exit__(*exc)

    def capabilities(self, check: Callable[[], None]) -> tuple[Capabilities, bool]:
        """Who the scanner is and what it can do, and whether it says that it is a simulator."""
        answer = self._get("ScannerCapabilities", check)
        return escl.capabilities(answer.body), answer.headers.get("x-simulated") == "1"

    def status(self, check: Callable[[], None]) -> Status:
        """What it does now."""
        return escl.status(self._get("ScannerStatus", check).body)

    def begin(self, wanted: Wanted, check: Callable[[], None]) -> Answer:
        """Ask for a job, once."""
        path = f"{self._base}/ScanJobs"
        body = escl.settings(wanted)
        ask = Ask("POST", path, body, seconds=self.times.answer, most=escl.MAX_XML)
        return self._http.ask(ask, _later(check, self.times.linger))

    def job(self, answer: Answer) -> str:
        """The path of the job that `answer` announces."""
        return escl.job_path(self._base, answer.headers.get("location", ""))

    def page(
        self,
        job: str,
        most: int,
        check: Callable[[], None],
        heard: Callable[[int, int | None], None],
    ) -> Answer:
        """Ask for the next page of `job`, of at most `most` bytes."""
        path = f"{job}/NextDocument"
        ask = Ask("GET", path, seconds=math.inf, silence=self.times.page, most=most)
        return self._http.ask(ask, check, heard)

    def cancel(self, job: str) -> None:
        """Tell the scanner to end `job`; whether it heard is no longer waited for."""
        with suppress(DeviceError):  # whatever led here is the one to report
            self._http.ask(Ask("DELETE", job, seconds=_FAREWELL))

    def _get(self, what: str, check: Callable[[], None]) -> Answer:
        ask = Ask("GET", f"{self._base}/{what}", seconds=self.times.answer, most=escl.MAX_XML)
        answer = self._http.ask(ask, check)
        if answer.status != OK:
            raise refusal(answer, what)
        return answer


def _later(check: Callable[[], None], seconds: float) -> Callable[[], None]:
    """`check`, but what it raises is raised only once it has done so for `seconds`."""
    ends = math.inf

    def checked() -> None:
        nonlocal ends
        try:
            check()
        except CaptureError:
            ends = min(ends, time.monotonic() + seconds)
            if time.monotonic() >= ends:
                raise

    return checked


def refusal(answer: Answer, command: str) -> DeviceError:
    """The error for an answer that is not the one asked for."""
    if answer.status in _LOGIN:
        return DeviceUnconfigured(f"{command}: the scanner wants a login")
    if answer.status in _REDIRECTS:
        return DeviceUnconfigured(f"{command}: the scanner refers to another address")
    if answer.status == FULL:
        return ScannerFull(f"{command}: the memory of the scanner is full")
    if answer.status < OK + 100:
        return ProtocolError(f"{command}: HTTP {answer.status} makes no sense here")
    return DeviceRefused(answer.status, command=command)
