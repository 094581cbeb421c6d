"""How a paper names people, places and dates."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from station.dossier.mots import MOTS
from station.referentiel.own import countries

if TYPE_CHECKING:
    from station.dossier.champs import DatePartielle
    from station.dossier.model import Adresse, LieuNaissance, Parent, RepresentantLegal, Usager


def nom(qui: Usager | Parent | RepresentantLegal) -> str:
    """The birth name and the first names; empty for a parent of whom neither is known."""
    return " ".join(filter(None, (qui.nom_famille, *(qui.prenoms or ()))))


def date_fr(said: DatePartielle | None) -> str:
    """JJ/MM/AAAA, or as much of it as the record says."""
    if said is None:
        return ""
    known = [f"{part:02d}" for part in (said.jour, said.mois) if part is not None]
    return "/".join((*known, f"{said.annee:04d}"))


def naissance(quand: DatePartielle | None, ou: LieuNaissance | None) -> str:
    """« le 29/02/1984 à Ajaccio (France) », or what is known of it."""
    day = date_fr(quand)
    when = f"le {day}" if day.count("/") == 2 else f"en {day}" if day else ""
    where = "" if ou is None else f"à {ou.libelle} ({pays(ou.pays)})"
    return " ".join(filter(None, (when, where)))


def adresse(said: Adresse) -> tuple[str, ...]:
    """The lines of a postal address, the host above."""
    host = () if said.hebergeant is None else (f"chez {said.hebergeant}",)
    abroad = () if said.pays == "FRA" else (pays(said.pays),)
    return (*host, *said.lignes, f"{said.code_postal} {said.commune}", *abroad)


def parent(said: Parent) -> str:
    """A parent with the birth, or that the record names none."""
    if said.inconnu:
        return "non nommé par l’acte de naissance"
    born = naissance(said.date_naissance, said.lieu_naissance)
    return ", ".join(filter(None, (nom(said), born and f"né(e) {born}")))


def representant(said: RepresentantLegal) -> str:
    """Who files for a minor, and as what."""
    return f"{nom(said)}, {MOTS[said.role]}"


def pays(alpha3: str) -> str:
    """The name of a country; its code where it has none."""
    return _pays().get(alpha3, alpha3)


@cache
def _pays() -> dict[str, str]:
    return {country.alpha3: country.nom for country in countries()}
