"""The CERT on loopback: HTTPS with mutual TLS, in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from cryptography.hazmat.primitives.asymmetric import ec

from simulators.cert.app import CertFault, Intake
from simulators.cert.centre import Centre
from simulators.cert.contents import Examine, opening
from simulators.cert.decisions import Scenario
from simulators.cert.opener import Opener
from simulators.cert.store import Store
from simulators.faults import Stock
from simulators.loopback import Loopback, signing_key

if TYPE_CHECKING:
    from pathlib import Path


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
        self.centre = centre_of(keys, self._store)
        self.centre.scenario = scenario
        self.centre.examine = examine or self.centre.examine
        impostor_key = ec.generate_private_key(ec.SECP384R1())
        impostor = Centre(self.centre.examine, impostor_key, self._store)
        app = Intake(self.centre, self.faults, impostor).app()
        self._server = Loopback(app, keys, "cert-tls")

    @property
    def url(self) -> str:
        """Where the CERT listens."""
        return self._server.url

    @property
    def line(self) -> Loopback:
        """The line to it, to be cut and restored."""
        return self._server

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.__exit__()
        self._store.close()


def centre_of(keys: Path, store: Store) -> Centre:
    """The CERT whose keys `simulators.pki` made in `keys`."""
    opener = Opener(keys / "cert.key.pem", keys / "cert.pem", keys / "ca.pem")
    return Centre(opening(opener), signing_key(keys / "cert-recepisse.key.pem"), store)
