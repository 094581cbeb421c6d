"""The contract between the station and what watches its card readers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Protocol

from station.device.identity import label

if TYPE_CHECKING:
    from collections.abc import Callable


@unique
class ReaderChange(StrEnum):
    """What happens to card readers, and to the service behind them."""

    SERVICE_UP = "service-up"
    SERVICE_DOWN = "service-down"
    READER_CAME = "reader-came"
    READER_LEFT = "reader-left"
    CARD_CAME = "card-came"
    CARD_LEFT = "card-left"


@dataclass(frozen=True, slots=True)
class ReaderEvent:
    """One change; `at` is the system's monotonic clock, seconds, the same in every process.

    `reader` is empty for the service. A card that is swapped leaves, then comes. A reader or a
    service that goes takes its cards along: each of them leaves first, and `why` says so.
    """

    at: float
    change: ReaderChange
    reader: str = ""
    atr: bytes = b""
    why: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reader", label(self.reader))


class ReaderMonitor(Protocol):
    """Watches every reader of one service; made from a port, whose reader does not matter."""

    def watch(self, tell: Callable[[ReaderEvent], None]) -> None:
        """Tell each change until `stop`; what is there at first is told as having come.

        A service that is down is waited for. Raises `ConfigError` when a library is missing.
        """
        ...

    def stop(self) -> None:
        """End `watch`, from another thread; returns once it has ended."""
        ...
