"""Drafts that do not become dossiers: cancelled by the agent, or past their time."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from station.dossier.expiration import purge_expired
from station.errors import WrongState
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from uuid import UUID

    from station.config import Settings
    from station.dossier.draft import Draft
    from station.journal import Journal
    from station.pipeline.recueil import Recueil


@unique
class RaisonAnnulation(StrEnum):
    """Why a draft is given up; a code, for a typed reason could name somebody in the journal."""

    USAGER_RENONCE = "USAGER_RENONCE"
    PIECES_MANQUANTES = "PIECES_MANQUANTES"
    ERREUR_SAISIE = "ERREUR_SAISIE"
    DOUBLON = "DOUBLON"
    INCIDENT_TECHNIQUE = "INCIDENT_TECHNIQUE"


ANNULATIONS: Final = {
    RaisonAnnulation.USAGER_RENONCE: "l’usager renonce à sa demande",
    RaisonAnnulation.PIECES_MANQUANTES: "il manque des pièces : l’usager reviendra",
    RaisonAnnulation.ERREUR_SAISIE: "dossier ouvert par erreur",
    RaisonAnnulation.DOUBLON: "la demande est déjà prise dans un autre dossier",
    RaisonAnnulation.INCIDENT_TECHNIQUE: "incident technique",
}
"""What the agent reads."""


def cancel(recueil: Recueil, draft: Draft, raison: RaisonAnnulation) -> None:
    """Give `draft` up (ANNULE): its key is destroyed, then its data, and its stamps are free again.

    The journal says why and how many stamps; a stamp serves nobody until a sealed dossier holds it.
    A complement that is given up is still awaited. Raises `WrongState` for a draft that was sealed.
    """
    if recueil.outbox.entry(draft.id) is not None:
        raise WrongState("a sealed dossier is not cancelled")
    stamps = sum(demande.timbre is not None for demande in draft.demandes)
    recueil.note("dossier.annule", draft.id, raison=raison.value, timbres_liberes=stamps)
    recueil.drafts.destroy(draft.id)


def purge_drafts(settings: Settings, journal: Journal) -> tuple[UUID, ...]:
    """Destroy the drafts of every agent that are past their time, and note each; which.

    Raises `StorageError`, `ConfigError`.
    """
    now = datetime.now(UTC)
    gone = purge_expired(settings.drafts_path, now, en_vigueur(now.date()), settings.fleeting_paths)
    for draft in gone:
        journal.append(settings.station.id, "dossier.expire", str(draft))
    return gone
