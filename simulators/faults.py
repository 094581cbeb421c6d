"""What can go wrong on purpose, in one vocabulary for every simulator."""

from __future__ import annotations

import threading
from collections import Counter
from enum import StrEnum, unique
from typing import Generic, TypeVar

_OVERSIZE = 40_000  # bytes; longer than any frame of any protocol here


@unique
class Fault(StrEnum):
    """Faults every simulator understands; each has exactly one outcome at the station."""

    MUTE = "mute"
    BAD_CRC = "bad-crc"
    GARBAGE = "garbage"
    TRUNCATED = "truncated"
    OVERSIZE = "oversize"
    REFUSE = "refuse"
    UNPLUG = "unplug"
    NEVER_PRESENT = "never-present"
    LATE = "late"  # the image comes after the host has given up
    STUCK = "stuck"
    HOSTILE_LABEL = "hostile-label"


F = TypeVar("F", bound=StrEnum)


class Stock(Generic[F]):
    """A stock of faults, each spent once: `faults.arm(Fault.MUTE, 2)`."""

    def __init__(self) -> None:
        self._stock: Counter[F] = Counter()
        self._spared: Counter[F] = Counter()
        self._lock = threading.Lock()

    def arm(self, fault: F, times: int = 1, after: int = 0) -> None:
        """Add `times` occurrences, once `after` occasions have passed without one."""
        with self._lock:
            self._stock[fault] += times
            self._spared[fault] = after

    def spend(self, fault: F) -> bool:
        """Take one occurrence, if there is any left."""
        with self._lock:
            if self._stock[fault] == 0:
                return False
            if self._spared[fault]:
                self._spared[fault] -= 1
                return False
            self._stock[fault] -= 1
            return True

    def disarm(self) -> None:
        """Forget every occurrence that is still to come."""
        with self._lock:
            self._stock.clear()
            self._spared.clear()

    def armed(self, fault: F) -> bool:
        """Whether an occurrence is still to come."""
        with self._lock:
            return self._stock[fault] > 0


Faults = Stock[Fault]


def damaged(raw: bytes, faults: Faults) -> bytes:
    """`raw` as it arrives over a line that spends the faults of bytes."""
    if faults.spend(Fault.BAD_CRC):
        raw = raw[:-2] + bytes([raw[-2] % 255 + 1]) + raw[-1:]
    if faults.spend(Fault.TRUNCATED):
        raw = raw[: len(raw) // 2] + b"\0"
    if faults.spend(Fault.GARBAGE):
        raw = b"\x07\x55\xaa\0" * 8 + raw
    if faults.spend(Fault.OVERSIZE):
        raw = b"\x01" * _OVERSIZE + b"\0"
    return raw
