"""The PC/SC service of a bed, ended and started again from inside its namespaces."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

_FOLDER = Path("/run/pcscd")  # the folder of the bed, as mounted there
_WAIT = 10.0  # seconds


class Service:
    """pcscd as the bed started it; `kill` and `start` may follow each other any number of times."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = int((_FOLDER / "pcscd.pid").read_bytes().strip(b"\n\0 "))
        option = os.environ["DR_PCSCD_OPTION"].split()  # which the bed found out
        self._command = ["pcscd", "-f", "-i", "-c", str(_FOLDER / "readers"), *option]

    def obey(self, order: list[str]) -> bool:
        """Carry out an order about the service; False for any other."""
        match order:
            case ["service-kill"]:
                self.kill()
            case ["service-start"]:
                self.start()
            case _:
                return False
        return True

    def kill(self) -> None:
        """End it without notice; its socket stays behind, as after a crash."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)  # we are PID 1 there: all are our children

    def start(self) -> None:
        """Start it again and wait until it listens; raises TimeoutError."""
        (_FOLDER / "pcscd.comm").unlink(missing_ok=True)
        with (_FOLDER / "pcscd.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 (the command of the bed)
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._pid, self._process = process.pid, process
        ends = time.monotonic() + _WAIT
        while not (_FOLDER / "pcscd.comm").exists():
            if time.monotonic() > ends:
                raise TimeoutError("pcscd did not start")
            time.sleep(0.02)
