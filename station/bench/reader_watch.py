"""The monitor of the card readers, in a process of its own: PC/SC is native code, and may hang.

A process that ends, whatever the reason, is the last event: None. Whoever trusts a card then
knows nothing of it any more.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Self

from station import registry
from station.errors import ConfigError, DeviceLost, StationError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from station.device import ReaderEvent

_END = 2.0  # seconds to let go of the readers
_processes = multiprocessing.get_context("spawn")  # a fork would copy threads and keys


class ReaderWatch:
    """Events of every reader where `port` is, for the length of a `with` block.

    After the last event, None, `error` says why. Raises `ConfigError` for a port of another kind.
    """

    def __init__(self, port: str) -> None:
        if not registry.watches(port):
            raise ConfigError(f"nothing watches readers of ports such as {port!r}")
        self._port = port
        self.events: SimpleQueue[ReaderEvent | None] = SimpleQueue()
        self.error: StationError = DeviceLost("the monitor of the card readers ended")
        self._pipe: Connection | None = None
        self._process: BaseProcess | None = None

    def __enter__(self) -> Self:
        ours, theirs = _processes.Pipe()
        process = _processes.Process(target=_serve, args=(self._port, theirs), daemon=True)
        process.start()
        theirs.close()
        self._pipe, self._process = ours, process
        self._reader = threading.Thread(target=self._read, args=(ours,), daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *exc: object) -> None:
        pipe, process = self._pipe, self._process
        if pipe is None or process is None:
            return
        with suppress(OSError):  # it may have ended by itself
            pipe.send(None)
        process.join(_END)
        if process.is_alive():
            process.kill()
            process.join(_END)
        self._reader.join(_END)
        pipe.close()
        process.close()

    @property
    def pid(self) -> int | None:
        """The process, None before the block."""
        return None if self._process is None else self._process.pid

    def _read(self, pipe: Connection) -> None:
        with suppress(EOFError, OSError):
            while True:
                message = pipe.recv()
                if isinstance(message, StationError):
                    self.error = message
                else:
                    self.events.put(message)
        self.events.put(None)


def _serve(port: str, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the station decides when it ends
    monitor = registry.monitor(port)

    def until_told() -> None:
        with suppress(EOFError, OSError):  # the station may be gone
            pipe.recv()
        monitor.stop()

    threading.Thread(target=until_told, daemon=True).start()
    with suppress(OSError):
        try:
            monitor.watch(pipe.send)
        except StationError as error:
            pipe.send(error)
