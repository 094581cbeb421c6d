"""Sealed dossiers over HTTP: how far each is on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from station.api.errors import NOT_FOUND, Refused
from station.outbox.cycle import WAITING, Etat
from station.web.pages import render

if TYPE_CHECKING:
    from station.api.cadre import Cadres
    from station.guichet.guichet import Guichet
    from station.outbox.tables import Entry


class DepotsScelles:
    """The page of a sealed dossier and its routes; nothing on it can be changed."""

    def __init__(self, guichet: Guichet, cadres: Cadres) -> None:
        self._guichet, self._cadres = guichet, cadres

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["dépôts"])
        router.get("/api/dossiers/{numero}/envoi")(self.progress)
        return router

    def page(self, numero: UUID) -> HTMLResponse:
        """The sealed dossier; raises `Refused` when there is none of that identifier."""
        entry = self._entry(numero)
        self._guichet.release(numero)  # the machine may have stopped right after the seal
        cadre = self._cadres.of_sealed(entry.numero)
        return HTMLResponse(render("ecrans/scelle.html", cadre=cadre, **self._valeurs(entry)))

    def progress(self, numero: UUID) -> dict[str, Any]:
        """How far the package is: the part of the page that tells it."""
        valeurs = self._valeurs(self._entry(numero))
        return {"fragments": {"bloc-envoi": render("fragments/bloc-envoi.html", **valeurs)}}

    def _entry(self, numero: UUID) -> Entry:
        entry = self._guichet.station.outbox.entry(numero)
        if entry is None:
            raise Refused(NOT_FOUND, "dossier inconnu")
        return entry

    def _valeurs(self, entry: Entry) -> dict[str, Any]:
        waiting = self._guichet.station.outbox.entries(*WAITING)
        return {
            "scelle": str(entry.id),
            "envoi": entry,
            "file": entry.state is Etat.EN_FILE,
            "complement_de": "" if entry.parent is None else str(entry.parent),
            "accuse": entry.receipt is not None,
            "refus": entry.state is Etat.REFUSE,
            "hors_ligne": entry.state in WAITING and self._guichet.liaison.etat.en_ligne is False,
            "en_attente": len(waiting),
            "imprimante": self._guichet.station.settings.impression is not None,
            "depot": self._guichet.depots.get(entry.id),
        }
