"""Dossiers over HTTP: begin one, fill its fields. The screens add what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path

from station.api.rendu import Rendu
from station.capture import PortraitSource
from station.dossier.formulaire import CHAMPS, Ecran
from station.dossier.saisie import MAX_TEXTE
from station.mesures.gestes import Gestes, Ligne, note

if TYPE_CHECKING:
    from station.guichet.guichet import Guichet

Nom = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9_.]+$")]
Texte = Annotated[str, Body(max_length=MAX_TEXTE)]
Avant = Annotated[str | None, Body(max_length=MAX_TEXTE)]
Mobile = Annotated[bool, Body(embed=True, strict=True)]
USUELS = {
    "usager.nationalite": "FRA",
    "usager.lieu_naissance.pays": "FRA",
    "adresse.pays": "FRA",
}
"""What is true of nearly every applicant, put there at the opening and shown as such."""


class Dossiers:
    """The routes every screen of a dossier shares."""

    def __init__(self, guichet: Guichet, rendu: Rendu) -> None:
        self._guichet, self._rendu = guichet, rendu

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(prefix="/api", tags=["dossiers"])
        router.post("/dossiers", status_code=201)(self.begin)
        router.put("/dossiers/{numero}/champs/{nom}")(self.fill)
        router.post("/dossiers/{numero}/mesures", status_code=204)(self.measure)
        return router

    def begin(self, mobile: Mobile = False) -> dict[str, str]:
        """A new dossier; `mobile`: at somebody's home, where the camera may take the portrait."""
        source = PortraitSource.CAMERA_DR if mobile else PortraitSource.PHOTO_PAPIER_SCAN
        en_cours = self._guichet.begin(source, USUELS)
        return {"aller": f"/dossiers/{en_cours.draft.id}/{Ecran.OUVERTURE}"}

    def fill(self, numero: UUID, nom: Nom, valeur: Texte, avant: Avant = None) -> dict[str, Any]:
        """Put `valeur` into the field `nom`: on disk, encrypted, when this answers.

        `avant` is what the page believed the field held; DOS-010 when another window was quicker.
        """
        en_cours = self._guichet.dossier(numero)
        champ = en_cours.fill(nom, valeur, avant)
        self._guichet.nouvelles.tell("champ", dossier=str(numero), nom=nom, texte=champ.texte)
        said = {"nom": champ.nom, "valeur": champ.texte, "faute": champ.faute}
        ecran = CHAMPS[nom].ecran
        return {"champ": said, "fragments": self._rendu.fragments(en_cours, ecran)}

    def measure(self, numero: UUID, gestes: Gestes) -> None:
        """Note what the agent's hands did on a screen: counts and durations, nothing of anybody."""
        path = self._guichet.station.settings.mesures_path
        note(path, Ligne(dossier=numero, **gestes.model_dump()))
