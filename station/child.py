"""A native library in a process of its own: what crashes or hangs there ends there.

One order at a time. A process that dies, or does not answer in time, is killed; the next order
starts a fresh one.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from typing import TYPE_CHECKING, Any

from station import heap

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

_processes = multiprocessing.get_context("spawn")  # a fork would copy threads and keys
_JOIN = 5.0  # seconds


class ChildBroken(Exception):
    """The process ended or hung over an order; the text says which."""


class Child:
    """A supervised process around `serve(pipe)`; safe to call from several threads."""

    def __init__(self, serve: Callable[[Connection], None]) -> None:
        self._serve = serve
        self._lock = threading.Lock()
        self._pipe: Connection | None = None
        self._process: BaseProcess | None = None

    @property
    def pid(self) -> int | None:
        """The process, None when it is not running."""
        return None if self._process is None else self._process.pid

    def ask(self, order: object, seconds: float, start: float) -> Any:
        """What the process answers to `order`, within `seconds`, or `start` if it is fresh.

        Raises `ChildBroken`.
        """
        with self._lock:
            fresh = self._pipe is None
            pipe, process = self._running()
            # Also what blocks on the way there: a process that is stopped reads no large order.
            watchdog = threading.Timer(start if fresh else seconds, process.kill)
            watchdog.start()
            try:
                pipe.send(order)
                return pipe.recv()
            except (EOFError, OSError) as error:
                reason = "ended" if watchdog.is_alive() else "did not answer in time"
                self._end()
                raise ChildBroken(reason) from error
            except BaseException:  # interrupted: the answer to this order must not serve the next
                self._end()
                raise
            finally:
                watchdog.cancel()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _running(self) -> tuple[Connection, BaseProcess]:
        if self._pipe is None or self._process is None:
            self._pipe, theirs = _processes.Pipe()
            self._process = _processes.Process(
                target=_child, args=(self._serve, theirs), daemon=True
            )
            self._process.start()
            theirs.close()
        return self._pipe, self._process

    def _end(self) -> None:
        pipe, process, self._pipe, self._process = self._pipe, self._process, None, None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.join(_JOIN)


def _child(serve: Callable[[Connection], None], pipe: Connection) -> None:
    """The main function of the process: the station decides when it ends."""
    heap.share()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(pipe)
