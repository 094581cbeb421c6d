"""The hand-over of titles over HTTP: chip, print, notes, record (process.md §3, step 13)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Body, Response
from fastapi.responses import HTMLResponse

from station.api.errors import NOT_FOUND, Refused
from station.config import EMPREINTES, TITRE
from station.dossier.mots import MOTS, phrase
from station.guichet.remises import (
    MOTS_ISSUE,
    EnRemise,
    Notes,
    comparer,
    en_remise,
    enregistrer,
    lire_puce,
    noter,
    obstacles,
)
from station.papiers.feuille import Entete
from station.papiers.lieu import nomme
from station.papiers.remise import emargement
from station.pipeline import Issue
from station.title.findings import Status
from station.web.pages import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.api.cadre import Cadres
    from station.guichet.guichet import Guichet
    from station.pipeline.recueil import Heard

_NUMERO = 12  # of the twelve screens
_PARTS = ("remise-puce", "remise-empreinte", "remise-obstacles", "remise-actes")
_TONS: Final = {
    Issue.CONCORDANT: "BON",
    Issue.NON_CONCORDANT: "GRAVE",
    Issue.NON_EFFECTUE: "ATTENTION",
}
Secret = Annotated[str, Body(embed=True, min_length=6, max_length=200)]


class RemiseAuGuichet:
    """The routes of one hand-over."""

    def __init__(self, guichet: Guichet, cadres: Cadres) -> None:
        self._guichet, self._cadres = guichet, cadres

    def router(self) -> APIRouter:
        """The page, what it calls, the portrait and the paper."""
        router = APIRouter(tags=["remise"])
        router.get("/suivi/{numero}/remise", include_in_schema=False)(self.page)
        router.get("/suivi/{numero}/emargement.pdf", response_class=Response)(self.paper)
        base = "/api/suivi/{numero}/remise"
        router.post(f"{base}/puce", status_code=202)(self.chip)
        router.post(f"{base}/empreinte", status_code=202)(self.print)
        router.get(f"{base}/visage", response_class=Response)(self.face)
        router.put(base)(self.note)
        router.post(base)(self.record)
        return router

    def page(self, numero: UUID) -> HTMLResponse:
        """The hand-over as it stands."""
        self._guichet.leave()
        one = en_remise(self._guichet, numero)
        self._guichet.remises.enter()
        self._guichet.nouvelles.tell("usager")
        return HTMLResponse(render("ecrans/remise.html", **self._values(one)))

    def chip(self, numero: UUID, secret: Secret) -> dict[str, str]:
        """Read the chip with the CAN or the zone that the agent types, or a reader reads."""
        one = en_remise(self._guichet, numero)
        return self._task(one, TITRE, lambda heard: lire_puce(self._guichet, one, secret, heard))

    def print(self, numero: UUID) -> dict[str, str]:
        """Compare a live print with that of the chip."""
        one = en_remise(self._guichet, numero)
        return self._task(one, EMPREINTES, lambda heard: comparer(self._guichet, one, heard))

    def face(self, numero: UUID) -> Response:
        """The portrait of the chip, for the eye of the agent; kept nowhere."""
        held = self._guichet.remises.get(numero)
        picture = None if held is None else held.visage
        if picture is None:
            raise Refused(NOT_FOUND, "portrait absent")
        return Response(picture, media_type="image/png", headers={"Cache-Control": "no-store"})

    def note(self, numero: UUID, notes: Annotated[Notes, Body()]) -> dict[str, Any]:
        """Take what the agent notes; what still forbids the hand-over."""
        one = en_remise(self._guichet, numero)
        noter(self._guichet, one, notes)
        return {"fragments": self._fragments(one, _PARTS[2:])}

    def record(self, numero: UUID) -> dict[str, str]:
        """Record it: the titles leave the counter; DOS-006 while something forbids it."""
        enregistrer(self._guichet, en_remise(self._guichet, numero))
        return {"annonce": "La remise est enregistrée.", "aller": f"/suivi/{numero}"}

    def paper(self, numero: UUID) -> Response:
        """The acknowledgement to sign, PDF, as the notes stand."""
        one = en_remise(self._guichet, numero)
        acte = one.acte
        if acte is None:
            raise Refused(NOT_FOUND, "dire d’abord qui reçoit le titre et le sort de l’ancien")
        settings = self._guichet.station.settings
        place = nomme(settings.station.insee, settings.referentiel)
        head = Entete(one.entry.numero, datetime.now(UTC).astimezone().date(), place)
        name = f'inline; filename="emargement-{one.entry.numero}.pdf"'
        return Response(
            emargement(head, one.titulaire, acte),
            media_type="application/pdf",
            headers={"Content-Disposition": name, "Cache-Control": "no-store"},
        )

    def _task(self, one: EnRemise, role: str, work: Callable[[Heard], str]) -> dict[str, str]:
        def run(heard: Heard) -> dict[str, Any]:
            said = work(heard)
            self._guichet.acted()
            self._guichet.nouvelles.tell("usager")
            return {"annonce": said, "ton": _ton(one), "fragments": self._fragments(one, _PARTS)}

        tache = str(self._guichet.taches.start(role, run, dossier=one.entry.id).id)
        self._guichet.nouvelles.tell("tache", dossier=str(one.entry.id), tache=tache, role=role)
        return {"tache": tache}

    def _fragments(self, one: EnRemise, names: tuple[str, ...]) -> dict[str, str]:
        values = self._values(one)
        return {name: render(f"fragments/{name}.html", **values) for name in names}

    def _values(self, one: EnRemise) -> dict[str, Any]:
        found = obstacles(self._guichet, one)
        report, controle = one.report, one.controle
        return {
            "cadre": self._cadres.of_station(_NUMERO),
            "remise": str(one.entry.id),
            "numero_dossier": one.entry.numero,
            "titres": tuple((phrase(MOTS[t.type_titre]), t.numero) for t in one.titres),
            "passeport": any(t.type_titre == "PASSEPORT" for t in one.titres),
            "lu": report is not None,
            "concorde": one.concorde,
            "visage": report is not None and report.face is not None,
            "titulaire": one.titulaire,
            "nee": one.naissance,
            "par_puce": report is not None and report.mrz is not None,
            "prouve": report is not None and not report.failures,
            "constats_puce": ()
            if report is None
            else tuple(f.phrase for f in report.findings if f.status is not Status.VERIFIED),
            "controle": None
            if controle is None
            else (MOTS_ISSUE[controle.issue], controle.phrase, str(controle.issue)),
            "notes": one.notes,
            "obstacles": found,
            "pret": found == (),
        }


def _ton(one: EnRemise) -> str:
    """What the end of a task says beyond its words."""
    if not one.concorde:
        return "GRAVE"
    return "BON" if one.controle is None else _TONS[one.controle.issue]
