"""What synthetic applicants typed at home: the fields of the form, as texts. All are SPECIMEN."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any

from simulators.people import Person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_CHILD = 9  # years
_STAMP_BOUGHT = 20  # days ago
_OTHER_HOME = "3 IMPASSE DU SPECIMEN"


@unique
class Case(StrEnum):
    """Who comes: each has something that the form of the others has not."""

    ADULTE = "adulte"  # CNI and passport
    MINEUR = "mineur"  # parents apart, two homes, filed by the mother
    HEBERGE = "heberge"  # at a host's
    NOM_USAGE = "nom-usage"
    PERTE = "perte"


def form(person: Person, case: Case, today: date) -> dict[str, str]:
    """The texts of `person` in `case`, by the names of the fields."""
    civil = person.civil()
    texts = {
        **_requests(case, today),
        **_identity(civil),
        **_address("adresse", civil["adresse"]),
    }
    for rank, parent in enumerate(civil["parents"], 1):
        texts |= _parent(f"parent{rank}", parent)
    return texts | _special(case, civil)


def person_of(seed: int, case: Case, today: date) -> Person:
    """The applicant of `case`: a child where it is about one."""
    return Person(seed, today.year - _CHILD if case is Case.MINEUR else None)


def asked(case: Case) -> tuple[str, ...]:
    """The titles of the request."""
    return ("CNI", "PASSEPORT") if case in (Case.ADULTE, Case.MINEUR) else ("CNI",)


def masked(person: Person) -> str:
    """First name and initial: what the list of the day may show."""
    civil = person.civil()
    return f"{civil['prenoms'][0]} {civil['nom_famille'][0]}."


def _requests(case: Case, today: date) -> dict[str, str]:
    motif = "RENOUVELLEMENT_PERTE" if case is Case.PERTE else "PREMIERE_DEMANDE"
    texts = {"titre_ancien.type": "AUCUN"}
    for titre in asked(case):
        name = f"demande.{titre.lower()}"
        texts |= {name: "oui", f"{name}.motif": motif}
    if "PASSEPORT" in asked(case):
        bought = today - timedelta(days=_STAMP_BOUGHT)
        texts["demande.passeport.timbre.numero"] = "1234567890123456"
        texts["demande.passeport.timbre.achete_le"] = f"{bought:%d/%m/%Y}"
    return texts


def _identity(civil: Mapping[str, Any]) -> dict[str, str]:
    return {
        "usager.nom_famille": civil["nom_famille"],
        "usager.prenoms": ", ".join(civil["prenoms"]),
        "usager.sexe": civil["sexe"],
        **_born("usager", civil),
        "usager.taille_cm": str(civil["taille_cm"]),
        "usager.couleur_yeux": civil["couleur_yeux"],
        "usager.nationalite": civil["nationalite"],
        "usager.mode_acquisition": civil["mode_acquisition"],
        "usager.telephone_portable": "0600000000",
        "usager.courriel": "specimen@example.org",
    }


def _parent(group: str, parent: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{group}.nom_famille": parent["nom_famille"],
        f"{group}.prenoms": ", ".join(parent["prenoms"]),
        **_born(group, parent),
        f"{group}.nationalite": parent["nationalite"],
    }


def _born(group: str, who: Mapping[str, Any]) -> dict[str, str]:
    day, place = who["date_naissance"], who["lieu_naissance"]
    return {
        f"{group}.date_naissance": f"{day['jour']:02}/{day['mois']:02}/{day['annee']}",
        **{f"{group}.lieu_naissance.{part}": text for part, text in place.items()},
    }


def _address(group: str, home: Mapping[str, Any]) -> dict[str, str]:
    texts = {f"{group}.ligne{n}": line for n, line in enumerate(home["lignes"], 1)}
    parts = ("code_postal", "commune", "insee", "pays")
    return texts | {f"{group}.{part}": home[part] for part in parts}


def _special(case: Case, civil: Mapping[str, Any]) -> dict[str, str]:
    match case:
        case Case.MINEUR:
            mother = civil["parents"][0]
            return {
                "ouverture.mineur": "oui",
                "representant.nom_famille": mother["nom_famille"],
                "representant.prenoms": ", ".join(mother["prenoms"]),
                "representant.role": "MERE",
                "alternee.oui": "oui",
                **_address("alternee", civil["adresse"] | {"lignes": [_OTHER_HOME]}),
            }
        case Case.HEBERGE:
            return {"adresse.hebergeant": "SPECIMEN Dominique"}
        case Case.NOM_USAGE:
            return {"usager.nom_usage": "ESSAI-SPECIMEN", "usager.origine_nom_usage": "EPOUX"}
        case Case.PERTE:
            return {"titre_ancien.type": "CNI_SECURISEE", "titre_ancien.numero": "XSP000001"}
        case _:
            return {}
