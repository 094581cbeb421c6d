"""An application on loopback: HTTPS with mutual TLS, in a thread."""

from __future__ import annotations

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
    """Serves `app` for the length of a `with` block as `name`, whose keys `simulators.pki` made."""

    def __init__(self, app: FastAPI, keys: Path, name: str) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._server = uvicorn.Server(
            uvicorn.Config(
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
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + _START
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.should_exit = True
        self._thread.join(_START)
        self._socket.close()


def signing_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The key that signs answers, PEM."""
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("answers are signed with an elliptic key")
    return key
