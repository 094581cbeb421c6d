"""uvicorn on loopback, and everything the interface needs, opened and closed together."""

from __future__ import annotations

import random
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from station.api.app import create_app
from station.bench.bench import Bench
from station.cert.client import keep_exchanging
from station.cert.connection import delivering
from station.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from station.config import Settings

_START = 10.0  # seconds
_TICK = 0.01


@contextmanager
def listening(settings: Settings, token: str, port: int) -> Iterator[str]:
    """The URL of the running interface; dossiers that wait are sent meanwhile."""
    stop = threading.Event()
    with Bench(settings.devices) as bench, delivering(settings) as delivery:
        app = create_app(bench, delivery.sender.outbox, token)
        listener = _bound(port)
        config = uvicorn.Config(
            app, http="h11", ws="none", lifespan="off", log_level="warning", access_log=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)
        threads = [
            threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True),
            threading.Thread(
                target=keep_exchanging, args=(delivery, stop, random.SystemRandom()), daemon=True
            ),
        ]
        for thread in threads:
            thread.start()
        try:
            _started(server)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stop.set()
            server.should_exit = True
            for thread in threads:
                thread.join(_START)
            listener.close()


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise ConfigError(f"port {port} is taken") from error
    return listener


def _started(server: uvicorn.Server) -> None:
    deadline = time.monotonic() + _START
    while not server.started and time.monotonic() < deadline:
        time.sleep(_TICK)
