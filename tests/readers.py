"""Hears what the monitor of the card readers tells."""

from __future__ import annotations

import time
from queue import Empty
from typing import TYPE_CHECKING

from station.device import ReaderChange

if TYPE_CHECKING:
    from station.bench.reader_watch import ReaderWatch

NOTICE = 30.0  # seconds; a loaded machine
Said = tuple[ReaderChange, str]


def hear(watch: ReaderWatch, last: Said) -> list[Said]:
    """What is told until `last`."""
    told: list[Said] = []
    ends = time.monotonic() + NOTICE
    while not told or told[-1] != last:
        try:
            event = watch.events.get(timeout=max(0.0, ends - time.monotonic()))
        except Empty:
            raise AssertionError(f"{last} was not told, but {told}") from None
        assert event is not None, f"the monitor ended after {told}"
        told.append((event.change, event.reader))
    return told
