"""Places of the form beside the reference data: what follows from one field, what is to be said.

It advises and never refuses (process.md §13.2).
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from station.dossier.formulaire import CHAMPS
from station.dossier.lecture import Illisible, lire

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from station.dossier.saisie import Saisie
    from station.referentiel.lookup import Referentiel

FRANCE: Final = "FRA"
NAISSANCES: Final = tuple(f"{g}.lieu_naissance" for g in ("usager", "parent1", "parent2"))
ADRESSES: Final = ("adresse", "alternee")
_ETRANGER: Final = "99"  # how the INSEE codes of countries begin


def suites(lieux: Referentiel, saisie: Saisie, nom: str) -> Mapping[str, str]:
    """The other fields that follow from what `nom` now holds; an empty text empties one."""
    groupe, _, reste = nom.rpartition(".")
    said: dict[str, str] = {}
    if groupe in NAISSANCES:
        said = _naissance(lieux, saisie, groupe, reste)
    elif groupe in ADRESSES:
        said = _adresse(lieux, saisie, groupe, reste)
    return {nom: texte for nom, texte in said.items() if saisie.get(nom) != texte}


def avis_naissance(lieux: Referentiel, saisie: Saisie, groupe: str) -> str:
    """What the table says of the place of birth of `groupe`; empty when there is nothing to say."""
    libelle, code = saisie.get(f"{groupe}.libelle"), _lu(saisie, f"{groupe}.commune")
    if not libelle or (not code and saisie.get(f"{groupe}.pays") not in ("", FRANCE)):
        return ""
    return lieux.birth_place(libelle, code, jour_de(saisie, groupe)).phrase


def avis_adresse(lieux: Referentiel, saisie: Saisie, groupe: str) -> str:
    """A sentence when the postal code is not one of the commune that was chosen."""
    code, cp = _lu(saisie, f"{groupe}.insee"), saisie.get(f"{groupe}.code_postal")
    commune = lieux.commune(code) if code else None
    if commune is None or not cp or not commune.codes_postaux or cp in commune.codes_postaux:
        return ""
    return f"{commune.libelle} a pour code postal {' ou '.join(commune.codes_postaux[:6])}."


def jour_de(saisie: Saisie, groupe: str) -> date | None:
    """The day on which the place of birth of `groupe` has to exist; None while it is not known."""
    texte = saisie.get(f"{groupe.removesuffix('.lieu_naissance')}.date_naissance")
    with suppress(Illisible):
        if texte:
            day: date = lire(CHAMPS["usager.date_naissance"], texte).au_plus_tot()
            return day
    return None


def _naissance(lieux: Referentiel, saisie: Saisie, groupe: str, reste: str) -> dict[str, str]:
    if reste == "commune":
        code = _lu(saisie, f"{groupe}.commune") or ""
        known = lieux.versions(code)
        return _of_birth(groupe, known[0].departement, FRANCE) if known else {}
    if reste != "pays":
        return {}
    pays, code = _lu(saisie, f"{groupe}.pays"), saisie.get(f"{groupe}.commune")
    if pays == FRANCE:
        return {f"{groupe}.commune": ""} if code.startswith(_ETRANGER) else {}
    found = lieux.pays_code(pays) if pays else None
    if found is None:
        return {}
    return {f"{groupe}.commune": found.insee, f"{groupe}.departement": ""}


def _of_birth(groupe: str, departement: str, pays: str) -> dict[str, str]:
    return {f"{groupe}.departement": departement, f"{groupe}.pays": pays}


def _adresse(lieux: Referentiel, saisie: Saisie, groupe: str, reste: str) -> dict[str, str]:
    if reste == "code_postal":
        found = lieux.by_postcode(saisie.get(f"{groupe}.code_postal"))
        if len(found) != 1 or saisie.get(f"{groupe}.commune"):
            return {}
        return {f"{groupe}.commune": found[0].libelle, f"{groupe}.insee": found[0].code}
    if reste == "insee" and not saisie.get(f"{groupe}.code_postal"):
        commune = lieux.commune(_lu(saisie, f"{groupe}.insee") or "")
        if commune is not None and len(commune.codes_postaux) == 1:
            return {f"{groupe}.code_postal": commune.codes_postaux[0]}
    return {}


def _lu(saisie: Saisie, nom: str) -> str | None:
    """The value of a field that holds; None while it is empty or wrong."""
    texte = saisie.get(nom)
    with suppress(Illisible):
        return str(lire(CHAMPS[nom], texte)) if texte else None
    return None
