"""The dossiers that the agent has begun and not yet sealed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from station.agents.admission import check_may
from station.dossier.complement import ComplementDraft
from station.dossier.mots import MOTS
from station.errors import DraftDamaged, DraftForeign
from station.guichet.avancement import ecrans, ouverts
from station.outbox.titulaire import masked
from station.pipeline import cancel
from station.rules.agents import Acte

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from uuid import UUID

    from station.dossier.draft import Draft
    from station.dossier.formulaire import Ecran
    from station.guichet.guichet import Guichet
    from station.pipeline import RaisonAnnulation

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Brouillon:
    """A draft in a line: its number, whose it is, what is asked for, what is left to do.

    `titulaire` is masked; `cherche` is what a search finds it by.
    """

    id: UUID
    numero: str
    titulaire: str = field(repr=False)
    cherche: str = field(repr=False)
    titres: tuple[str, ...]
    ecran: Ecran
    restes: int  # findings that still forbid the seal
    complement: bool = False  # answers the CERT about a dossier that is sealed
    predemande: str = field(default="", repr=False)  # the number it began with

    @property
    def chemin(self) -> str:
        """The page where the agent left it."""
        return f"/dossiers/{self.id}/{self.ecran}"


@dataclass(frozen=True, slots=True)
class Vu:
    """A line as it was on `jour`, of the draft whose last step `head` acknowledges."""

    head: bytes
    jour: date
    ligne: Brouillon


def brouillons(guichet: Guichet) -> tuple[Brouillon, ...]:
    """Those of this agent, in the order of their numbers; raises `SessionLocked`.

    Nothing is told of another agent's. A damaged one stays on disk for the technician.
    """
    return tuple(sorted(_found(guichet), key=lambda one: one.numero))


def _found(guichet: Guichet) -> Iterator[Brouillon]:
    recueil = guichet.recueil
    numbers = recueil.drafts.ids()
    sealed = recueil.outbox.queued(numbers)  # the queue shows them
    for gone in guichet.vus.keys() - set(numbers):
        guichet.vus.pop(gone, None)
    for number in numbers:
        if number in sealed:
            continue
        try:
            yield _seen(guichet, number)
        except DraftForeign:
            continue
        except DraftDamaged as error:
            logger.warning("%s %s", error.code, error)


def _seen(guichet: Guichet, number: UUID) -> Brouillon:
    """The line of a draft; one that nobody has touched since is not read and replayed again."""
    known: Vu | None = guichet.vus.get(number)
    head, jour = guichet.recueil.drafts.head(number), datetime.now(UTC).date()
    if known is not None and (known.head, known.jour) == (head, jour) and not guichet.held(number):
        return known.ligne
    line = _line(guichet.seen(number))
    guichet.vus[number] = Vu(head, jour, line)
    return line


def _line(draft: Draft) -> Brouillon:
    said = draft.saisie
    nom, prenoms = said.get("usager.nom_famille").upper(), said.get("usager.prenoms")
    shown = masked(nom, prenoms.split() or [""]) if nom else ""
    complement = isinstance(draft, ComplementDraft)
    return Brouillon(
        draft.id,
        draft.numero,
        draft.titulaire if isinstance(draft, ComplementDraft) else shown,
        f"{nom} {prenoms}".strip(),
        tuple(MOTS[d.type_titre] for d in draft.demandes),
        draft.ecran or ecrans(draft)[0],
        len(ouverts(draft)),
        complement,
        said.get("demande.predemande"),
    )


def abandonner(guichet: Guichet, number: UUID, raison: RaisonAnnulation) -> None:
    """Give a draft up for good; raises `WrongState` for a sealed one, `DraftForeign`."""
    recueil = guichet.recueil
    check_may(recueil.agent, Acte.PRENDRE)
    en_cours = guichet.dossier(number)
    with en_cours.changing() as draft:
        cancel(recueil, draft, raison)
    guichet.drop(number)
    guichet.leave()
