"""The recap: what the form says, in words, block by block; and who went through it, when.

Whoever reads it out or touches the screen confirms the fields as they stand: a field that is
changed afterwards makes the confirmation void.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from station.dossier.formulaire import CHAMPS, Ecran
from station.dossier.mots import MOTS, phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from station.dossier.draft import Draft
    from station.dossier.saisie import Origine, Saisie

    Pays = Callable[[str], str]  # the name of the country of a code

CONSERVATION: Final = "usager.conservation_90j"
_TITRES = {"cni": "CNI", "passeport": "PASSEPORT"}
_READ = {Ecran.OUVERTURE, Ecran.ETAT_CIVIL, Ecran.ADRESSE}  # screens whose fields are read


@dataclass(frozen=True, slots=True)
class Relecture:
    """A confirmation: by the applicant's touch (USAGER), or read out by the agent (AGENT).

    `le` has a time zone; `sha256` is of the fields that were confirmed (`lu`).
    """

    par: Origine
    le: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Bloc:
    """One block of the recap, and the screen where it is mended."""

    titre: str
    ecran: Ecran
    lignes: tuple[tuple[str, str], ...] = field(repr=False)


def lu(saisie: Saisie) -> bytes:
    """Every field that the recap reads, as typed, by its dotted name: canonical JSON (RFC 8785)."""
    said = {nom: saisie.get(nom) for nom in sorted(saisie) if _is_read(nom)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def digest(saisie: Saisie) -> str:
    """SHA-256 of `lu`, hexadecimal."""
    return hashlib.sha256(lu(saisie)).hexdigest()


def relu(draft: Draft) -> bool:
    """Whether the recap was confirmed as it stands now."""
    return draft.relecture is not None and draft.relecture.sha256 == digest(draft.saisie)


def blocs(saisie: Saisie, pays: Pays) -> tuple[Bloc, ...]:
    """The blocks that say something, in the order of the screens; `pays` names countries."""
    civil, home = Ecran.ETAT_CIVIL, Ecran.ADRESSE
    made = (
        Bloc("Demande", Ecran.OUVERTURE, tuple(_demandes(saisie))),
        Bloc("Titulaire", civil, tuple(_titulaire(saisie, pays))),
        Bloc("Parents", civil, tuple(_parents(saisie, pays))),
        Bloc("Représentant légal", civil, tuple(_representant(saisie))),
        Bloc("Adresse", home, tuple(_adresse(saisie, "adresse", pays))),
        Bloc("Seconde adresse", home, tuple(_seconde(saisie, pays))),
        Bloc("Contact", home, tuple(_contact(saisie))),
    )
    return tuple(bloc for bloc in made if bloc.lignes)


def _is_read(nom: str) -> bool:
    return nom == CONSERVATION or (CHAMPS[nom].ecran in _READ and ".timbre." not in nom)


def _mot(code: str) -> str:
    return MOTS.get(code, code)


def _demandes(saisie: Saisie) -> Iterator[tuple[str, str]]:
    for nom, titre in _TITRES.items():
        if saisie.oui(f"demande.{nom}"):
            yield phrase(MOTS[titre]), phrase(_mot(saisie.get(f"demande.{nom}.motif")))
    if saisie.oui(CONSERVATION):
        yield "Empreintes", "effacées 90 jours après la délivrance de la carte"


def _titulaire(saisie: Saisie, pays: Pays) -> Iterator[tuple[str, str]]:
    said = saisie.under("usager")
    yield from _filled(
        ("Nom de famille", said.get("nom_famille", "").upper()),
        ("Nom d’usage", said.get("nom_usage", "").upper()),
        ("Prénoms", said.get("prenoms", "")),
        ("Sexe", _mot(said.get("sexe", ""))),
        ("Naissance", _naissance(said, pays)),
        ("Taille", f"{said['taille_cm']} cm" if said.get("taille_cm") else ""),
        ("Yeux", _mot(said.get("couleur_yeux", ""))),
        ("Nationalité", pays(said["nationalite"]) if said.get("nationalite") else ""),
    )


def _parents(saisie: Saisie, pays: Pays) -> Iterator[tuple[str, str]]:
    for rang, groupe in (("Premier parent", "parent1"), ("Second parent", "parent2")):
        said = saisie.under(groupe)
        if saisie.oui(f"{groupe}.inconnu"):
            yield rang, "non nommé par l’acte"
        elif said.get("nom_famille"):
            yield rang, ", ".join(filter(None, (_person(said), _naissance(said, pays))))


def _representant(saisie: Saisie) -> Iterator[tuple[str, str]]:
    said = saisie.under("representant")
    yield from _filled(
        ("Nom", _person(said)),
        ("Qualité", _mot(said.get("role", ""))),
        ("Pièce d’identité", said.get("piece_identite", "")),
    )


def _seconde(saisie: Saisie, pays: Pays) -> Iterator[tuple[str, str]]:
    if saisie.oui("alternee.oui"):
        yield from _adresse(saisie, "alternee", pays)


def _adresse(saisie: Saisie, groupe: str, pays: Pays) -> Iterator[tuple[str, str]]:
    said = saisie.under(groupe)
    lines = [said.get(f"ligne{n}", "") for n in range(1, 7)]
    place = f"{said.get('code_postal', '')} {said.get('commune', '')}".strip()
    if place or any(lines):
        country = said.get("pays", "")
        abroad = pays(country) if country not in {"", "FRA"} else ""
        yield "Habite", ", ".join(filter(None, (*lines, place, abroad)))
    yield from _filled(("Hébergé chez", said.get("hebergeant", "")))


def _contact(saisie: Saisie) -> Iterator[tuple[str, str]]:
    yield from _filled(
        ("Téléphone", saisie.get("usager.telephone_portable")),
        ("Courriel", saisie.get("usager.courriel")),
    )


def _naissance(said: Mapping[str, str], pays: Pays) -> str:
    born = said.get("date_naissance", "")
    place, country = said.get("lieu_naissance.libelle", ""), said.get("lieu_naissance.pays", "")
    abroad = f"{place} ({pays(country)})" if country not in {"", "FRA"} else place
    return " à ".join(filter(None, (born, abroad)))


def _person(said: Mapping[str, str]) -> str:
    return f"{said.get('nom_famille', '').upper()} {said.get('prenoms', '')}".strip()


def _filled(*lines: tuple[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in lines if value)
