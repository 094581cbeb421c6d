"""What the tests of the SBI driver share."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from station.capture import FOUR, Hand
from station.device import Patience
from station.errors import StationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.sbi_finger import SbiFinger
    from station.capture import Capture, Finger
    from station.device import Told

    Port = Callable[..., str]

LEFT = FOUR[Hand.LEFT]
WHOLE = 20.0  # seconds: what a capture may take on a busy machine


def nobody(_: Told) -> None:
    """Nobody watches."""


def take(device: SbiFinger, wanted: tuple[Finger, ...] = LEFT, seconds: float = WHOLE) -> Capture:
    """A capture of `wanted`."""
    return device.capture(wanted, Patience(seconds), nobody)


def positions(capture: Capture) -> list[Finger | None]:
    """The fingers of a capture."""
    return [sample.position for sample in capture.samples]


def outcome(device: SbiFinger, seconds: float = WHOLE) -> type[StationError] | None:
    """What a capture ends in; None is success."""
    try:
        take(device, seconds=seconds)
    except StationError as error:
        return type(error)
    return None


def until(holds: Callable[[], bool]) -> None:
    """Wait for what has to come."""
    deadline = time.monotonic() + WHOLE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
