"""Watches every PC/SC reader of a service: a loop of our own on SCardGetStatusChange.

One context, used by one thread. pcsc-lite wakes the call for cards, and for readers by the
pseudo-reader of plug and play. The upper half of a reader's state counts its insertions: when it
moved and the card is there, the card was swapped between two looks. A service that ends takes
every card with it, and is waited for.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from station.device import ReaderChange, ReaderEvent
from station.errors import ConfigError

try:
    from smartcard import scard
except ImportError:  # a station without an agent card reader needs no PC/SC
    scard = None

if TYPE_CHECKING:
    from collections.abc import Callable

_SOCKET = "PCSCLITE_CSOCK_NAME"
_PNP = "\\\\?PnP?\\Notification"
_ATR = 33  # bytes at most, ISO/IEC 7816-3 §8.2.1
_RETRY, _RETRY_MAX = 0.1, 2.0  # seconds between two tries to reach the service
_ROUND = 60_000  # ms; nothing is polled in it: it only bounds what a lost wake-up costs
_PRESENT, _MUTE = 0x0020, 0x0200  # SCARD_STATE_PRESENT, SCARD_STATE_MUTE
_GO_ON = {0x80100002, 0x8010000A, 0x80100009}  # cancelled, time-out, a reader that just left
_NO_READER = 0x8010002E


class _ServiceLost(Exception):
    """PC/SC answered with an error; the text is its code."""


class ReaderMonitor:
    """See `station.device.ReaderMonitor`; of the port `pcsc:NAME?socket=PATH`, PATH counts."""

    def __init__(self, port: str) -> None:
        query = port.partition("?")[2]
        self._socket = parse_qs(query).get("socket", [""])[0]
        self._halt, self._ended = threading.Event(), threading.Event()
        self._ended.set()
        self._context: Any = None
        self._lock = threading.Lock()
        self._cards: dict[str, int | None] = {}  # the insertion in each reader; None: empty

    def watch(self, tell: Callable[[ReaderEvent], None]) -> None:
        """Tell each change until `stop`; see the Protocol."""
        if scard is None:
            raise ConfigError("no pyscard: install the extra `smartcard` to watch card readers")
        if self._socket:
            os.environ[_SOCKET] = self._socket
        self._ended.clear()
        try:
            self._live(tell)
        finally:
            self._ended.set()

    def stop(self) -> None:
        """End `watch`. A cancel that comes just before the wait is lost, hence the loop."""
        self._halt.set()
        while not self._ended.wait(0.05):
            with self._lock:
                if self._context is not None:
                    scard.SCardCancel(self._context)

    def _live(self, tell: Callable[[ReaderEvent], None]) -> None:
        pause, told_down = _RETRY, False
        while not self._halt.is_set():
            try:
                self._open()
                tell(_event(ReaderChange.SERVICE_UP))
                pause, told_down = _RETRY, False
                self._follow(tell)
            except _ServiceLost as lost:
                self._forget(tell, f"service: {lost}")
                if not told_down:
                    tell(_event(ReaderChange.SERVICE_DOWN, why=str(lost)))
                    told_down = True
            finally:
                self._release()
            self._halt.wait(pause)
            pause = min(2 * pause, _RETRY_MAX)

    def _follow(self, tell: Callable[[ReaderEvent], None]) -> None:
        """Tell what happens until `stop`; raises `_ServiceLost`."""
        states = {_PNP: 0}
        while not self._halt.is_set():
            self._compare(states, tell)
            code, changed = scard.SCardGetStatusChange(self._context, _ROUND, list(states.items()))
            if code & 0xFFFFFFFF in _GO_ON:
                continue
            _check(code)
            for reader, state, atr in changed:
                states[reader] = state
                if reader != _PNP:
                    self._card(reader, state, bytes(b & 0xFF for b in atr[:_ATR]), tell)

    def _compare(self, states: dict[str, int], tell: Callable[[ReaderEvent], None]) -> None:
        """Bring `states` to the readers there are."""
        code, listed = scard.SCardListReaders(self._context, [])
        if code & 0xFFFFFFFF != _NO_READER:
            _check(code)
        names = set(listed or ())
        for reader in [name for name in states if name != _PNP and name not in names]:
            del states[reader]
            self._gone(reader, "reader", tell)
        for reader in sorted(names - set(states)):
            states[reader] = 0  # SCARD_STATE_UNAWARE: the next call tells what is in it
            self._cards[reader] = None
            tell(_event(ReaderChange.READER_CAME, reader))

    def _card(
        self, reader: str, state: int, atr: bytes, tell: Callable[[ReaderEvent], None]
    ) -> None:
        present = bool(state & _PRESENT) and not state & _MUTE
        now, before = (state >> 16 & 0xFFFF) if present else None, self._cards.get(reader)
        if now == before:
            return
        self._cards[reader] = now
        if before is not None:
            tell(_event(ReaderChange.CARD_LEFT, reader, why="taken out" if now is None else "swap"))
        if now is not None:
            tell(_event(ReaderChange.CARD_CAME, reader, atr=atr))

    def _forget(self, tell: Callable[[ReaderEvent], None], why: str) -> None:
        for reader in sorted(self._cards):
            self._gone(reader, why, tell)

    def _gone(self, reader: str, why: str, tell: Callable[[ReaderEvent], None]) -> None:
        if self._cards.pop(reader, None) is not None:
            tell(_event(ReaderChange.CARD_LEFT, reader, why=why))
        tell(_event(ReaderChange.READER_LEFT, reader, why=why))

    def _open(self) -> None:
        code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        _check(code)
        with self._lock:
            self._context = context

    def _release(self) -> None:
        with self._lock:
            context, self._context = self._context, None
        if context is not None:
            scard.SCardReleaseContext(context)


def _event(
    change: ReaderChange, reader: str = "", *, atr: bytes = b"", why: str = ""
) -> ReaderEvent:
    return ReaderEvent(time.monotonic(), change, reader, atr, why)


def _check(signed: int) -> None:
    if signed:
        raise _ServiceLost(f"{signed & 0xFFFFFFFF:08X}")
