"""One service on a port of the specification, running in a thread of its own."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Protocol, Self

from simulators.faults import Stock
from simulators.sbi.answers import Profile
from simulators.sbi.asgi import AsgiFace
from simulators.sbi.keys import Keys
from simulators.sbi.model import Model
from simulators.sbi.wire import WireFace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulators.people import Person
    from simulators.sbi.faults import SbiFault

PORTS = range(4501, 4601)
_START = 10.0  # seconds


class _Face(Protocol):
    """One way of putting the model on a socket."""

    @property
    def ready(self) -> bool: ...

    def run(self, listener: socket.socket) -> None: ...

    def stop(self) -> None: ...

    def open_again(self) -> None: ...


class SbiService:
    """A device service for the length of a `with` block.

    Its wire is plain HTTP unless `raw`, which the faults of connections need; a profile with
    quirks is raw anyway. `ports` are those it may take, the first free one is its own.
    """

    def __init__(
        self,
        person: Person,
        profile: Profile | None = None,
        *,
        raw: bool = False,
        ports: Iterable[int] = PORTS,
        keys: Keys | None = None,
    ) -> None:
        self.faults: Stock[SbiFault] = Stock()
        self.profile = profile or Profile()
        self.keys = keys or Keys()
        self.model = Model(person, self.profile, self.keys, self.faults)
        self._socket = _first_free(ports)
        self.port = int(self._socket.getsockname()[1])
        self._face: _Face = AsgiFace(self.model, self.port)
        if raw or self.profile.quirks:
            self._face = WireFace(self.model, self.faults, self.port, mock=self.profile.quirks)
        self._thread = threading.Thread(target=self._face.run, args=(self._socket,), daemon=True)

    @property
    def url(self) -> str:
        """What to put in the settings of the station, without `trust`."""
        return f"sbi://127.0.0.1:{self.port}"

    @property
    def trust(self) -> bytes:
        """The certificate of the device's provider, PEM."""
        return self.keys.trust

    def start_over(self) -> None:
        """Every fault is gone, the device is ready, its port is open."""
        self.model.start_over()
        self._face.open_again()

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + _START
        while not self._face.ready and time.monotonic() < deadline:
            time.sleep(0.01)
        return self

    def __exit__(self, *exc: object) -> None:
        self.model.start_over()
        self._face.stop()
        self._thread.join(_START)
        self._socket.close()


def _first_free(ports: Iterable[int]) -> socket.socket:
    """The first free port of `ports`, listening."""
    for port in ports:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen()
        except OSError:
            listener.close()
            continue
        return listener
    raise OSError("no free port for a device service")
