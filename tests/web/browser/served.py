"""`station serve` as a process of its own, to be stopped, killed and started again."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable

STATION = Path(sys.executable).parent / "station"
_START = 60.0  # seconds; on a busy machine
_END = 20.0
_TICK = 0.05
T = TypeVar("T")


class Served:
    """A station for the length of a `with` block; `log` is everything it wrote on stderr.

    It keeps its port over a restart, as a station at a counter does, and takes a new token.
    """

    def __init__(self, config: Path) -> None:
        self.config = config
        self.log = config.parent / "serve.log"
        self.url, self.token = "", ""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process of the server; the devices' are its children."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it has said where it listens."""
        port = self.url.rpartition(":")[2] or "0"
        command = [str(STATION), "serve", "--config", str(self.config), "--port", port]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [*command, "--announce"], stdout=subprocess.PIPE, stderr=log, text=True
            )
        self.url, self.token = self._announced(self._process).split()

    def stop(self) -> None:
        """Let it end by itself, as the service manager does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop it and start it again on the same port."""
        self.stop()
        self.start()

    def kill_worker(self, role: str) -> None:
        """SIGKILL the process of the device called `role`, which must be running."""
        worker = until(lambda: self._worker(role), f"no process for {role}")
        worker.kill()
        worker.wait(_END)

    def tracebacks(self) -> str:
        """What the station did not foresee: empty, or its log."""
        said = self.log.read_text() if self.log.exists() else ""
        return said if "Traceback" in said else ""

    def _worker(self, role: str) -> psutil.Process | None:
        children = psutil.Process(self.pid).children(recursive=True)
        return next((child for child in children if child.name() == f"dr-{role}"), None)

    def _announced(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        heard, _, _ = select.select([process.stdout], [], [], _START)
        line = process.stdout.readline() if heard else ""
        if not line:
            self.kill()
            raise AssertionError(f"the station did not start:\n{self.log.read_text()}")
        return line

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        with self._process as process:  # closes its pipe
            process.send_signal(number)
            try:
                process.wait(_END)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        self._process = None


def until(look: Callable[[], T | None], otherwise: str, seconds: float = 20.0) -> T:
    """What `look` finds, asked again and again; AssertionError when `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < deadline, otherwise
        time.sleep(_TICK)
    return found
