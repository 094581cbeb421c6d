"""The home page and what begins from it: an appointment opened, a draft given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body
from fastapi.responses import HTMLResponse

from station.capture import PortraitSource
from station.guichet.brouillons import abandonner
from station.guichet.journee import journee, ouvrir
from station.pipeline.brouillons import ANNULATIONS, RaisonAnnulation
from station.web.pages import render
from station.web.valeurs import Option

if TYPE_CHECKING:
    from station.api.cadre import Cadres
    from station.guichet.guichet import Guichet

_NUMERO = 2  # of the twelve screens
Predemande = Annotated[str, Body(embed=True, pattern=r"^[A-Z0-9]{10}$")]
Raison = Annotated[RaisonAnnulation, Body(embed=True)]
RAISONS = tuple(Option(raison, mots) for raison, mots in ANNULATIONS.items())


class Accueil:
    """The routes of the home page."""

    def __init__(self, guichet: Guichet, cadres: Cadres) -> None:
        self._guichet, self._cadres = guichet, cadres

    def router(self) -> APIRouter:
        """The page, and what it calls."""
        router = APIRouter(tags=["accueil"])
        router.get("/accueil", include_in_schema=False)(self.page)
        router.get("/api/accueil")(self.state)
        router.post("/api/rendez-vous", status_code=201)(self.open)
        router.post("/api/dossiers/{numero}/abandon")(self.give_up)
        return router

    def page(self) -> HTMLResponse:
        """The day: appointments, drafts, complements, titles to hand over, the queue."""
        self._guichet.leave()
        return HTMLResponse(render("ecrans/accueil.html", **self._values()))

    def state(self, annonce: str = "") -> dict[str, Any]:
        """The day as it is now, to be put in place of what is shown."""
        fragment = render("fragments/accueil.html", **self._values())
        return {"annonce": annonce, "fragments": {"accueil": fragment}}

    def open(self, numero: Predemande) -> dict[str, str]:
        """The dossier of an appointment, prefilled with its pre-demande; PRE-00n without."""
        en_cours = ouvrir(self._guichet, numero, PortraitSource.PHOTO_PAPIER_SCAN)
        return {"aller": f"/dossiers/{en_cours.draft.id}/ouverture"}

    def give_up(self, numero: UUID, raison: Raison) -> dict[str, Any]:
        """Give a draft up for good: its key is destroyed, then its data."""
        abandonner(self._guichet, numero, raison)
        return self.state("Le brouillon est détruit ; rien n’en reste sur la station.")

    def _values(self) -> dict[str, Any]:
        cadre = self._cadres.of_station(_NUMERO)
        return {"cadre": cadre, "jour": journee(self._guichet), "raisons": RAISONS}
