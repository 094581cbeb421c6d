"""A process of one order at a time, and who interrupts it."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from station.child import Child

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from types import FrameType

LONG = 60.0  # seconds; a loaded machine


class Interrupted(Exception):
    """Somebody asked to stop."""


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted


def serve(pipe: Connection) -> None:
    """Answer each order with itself; `wait` interrupts whoever asked, before its answer."""
    while (order := pipe.recv()) is not None:
        if order == "wait":
            os.kill(os.getppid(), signal.SIGUSR1)
            time.sleep(LONG)
        pipe.send(order)


def test_an_order_that_was_interrupted_leaves_no_answer_for_the_next() -> None:
    child = Child(serve)
    before = signal.signal(signal.SIGUSR1, _interrupt)
    try:
        assert child.ask("first", LONG, LONG) == "first"
        pid = child.pid
        with pytest.raises(Interrupted):
            child.ask("wait", LONG, LONG)
        assert child.pid is None
        assert child.ask("second", LONG, LONG) == "second"
        assert child.pid != pid
    finally:
        signal.signal(signal.SIGUSR1, before)
        child.close()
