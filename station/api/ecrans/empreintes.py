"""The screen EMPREINTES: two hands, one finger at a time (process.md §7, §15.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response

from station.api.ecrans.prise import fait, jpeg, lancer
from station.capture import Finger
from station.config import EMPREINTES
from station.dossier.doigts import Cas
from station.dossier.formulaire import Ecran
from station.dossier.model import MotifExemption
from station.dossier.mots import DOIGTS, MOTS, phrase
from station.errors import IncompleteDossier
from station.guichet.empreintes import Etat
from station.pipeline import essais_permis
from station.rules.regles import en_vigueur
from station.web.valeurs import Champ, DoigtVu, Option

if TYPE_CHECKING:
    from station.api.rendu import Rendu
    from station.guichet.empreintes import Empreintes, Essai
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet

Doigt = Annotated[Finger, Path()]
Raison = Annotated[str, Body(embed=True, max_length=500)]
Motif = Annotated[MotifExemption, Body(embed=True)]
_SIDE = 320  # pixels: no larger than needed to see how the finger lay
_ICI = Ecran.EMPREINTES


@dataclass(frozen=True, slots=True)
class DoigtActif:
    """The finger the agent looks at, and what can be done with it."""

    code: int
    nom: str
    etat: str
    essais: int
    permis: int
    image: str  # address of its picture, empty when there is none
    essai: Essai | None
    motif: str
    prendre: bool
    garder: bool
    effacer: bool


class VueEmpreintes:
    """The values of the screen."""

    gabarit = "ecrans/empreintes.html"
    fragments = ("empreintes-mains", "empreintes-doigt")

    def valeurs(self, en_cours: EnCours) -> dict[str, Any]:
        """The hands, the finger, or why there is no capture: `raison` AGE_INCONNU or AGE."""
        prises, draft = en_cours.empreintes, en_cours.draft
        said: dict[str, Any] = {
            "raison": "",
            "doigts": (),
            "actif": None,
            "motifs": tuple(Option(m, phrase(MOTS[m])) for m in _regles().empreinte.exemptions),
            "vide_champ": Champ(),
            "cas": "",
            "age_min": _regles().empreinte.age_min.valeur,
            "lentement": prises.lentement,
            "limite_mois": None,
        }
        try:
            slots = prises.creneaux
        except IncompleteDossier:
            return {**said, "raison": "AGE_INCONNU"}
        if slots.cas is Cas.AGE:
            said["raison"] = "AGE"
            if not draft.empreintes:  # some may be there from before the date was put right
                return said
        return {
            **said,
            "cas": slots.cas,
            "limite_mois": slots.limite_mois,
            "doigts": _vus(en_cours),
            "actif": _actif(en_cours),
        }


VUE = VueEmpreintes()


class Routes:
    """What the agent does with prints."""

    def __init__(self, guichet: Guichet, rendu: Rendu) -> None:
        self._guichet, self._rendu = guichet, rendu

    def router(self) -> APIRouter:
        """The routes under /api."""
        router = APIRouter(prefix="/api/dossiers/{numero}/empreintes", tags=["empreintes"])
        router.post("/prise", status_code=202)(self.prendre)
        router.post("/doigts/{doigt}/choix")(self.choisir)
        router.put("/reglage")(self.regler)
        router.put("/doigts/{doigt}/garde")(self.garder)
        router.put("/doigts/{doigt}/motif")(self.passer)
        router.delete("/doigts/{doigt}/motif")(self.reprendre)
        router.delete("/doigts/{doigt}")(self.effacer)
        router.get("/doigts/{doigt}/image", response_class=Response)(self.image)
        return router

    def prendre(self, numero: UUID) -> dict[str, str]:
        """Take the active finger, or its hand; CAP-004 when no more captures are allowed."""
        en_cours = self._guichet.dossier(numero)

        def travail(heard: Any) -> str:
            taken = en_cours.empreintes.prendre(heard)
            return " ".join(_resultat(en_cours.empreintes, finger) for finger in taken)

        return lancer(self._guichet, self._rendu, (en_cours, _ICI), EMPREINTES, travail)

    def choisir(self, numero: UUID, doigt: Doigt) -> dict[str, Any]:
        """Look at one finger."""
        en_cours = self._guichet.dossier(numero)
        en_cours.empreintes.choisir(doigt)
        return self._fait(en_cours)

    def regler(
        self, numero: UUID, lentement: Annotated[bool, Body(embed=True, strict=True)]
    ) -> dict[str, Any]:
        """More time and a damp finger, for elderly people."""
        en_cours = self._guichet.dossier(numero)
        en_cours.empreintes.lentement = lentement
        return self._fait(en_cours)

    def garder(self, numero: UUID, doigt: Doigt, raison: Raison) -> dict[str, Any]:
        """Keep the best print although it is refused or in doubt; the reason travels with it."""
        en_cours = self._guichet.dossier(numero)
        en_cours.empreintes.garder(doigt, raison)
        return self._fait(en_cours, f"{_nom(doigt)} : empreinte gardée avec son motif.")

    def passer(self, numero: UUID, doigt: Doigt, motif: Motif) -> dict[str, Any]:
        """Take no print of this finger."""
        en_cours = self._guichet.dossier(numero)
        with en_cours.changing():
            en_cours.empreintes.passer(doigt, motif)
        return self._fait(en_cours, f"{_nom(doigt)} passé : {MOTS[motif]}.")

    def reprendre(self, numero: UUID, doigt: Doigt) -> dict[str, Any]:
        """Undo a finger passed over: it can be taken after all."""
        en_cours = self._guichet.dossier(numero)
        with en_cours.changing():
            en_cours.empreintes.reprendre(doigt)
        return self._fait(en_cours, f"{_nom(doigt)} : de nouveau à prendre.")

    def effacer(self, numero: UUID, doigt: Doigt) -> dict[str, Any]:
        """Take the print of this finger out of the dossier."""
        en_cours = self._guichet.dossier(numero)
        with en_cours.changing():
            en_cours.empreintes.effacer(doigt)
        return self._fait(en_cours, f"{_nom(doigt)} : empreinte effacée.")

    def image(self, numero: UUID, doigt: Doigt) -> Response:
        """The print of this finger, small."""
        return jpeg(self._guichet.dossier(numero).empreintes.image(doigt), _SIDE)

    def _fait(self, en_cours: EnCours, annonce: str = "") -> dict[str, Any]:
        return fait(self._rendu, (en_cours, _ICI), annonce)


def routes(guichet: Guichet, rendu: Rendu) -> APIRouter:
    """The routes of the screen."""
    return Routes(guichet, rendu).router()


def _vus(en_cours: EnCours) -> tuple[DoigtVu, ...]:
    passed = en_cours.draft.exemptions
    return tuple(
        DoigtVu(finger, en_cours.empreintes.etat(finger), MOTS[passed[finger]])
        if finger in passed
        else DoigtVu(finger, en_cours.empreintes.etat(finger))
        for finger in Finger
    )


def _actif(en_cours: EnCours) -> DoigtActif | None:
    prises, draft = en_cours.empreintes, en_cours.draft
    finger = prises.actif
    if finger is None:
        return None
    held, passed = draft.empreintes.get(finger), draft.exemptions.get(finger)
    waits = prises.attend(finger)
    version = "attend" if waits else ("" if held is None else held.sha256[:12])
    address = f"/api/dossiers/{draft.id}/empreintes/doigts/{finger:d}/image"
    return DoigtActif(
        code=finger,
        nom=DOIGTS[finger - 1],
        etat=prises.etat(finger),
        essais=prises.faits(finger),
        permis=essais_permis(),
        image=f"{address}?v={version}-{prises.faits(finger)}" if version else "",
        essai=None if passed else prises.essai(finger),
        motif="" if passed is None else MOTS[passed],
        prendre=prises.etat(finger) is not Etat.PASSE and prises.peut_prendre(finger),
        garder=waits,
        effacer=held is not None,
    )


def _resultat(prises: Empreintes, finger: Finger) -> str:
    """What a screen reader hears of a capture."""
    essai = prises.essai(finger)
    mot = "" if essai is None else MOTS[essai.mot]
    more = "" if essai is None else " ".join(essai.phrases[:1])
    return f"{_nom(finger)} : {mot}. {more}".strip()


def _nom(finger: Finger) -> str:
    return phrase(DOIGTS[finger - 1])


def _regles() -> Any:
    return en_vigueur(datetime.now(UTC).date())
