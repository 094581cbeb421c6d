"""The process around one driver: orders in, guidance and results out.

The device is opened at the first order and kept open; any error but a capture's own closes it,
so that the next order starts from a fresh device. The driver of a device that signs is entered
again instead of made anew: it remembers what it has seen, and a replay has to stay one.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from station import heap, registry
from station.bench.acquire import acquire, can_watch
from station.bench.messages import (
    Begun,
    CallOrder,
    CancelOrder,
    CaptureOrder,
    Done,
    Order,
    ReadOrder,
    TimedOrder,
    TitleOrder,
    Told,
)
from station.device import BindingDevice, FrameSource, Patience, TextReader, TitleChip, TrialDevice
from station.errors import (
    CaptureError,
    CardError,
    ConfigError,
    DeviceSilent,
    DeviceUntrusted,
    StationError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

    from station.capture import Capture, TitleReading
    from station.device import Guide


def serve(driver: str, port: str, pipe: Connection, environment: Mapping[str, str]) -> None:
    """Obey orders until the pipe closes; runs as the main function of the process.

    `environment` is that of the station now: the server of forks has the one of its own start.
    """
    os.environ.clear()
    os.environ.update(environment)
    heap.share()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the station decides when a device stops
    with suppress(OSError):  # where there is such a file, `ps` tells the devices apart
        Path("/proc/self/comm").write_text(multiprocessing.current_process().name)
    worker = _Worker(driver, port, pipe)
    threading.Thread(target=worker.listen, daemon=True).start()
    worker.work()


class _Worker:
    def __init__(self, driver: str, port: str, pipe: Connection) -> None:
        self._driver, self._port, self._pipe = driver, port, pipe
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        self._cancels: dict[int, threading.Event] = {}
        self._device: Any = None
        self._remembering: BindingDevice | None = None
        self._send_lock = threading.Lock()

    def listen(self) -> None:
        """Read orders; cancel at once, queue the rest."""
        try:
            while True:
                self._take(self._pipe.recv())
        except (EOFError, OSError):
            for event in list(self._cancels.values()):
                event.set()
            self._orders.put(None)

    def _take(self, order: Order | None) -> None:
        if order is None:
            raise EOFError
        if isinstance(order, CancelOrder):
            if order.job in self._cancels:
                self._cancels[order.job].set()
            return
        if isinstance(order, TimedOrder):
            self._cancels[order.job] = threading.Event()
        self._orders.put(order)

    def work(self) -> None:
        """Execute the orders one after the other."""
        while (order := self._orders.get()) is not None:
            self._send(self._answer(order))
            if isinstance(order, TimedOrder):
                heap.give_back()
        self._close()

    def _answer(self, order: Order) -> Done:
        try:
            return Done(order.job, self._execute(order))
        except StationError as error:
            if not isinstance(error, (CaptureError, CardError)):
                self._close()
            return Done(order.job, error=error)
        except Exception as error:  # noqa: BLE001 (a driver's bug is reported as its device's failure)
            self._close()
            # The type alone: the text of a stranger's exception may hold what it was working on.
            return Done(order.job, error=DeviceSilent(f"driver failed: {type(error).__name__}"))
        finally:
            self._cancels.pop(order.job, None)

    def _execute(self, order: Order) -> Any:
        device = self._open()
        match order:
            case CaptureOrder():
                return self._capture(device, order)
            case ReadOrder():
                return self._read(device, order)
            case TitleOrder():
                return self._read_title(device, order)
            case CallOrder(_, method, args):
                return self._called(device, method, args)
        return None

    def _capture(self, device: Any, order: CaptureOrder) -> Capture:
        watched = isinstance(device, FrameSource) and can_watch(order.wanted)  # may load models
        patience, guide = self._begin(order)
        if order.dossier is not None and isinstance(device, BindingDevice):
            device.bind(order.dossier)
        if isinstance(device, TrialDevice):
            raise DeviceUntrusted(f"{self._driver}: its images are for diagnostics only")
        if watched:
            return acquire(device, order.wanted, patience, guide)
        capture: Capture = device.capture(order.wanted, patience, guide)
        return capture

    def _read(self, device: Any, order: ReadOrder) -> bytes:
        if not isinstance(device, TextReader):
            raise ConfigError(f"{self._driver}: no reader of codes")
        text: bytes = device.read(*self._begin(order))
        return text

    def _read_title(self, device: Any, order: TitleOrder) -> TitleReading:
        if not isinstance(device, TitleChip):
            raise ConfigError(f"{self._driver}: no reader of titles")
        reading: TitleReading = device.read_title(order.request, *self._begin(order))
        return reading

    def _begin(self, order: TimedOrder) -> tuple[Patience, Guide]:
        """Its own time starts now, and it may tell the agent what to do."""
        self._send(Begun(order.job))
        return (
            Patience(order.seconds, self._cancels[order.job]),
            lambda what: self._send(Told(order.job, what)),
        )

    def _called(self, device: Any, method: str, args: tuple[Any, ...]) -> Any:
        call = getattr(device, method, None)
        if call is None:
            raise ConfigError(f"{self._driver}: has no {method}")
        return call(*args)

    def _open(self) -> Any:
        if self._device is None:
            device: Any = self._remembering or registry.load(self._driver)(self._port)
            device.__enter__()
            self._device = device
            self._remembering = device if isinstance(device, BindingDevice) else None
        return self._device

    def _close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            with suppress(StationError):  # it is being closed because it failed
                device.__exit__(None, None, None)

    def _send(self, message: Begun | Told | Done) -> None:
        # Nobody hears when the station was killed; what listens to it ends the worker.
        with self._send_lock, suppress(BrokenPipeError, ConnectionResetError):
            self._pipe.send(message)
