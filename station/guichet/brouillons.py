"""The dossiers that the agent has begun and not yet sealed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from station.dossier.formulaire import Ecran
from station.dossier.mots import MOTS
from station.errors import DraftDamaged, DraftForeign
from station.guichet.avancement import ouverts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from station.dossier.draft import Draft
    from station.guichet.guichet import Guichet

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Brouillon:
    """A draft in a line: its number, whose it is, what is asked for, what is left to do."""

    id: UUID
    numero: str
    titulaire: str = field(repr=False)
    titres: tuple[str, ...]
    ecran: Ecran
    restes: int  # findings that still forbid the seal

    @property
    def chemin(self) -> str:
        """The page where the agent left it."""
        return f"/dossiers/{self.id}/{self.ecran}"


def brouillons(guichet: Guichet) -> tuple[Brouillon, ...]:
    """Those of this agent, in the order of their numbers; raises `SessionLocked`.

    Nothing is told of another agent's. A damaged one stays on disk for the technician.
    """
    return tuple(sorted(_found(guichet), key=lambda one: one.numero))


def _found(guichet: Guichet) -> Iterator[Brouillon]:
    recueil = guichet.recueil
    for number in recueil.drafts.ids():
        if recueil.outbox.entry(number) is not None:
            continue  # sealed: the queue shows it
        try:
            yield _line(guichet.seen(number))
        except DraftForeign:
            continue
        except DraftDamaged as error:
            logger.warning("%s %s", error.code, error)


def _line(draft: Draft) -> Brouillon:
    said = draft.saisie
    name = " ".join((said.get("usager.nom_famille").upper(), said.get("usager.prenoms")))
    return Brouillon(
        draft.id,
        draft.numero,
        name.strip(),
        tuple(MOTS[d.type_titre] for d in draft.demandes),
        draft.ecran or Ecran.OUVERTURE,
        len(ouverts(draft)),
    )
