"""The CERT on loopback: HTTPS with mutual TLS, in a thread."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Self

import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from simulators.cert.app import CertFault, Intake
from simulators.cert.centre import Centre, Examine, opening
from simulators.cert.decisions import Scenario
from simulators.cert.opener import Opener
from simulators.cert.store import Store
from simulators.faults import Stock

if TYPE_CHECKING:
    from pathlib import Path

_START = 10.0  # seconds


class CertServer:
    """Runs for the length of a `with` block, with the keys that `simulators.pki` made."""

    def __init__(
        self,
        keys: Path,
        database: str,
        scenario: Scenario = Scenario.ACCEPTE,
        examine: Examine | None = None,
    ) -> None:
        self.faults: Stock[CertFault] = Stock()
        self._store = Store(database)
        opener = Opener(keys / "cert.key.pem", keys / "cert.pem", keys / "ca.pem")
        examine = examine or opening(opener)
        self.centre = Centre(examine, _key(keys / "cert-recepisse.key.pem"), self._store, scenario)
        impostor = Centre(examine, ec.generate_private_key(ec.SECP384R1()), self._store)
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._server = uvicorn.Server(
            uvicorn.Config(
                Intake(self.centre, self.faults, impostor).app(),
                http="h11",
                ws="none",
                lifespan="off",
                log_level="critical",
                ssl_certfile=keys / "cert-tls.pem",
                ssl_keyfile=keys / "cert-tls.key.pem",
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
        """Where the CERT listens."""
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
        self._store.close()


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("receipts are signed with an elliptic key")
    return key
