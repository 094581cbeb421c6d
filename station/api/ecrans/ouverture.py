"""The screen OUVERTURE: pre-demande, titles, motif; at once what they need and cost (§15.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Body

from station.api.ecrans.champs import CHOIX
from station.api.ecrans.exiges import exiges
from station.api.ecrans.formulaire import Formulaire
from station.dossier.assemblage import TITRES
from station.dossier.formulaire import Ecran
from station.dossier.model import Mode
from station.dossier.mots import MOTS, phrase
from station.dossier.saisie import Origine
from station.errors import PredemandeError
from station.guichet.predemandes import fait, reprendre

if TYPE_CHECKING:
    from station.api.rendu import Rendu
    from station.guichet.en_cours import EnCours
    from station.guichet.guichet import Guichet

_ECARTS: Final = ("titre_ancien.numero", "titre_ancien.expire_le")
_TITRES: Final = [(nom.removeprefix("demande."), nom) for nom in TITRES.values()]
_MOTIFS: Final = {  # in words that need no more than a glance
    f"{nom}.motif": tuple(
        replace(one, libelle=phrase(MOTS[one.valeur].removeprefix("renouvellement, ")))
        for one in CHOIX[f"{nom}.motif"]
    )
    for nom in TITRES.values()
}
Numero = Annotated[str, Body(embed=True, alias="numero", min_length=1, max_length=40)]


def vue(guichet: Guichet) -> Formulaire:
    """The screen."""
    online = guichet.sources.agenda is not None

    def plus(en_cours: EnCours) -> dict[str, Any]:
        saisie = en_cours.draft.saisie
        held = (saisie.valeur(nom) for nom in saisie)
        wanted = exiges(en_cours.draft)
        return {
            "exiges": wanted,
            "motifs": _MOTIFS,
            "blocs": {
                f"timbre-{cle}": cle in wanted.payants or bool(saisie.get(f"{nom}.timbre.numero"))
                for cle, nom in _TITRES
            },
            "mobile": en_cours.draft.seance.mode is Mode.MOBILE,
            "en_ligne": online,
            "repris": sum(v is not None and v.origine is Origine.PREDEMANDE for v in held),
        }

    return Formulaire(
        Ecran.OUVERTURE,
        "ecrans/ouverture.html",
        guichet.sources.lieux,
        parts=("exiges", "bloc-predemande"),
        ecarts=_ECARTS,
        plus=plus,
    )


def routes(guichet: Guichet, rendu: Rendu) -> APIRouter:
    """The import of a pre-demande."""
    router = APIRouter(prefix="/api", tags=["dossiers"])

    @router.post("/dossiers/{numero}/predemande")
    def predemande(numero: UUID, predemande: Numero) -> dict[str, Any]:
        """Prefill the dossier with the pre-demande `numero`: of the service, else of the copy.

        One that cannot be used is a sentence; the dossier goes on without it.
        """
        en_cours = guichet.dossier(numero)
        try:
            said = reprendre(en_cours, guichet.sources.agenda, predemande)
        except PredemandeError as error:
            return {"code": error.code, "annonce": fait(error), "remplis": 0, "fragments": {}}
        guichet.nouvelles.tell("dossier", dossier=str(numero))
        return {
            "code": None,
            "annonce": said.phrase,
            "remplis": len(said.remplis),
            "fragments": rendu.fragments(en_cours, Ecran.OUVERTURE),
        }

    return router
