"""The far end of a serial cable: a pty whose other side looks like /dev/ttyUSB0.

`url` goes through a symbolic link, as udev's `/dev/dr/fp0` does: after `plug()` the same name
leads to the new pty.
"""

from __future__ import annotations

import os
import select
import tempfile
import threading
import tty
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable

_TICK = 0.02  # seconds between two steps of a peer that nobody talks to
_CHUNK = 1024  # bytes; a pty blocks on more than it holds


class Peer(Protocol):
    """A simulated device, seen from its cable."""

    @property
    def sources(self) -> tuple[int, ...]:
        """Descriptors that also wake the device when they can be read."""
        ...

    def receive(self, data: bytes, send: Callable[[bytes], None]) -> None:
        """React to bytes from the host; empty when only time has passed."""
        ...


class Unplugged(Exception):
    """Raised by a peer to have its cable pulled."""


class PtyLine:
    """Runs a peer behind a pty for the length of a `with` block."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._folder = tempfile.TemporaryDirectory(prefix="dr-pty-")
        self._link = Path(self._folder.name) / "fp0"
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """What to put in the settings of the station."""
        return f"serial://{self._link}?baud=115200"

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *exc: object) -> None:
        self.unplug()
        self._folder.cleanup()

    def plug(self) -> None:
        """Connect the cable, on a new pty under the same name."""
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(os.ttyname(slave))
        self._stop, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._serve, args=(slave,), daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull the cable."""
        if self._thread is not None:
            os.close(self._wake)
            self._thread.join(timeout=5)
            os.close(self._stop)
            self._thread = None

    def _serve(self, slave: int) -> None:
        try:
            while True:
                awaited = [self._master, self._stop, *self._peer.sources]
                ready, _, _ = select.select(awaited, [], [], _TICK)
                if self._stop in ready:
                    return
                data = os.read(self._master, 4096) if self._master in ready else b""
                self._peer.receive(data, self._send)
        except Unplugged:
            return
        finally:
            os.close(slave)
            os.close(self._master)

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            stopped, _, _ = select.select([self._stop], [self._master], [])
            if stopped:
                raise Unplugged
            view = view[os.write(self._master, view[:_CHUNK]) :]
