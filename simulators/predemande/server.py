"""The service of pre-demandes on loopback, with the keys that `simulators.pki` made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from cryptography.hazmat.primitives.asymmetric import ec

from simulators.faults import Stock
from simulators.loopback import Loopback, signing_key
from simulators.predemande.app import Desk, PredemandeFault
from simulators.predemande.book import Book

if TYPE_CHECKING:
    from pathlib import Path


class PredemandeServer:
    """Runs for the length of a `with` block; tests edit `book` and arm `faults`."""

    def __init__(self, keys: Path, seed: int = 7, site: str = "75056") -> None:
        self.book = Book(seed, site)
        self.faults: Stock[PredemandeFault] = Stock()
        key, impostor = (
            signing_key(keys / "predemande.key.pem"),
            ec.generate_private_key(ec.SECP384R1()),
        )
        app = Desk(self.book, key, impostor, self.faults).app()
        self._server = Loopback(app, keys, "predemande-tls")

    @property
    def url(self) -> str:
        """Where it listens."""
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
