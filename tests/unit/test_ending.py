"""A service ends when it is told to, whichever of its threads the system tells."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from station.ending import told_to_end

LONG = 10.0  # seconds; a loaded machine


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_another_thread_gets_ends_the_wait(number: signal.Signals) -> None:
    over, late = threading.Event(), threading.Event()

    def interrupted() -> None:
        time.sleep(0.2)  # by now the main thread waits
        signal.pthread_kill(threading.get_ident(), number)
        if not over.wait(LONG):
            late.set()
            signal.pthread_kill(threading.main_thread().ident or 0, number)

    with told_to_end() as until_told:
        other = threading.Thread(target=interrupted)
        other.start()
        until_told()
        over.set()
        other.join()
    assert not late.is_set()


def test_a_signal_that_came_before_the_wait_is_not_lost() -> None:
    with told_to_end() as until_told:
        signal.raise_signal(signal.SIGTERM)
        until_told()


def test_another_signal_does_not_end_the_wait() -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    sent = threading.Event()

    def tell() -> None:
        sent.set()
        signal.raise_signal(signal.SIGTERM)

    later = threading.Timer(0.2, tell)
    try:
        with told_to_end() as until_told:
            signal.raise_signal(signal.SIGUSR1)
            later.start()
            until_told()
            assert sent.is_set()
            later.join()
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_afterwards_the_signals_mean_what_they_meant() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with told_to_end():
        assert signal.getsignal(signal.SIGTERM) != before[1]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
