"""A pre-demande into the dossier in hand, and out of use once its dossier is sealed."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from station.dossier.saisie import Origine
from station.errors import (
    PredemandeConsumed,
    PredemandeExpired,
    PredemandeInvalid,
    PredemandeUnknown,
    PredemandeUnreachable,
    StationError,
)
from station.predemande.messages import Source, prefill

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from station.dossier.model import Demande
    from station.errors import PredemandeError
    from station.guichet.en_cours import EnCours
    from station.predemande.agenda import Agenda
    from station.predemande.messages import Predemande

_FAITS: Final[Mapping[type[PredemandeError], str]] = {
    PredemandeUnknown: "Aucune pré-demande ne porte ce numéro.",
    PredemandeConsumed: "Un dossier a déjà été déposé avec cette pré-demande.",
    PredemandeExpired: "Cette pré-demande est périmée.",
    PredemandeUnreachable: (
        "Le service des pré-demandes ne répond pas, et la copie du jour n’a pas celle-ci."
    ),
    PredemandeInvalid: "La réponse du service n’est pas authentique : rien n’en est repris.",
}
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reprise:
    """What a pre-demande brought: the names of the fields it filled, those it left as typed."""

    remplis: tuple[str, ...]
    gardes: tuple[str, ...]
    phrase: str


def reprendre(en_cours: EnCours, agenda: Agenda | None, numero: str) -> Reprise:
    """Prefill `en_cours` with the pre-demande `numero`; at most about 2 s.

    What the agent typed stays. Raises leaves of `PredemandeError`; nothing is filled then.
    """
    if agenda is None:
        raise PredemandeUnreachable("no service in the settings")
    found = agenda.fetch(numero)
    said = prefill(found)
    filled = en_cours.prefill(said, Origine.PREDEMANDE)
    with en_cours.changing() as draft:
        kept = tuple(nom for nom, texte in said.items() if draft.saisie.get(nom) != texte)
    return Reprise(filled, kept, _phrase(found, filled, kept))


def fait(error: PredemandeError) -> str:
    """What happened and what to do, for the agent."""
    known = next((said for kind, said in _FAITS.items() if isinstance(error, kind)), "")
    return f"{known} {error.remedy}".strip()


def consommer(agenda: Agenda | None, demandes: Iterable[Demande], dossier: UUID) -> None:
    """Say that the pre-demandes of `demandes` became `dossier`, once it is sealed.

    The day knows it at once; the service beside the request, and again later when it does not
    answer.
    """
    numeros = tuple({d.numero_predemande for d in demandes if d.numero_predemande})
    if agenda is not None and numeros:
        _file(agenda, numeros, dossier)
        threading.Thread(target=_consume, args=(agenda, numeros), daemon=True).start()


def _file(agenda: Agenda, numeros: tuple[str, ...], dossier: UUID) -> None:
    for numero in numeros:
        try:
            agenda.file(numero, dossier)
        except StationError as error:  # the dossier is sealed: nothing may undo that
            logger.warning("an appointment is not marked as filed: %s %s", error.code, error)


def _consume(agenda: Agenda, numeros: tuple[str, ...]) -> None:
    for numero in numeros:
        try:
            agenda.consume(numero)
        except StationError as error:
            logger.warning("a pre-demande is not consumed: %s %s", error.code, error)


def _phrase(found: Predemande, filled: tuple[str, ...], kept: tuple[str, ...]) -> str:
    said = f"Pré-demande reprise {_source(found)} : {_champs(len(filled))} remplis."
    if kept:
        said += f" {_champs(len(kept))} laissés tels que saisis."
    if found.illisibles:
        said += f" {_champs(len(found.illisibles))} illisibles, laissés vides."
    return said


def _source(found: Predemande) -> str:
    if found.source is Source.SERVICE:
        return "du service"
    known = found.su_le.astimezone()
    return f"de la copie de {known.hour} h {known.minute:02} (le service ne répond pas)"


def _champs(count: int) -> str:
    return f"{count} champ" if count < 2 else f"{count} champs"
