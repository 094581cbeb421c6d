"""The seal, and the way into the queue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING

from station.outbox import titulaire
from station.outbox.tables import Lien
from station.rules.regles import en_vigueur
from station.seal.manifest import SealContext
from station.seal.sealing import seal

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from cryptography import x509

    from station.dossier.draft import Dossier
    from station.outbox.tables import Entry
    from station.pipeline.recueil import Recueil
    from station.seal.keys import Signer
    from station.seal.sealing import SealedPackage


def seal_dossier(
    recueil: Recueil, dossier: Dossier, signers: tuple[Signer, Signer], recipient: x509.Certificate
) -> SealedPackage:
    """Sign by (station, agent), encrypt and queue; the masked name stays beside the package."""
    now = datetime.now(UTC)
    package = seal(dossier, *signers, recipient, seal_context(recueil, now))
    name = titulaire.masked(dossier.usager.nom_famille, dossier.usager.prenoms)
    recueil.outbox.put(package, _with_name(recueil, dossier.id, name, now.date()))
    recueil.note("dossier.scelle", dossier.id, octets=len(package.blob), sha256=package.sha256)
    return package


def seal_context(recueil: Recueil, now: datetime) -> SealContext:
    """What a package of this station says of its moment."""
    last = recueil.outbox.newest(1)
    return SealContext(
        sequence=recueil.outbox.total() + 1,
        precedent=last[0].sha256 if last else None,
        journal=recueil.journal.head,
        now=now,
        logiciel=version("dr-station"),
    )


def _with_name(recueil: Recueil, dossier: UUID, name: str, today: date) -> Lien:
    """The masked `name` as the queue keeps it beside `dossier`, and its last day."""
    days = en_vigueur(today).delais.nom_masque_jours.valeur
    hidden = titulaire.hide(recueil.drafts.key_for(titulaire.PURPOSE), dossier, name)
    return Lien(titulaire=hidden, titulaire_fin=today + timedelta(days=days))


def name_of(recueil: Recueil, entry: Entry) -> str:
    """The masked name beside a dossier; empty once it was forgotten.

    Raises `StorageError` when it was altered.
    """
    if entry.titulaire is None:
        return ""
    return titulaire.shown(recueil.drafts.key_for(titulaire.PURPOSE), entry.id, entry.titulaire)
