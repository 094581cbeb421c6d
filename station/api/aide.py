"""The page that helps to prepare a pre-demande, where there is no station: it keeps nothing.

What is typed stays in the browser; each request brings all of it and is answered from the rules.
There is no card, no device, no file, and nothing to protect but that: only the own page may ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Body, FastAPI, Response
from fastapi.responses import HTMLResponse

from station.aide.fiche import Ligne, a_apporter, peut_etre, pourquoi, prix
from station.api.ecrans.champs import CHOIX, CONSEILS, LIBELLES
from station.api.errors import NOT_FOUND, Refused, explain_errors
from station.api.security import OwnPageOnly
from station.dossier.assemblage import OBLIGATOIRES, TITRES
from station.dossier.exigences import exigences
from station.dossier.formulaire import CHAMPS, Ecran, Sorte
from station.dossier.lecture import faute
from station.dossier.mots import MOTS
from station.dossier.saisie import Saisie, Valeur
from station.dossier.situation import Situation
from station.dossier.usages import USUELS
from station.referentiel.folding import fold
from station.referentiel.own import countries
from station.rules.regles import en_vigueur
from station.web.pages import render
from station.web.static_files import FILES
from station.web.valeurs import Champ, Champs, Option

if TYPE_CHECKING:
    from collections.abc import Iterable

_GROUPES: Final = {  # by the beginning of the names, in the order of the page
    "demande": "Titres demandés",
    "ouverture": "Titres demandés",
    "titre_ancien": "Titre détenu",
    "perte": "Perte ou vol",
    "vol": "Perte ou vol",
    "usager": "Personne",
    "parent1": "Premier parent",
    "parent2": "Second parent",
    "representant": "Représentant légal",
    "adresse": "Adresse",
    "alternee": "Seconde adresse",
}
_ECRANS: Final = {Ecran.OUVERTURE, Ecran.ETAT_CIVIL, Ecran.ADRESSE}
_MOTIFS: Final = {f"{nom}.motif" for nom in TITRES.values()}
_MAX_CHAMPS: Final = 200

Textes = Annotated[dict[str, str], Body(embed=True, alias="champs", max_length=_MAX_CHAMPS)]


@dataclass(frozen=True, slots=True)
class Groupe:
    """Fields under one heading."""

    titre: str
    champs: tuple[str, ...]


def _groupes() -> tuple[Groupe, ...]:
    found: dict[str, list[str]] = {titre: [] for titre in _GROUPES.values()}
    for nom, champ in CHAMPS.items():
        if champ.ecran in _ECRANS and nom != "demande.predemande":
            found[_GROUPES[nom.split(".")[0]]].append(nom)
    return tuple(Groupe(titre, tuple(noms)) for titre, noms in found.items())


GROUPES: Final = _groupes()


_PAYS: Final = tuple(
    Option(pays.alpha3, pays.nom)
    for pays in sorted(countries(), key=lambda pays: fold(pays.nom))
    if pays.alpha3 and pays.fin is None
)
_DE_PAYS: Final = [nom for nom, champ in CHAMPS.items() if champ.sorte is Sorte.PAYS]


def create_aide(insee: str) -> FastAPI:
    """The application, for requests filed at the commune `insee`; it holds no data of anybody."""
    app = FastAPI(title="Aide à la pré-demande", docs_url=None, redoc_url=None, openapi_url=None)
    desk = _Desk(insee)
    app.get("/")(desk.page)
    app.get("/static/{nom}")(desk.static)
    app.post("/api/aide")(desk.answer)
    explain_errors(app)
    app.add_middleware(OwnPageOnly)
    return app


@dataclass(frozen=True, slots=True)
class _Desk:
    insee: str

    def page(self) -> HTMLResponse:
        """The form, empty."""
        return HTMLResponse(
            render(
                "aide.html",
                jeton="",
                groupes=GROUPES,
                sortes={nom: champ.sorte for nom, champ in CHAMPS.items()},
                champs=Champs({nom: Champ(texte, "USUEL") for nom, texte in USUELS.items()}),
                choix_de=CHOIX | dict.fromkeys(_DE_PAYS, _PAYS),
                libelles=LIBELLES,
                conseils=CONSEILS,
                obligatoires=OBLIGATOIRES | _MOTIFS,
            )
        )

    def static(self, nom: str) -> Response:
        """A file of the pages."""
        found = FILES.get(nom)
        if found is None:
            raise Refused(NOT_FOUND)
        return Response(found.content, media_type=found.media_type)

    def answer(self, textes: Textes) -> dict[str, Any]:
        """What is wrong, what to bring, what it costs, and the recap to type elsewhere."""
        saisie = Saisie()
        for nom, texte in textes.items():
            saisie.put(nom, Valeur(texte))
        jour = datetime.now(UTC).astimezone().date()
        wanted = exigences(Situation.of_saisie(saisie, self.insee), jour, en_vigueur(jour))
        return {
            "fautes": {nom: faute(CHAMPS[nom], saisie.get(nom)) for nom in saisie},
            "apporter": _said(a_apporter(wanted)),
            "aussi": _said(peut_etre(wanted)),
            "prix": prix(wanted.frais) if wanted.frais.titres else "",
            "pourquoi": [pourquoi(fee) for fee in wanted.frais.titres],
            "recapitulatif": [
                {"titre": g.titre, "lignes": lines} for g in GROUPES if (lines := _recap(g, saisie))
            ],
        }


def _said(lines: Iterable[Ligne]) -> list[dict[str, str]]:
    return [{"texte": line.texte, "precision": line.precision} for line in lines]


def _recap(groupe: Groupe, saisie: Saisie) -> list[dict[str, str]]:
    """The fields of a heading that are filled, in words."""
    filled = [nom for nom in groupe.champs if saisie.get(nom)]
    return [{"libelle": LIBELLES[nom], "texte": _word(nom, saisie.get(nom))} for nom in filled]


def _word(nom: str, texte: str) -> str:
    if CHAMPS[nom].sorte is Sorte.PAYS:
        return next((one.libelle for one in _PAYS if one.valeur == texte), texte)
    return MOTS.get(texte, texte) if CHAMPS[nom].sorte is Sorte.CHOIX else texte
