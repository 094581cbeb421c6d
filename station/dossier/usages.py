"""What nearly always follows from a field, put there so that nobody has to type it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station.dossier.assemblage import TITRES, naissance
from station.dossier.formulaire import CHAMPS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from station.dossier.saisie import Saisie

USUELS: Final = {
    "usager.nationalite": "FRA",
    "usager.lieu_naissance.pays": "FRA",
    "adresse.pays": "FRA",
}
"""What is true of nearly every applicant, put there at the opening and shown as such."""

_MOTIFS: Final = {f"{groupe}.motif" for groupe in TITRES.values()}


def usages(saisie: Saisie, nom: str, jour: date, majorite: int) -> Mapping[str, str]:
    """The empty fields that follow from `nom`; `majorite` in years.

    Two titles asked for together have one motif; a date of birth says who is a minor; the second
    home is in France as the first.
    """
    if nom in TITRES.values() or nom in _MOTIFS:
        return _motif(saisie)
    if nom == "usager.date_naissance":
        born = naissance(saisie)
        minor = born is not None and born.au_plus_tard() <= jour and born.age(jour) < majorite
        return {"ouverture.mineur": "oui"} if minor and not saisie.oui("ouverture.mineur") else {}
    if nom == "alternee.oui" and saisie.oui(nom) and not saisie.get("alternee.pays"):
        return {"alternee.pays": USUELS["adresse.pays"]}
    return {}


def _motif(saisie: Saisie) -> dict[str, str]:
    asked = [f"{groupe}.motif" for groupe in TITRES.values() if saisie.oui(groupe)]
    chosen = [saisie.get(nom) for nom in asked if saisie.get(nom)]
    if len(asked) < len(TITRES) or len(chosen) != 1:
        return {}
    return {
        nom: chosen[0] for nom in asked if not saisie.get(nom) and chosen[0] in CHAMPS[nom].choix
    }
