"""Deadline and cancellation, in one object."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Event

from station.errors import CaptureCancelled, CaptureTimeout


@dataclass(slots=True)
class Patience:
    """How long to wait, and whether to stop waiting."""

    seconds: float
    cancel: Event = field(default_factory=Event)
    _ends: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._ends = time.monotonic() + self.seconds

    @property
    def left(self) -> float:
        """Seconds until the deadline, never below 0."""
        return max(0.0, self._ends - time.monotonic())

    def check(self) -> None:
        """Raise once the agent has cancelled or the time is up."""
        if self.cancel.is_set():
            raise CaptureCancelled("cancelled by the agent")
        if not self.left:
            raise CaptureTimeout(f"nothing presented within {self.seconds:g} s")
