"""A process of one order at a time, and who interrupts it."""

from __future__ import annotations

import signal
import threading
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


def mute(pipe: Connection) -> None:
    """Never answer `wait`; any other order with itself."""
    while (order := pipe.recv()) is not None:
        if order != "wait":
            pipe.send(order)


def test_an_order_that_was_interrupted_leaves_no_answer_for_the_next() -> None:
    child = Child(mute)
    before = signal.signal(signal.SIGUSR1, _interrupt)
    try:
        assert child.ask("first", LONG, LONG) == "first"
        pid = child.pid
        main = threading.main_thread().ident or 0
        timer = threading.Timer(0.2, signal.pthread_kill, (main, signal.SIGUSR1))
        timer.start()
        with pytest.raises(Interrupted):
            child.ask("wait", LONG, LONG)
        timer.join()
        assert child.pid is None
        assert child.ask("second", LONG, LONG) == "second"
        assert child.pid != pid
    finally:
        signal.signal(signal.SIGUSR1, before)
        child.close()
