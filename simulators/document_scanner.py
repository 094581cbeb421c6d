"""An eSCL scanner in software, on real loopback HTTP or HTTPS: glass, feeder, lid and motor.

Tests lay a `Sheet` on `glass`, stack sheets into `feeder`, and arm faults. Of the shared ones:

    REFUSE     500 for the job                 GARBAGE    an answer that is not HTTP
    MUTE       a request gets no answer        TRUNCATED  a page breaks off, its length is right
    UNPLUG     gone, until `replug`            OVERSIZE   a page announces 10 GB
    STUCK      half a page, then nothing       LATE       a page comes when its job was cancelled
    NEVER_PRESENT  the feeder is empty         HOSTILE_LABEL  a name meant for a terminal

and those of a scanner, `Mishap`. A jam, an open lid and the like last until `clear`.
"""

from __future__ import annotations

import ssl
import threading
import uuid
from collections import deque
from typing import TYPE_CHECKING, Self

from simulators.escl import pages
from simulators.escl.mishaps import LASTING, Mishap
from simulators.escl.pages import Model, Sheet
from simulators.escl.server import BASE, Handler, Job, Server
from simulators.faults import Fault, Faults, Stock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from simulators.escl.pages import Settings

__all__ = ["DocumentScannerSimulator", "Mishap", "Model", "Sheet"]


class DocumentScannerSimulator:
    """Serves `escl://127.0.0.1:…/eSCL` for the length of a `with` block.

    `certificate` is a PEM file of certificate and key, for HTTPS.
    """

    def __init__(
        self,
        glass: Sheet | None = None,
        feeder: Iterable[Sheet] = (),
        *,
        model: Model | None = None,
        certificate: Path | None = None,
    ) -> None:
        self.faults = Faults()
        self.mishaps: Stock[Mishap] = Stock()
        self.glass = glass
        self.model = model or Model()
        self.pace = self.model.pace  # seconds for a page
        self.gone = threading.Event()  # the block has ended
        self.cancelled: list[str] = []  # jobs that a host ended by DELETE
        self._refill: tuple[Sheet, ...] = ()
        self.load(feeder)
        self._unplugged = False
        self._lasting: Mishap | None = None
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.scanner = self
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.show_certificate(certificate)
            self._server.socket = self._tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def url(self) -> str:
        """The port for the settings of the station, without options."""
        return f"escl{'s' if self._tls else ''}://{self.address}{BASE}"

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def idle(self) -> bool:
        """Whether no job is under way."""
        return not self._jobs

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.gone.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def show_certificate(self, certificate: Path) -> None:
        """From now on, be whoever `certificate`, a PEM file with its key, says."""
        if self._tls is not None:
            self._tls.load_cert_chain(certificate)

    def load(self, sheets: Iterable[Sheet]) -> None:
        """Put `sheets` into the feeder, in place of what was there."""
        self.feeder = deque(sheets)
        self._refill = tuple(self.feeder) if self.model.refill else ()

    def clear(self) -> None:
        """Take the sheet out, close the lid, empty the memory."""
        self._lasting = None

    def replug(self) -> None:
        """Put the cable back."""
        self._unplugged = False

    def present(self) -> bool:
        """Whether the cable is in."""
        if self.faults.spend(Fault.UNPLUG):
            self._unplugged = True
        return not self._unplugged

    def status(self) -> bytes:
        """ScannerStatus as it is now."""
        sheets = bool(self.feeder) and not self.faults.spend(Fault.NEVER_PRESENT)
        adf = "ScannerAdfLoaded" if sheets else "ScannerAdfEmpty"
        jobs = dict.fromkeys(self._jobs, "Processing")
        if self._lasting is not None:
            return pages.status(*LASTING[self._lasting], jobs)
        return pages.status("Idle" if self.idle else "Processing", adf, (), jobs)

    def suffers(self, mishap: Mishap) -> bool:
        """Whether `mishap` happens now; it then lasts, if it is of that kind."""
        if self._lasting is not mishap and not self.mishaps.spend(mishap):
            return False
        if mishap in LASTING:
            self._lasting = mishap
        return True

    def begin(self, settings: Settings) -> str | None:
        """The path of a new job; None when another one runs or the feeder is empty."""
        with self._lock:
            if self._jobs or (settings.feeder and not self.feeder):
                return None
            path = f"{BASE}/ScanJobs/{uuid.uuid4()}"
            self._jobs[path] = Job(settings)
            return path

    def job(self, path: str) -> Job | None:
        """The job at this path."""
        return self._jobs.get(path)

    def end(self, path: str, *, by_host: bool) -> bool:
        """End a job; False when there is none."""
        with self._lock:
            job = self._jobs.pop(path, None)
        if job is not None:
            self.feeder.extend(() if self.feeder else self._refill)
            job.cancelled.set()
            if by_host:
                self.cancelled.append(path)
        return job is not None

    def page(self, job: Job) -> bytes | None:
        """The next page of the job as a file; None when there is no other."""
        settings = job.settings
        with self._lock:
            if job.served if not settings.feeder else not self.feeder:
                return None
            sheet = self.feeder.popleft() if settings.feeder else self.glass
            job.served += 1
        dpi = settings.dpi
        if self.suffers(Mishap.OTHER_SIZE):
            return pages.encoded(pages.scanned(sheet, settings, dpi // 2), settings, dpi)
        if self.suffers(Mishap.COARSER):
            dpi //= 2
        return pages.encoded(pages.scanned(sheet, settings, dpi), settings, dpi)
