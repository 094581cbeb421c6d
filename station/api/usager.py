"""The applicant's screen over HTTP: its page, what it shows now, what the applicant does on it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from station.api.acces import COOKIE
from station.api.ecrans.signature import Qui, Traits, recapitulatif
from station.api.errors import WRONG_REQUEST, Refused
from station.dossier.mots import MOTS
from station.dossier.saisie import Origine
from station.guichet.accord import confirmer, signer
from station.guichet.second_ecran import Moment
from station.web.pages import render

if TYPE_CHECKING:
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet
    from station.guichet.second_ecran import Demande
    from station.referentiel.lookup import Referentiel

Sha256 = Annotated[str, Body(pattern=r"^[0-9a-f]{64}$")]
Dossier = Annotated[UUID, Body()]
_READ = {Moment.INFORMATIONS, Moment.RECAPITULATIF}  # the form is shown


class EcranUsager:
    """The routes of the applicant's screen."""

    def __init__(self, guichet: Guichet) -> None:
        self._guichet = guichet

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["écran de l’usager"])
        router.get("/usager", include_in_schema=False)(self.page)
        router.get("/api/usager")(self.now)
        router.get("/api/usager/evenements", response_class=StreamingResponse)(self.news)
        router.post("/api/usager/relecture")(self.confirm)
        router.post("/api/usager/signature")(self.sign)
        return router

    def page(self, request: Request) -> HTMLResponse:
        """The empty page; the token it needs to show anything is for this session's browser."""
        jetons = self._guichet.jetons
        cookie = request.cookies.get(COOKIE, "")
        known = jetons is not None and secrets.compare_digest(
            cookie.encode(), jetons.lecture.encode()
        )
        jeton = jetons.usager if jetons is not None and known else ""
        return HTMLResponse(render("ecrans/usager.html", jeton=jeton))

    def now(self) -> dict[str, Any]:
        """What is asked of the applicant now."""
        valeurs = _valeurs(self._guichet.second_ecran.demande(), self._guichet.sources.lieux)
        return {"fragments": {"vue-usager": render("fragments/vue-usager.html", **valeurs)}}

    async def news(self) -> StreamingResponse:
        """When to ask again; it says nothing of anybody."""
        followed = self._guichet.second_ecran.followed()
        return StreamingResponse(followed, media_type="text/event-stream")

    def confirm(self, dossier: Dossier, sha256: Sha256) -> dict[str, Any]:
        """The applicant confirms the recap that is shown; DOS-010 when it has changed since."""
        en_cours = self._devant(dossier)
        confirmer(en_cours, Origine.USAGER, sha256)
        self._guichet.nouvelles.tell("usager", dossier=str(dossier))
        return self.now()

    def sign(self, dossier: Dossier, signataire: Qui, traits: Traits) -> dict[str, Any]:
        """Take the signature of whoever's turn was shown; `refus` says why it is none."""
        refus = signer(self._devant(dossier), signataire, traits)
        self._guichet.nouvelles.tell("usager", dossier=str(dossier))
        return {"refus": " ".join(refus)} if refus else {"refus": "", **self.now()}

    def _devant(self, dossier: UUID) -> EnCours:
        """The dossier at the counter, which has to be the one that the applicant sees."""
        en_cours = self._guichet.devant
        if en_cours is None or en_cours.draft.id != dossier:
            raise Refused(WRONG_REQUEST, "ce dossier n’est plus à l’écran")
        return en_cours


def _valeurs(demande: Demande, lieux: Referentiel) -> dict[str, Any]:
    said: dict[str, Any] = {
        "moment": demande.moment,
        "dossier": "" if demande.en_cours is None else str(demande.en_cours.draft.id),
        "tache": "" if demande.tache is None else str(demande.tache.id),
        "numero_depot": "" if demande.depot is None else demande.depot.numero,
        "recapitulatif": (),
        "recapitulatif_sha256": "",
        "signataire": demande.signataire or "",
        "signataire_nom": "" if demande.signataire is None else MOTS[demande.signataire],
    }
    if demande.en_cours is not None and demande.moment in _READ:
        with demande.en_cours.changing() as draft:
            said |= recapitulatif(draft, lieux)
    return said
