"""What the interface needs of a station, and no more: `Bench` and `Outbox` satisfy it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future
    from queue import SimpleQueue

    from station.capture import Capture, Finger
    from station.config import DeviceSettings
    from station.device import DeviceInfo, Told
    from station.outbox.cycle import Etat
    from station.outbox.tables import Entry


class Job(Protocol):
    """A capture under way; None ends `events`, `result` follows."""

    events: SimpleQueue[Told | None]
    result: Future[Capture]

    def cancel(self) -> None:
        """Stop it; `result` then raises `CaptureCancelled`."""
        ...


class Devices(Protocol):
    """The devices by their role."""

    def info_if_free(self, name: str) -> DeviceInfo | None:
        """Who the device is, None when it is at work; raises `DeviceError` or `CardError`."""
        ...

    def capture(self, name: str, wanted: tuple[Finger, ...], seconds: float) -> Job:
        """Start a capture; returns at once."""
        ...


class Queue(Protocol):
    """The sealed dossiers that wait for the CERT."""

    def entries(self, *states: Etat) -> list[Entry]:
        """Those in `states`, oldest first; raises `StorageError`."""
        ...


@dataclass(frozen=True, slots=True)
class StationPorts:
    """Everything the interface reaches; `settings` are the devices that should be there."""

    settings: Mapping[str, DeviceSettings]
    devices: Devices
    queue: Queue
