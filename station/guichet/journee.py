"""The day at the counter: appointments, what is begun, what waits, what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from station.dossier.mots import MOTS
from station.dossier.saisie import Origine
from station.dossier.usages import USUELS
from station.errors import PredemandeUnreachable
from station.guichet.brouillons import Brouillon, brouillons
from station.guichet.suivis import Ligne, lignes, of_entry, refusees
from station.outbox.cycle import WAITING, Etat
from station.predemande.messages import prefill
from station.rules.agents import Acte, regles_agents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import time
    from uuid import UUID

    from station.capture import PortraitSource
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet
    from station.outbox.store import Outbox

_SHOWN: Final = 20  # dossiers in a list of the day; the follow-up has the others


@dataclass(frozen=True, slots=True)
class Visite:
    """One appointment; `brouillon` is the page of the dossier that was begun with it.

    `depose` is the dossier that it became, once that is sealed.
    """

    heure: time
    personne: str = field(repr=False)  # masked by the service
    titres: tuple[str, ...]
    numero: str = field(repr=False)  # of the pre-demande, empty without one
    brouillon: str
    depose: Ligne | None


@dataclass(frozen=True, slots=True)
class Journee:
    """Everything an agent comes back to between two people.

    `su_le` is when the appointments were fetched, None when the station knows of none.
    """

    visites: tuple[Visite, ...]
    su_le: datetime | None
    brouillons: tuple[Brouillon, ...]
    complements: tuple[Ligne, ...]
    titres: tuple[Ligne, ...]
    refusees: tuple[Ligne, ...]
    combien: Mapping[str, int]  # of these three, of which the day shows the most pressing
    en_attente: int  # packages that are still to be sent
    prend: bool  # whether this agent takes dossiers


def journee(guichet: Guichet) -> Journee:
    """The day of the agent who is logged in; raises `SessionLocked`, `StorageError`."""
    recueil = guichet.recueil
    if not regles_agents().may(recueil.agent.role, Acte.PRENDRE):
        return Journee((), None, (), (), (), (), {}, 0, prend=False)
    begun = brouillons(guichet)
    agenda = guichet.sources.agenda
    known = None if agenda is None else agenda.journee()
    there = {one.predemande: one.chemin for one in begun if one.predemande}
    filed = {} if agenda is None else _deposes(recueil.outbox, agenda.filed())
    visites = () if known is None else tuple(
        Visite(
            rdv.heure,
            rdv.personne,
            tuple(MOTS[titre] for titre in rdv.titres),
            rdv.numero or "",
            there.get(rdv.numero or "", ""),
            filed.get(rdv.numero or ""),
        )
        for rdv in known.rendezvous
    )  # fmt: skip
    complements, awaited = lignes(recueil, Etat.COMPLEMENT_DEMANDE, _SHOWN)
    titres, there_now = lignes(recueil, Etat.DISPONIBLE, _SHOWN)
    refused, kept = refusees(recueil, _SHOWN)
    return Journee(
        visites,
        None if known is None else known.su_le.astimezone(),
        begun,
        complements,
        titres,
        refused,
        {"complements": awaited, "titres": there_now, "refusees": kept},
        len(recueil.outbox.entries(*WAITING)),
        prend=True,
    )


def _deposes(outbox: Outbox, filed: Mapping[str, UUID]) -> dict[str, Ligne]:
    """How each of the pre-demandes filed today stands, by its number."""
    entries = {numero: outbox.entry(dossier) for numero, dossier in filed.items()}
    return {numero: of_entry(entry) for numero, entry in entries.items() if entry is not None}


def ouvrir(guichet: Guichet, numero: str, source: PortraitSource) -> EnCours:
    """The dossier of a pre-demande: the one begun with it, else a new one, prefilled.

    Raises a leaf of `PredemandeError`, and then nothing is begun; `RoleForbidden`.
    """
    for one in brouillons(guichet):
        if one.predemande == numero:
            return guichet.dossier(one.id)
    agenda = guichet.sources.agenda
    if agenda is None:
        raise PredemandeUnreachable("no service in the settings")
    found = agenda.fetch(numero)
    en_cours = guichet.begin(source, USUELS)
    en_cours.prefill(prefill(found), Origine.PREDEMANDE)
    return en_cours


def du_jour(guichet: Guichet) -> int:
    """How many packages were queued today and have not left; raises `StorageError`."""
    today = datetime.now(UTC).astimezone().date()
    entries = guichet.station.outbox.entries(*WAITING)
    return sum(entry.queued_at.astimezone().date() == today for entry in entries)
