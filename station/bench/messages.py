"""What passes between the station and a device's worker: small, picklable values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uuid import UUID

    from station.capture import Finger, TitleRequest


@dataclass(frozen=True, slots=True)
class CaptureOrder:
    """Capture `wanted` within `seconds`, for `dossier` if any; `job` numbers the order."""

    job: int
    wanted: tuple[Finger, ...]
    seconds: float
    dossier: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """Wait `seconds` for the text that a reader of codes sends."""

    job: int
    seconds: float


@dataclass(frozen=True, slots=True)
class TitleOrder:
    """Read the chip of a title within `seconds`."""

    job: int
    request: TitleRequest
    seconds: float


@dataclass(frozen=True, slots=True)
class CallOrder:
    """Call `method` of the driver with `args`."""

    job: int
    method: str
    args: tuple[Any, ...]

    def __repr__(self) -> str:
        return f"CallOrder({self.job}, {self.method})"  # args may hold a PIN


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Stop the capture or reading `job`."""

    job: int


TimedOrder = CaptureOrder | ReadOrder | TitleOrder
Order = TimedOrder | CallOrder | CancelOrder


@dataclass(frozen=True, slots=True)
class Begun:
    """The device is open and `job` runs: its own time starts now."""

    job: int


@dataclass(frozen=True, slots=True)
class Told:
    """Guidance or a preview, during `job`."""

    job: int
    what: Any


@dataclass(frozen=True, slots=True)
class Done:
    """`job` ended with `value`, or with `error`."""

    job: int
    value: Any = None
    error: Exception | None = None

    def __repr__(self) -> str:
        return f"Done({self.job}, {type(self.value).__name__}, {self.error!r})"
