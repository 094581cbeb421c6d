"""Told to end: SIGINT from a terminal, SIGTERM from the service manager."""

from __future__ import annotations

import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TOLD = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def told_to_end() -> Iterator[Callable[[], None]]:
    """A call that returns once a signal has come, at once if it came before.

    For the main thread. Python handles signals there and nowhere else, but does not wake it when
    the system hands one to another thread: only the descriptor of `signal.set_wakeup_fd` is
    written to by whichever thread was interrupted.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        handlers = {number: signal.signal(number, _heard) for number in _TOLD}
        before = signal.set_wakeup_fd(theirs.fileno())
        try:
            yield lambda: _until_one_of(_TOLD, ours)
        finally:
            signal.set_wakeup_fd(before)
            for number, handler in handlers.items():
                signal.signal(number, handler)


def _heard(*_: object) -> None:
    """Keep the signal from ending the process: the descriptor has been told."""


def _until_one_of(numbers: tuple[signal.Signals, ...], told: socket.socket) -> None:
    while told.recv(1)[0] not in numbers:
        pass
