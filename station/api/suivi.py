"""The follow-up of sealed dossiers: the list, one of them, a refused package sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query
from fastapi.responses import HTMLResponse

from station.api.errors import NOT_FOUND, Refused
from station.guichet.avancement import ecrans
from station.guichet.fiche import Fiche, fiche, renvoyer
from station.guichet.suivis import GROUPES, Groupe, liste, listes
from station.web.pages import render

if TYPE_CHECKING:
    from station.api.accueil import Accueil
    from station.api.cadre import Cadres
    from station.guichet.guichet import Guichet

_NUMERO = 12  # of the twelve screens
Raison = Annotated[str, Body(embed=True, min_length=1, max_length=200)]
Page = Annotated[int, Query(ge=1, le=100_000)]
Partie = Annotated[str, Query(pattern=r"^[0-9-]{0,32}$")]  # of a number


class Suivis:
    """The routes of the follow-up."""

    def __init__(self, guichet: Guichet, cadres: Cadres, accueil: Accueil) -> None:
        self._guichet, self._cadres, self._accueil = guichet, cadres, accueil

    def router(self) -> APIRouter:
        """The pages, and what they call."""
        router = APIRouter(tags=["suivi"])
        router.get("/suivi", include_in_schema=False)(self.page)
        router.get("/suivi/{numero}", include_in_schema=False)(self.one)
        router.get("/api/suivi")(self.state)
        router.get("/api/suivi/{numero}")(self.state_of)
        router.post("/api/suivi/{numero}/renvoi")(self.retry)
        router.post("/api/suivi/{numero}/complement", status_code=201)(self.complement)
        return router

    def page(
        self, groupe: Groupe | None = None, page: Page = 1, cherche: Partie = ""
    ) -> HTMLResponse:
        """Sealed dossiers by what is to be done: the first of each group, or a part of one."""
        self._guichet.leave()
        return HTMLResponse(render("ecrans/suivi.html", **self._list(groupe, page, cherche)))

    def one(self, numero: UUID) -> HTMLResponse:
        """One dossier after its seal."""
        self._guichet.leave()
        return HTMLResponse(render("ecrans/suivi_dossier.html", **self._of(numero)))

    def state(
        self, groupe: Groupe | None = None, page: Page = 1, cherche: Partie = ""
    ) -> dict[str, Any]:
        """The list as it is now."""
        shown = self._list(groupe, page, cherche)
        return {"fragments": {"suivi": render("fragments/suivi.html", **shown)}}

    def state_of(self, numero: UUID, annonce: str = "") -> dict[str, Any]:
        """One dossier as it is now."""
        fragment = render("fragments/suivi-dossier.html", **self._of(numero))
        return {"annonce": annonce, "fragments": {"suivi-dossier": fragment}}

    def retry(self, numero: UUID, raison: Raison) -> dict[str, Any]:
        """Let a refused package be sent again, because of `raison`; it goes at once.

        Answers both pages it may have been asked from.
        """
        dossier = renvoyer(self._guichet, numero, raison)
        there, of_dossier = self._accueil.state(), self.state_of(dossier)
        return {
            "annonce": "Le paquet est à nouveau en file d’envoi.",
            "fragments": there["fragments"] | of_dossier["fragments"],
        }

    def complement(self, numero: UUID) -> dict[str, str]:
        """Begin the answer to the CERT, or take it up; on the first screen it asks for."""
        draft = self._guichet.complement(numero).draft
        return {"aller": f"/dossiers/{draft.id}/{draft.ecran or ecrans(draft)[0]}"}

    def _list(self, groupe: Groupe | None, page: int, cherche: str) -> dict[str, Any]:
        recueil = self._guichet.recueil
        found = (
            listes(recueil, cherche) if groupe is None else (liste(recueil, groupe, page, cherche),)
        )
        return {
            "cadre": self._cadres.of_station(_NUMERO),
            "listes": found,
            "noms": GROUPES,
            "cherche": cherche,
            "entiere": groupe is None and not cherche,
        }

    def _of(self, numero: UUID) -> dict[str, Any]:
        return {
            "cadre": self._cadres.of_station(_NUMERO),
            "un": self._named(numero),
            "depot": self._guichet.depots.get(numero),
            "imprimante": self._guichet.station.settings.impression is not None,
        }

    def _named(self, numero: UUID) -> Fiche:
        found = fiche(self._guichet, numero)
        if found is None:
            raise Refused(NOT_FOUND, "dossier inconnu")
        return found
