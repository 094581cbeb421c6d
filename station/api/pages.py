"""The pages: login, the screens of a dossier, and the files they load."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from station.api.cadre import NOMS
from station.api.errors import NOT_FOUND, Refused
from station.dossier.formulaire import Ecran
from station.errors import DossierSealed
from station.guichet.avancement import ecrans
from station.web.pages import render
from station.web.static_files import FILES

if TYPE_CHECKING:
    from station.api.cadre import Cadres
    from station.api.depots import DepotsScelles
    from station.api.rendu import Rendu
    from station.guichet.guichet import Guichet

_ETABLIE_LE: Final = date(2026, 11, 25)  # the day the checks it names were last gone through


class Pages:
    """What a browser opens."""

    def __init__(
        self, guichet: Guichet, cadres: Cadres, rendu: Rendu, depots: DepotsScelles
    ) -> None:
        self._guichet, self._cadres, self._rendu = guichet, cadres, rendu
        self._depots = depots

    def router(self) -> APIRouter:
        """The routes outside /api."""
        router = APIRouter(include_in_schema=False)
        router.get("/")(self.start)
        router.get("/connexion")(self.login)
        router.get("/declaration")(self.declaration)
        router.get("/diagnostic")(self.diagnostic)
        router.get("/dossiers/{numero}/{ecran}")(self.screen)
        router.get("/static/{nom}")(self.static)
        router.get("/favicon.ico")(self.icon)
        return router

    def start(self) -> Response:
        """To the home page, or to the login."""
        return RedirectResponse("/connexion" if self._guichet.jetons is None else "/accueil", 303)

    def login(self, retour: Annotated[str, Query(max_length=500)] = "") -> HTMLResponse:
        """The login; it says why the last session ended."""
        return HTMLResponse(
            render(
                "ecrans/connexion.html",
                jeton="",
                fin=self._guichet.fin,
                retour=retour,
                appareils=self._cadres.voyants(),
            )
        )

    def screen(self, numero: UUID, ecran: Ecran) -> Response:
        """One screen of a dossier; the agent is then known to be there.

        Of a sealed one there is but one page, and all others lead to it.
        """
        try:
            en_cours = self._guichet.dossier(numero)
            wanted = ecrans(en_cours.draft)
            if ecran not in wanted:  # a complement has none but those that are asked for
                return RedirectResponse(f"/dossiers/{numero}/{wanted[0]}", 303)
            self._guichet.enter(en_cours, ecran)
            return HTMLResponse(self._rendu.page(en_cours, ecran))
        except DossierSealed:
            if ecran is Ecran.SCELLEMENT:
                return self._depots.page(numero)
            return RedirectResponse(f"/dossiers/{numero}/{Ecran.SCELLEMENT}", 303)

    def declaration(self) -> HTMLResponse:
        """The declaration of accessibility."""
        site = self._guichet.station.settings.station.insee
        return HTMLResponse(
            render(
                "declaration.html",
                jeton="",
                organisme=f"La mairie de la commune {site}",
                contact="s’adresser à l’accueil de la mairie",
                etablie_le=_ETABLIE_LE,
                version=version("dr-station"),
                ecrans=tuple(NOMS.values()),
            )
        )

    def diagnostic(self) -> HTMLResponse:
        """Each device, for the technician: no session, the token of this start."""
        return HTMLResponse(render("ecrans/diagnostic.html", jeton=""))

    def static(
        self, nom: str, known: Annotated[str, Header(alias="If-None-Match")] = ""
    ) -> Response:
        """A file of the pages; asked again with its tag, it is not sent again."""
        file = FILES.get(nom)
        if file is None:
            raise Refused(NOT_FOUND)
        head = {"ETag": file.etag, "Cache-Control": "no-cache"}
        if known == file.etag:
            return Response(status_code=304, headers=head)
        return Response(file.content, media_type=file.media_type, headers=head)

    def icon(self) -> Response:
        """What a browser asks for by itself where no page names it, as beside a PDF."""
        return self.static("icone.svg")
