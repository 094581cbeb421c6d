"""The applicant's own screen: one thing at a time, and it follows the agent's.

What it is told carries nothing of anybody: it asks what to show each time, and the answer is about
the dossier whose applicant is at the counter, or about none.
"""

from __future__ import annotations

import json
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from station.config import EMPREINTES, PHOTO
from station.dossier.complement import ComplementDraft
from station.dossier.formulaire import Ecran
from station.dossier.recapitulatif import relu
from station.guichet.accord import prochain
from station.pipeline import Issue

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from station.dossier.draft import Draft
    from station.dossier.model import Signataire
    from station.guichet.depots import Depot
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet
    from station.guichet.remises import EnRemise
    from station.guichet.taches import Tache

_FOLLOWED = {"session", "usager", "tache", "champ", "scelle", "recharger"}
_WATCHED = (EMPREINTES, PHOTO)  # captures the applicant has to see


@unique
class Moment(StrEnum):
    """What is asked of the applicant now."""

    ACCUEIL = "ACCUEIL"
    INFORMATIONS = "INFORMATIONS"
    PIECES = "PIECES"
    PHOTO = "PHOTO"
    EMPREINTES = "EMPREINTES"
    CAPTURE = "CAPTURE"
    RECAPITULATIF = "RECAPITULATIF"
    SIGNATURE = "SIGNATURE"
    MERCI = "MERCI"
    ATTENTE = "ATTENTE"
    DEPOSE = "DEPOSE"
    REMISE = "REMISE"
    REMISE_DOIGT = "REMISE_DOIGT"
    REMISE_VERIFIEE = "REMISE_VERIFIEE"
    REMISE_SUSPENDUE = "REMISE_SUSPENDUE"


_MOMENTS: Final = {
    Ecran.OUVERTURE: Moment.ACCUEIL,
    Ecran.ETAT_CIVIL: Moment.INFORMATIONS,
    Ecran.ADRESSE: Moment.INFORMATIONS,
    Ecran.PIECES: Moment.PIECES,
    Ecran.PHOTO: Moment.PHOTO,
    Ecran.EMPREINTES: Moment.EMPREINTES,
    Ecran.VERIFICATION: Moment.ATTENTE,
    Ecran.SCELLEMENT: Moment.ATTENTE,
}


@dataclass(frozen=True, slots=True)
class Demande:
    """What is asked now, about which dossier, the capture that runs for it, who is to sign."""

    moment: Moment
    en_cours: EnCours | None = None
    tache: Tache | None = None
    depot: Depot | None = None
    signataire: Signataire | None = None


class SecondEcran:
    """What the applicant's screen shows, and whether there is one."""

    def __init__(self, guichet: Guichet) -> None:
        self._guichet = guichet
        self._count = 0  # in the loop of the server alone

    @property
    def present(self) -> bool:
        """Whether the page of the applicant is open somewhere."""
        return self._count > 0

    def demande(self) -> Demande:
        """What is asked of the applicant now; raises `SessionLocked`."""
        guichet = self._guichet
        en_cours = guichet.devant
        if en_cours is None:
            one = guichet.remises.devant
            if one is not None:
                return self._remise(one)
            depot = guichet.depots.dernier
            return Demande(Moment.ACCUEIL if depot is None else Moment.DEPOSE, depot=depot)
        running = guichet.taches.running(en_cours.draft.id, _WATCHED)
        if running is not None:
            return Demande(Moment.CAPTURE, en_cours, running)
        with en_cours.changing() as draft:
            moment = _moment(draft)
            turn = prochain(draft) if moment is Moment.SIGNATURE else None
        return Demande(moment, en_cours, signataire=turn)

    def _remise(self, one: EnRemise) -> Demande:
        """What is asked of the holder of a title that is handed over."""
        running = self._guichet.taches.running(one.entry.id, _WATCHED)
        if running is not None:
            return Demande(Moment.CAPTURE, tache=running)
        return Demande(_moment_remise(one))

    async def followed(self) -> AsyncGenerator[str]:
        """Server-sent events: `vue` each time there may be something else to show.

        Their data says whether a session is open, and nothing else.
        """
        self._here(+1)
        try:
            yield self._vue()
            async with aclosing(self._guichet.nouvelles.heard()) as heard:
                async for news in heard:
                    if news.kind in _FOLLOWED:
                        yield self._vue()
        finally:
            self._here(-1)

    def _here(self, change: int) -> None:
        self._count += change
        self._guichet.nouvelles.tell("second-ecran", present=self.present)

    def _vue(self) -> str:
        said = json.dumps({"ouverte": self._guichet.jetons is not None})
        return f"event: vue\ndata: {said}\n\n"


def _moment_remise(one: EnRemise) -> Moment:
    """The end of a check as its holder reads it: done, or for the agent to explain."""
    if one.controle is not None:
        found = one.controle.issue is Issue.CONCORDANT
        return Moment.REMISE_VERIFIEE if found else Moment.REMISE_SUSPENDUE
    if one.concorde is None:
        return Moment.REMISE
    return Moment.REMISE_DOIGT if one.concorde else Moment.REMISE_SUSPENDUE


def _moment(draft: Draft) -> Moment:
    ecran = draft.ecran or Ecran.OUVERTURE
    if ecran is not Ecran.SIGNATURE:
        return _MOMENTS[ecran]
    if not isinstance(draft, ComplementDraft) and not relu(draft):
        return Moment.RECAPITULATIF
    return Moment.MERCI if prochain(draft) is None else Moment.SIGNATURE
