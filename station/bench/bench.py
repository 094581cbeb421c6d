"""The devices of one station, each in a supervised process of its own.

A driver may hang or crash inside a vendor library: its process is killed by the watchdog, the
job ends with one `DeviceSilent` or `DeviceLost`, and the next order starts a fresh process.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from station.bench import worker
from station.bench.messages import (
    Begun,
    CallOrder,
    CancelOrder,
    CaptureOrder,
    Done,
    ReadOrder,
    TimedOrder,
    TitleOrder,
    Told,
)
from station.errors import ConfigError, DeviceLost, DeviceSilent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection
    from uuid import UUID

    from station.capture import Capture, Finger, TitleReading, TitleRequest, Trial
    from station.config import DeviceSettings
    from station.device import DeviceInfo
    from station.device import Told as Heard

_GRACE = 3.0  # seconds a driver may overrun its own deadline before it counts as hung
_CANCEL_GRACE = 2.0  # seconds from cancel to the end of the capture
_CALL = 10.0  # seconds for a call, which waits for nobody
_START = 10.0  # seconds until a new process has opened its device
# Forked from a server that is itself started afresh, before it has a thread or a key: what the
# drivers share is loaded once, and a process costs a third of the memory and of the time.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["station.bench.worker", "cryptography.x509", "httpx"])

T = TypeVar("T")


@dataclass(slots=True)
class Job(Generic[T]):
    """A capture or reading under way: hear `events` until None, wait for `result`, or `cancel`."""

    _device: _Supervised
    number: int
    events: SimpleQueue[Heard | None] = field(default_factory=SimpleQueue)
    result: Future[T] = field(default_factory=Future)

    def cancel(self) -> None:
        """Ask the device to stop; `result` then raises `CaptureCancelled`."""
        self._device.cancel(self.number)


class Bench:
    """Captures and calls, by the role of the device in the settings."""

    def __init__(self, devices: Mapping[str, DeviceSettings]) -> None:
        self._devices = {name: _Supervised(name, s.driver, s.port) for name, s in devices.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        for device in self._devices.values():
            device.close()

    @property
    def names(self) -> tuple[str, ...]:
        """The roles that have a device."""
        return tuple(self._devices)

    def capture(
        self,
        name: str,
        wanted: tuple[Finger, ...],
        seconds: float = 30.0,
        dossier: UUID | None = None,
    ) -> Job[Capture]:
        """Start a capture on the device called `name`; raises `ConfigError` if there is none.

        A device that signs ties its signature to `dossier`.
        """
        return self._named(name).capture(wanted, seconds, dossier)

    def read(self, name: str, seconds: float = 30.0) -> Job[bytes]:
        """Start waiting for the text of a reader of codes; raises as `capture` does."""
        return self._named(name).read(seconds)

    def read_title(
        self, name: str, request: TitleRequest, seconds: float = 60.0
    ) -> Job[TitleReading]:
        """Start reading the chip of a title; raises as `capture` does."""
        return self._named(name).read_title(request, seconds)

    def info(self, name: str) -> DeviceInfo:
        """Ask the device who it is; raises a leaf of `DeviceError`."""
        info: DeviceInfo = self.call(name, "info")
        return info

    def info_if_free(self, name: str) -> DeviceInfo | None:
        """As `info`; None when the device is at work, which nobody is made to wait for."""
        return self._named(name).info_if_free()

    def trial(self, name: str, seconds: float) -> Trial:
        """An image for diagnostics, from a module that may give no other."""
        trial: Trial = self._named(name).call("trial", (seconds,), seconds + _CALL)
        return trial

    def pin_on_pad(self, name: str, seconds: int) -> None:
        """Wait for the PIN on the keys of the card reader called `name`."""
        self._named(name).call("verify_pin_on_pad", (seconds,), seconds + _CALL)

    def call(self, name: str, method: str, *args: object) -> Any:
        """Call a method of the driver in its process and wait for what it returns."""
        return self._named(name).call(method, args, _CALL)

    def pid(self, name: str) -> int | None:
        """The process of the device, None when it is not running."""
        return self._named(name).pid

    def _named(self, name: str) -> _Supervised:
        try:
            return self._devices[name]
        except KeyError:
            raise ConfigError(f"no device called {name!r} in the settings") from None


@dataclass(slots=True)
class _Pending:
    """An order that has no answer yet, and the pipe it went through."""

    pipe: Connection
    future: Future[Any]
    events: SimpleQueue[Heard | None]
    seconds: float  # what the driver may take once it has begun
    timer: threading.Timer | None = None


class _Supervised:
    """One device: its process, its unanswered orders, its watchdog."""

    def __init__(self, name: str, driver: str, port: str) -> None:
        self._name, self._driver, self._port = name, driver, port
        self._lock = threading.RLock()
        self._pipe: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._numbers = itertools.count(1)
        self._pending: dict[int, _Pending] = {}

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def capture(
        self, wanted: tuple[Finger, ...], seconds: float, dossier: UUID | None
    ) -> Job[Capture]:
        job: Job[Capture] = Job(self, next(self._numbers))
        order = CaptureOrder(job.number, wanted, seconds, dossier)
        self._submit(order, job.result, job.events, seconds + _GRACE)
        return job

    def read(self, seconds: float) -> Job[bytes]:
        job: Job[bytes] = Job(self, next(self._numbers))
        order = ReadOrder(job.number, seconds)
        self._submit(order, job.result, job.events, seconds + _GRACE)
        return job

    def read_title(self, request: TitleRequest, seconds: float) -> Job[TitleReading]:
        job: Job[TitleReading] = Job(self, next(self._numbers))
        order = TitleOrder(job.number, request, seconds)
        self._submit(order, job.result, job.events, seconds + _GRACE)
        return job

    def call(self, method: str, args: tuple[object, ...], seconds: float) -> Any:
        return self._order(method, args, seconds).result()

    def info_if_free(self) -> DeviceInfo | None:
        with self._lock:  # a reading that begins now comes after
            if self._pending:
                return None
            asked = self._order("info", (), _CALL)
        info: DeviceInfo = asked.result()
        return info

    def _order(self, method: str, args: tuple[object, ...], seconds: float) -> Future[Any]:
        future: Future[Any] = Future()
        order = CallOrder(next(self._numbers), method, args)
        self._submit(order, future, SimpleQueue(), seconds)
        return future

    def cancel(self, number: int) -> None:
        with self._lock:
            pending = self._pending.get(number)
            if pending is None:
                return
            self._watch(number, _CANCEL_GRACE)
            with suppress(OSError):  # a dead process has nothing left to cancel
                pending.pipe.send(CancelOrder(number))

    def close(self) -> None:
        """End the process: closing its pipe lets the driver release the device."""
        with self._lock:
            pipe, process = self._pipe, self._process
        if process is not None and pipe is not None:
            with suppress(OSError):
                pipe.send(None)
            process.join(_CANCEL_GRACE)
            self._kill(process)

    def _submit(
        self,
        order: TimedOrder | CallOrder,
        future: Future[Any],
        events: SimpleQueue[Heard | None],
        seconds: float,
    ) -> None:
        with self._lock:
            pipe = self._running()
            self._pending[order.job] = _Pending(pipe, future, events, seconds)
            if len(self._pending) == 1:  # else its time starts when the one before has ended
                self._watch(order.job, seconds + _START)
            with suppress(OSError):  # the reader of the pipe fails the job
                pipe.send(order)

    def _running(self) -> Connection:
        """The pipe to a live process, started if need be."""
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        ours, theirs = _processes.Pipe()
        process = _processes.Process(
            target=worker.serve,
            args=(self._driver, self._port, theirs, dict(os.environ)),
            name=f"dr-{self._name}",
            daemon=True,
        )
        process.start()
        theirs.close()
        self._pipe, self._process = ours, process
        threading.Thread(target=self._read, args=(ours, process), daemon=True).start()
        return ours

    def _read(self, pipe: Connection, process: multiprocessing.process.BaseProcess) -> None:
        """Hand on what the worker says until its end, then fail what it left unanswered."""
        try:
            while True:
                self._hear(pipe.recv())
        except (EOFError, OSError):
            process.join(_GRACE)
            lost = DeviceLost(f"{self._name}: its process ended")
            with self._lock:
                if self._pipe is pipe:
                    self._pipe = None  # the next order starts anew, even while this one still dies
                for number in [n for n, p in self._pending.items() if p.pipe is pipe]:
                    self._finish(Done(number, error=lost))
            pipe.close()

    def _hear(self, message: Begun | Told | Done) -> None:
        with self._lock:
            pending = self._pending.get(message.job)
            if pending is None:
                return  # it was given up: a late answer yields nothing
            match message:
                case Begun(job):
                    self._watch(job, pending.seconds)
                case Told(_, what):
                    pending.events.put(what)
                case Done():
                    self._finish(message)

    def _finish(self, done: Done) -> None:
        pending = self._pending.pop(done.job)
        if pending.timer is not None:
            pending.timer.cancel()
        for number, waiting in self._pending.items():
            self._watch(number, waiting.seconds + _START)
            break
        pending.events.put(None)
        if done.error is not None:
            pending.future.set_exception(done.error)
        else:
            pending.future.set_result(done.value)

    def _watch(self, number: int, seconds: float) -> None:
        """Kill the process unless the job ends within `seconds`."""
        pending = self._pending[number]
        if pending.timer is not None:
            pending.timer.cancel()
        pending.timer = threading.Timer(seconds, self._hung, (number, seconds))
        pending.timer.daemon = True
        pending.timer.start()

    def _hung(self, number: int, seconds: float) -> None:
        with self._lock:
            if number not in self._pending:
                return
            silent = DeviceSilent(f"{self._name}: its driver did not return within {seconds:g} s")
            self._finish(Done(number, error=silent))
            if self._process is not None:
                self._kill(self._process)
            self._pipe = None  # the next order starts anew, however slowly this one dies

    def _kill(self, process: multiprocessing.process.BaseProcess) -> None:
        if process.is_alive():
            process.kill()
        process.join(_GRACE)
