"""A dossier as the CERT of the laboratory opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.cert.opener import Opener

if TYPE_CHECKING:
    from simulators.cert.opener import Opened
    from simulators.lab import Laboratory


def received(laboratory: Laboratory, dossier: str) -> Opened:
    """What is inside; KeyError for a dossier that did not arrive."""
    keys = laboratory.keys
    package = dict(laboratory.cert.centre.store.dossiers())[dossier]
    return Opener(keys / "cert.key.pem", keys / "cert.pem", keys / "ca.pem").open(package)
