"""The devices of one station, each in a supervised process of its own.

A driver may hang or crash inside a vendor library: its process is killed by the watchdog, the
job ends with one `DeviceSilent` or `DeviceLost`, and the next order starts a fresh process.
"""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Self

from station.bench import worker
from station.bench.messages import CallOrder, CancelOrder, CaptureOrder, Done, Told
from station.errors import ConfigError, DeviceLost, DeviceSilent, StationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

    from station.capture import Capture, Finger
    from station.config import DeviceSettings
    from station.device import DeviceInfo
    from station.device import Told as Heard

_GRACE = 3.0  # seconds a driver may overrun its own deadline before it counts as hung
_CANCEL_GRACE = 2.0  # seconds from cancel to the end of the capture
_CALL = 20.0  # seconds for a call that waits for nobody; start of the process included
_processes = multiprocessing.get_context("spawn")  # a fork would copy threads and keys


@dataclass(slots=True)
class Job:
    """A capture under way: listen to `events` until None, wait for `result`, or `cancel`."""

    _device: _Supervised
    number: int
    events: SimpleQueue[Heard | None] = field(default_factory=SimpleQueue)
    result: Future[Capture] = field(default_factory=Future)

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

    def capture(self, name: str, wanted: tuple[Finger, ...], seconds: float = 30.0) -> Job:
        """Start a capture on the device called `name`; raises `ConfigError` if there is none."""
        return self._named(name).capture(wanted, seconds)

    def info(self, name: str) -> DeviceInfo:
        """Ask the device who it is; raises a leaf of `DeviceError`."""
        info: DeviceInfo = self.call(name, "info")
        return info

    def call(self, name: str, method: str, *args: object) -> Any:  # noqa: ANN401
        """Call a method of the driver in its process and wait for what it returns."""
        return self._named(name).call(method, args)

    def pid(self, name: str) -> int | None:
        """The process of the device, None when it is not running."""
        return self._named(name).pid

    def _named(self, name: str) -> _Supervised:
        try:
            return self._devices[name]
        except KeyError:
            raise ConfigError(f"no device called {name!r} in the settings") from None


class _Supervised:
    """One device: its process, its pending order, its watchdog."""

    def __init__(self, name: str, driver: str, port: str) -> None:
        self._name, self._driver, self._port = name, driver, port
        self._turn = threading.Lock()  # one order at a time
        self._pipe: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._numbers = itertools.count(1)
        self._pending: dict[int, Future[Any]] = {}
        self._events: dict[int, SimpleQueue[Heard | None]] = {}
        self._timers: dict[int, threading.Timer] = {}

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def capture(self, wanted: tuple[Finger, ...], seconds: float) -> Job:
        job = Job(self, next(self._numbers))
        self._events[job.number] = job.events
        order = CaptureOrder(job.number, wanted, seconds)
        self._submit(order, job.result, seconds + _GRACE)
        return job

    def call(self, method: str, args: tuple[object, ...]) -> Any:  # noqa: ANN401
        future: Future[Any] = Future()
        self._submit(CallOrder(next(self._numbers), method, args), future, _CALL)
        return future.result()

    def cancel(self, number: int) -> None:
        if number in self._pending:
            self._watch(number, _CANCEL_GRACE)
            with suppress(OSError):  # a dead process has nothing left to cancel
                self._send(CancelOrder(number))

    def close(self) -> None:
        """End the process: closing its pipe lets the driver release the device."""
        process = self._process
        if self._pipe is not None:
            self._pipe.close()
        if process is not None:
            process.join(_CANCEL_GRACE)
            self._kill()

    def _submit(self, order: CaptureOrder | CallOrder, future: Future[Any], limit: float) -> None:
        self._pending[order.job] = future
        try:
            self._start()
            self._watch(order.job, limit + (_CALL if isinstance(order, CaptureOrder) else 0))
            self._send(order)
        except OSError as error:
            lost = DeviceLost(f"{self._name}: its process cannot be started")
            lost.__cause__ = error
            self._finish(Done(order.job, error=lost))

    def _send(self, order: CaptureOrder | CallOrder | CancelOrder) -> None:
        with self._turn:
            if self._pipe is None:
                raise BrokenPipeError
            self._pipe.send(order)

    def _start(self) -> None:
        if self._process is not None and self._process.is_alive():
            return
        ours, theirs = _processes.Pipe()
        process = _processes.Process(
            target=worker.serve, args=(self._driver, self._port, theirs), daemon=True
        )
        process.start()
        theirs.close()
        self._pipe, self._process = ours, process
        threading.Thread(target=self._read, args=(ours, process), daemon=True).start()

    def _read(self, pipe: Connection, process: multiprocessing.process.BaseProcess) -> None:
        """Hand on what the worker says until its end, then fail what is pending."""
        try:
            while True:
                message = pipe.recv()
                if isinstance(message, Done):
                    self._finish(message)
                elif isinstance(message, Told) and message.job in self._events:
                    self._events[message.job].put(message.what)
        except (EOFError, OSError):
            pipe.close()
            process.join(_GRACE)
            if process is self._process or self._process is None:
                self._fail_pending(DeviceLost(f"{self._name}: its process ended"))

    def _finish(self, done: Done) -> None:
        future = self._pending.pop(done.job, None)
        events = self._events.pop(done.job, None)
        timer = self._timers.pop(done.job, None)
        if timer is not None:
            timer.cancel()
        if events is not None:
            events.put(None)
        if future is None:
            return
        if done.error is not None:
            future.set_exception(done.error)
        else:
            future.set_result(done.value)

    def _fail_pending(self, error: StationError) -> None:
        for number in list(self._pending):
            self._finish(Done(number, error=error))

    def _watch(self, number: int, seconds: float) -> None:
        """Kill the process unless the job ends within `seconds`."""
        old = self._timers.pop(number, None)
        if old is not None:
            old.cancel()
        timer = threading.Timer(seconds, self._hung, (number, seconds))
        timer.daemon = True
        self._timers[number] = timer
        timer.start()

    def _hung(self, number: int, seconds: float) -> None:
        if number in self._pending:
            silent = DeviceSilent(f"{self._name}: its driver did not return within {seconds:g} s")
            self._finish(Done(number, error=silent))
            self._kill()

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.is_alive():
            process.kill()
            process.join(_GRACE)
