"""`scanimage` of SANE in a child process: SANE's libraries hang, crash and print as they please.

Pages never touch a disk: for each there is a named pipe where scanimage wants to write a file
(`pN.pnm.part`, which it renames when the page is done), and we read from the other end.
Ending it takes the whole process group, since some backends fork.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from station.errors import ConfigError, DeviceLost, DeviceSilent, ProtocolError
from station.log import TRAFFIC

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

PROGRAM = "scanimage"
_PATH = "/usr/local/bin:/usr/bin:/bin"
_POLL = 0.05  # seconds; bounds how late a cancellation is noticed
_GENTLE = 0.2  # seconds from SIGTERM, on which scanimage stops the scanner, to SIGKILL
_CHUNK = 1 << 16
_MAX_PRINTED, _MAX_SAID = 256 * 1024, 4096  # bytes that are kept: answers, and remarks
_AHEAD = 2  # pipes that wait for pages to come


@dataclass(frozen=True, slots=True)
class Printed:
    """What a call printed, and its exit status."""

    status: int
    out: str = field(repr=False)
    err: str


class ScanImage:
    """The program, for one folder of SANE's configuration (empty: the system's)."""

    def __init__(self, config: str) -> None:
        self._environment = {"PATH": _PATH, "LC_ALL": "C"}
        if config:
            self._environment["SANE_CONFIG_DIR"] = config

    def call(self, arguments: list[str], seconds: float, check: Callable[[], None]) -> Printed:
        """Run it to its end, or until `check` raises.

        Raises `DeviceSilent` past `seconds`, `ConfigError` without the program.
        """
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = self._start(arguments, out.fileno(), err.fileno(), None)
            try:
                status = _awaited(child, seconds, check)
            finally:
                _end(child)
            said = [(f.seek(0), f.read(_MAX_PRINTED))[1] for f in (out, err)]
        return Printed(status, *(text.decode("utf-8", "replace") for text in said))

    def batch(self, arguments: list[str]) -> Batch:
        """A scan of pages, to be used in a `with` block."""
        return Batch(self, arguments)

    def _start(
        self, arguments: list[str], out: int, err: int, folder: str | None
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 (no shell; the port was checked)
                [PROGRAM, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=self._environment,
                cwd=folder,
                start_new_session=True,
            )
        except OSError as error:
            raise ConfigError(f"no {PROGRAM}: install the package sane-utils") from error


class Batch:
    """One run of scanimage that gives page after page; leaving the block ends it."""

    def __init__(self, program: ScanImage, arguments: list[str]) -> None:
        self._program, self._arguments = program, arguments
        self._folder: Path | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._err = -1
        self._said = self._lately = b""
        self._pages = 0

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="scan-"))  # 0700; pipes only
        self._err, theirs = os.pipe()
        os.set_blocking(self._err, False)
        try:
            for page in range(1, _AHEAD + 1):
                os.mkfifo(self._pipe(page), 0o600)
            arguments = [*self._arguments, "-p", "--format=pnm", "--batch=p%d.pnm"]
            self._child = self._program._start(  # noqa: SLF001 (two halves of one file)
                arguments, subprocess.DEVNULL, theirs, str(self._folder)
            )
        except BaseException:
            self.__exit__()
            raise
        finally:
            os.close(theirs)
        return self

    def __exit__(self, *exc: object) -> None:
        child, self._child = self._child, None
        if child is not None:
            _end(child)
        if self._err >= 0:
            os.close(self._err)
            self._err = -1
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def said(self) -> bytes:
        """The last it printed to its standard error."""
        return self._said

    @property
    def lately(self) -> bytes:
        """What of it came since the page under way, or the last one, began."""
        return self._lately

    def hear(self, check: Callable[[], None]) -> bool:
        """Wait a moment for something to be printed; False once the program has ended."""
        check()
        ended = self._running.poll() is not None
        select.select([self._err], [], [], 0 if ended else _POLL)
        return self._listen() or not ended

    def wait(self, seconds: float, check: Callable[[], None]) -> int:
        """The exit status of a scan that has no page left; raises `DeviceSilent`."""
        status = _awaited(self._running, seconds, check)
        self._listen()
        return status

    def page(
        self, most: int, silence: float, check: Callable[[], None], heard: Callable[[], None]
    ) -> bytes | None:
        """The next page as it was written, perhaps in part; None when the program ended before.

        `check` is called all the while and may raise; `heard` after anything came. Raises
        `DeviceSilent` after `silence` seconds without a byte, `ProtocolError` beyond `most`.
        """
        self._lately = b""
        pipe = os.open(self._pipe(self._pages + 1), os.O_RDONLY | os.O_NONBLOCK)
        try:
            data = self._read(pipe, most, silence, check, heard)
        finally:
            os.close(pipe)
        if data is not None:
            self._pages += 1
            os.mkfifo(self._pipe(self._pages + _AHEAD), 0o600)
            logger.log(TRAFFIC, "page %d: %d bytes", self._pages, len(data))
        return data

    def _read(
        self,
        pipe: int,
        most: int,
        silence: float,
        check: Callable[[], None],
        heard: Callable[[], None],
    ) -> bytes | None:
        data, last = bytearray(), time.monotonic()
        while True:
            ended = self._running.poll() is not None  # asked first: what it wrote is then all there
            ready = select.select([pipe, self._err], [], [], 0 if ended else _POLL)[0]
            check()
            if pipe in ready:
                chunk = os.read(pipe, _CHUNK)
                if not chunk:
                    return bytes(data)
                data += chunk
            if len(data) > most:
                raise ProtocolError(f"a page of more than {most} bytes")
            if self._listen() or pipe in ready:
                last = time.monotonic()
                heard()
            elif ended:
                return None
            elif time.monotonic() - last > silence:
                raise DeviceSilent(f"the scanner gave nothing for {silence:g} s")

    def _listen(self) -> bool:
        """Take what was printed; whether there was anything."""
        with contextlib.suppress(BlockingIOError):
            if chunk := os.read(self._err, _CHUNK):
                self._said = (self._said + chunk)[-_MAX_SAID:]
                self._lately = (self._lately + chunk)[-_MAX_SAID:]
                return True
        return False

    def _pipe(self, page: int) -> str:
        return f"{self._folder}/p{page}.pnm.part"

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            raise DeviceLost("the scan is over")
        return self._child


def _awaited(child: subprocess.Popen[bytes], seconds: float, check: Callable[[], None]) -> int:
    """The exit status of `child`; `check` is called all the while and may raise."""
    ends = time.monotonic() + seconds
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.wait(_POLL)
        check()
        if time.monotonic() > ends:
            raise DeviceSilent(f"{PROGRAM} does not return within {seconds:g} s")


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let the program stop the scanner, or kill it, and everything it started."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if child.poll() is None or how is signal.SIGKILL:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_GENTLE)
