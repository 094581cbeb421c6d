"""The seal, and the way into the queue."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from station.seal.manifest import SealContext
from station.seal.sealing import seal

if TYPE_CHECKING:
    from cryptography import x509

    from station.dossier.draft import Dossier
    from station.pipeline.recueil import Recueil
    from station.seal.keys import Signer
    from station.seal.sealing import SealedPackage


def seal_dossier(
    recueil: Recueil, dossier: Dossier, signers: tuple[Signer, Signer], recipient: x509.Certificate
) -> SealedPackage:
    """Sign by (station, agent), encrypt and queue."""
    now = datetime.now(UTC)
    entries = recueil.outbox.entries()
    context = SealContext(
        sequence=len(entries) + 1,
        precedent=entries[-1].sha256 if entries else None,
        journal=recueil.journal.head,
        now=now,
        logiciel=version("dr-station"),
    )
    package = seal(dossier, *signers, recipient, context)
    recueil.outbox.put(package)
    recueil.note("dossier.scelle", dossier.id, octets=len(package.blob), sha256=package.sha256)
    return package
