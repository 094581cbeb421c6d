"""The home page and what begins from it: an appointment opened, a draft given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query
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
Debut = Annotated[int, Query(ge=0, le=100_000)]
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

    def page(self, brouillon: UUID | None = None, debut: Debut = 0) -> HTMLResponse:
        """The day: appointments, drafts, complements, titles to hand over, the queue.

        `brouillon` is the draft that may be given up, however long their list is; `debut` how
        many of them are left out at its beginning.
        """
        self._guichet.leave()
        return HTMLResponse(render("ecrans/accueil.html", **self._values(brouillon, debut)))

    def state(self, brouillon: UUID | None = None, debut: Debut = 0) -> dict[str, Any]:
        """The day as it is now, to be put in place of what is shown."""
        fragment = render("fragments/accueil.html", **self._values(brouillon, debut))
        return {"annonce": "", "fragments": {"accueil": fragment}}

    def open(self, numero: Predemande) -> dict[str, str]:
        """The dossier of an appointment, prefilled with its pre-demande; PRE-00n without."""
        en_cours = ouvrir(self._guichet, numero, PortraitSource.PHOTO_PAPIER_SCAN)
        return {"aller": f"/dossiers/{en_cours.draft.id}/ouverture"}

    def give_up(self, numero: UUID, raison: Raison) -> dict[str, Any]:
        """Give a draft up for good: its key is destroyed, then its data."""
        abandonner(self._guichet, numero, raison)
        said = "Le brouillon est détruit ; rien n’en reste sur la station."
        return self.state() | {"annonce": said}

    def _values(self, choisi: UUID | None = None, debut: int = 0) -> dict[str, Any]:
        return {
            "cadre": self._cadres.of_station(_NUMERO),
            "jour": journee(self._guichet),
            "raisons": RAISONS,
            "choisi": choisi,
            "debut": debut,
        }
