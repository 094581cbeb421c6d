"""The agent's session over HTTP: login by PIN, lock, signs of life, and the news of the station."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Response
from fastapi.responses import StreamingResponse

from station.api.acces import COOKIE
from station.guichet.ouverte import Fin

if TYPE_CHECKING:
    from station.api.rendu import Rendu
    from station.guichet.guichet import Guichet

_LOCAL = re.compile(r"/(?![/\\])[A-Za-z0-9/_.?=&%-]{0,400}", re.ASCII)  # a page of this station

Pin = Annotated[str | None, Body(min_length=1, max_length=64)]
DernierEssai = Annotated[bool, Body(strict=True)]
Retour = Annotated[str, Body(max_length=500)]


class Seance:
    """The routes of the session."""

    def __init__(self, guichet: Guichet, rendu: Rendu) -> None:
        self._guichet, self._rendu = guichet, rendu

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(prefix="/api", tags=["session"])
        router.get("/session/carte")(self.card)
        router.post("/session")(self.login)
        router.delete("/session", status_code=204)(self.lock)
        router.post("/session/activite", status_code=204)(self.acted)
        router.get("/etat")(self._rendu.etat)
        router.get("/evenements", response_class=StreamingResponse)(self.news)
        return router

    def card(self) -> dict[str, Any]:
        """How many tries the PIN of the card in the reader has left; spends none."""
        status = self._guichet.pin_status()
        return {"essais": status.tries, "bloque": status.blocked}

    def login(
        self,
        reponse: Response,
        pin: Pin = None,
        dernier_essai: DernierEssai = False,
        retour: Retour = "",
    ) -> dict[str, str]:
        """Open a session; without `pin` it is typed on the keys of the reader.

        The cookie proves pages and pictures; what changes something wants the token that pages
        carry. `retour` is the page to come back to.
        """
        typed = None if pin is None else bytearray(pin.encode())
        jetons = self._guichet.login(typed, last_try=dernier_essai)
        reponse.set_cookie(COOKIE, jetons.lecture, httponly=True, samesite="strict")
        there = retour if _LOCAL.fullmatch(retour) else ""
        return {"aller": there or self._guichet.en_main or "/accueil"}

    def lock(self, reponse: Response) -> None:
        """End the session; the drafts stay."""
        self._guichet.close(Fin.AGENT)
        reponse.delete_cookie(COOKIE, httponly=True, samesite="strict")

    def acted(self) -> None:
        """The agent is there: typing, reading, pointing."""
        self._guichet.acted()

    async def news(self) -> StreamingResponse:
        """What happens meanwhile, as server-sent events: `session`, `etat`, `champ`, `code` …."""
        return StreamingResponse(self._guichet.nouvelles.followed(), media_type="text/event-stream")
