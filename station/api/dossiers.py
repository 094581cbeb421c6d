"""Dossiers over HTTP: begin one, fill its fields. The screens add what is theirs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path
from fastapi.responses import JSONResponse
from pydantic import Field

from station.api.ecrans.champs import champ_dit
from station.api.errors import told
from station.api.rendu import Rendu
from station.capture import PortraitSource
from station.dossier.formulaire import CHAMPS, Ecran
from station.dossier.saisie import MAX_TEXTE
from station.dossier.usages import USUELS
from station.errors import FieldChanged
from station.guichet.propositions import reprendre
from station.guichet.saisies import remplir
from station.mesures.gestes import Gestes, Ligne, note

if TYPE_CHECKING:
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet

Nom = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9_.]+$")]
Texte = Annotated[str, Body(max_length=MAX_TEXTE)]
Avant = Annotated[str | None, Body(max_length=MAX_TEXTE)]
Champs = Annotated[list[Annotated[str, Field(max_length=64)]], Body(embed=True, max_length=64)]
Mobile = Annotated[bool, Body(embed=True, strict=True)]


class Dossiers:
    """The routes every screen of a dossier shares."""

    def __init__(self, guichet: Guichet, rendu: Rendu) -> None:
        self._guichet, self._rendu = guichet, rendu

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(prefix="/api", tags=["dossiers"])
        router.post("/dossiers", status_code=201)(self.begin)
        router.put("/dossiers/{numero}/champs/{nom}")(self.fill)
        router.get("/dossiers/{numero}/ecrans/{ecran}")(self.see)
        router.post("/dossiers/{numero}/ecrans/{ecran}/reprise")(self.take_over)
        router.post("/dossiers/{numero}/mesures", status_code=204)(self.measure)
        return router

    def begin(self, mobile: Mobile = False) -> dict[str, str]:
        """A new dossier; `mobile`: at somebody's home, where the camera may take the portrait."""
        source = PortraitSource.CAMERA_DR if mobile else PortraitSource.PHOTO_PAPIER_SCAN
        en_cours = self._guichet.begin(source, USUELS)
        return {"aller": f"/dossiers/{en_cours.draft.id}/{Ecran.OUVERTURE}"}

    def fill(self, numero: UUID, nom: Nom, valeur: Texte, avant: Avant = None) -> Any:
        """Put `valeur` into the field `nom`: on disk, encrypted, when this answers.

        `avant` is what the page believed the field held; DOS-010 when another window was quicker,
        and then `champ` is what it holds. `autres` are fields that followed from this one.
        """
        guichet = self._guichet
        en_cours = guichet.dossier(numero)
        try:
            saisi = remplir(en_cours, guichet.sources.lieux, nom, valeur, avant)
        except FieldChanged as error:
            held = champ_dit(en_cours, nom, guichet.sources.lieux)
            return JSONResponse(told(error) | {"champ": held}, HTTPStatus.CONFLICT)
        guichet.nouvelles.tell("champ", dossier=str(numero), nom=nom, texte=saisi.champ.texte)
        for autre in saisi.autres:
            texte = en_cours.draft.saisie.get(autre)
            guichet.nouvelles.tell("champ", dossier=str(numero), nom=autre, texte=texte)
        return {
            "champ": champ_dit(en_cours, nom, guichet.sources.lieux),
            "autres": [champ_dit(en_cours, n, guichet.sources.lieux) for n in saisi.autres],
            "fragments": self._rendu.fragments(en_cours, CHAMPS[nom].ecran),
        }

    def see(self, numero: UUID, ecran: Ecran) -> dict[str, Any]:
        """A screen as it stands, for a page that something else has overtaken."""
        return self._seen(self._guichet.dossier(numero), ecran)

    def take_over(self, numero: UUID, ecran: Ecran, champs: Champs) -> dict[str, Any]:
        """Take what the title or the proof of address proposes over into `champs`."""
        en_cours = self._guichet.dossier(numero)
        taken = reprendre(en_cours, champs)
        self._guichet.nouvelles.tell("dossier", dossier=str(numero))
        said = f"{len(taken)} valeurs reprises." if len(taken) > 1 else "Valeur reprise."
        return self._seen(en_cours, ecran) | {"annonce": said if taken else "Rien à reprendre."}

    def _seen(self, en_cours: EnCours, ecran: Ecran) -> dict[str, Any]:
        lieux = self._guichet.sources.lieux
        names = [nom for nom, champ in CHAMPS.items() if champ.ecran is ecran]
        return {
            "champs": [champ_dit(en_cours, nom, lieux) for nom in names],
            "fragments": self._rendu.fragments(en_cours, ecran),
        }

    def measure(self, numero: UUID, gestes: Gestes) -> None:
        """Note what the agent's hands did on a screen: counts and durations, nothing of anybody."""
        path = self._guichet.station.settings.mesures_path
        note(path, Ligne(dossier=numero, **gestes.model_dump()))
