"""Tasks over HTTP: follow one, ask how it is, stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from station.api.errors import NOT_FOUND, Refused
from station.api.events import followed

if TYPE_CHECKING:
    from station.guichet.guichet import Guichet
    from station.guichet.taches import Tache

LastEvent = Annotated[int, Header(alias="Last-Event-ID", ge=0)]


class TachesEnCours:
    """The tasks of the session, by their identifier."""

    def __init__(self, guichet: Guichet) -> None:
        self._guichet = guichet

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(prefix="/api", tags=["tâches"])
        router.get("/taches/{tache}")(self.state)
        router.get("/taches/{tache}/evenements", response_class=StreamingResponse)(self.events)
        router.delete("/taches/{tache}", status_code=204)(self.cancel)
        return router

    def state(self, tache: UUID) -> dict[str, Any]:
        """Whether it goes on, and what it ended with."""
        ended = self._named(tache).feed.ended
        return {"etat": "en cours"} if ended is None else {"etat": "fini", **ended}

    async def events(self, tache: UUID, last: LastEvent = 0) -> StreamingResponse:
        """Instructions, previews and progress as server-sent events; `fin` ends the stream."""
        feed = self._named(tache).feed
        return StreamingResponse(followed(feed, last), media_type="text/event-stream")

    def cancel(self, tache: UUID) -> None:
        """Stop it; it ends with CAP-002. One that has ended stays as it is."""
        self._named(tache).cancel()

    def _named(self, tache: UUID) -> Tache:
        found = self._guichet.taches.named(tache)
        if found is None:
            raise Refused(NOT_FOUND, "tâche inconnue")
        return found
