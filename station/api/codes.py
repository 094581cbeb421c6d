"""Codes presented anywhere: taken by their form, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body

if TYPE_CHECKING:
    from station.guichet.guichet import Guichet

Texte = Annotated[str, Body(min_length=1, max_length=4096)]
Dossier = Annotated[UUID | None, Body()]


class LecteurDeCodes:
    """The routes of codes; what became of one is also told to every page, as the event `code`."""

    def __init__(self, guichet: Guichet) -> None:
        self._guichet = guichet

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(prefix="/api", tags=["codes"])
        router.post("/codes")(self.take)
        router.delete("/codes/{retour}")(self.undo)
        return router

    def take(self, texte: Texte, dossier: Dossier = None) -> dict[str, Any]:
        """Put a code where it belongs: into `dossier`, else into the one in hand.

        A pre-demande without a dossier begins one. What cannot be used is a sentence, no error.
        """
        return self._guichet.codes.take(texte.encode(), dossier).said()

    def undo(self, retour: UUID) -> dict[str, Any]:
        """Take back what a code did."""
        return self._guichet.codes.undo(retour).said()
