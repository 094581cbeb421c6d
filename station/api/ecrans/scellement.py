"""The screen SCELLEMENT: the PIN again, the seal, and how far the package is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body

from station.api.ecrans.verification import bilan
from station.dossier.formulaire import Ecran
from station.guichet.avancement import ouverts
from station.guichet.scellement import sceller
from station.rules.agents import Acte, regles_agents

if TYPE_CHECKING:
    from station.api.rendu import Rendu
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet

Pin = Annotated[str | None, Body(min_length=1, max_length=64)]
DernierEssai = Annotated[bool, Body(strict=True)]


@dataclass(frozen=True, slots=True)
class Scellement:
    """The view of the screen, before the seal."""

    ecran: Ecran = Ecran.SCELLEMENT
    gabarit: str = "ecrans/scellement.html"
    fragments: tuple[str, ...] = ()

    def valeurs(self, en_cours: EnCours) -> dict[str, Any]:
        """Whether anything stands in the way: of the dossier, or of this agent."""
        left = ouverts(en_cours.draft)
        role = en_cours.recueil.agent.role
        return {
            "bilan": bilan(left),
            "pret": not left,
            "habilite": regles_agents().may(role, Acte.SCELLER),
            "role": role,
        }


VUE = Scellement()


def routes(guichet: Guichet, _: Rendu) -> APIRouter:
    """The seal itself."""
    router = APIRouter(prefix="/api/dossiers/{numero}", tags=["scellement"])

    @router.post("/scellement")
    def seal(numero: UUID, pin: Pin = None, dernier_essai: DernierEssai = False) -> dict[str, str]:
        """Seal with the agent's card and queue; without `pin` it is typed on the reader's keys.

        A dossier that is sealed already stays as it is, and this says so.
        """
        typed = None if pin is None else bytearray(pin.encode())
        sceller(guichet, numero, typed, last_try=dernier_essai)
        return {"aller": f"/dossiers/{numero}/{Ecran.SCELLEMENT}"}

    return router
