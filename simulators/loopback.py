"""An application on loopback: HTTPS with mutual TLS, in a thread."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Self

import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

_START = 10.0  # seconds


class Loopback:
    """Serves `app` for the length of a `with` block as `name`, whose keys `simulators.pki` made.

    `cut` and `restore` are the line going away and coming back: while it is cut the port stays
    ours, and whoever connects to it is refused.
    """

    def __init__(self, app: FastAPI, keys: Path, name: str) -> None:
        self._socket = _bound(0)
        self._port = int(self._socket.getsockname()[1])
        self._config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_level="critical",
            ssl_certfile=keys / f"{name}.pem",
            ssl_keyfile=keys / f"{name}.key.pem",
            ssl_ca_certs=str(keys / "ca.pem"),
            ssl_cert_reqs=ssl.CERT_REQUIRED,
            timeout_graceful_shutdown=1,
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self.restore()
        return self

    def __exit__(self, *exc: object) -> None:
        self._end()

    def cut(self) -> None:
        """Close every connection and listen no more; being cut already is fine."""
        self._end()
        self._socket = _bound(self._port)

    def restore(self) -> None:
        """Listen, on the port of before."""
        self._server = _Server(self._config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + _START
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.01)

    def _end(self) -> None:
        self._server.should_exit = True
        self._thread.join(_START)
        self._socket.close()


class _Server(uvicorn.Server):
    """Leaves no connection half closed: a client that is silent never answers the end of TLS."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        while self.server_state.connections:
            for connection in list(self.server_state.connections):
                connection.transport.abort()
            await asyncio.sleep(0.01)


def _bound(port: int) -> socket.socket:
    """A socket that holds `port`, 0 for any, and does not listen."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", port))
    return held


def signing_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The key that signs answers, PEM."""
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("answers are signed with an elliptic key")
    return key
