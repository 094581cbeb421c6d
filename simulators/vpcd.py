"""The card end of vpcd, the virtual reader of vsmartcard: a connection is a card in the slot.

Both ways: length u16 big-endian, payload. A payload of one byte is control: 00 power off,
01 power on, 02 reset (no answer), 04 ATR wanted. Any other payload is a command.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import suppress
from typing import Protocol

_HOST, _PORT = "127.0.0.1", 0x8C7B  # of slot 0, on the loopback of the private namespace
SLOTS = 2  # compiled into vpcd
_POWER_ON, _ATR = b"\x01", b"\x04"
_CONNECT = 5.0  # seconds
_NOTICE = 5.0  # seconds to power a card that was put in
_LOOK = 0.5  # seconds; the reader looks every 0.4, and misses a card that left and came between


class Removed(Exception):
    """Raised by a card to be pulled out of the slot in the middle of a command."""


class Card(Protocol):
    """A simulated card, seen from its contacts."""

    @property
    def atr(self) -> bytes:
        """What the card says at power-up."""
        ...

    def power(self) -> None:
        """Forget everything volatile: power off, power on and reset alike."""
        ...

    def transmit(self, apdu: bytes) -> bytes | None:
        """Answer a command; None never answers. Raises `Removed`."""
        ...


class Slot:
    """Puts one card at a time into the virtual reader `number`, from 0 to `SLOTS` - 1."""

    def __init__(self, number: int = 0) -> None:
        self._address = (_HOST, _PORT + number)
        self._line: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._card: Card | None = None
        self._emptied = float("-inf")

    def insert(self, card: Card) -> None:
        """Put `card` in, in place of any other, and wait until the reader has powered it.

        A card that is already there stays as it is. Raises OSError when nobody reads the slot.
        """
        if card is self._card and self._thread is not None and self._thread.is_alive():
            return
        self.remove()
        time.sleep(max(0.0, self._emptied + _LOOK - time.monotonic()))
        line = socket.create_connection(self._address, _CONNECT)
        line.settimeout(None)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        powered = threading.Event()
        self._line, self._card = line, card
        self._thread = threading.Thread(target=self._serve, args=(line, powered), daemon=True)
        self._thread.start()
        if not powered.wait(_NOTICE):
            raise TimeoutError("the reader did not power the card")

    def remove(self) -> None:
        """Take the card out."""
        line, self._line = self._line, None
        if line is not None:
            self._emptied = time.monotonic()
            with suppress(OSError):  # it may have removed itself
                line.shutdown(socket.SHUT_RDWR)
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def slip(self, card: Card) -> None:
        """Exchange the card so fast that the reader does not notice."""
        self._card = card

    def _serve(self, line: socket.socket, powered: threading.Event) -> None:
        previous = b""
        with line, suppress(ConnectionError, Removed):
            while self._card is not None:
                message = _receive(line)
                answer = _react(self._card, message)
                if answer is not None:
                    line.sendall(struct.pack(">H", len(answer)) + answer)
                if (previous, message) == (_POWER_ON, _ATR):
                    powered.set()
                previous = message


def _react(card: Card, message: bytes) -> bytes | None:
    if len(message) > 1:
        return card.transmit(message)
    if message == _ATR:
        return card.atr
    card.power()
    return None


def _receive(line: socket.socket) -> bytes:
    (size,) = struct.unpack(">H", _exactly(line, 2))
    return _exactly(line, size)


def _exactly(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        # The reader sends length and payload apart: without this, each waits 44 ms for an ACK.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = line.recv(size - len(data))
        if not part:
            raise ConnectionError("the reader closed the slot")
        data += part
    return data
