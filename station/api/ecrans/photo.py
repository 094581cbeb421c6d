"""The screen PHOTO: the portrait, its rules in words, its questions (process.md §6, §15.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response

from station.api.ecrans.libelles_photo import LIBELLES
from station.api.ecrans.prise import fait, jpeg, lancer
from station.capture import PortraitSource
from station.dossier.formulaire import Ecran
from station.guichet.accord import CONFORME
from station.quality.report import Verdict
from station.web.typographie import pluriel

if TYPE_CHECKING:
    from station.api.rendu import Rendu
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet
    from station.guichet.photo import Photo
    from station.quality.report import Finding

Raison = Annotated[str, Body(embed=True, max_length=500)]
Code = Annotated[str, Path(max_length=40, pattern=r"^[A-Z][A-Z0-9_]+$")]
Version = Annotated[str, Query(max_length=64)]  # makes the address another one, no more
_SIDE = 640  # pixels
_ICI = Ecran.PHOTO
_SIGNES = {
    Verdict.PASS: "BON",
    Verdict.QUESTION: "QUESTION",
    Verdict.WARN: "ATTENTION",
    Verdict.NOT_ASSESSED: "INCONNU",
    Verdict.FAIL: "REFUS",
}


@dataclass(frozen=True, slots=True)
class RegleVue:
    """One rule: what it is about, how it came out (a key of `_SIGNES`), what to do, its source."""

    code: str
    nom: str
    signe: str
    phrase: str
    clause: str
    reponse: str = ""


class VuePhoto:
    """The values of the screen."""

    gabarit = "ecrans/photo.html"
    fragments = ("photo-portrait", "photo-regles")

    def valeurs(self, en_cours: EnCours) -> dict[str, Any]:
        """The portrait, its rules, and what can be done."""
        photo, draft = en_cours.photo, en_cours.draft
        report = photo.rapport
        found = () if report is None else tuple(_vue(photo, f) for f in report.findings)
        held = draft.visage is not None and not photo.attend
        shown = photo.attend or draft.visage is not None
        version = "attend" if draft.visage is None else draft.visage.sha256[:12]
        address = f"/api/dossiers/{draft.id}/portrait.jpg?v={version}-{id(report) % 99991}"
        return {
            "camera": draft.portrait_source is PortraitSource.CAMERA_DR,
            "role": photo.role,
            "image": address if shown else "",
            "gardee": held,
            "attend": photo.attend,
            "autre": photo.attend and draft.visage is not None,
            "jugee": report is not None,
            "mot": "BONNE" if report is not None and report.verdict.accepts else "A_REFAIRE",
            "motif": photo.reponse("QUALITE"),
            "conforme": CONFORME,
            "regles": found,
            "ouvertes": len(photo.questions) if held else 0,
        }


VUE = VuePhoto()


class Routes:
    """What the agent does with the portrait."""

    def __init__(self, guichet: Guichet, rendu: Rendu) -> None:
        self._guichet, self._rendu = guichet, rendu

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(prefix="/api/dossiers/{numero}", tags=["photo"])
        router.post("/photo/prise", status_code=202)(self.prendre)
        router.put("/photo/garde")(self.garder)
        router.delete("/photo/attente")(self.laisser)
        router.put("/photo/questions")(self.admettre)
        router.put("/photo/questions/{code}")(self.repondre)
        router.get("/portrait.jpg", response_class=Response)(self.image)
        return router

    def prendre(self, numero: UUID) -> dict[str, str]:
        """Scan the print, or take the portrait with the camera where the dossier says so."""
        en_cours = self._guichet.dossier(numero)

        def travail(heard: Any) -> str:
            report = en_cours.photo.prendre(heard)
            if not report.verdict.accepts:
                return " ".join(("Photo refusée.", *report.reasons[:1]))
            if asked := len(en_cours.photo.questions):
                return f"Photo gardée : {pluriel(asked, 'question')} à regarder."
            return "Photo gardée."

        here = (en_cours, _ICI)
        return lancer(self._guichet, self._rendu, here, en_cours.photo.role, travail)

    def garder(self, numero: UUID, raison: Raison) -> dict[str, Any]:
        """Keep the refused portrait; the reason travels with it."""
        en_cours = self._guichet.dossier(numero)
        en_cours.photo.garder(raison)
        return self._fait(en_cours, "Photo gardée avec son motif.")

    def laisser(self, numero: UUID) -> dict[str, Any]:
        """Drop the refused portrait; the one in the dossier stays."""
        en_cours = self._guichet.dossier(numero)
        en_cours.photo.laisser()
        return self._fait(en_cours, "Photo refusée écartée.")

    def repondre(self, numero: UUID, code: Code, raison: Raison) -> dict[str, Any]:
        """Answer one question; an empty reason says that nothing speaks against the portrait."""
        en_cours = self._guichet.dossier(numero)
        en_cours.photo.repondre(code, raison)
        return self._fait(en_cours)

    def admettre(self, numero: UUID) -> dict[str, Any]:
        """Answer every open question at once: the agent has looked, and nothing speaks against."""
        en_cours = self._guichet.dossier(numero)
        said = en_cours.photo.admettre()
        return self._fait(en_cours, f"Questions répondues : {len(said)}.")

    def image(self, numero: UUID, v: Version = "") -> Response:  # noqa: ARG002 (see `Version`)
        """The portrait, small."""
        return jpeg(self._guichet.dossier(numero).photo.image(), _SIDE)

    def _fait(self, en_cours: EnCours, annonce: str = "") -> dict[str, Any]:
        return fait(self._rendu, (en_cours, _ICI), annonce)


def routes(guichet: Guichet, rendu: Rendu) -> APIRouter:
    """The routes of the screen."""
    return Routes(guichet, rendu).router()


def _vue(photo: Photo, finding: Finding) -> RegleVue:
    code, asked = finding.rule.code, finding.verdict is Verdict.QUESTION
    name = LIBELLES[finding.measure.name]
    told = "" if finding.verdict is Verdict.PASS else finding.rule.message
    if finding.verdict is Verdict.NOT_ASSESSED:
        told = "N’a pas pu être mesuré : vérifier à l’œil."
    answer = photo.reponse(code) if asked else ""
    return RegleVue(code, name, _SIGNES[finding.verdict], told, finding.rule.clause, answer)
