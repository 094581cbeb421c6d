"""Fields of the form beside the old title: what it says of each, and where both differ.

The fields may be typed, sent or prefilled, and half filled: an empty or unreadable one differs in
nothing. The agent sees the value of the title and takes it over, or leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from station.dossier.formulaire import CHAMPS
from station.dossier.lecture import Illisible, lire
from station.dossier.titre_ancien import Ecart, ecarts
from station.dossier.titre_puce import Proposition, ecarts_proposition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from station.codes.mrz.zone import Mrz
    from station.dossier.champs import DatePartielle

_LIEU: Final = "usager.lieu_naissance.libelle"
_NUMERO: Final = "titre_ancien.numero"
_EXPIRE: Final = "titre_ancien.expire_le"
_NATIONALITE: Final = "usager.nationalite"
_ALPHA3: Final = 3  # letters; a zone has others for some States (ICAO Doc 9303-3, section 5)
_CHAMPS: Final = {  # of a difference, in the form
    "nom_famille": "usager.nom_famille",
    "prenoms": "usager.prenoms",
    "date_naissance": "usager.date_naissance",
    "sexe": "usager.sexe",
    "lieu_naissance": _LIEU,
    "numero": _NUMERO,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field, what the title says there as it would be typed, and a sentence without values."""

    champ: str
    valeur: str = field(repr=False)
    phrase: str


def differences(textes: Mapping[str, str], titre: Mrz | Proposition) -> tuple[Difference, ...]:
    """Where the texts of the form and the zone or the proven chip of the old title differ."""
    said = valeurs(titre)
    found = [(_CHAMPS[ecart.champ], ecart.phrase) for ecart in _ecarts(textes, titre)]
    found += _more(textes, titre)
    return tuple(Difference(champ, said[champ], phrase) for champ, phrase in found)


def valeurs(titre: Mrz | Proposition) -> dict[str, str]:
    """What the title says, by the fields of the form, as it would be typed; nothing is empty.

    A name that the zone may have cut is given as far as it goes.
    """
    if isinstance(titre, Proposition):
        said = {
            "usager.nom_famille": titre.nom_famille,
            "usager.prenoms": ", ".join(titre.prenoms),
            "usager.sexe": titre.sexe or "",
            _LIEU: titre.lieu_naissance,
            "usager.date_naissance": _partial(titre.date_naissance),
            _NUMERO: titre.numero,
            _EXPIRE: _day(titre.expire_le),
        }
    else:
        born = titre.birth
        said = {
            "usager.nom_famille": titre.surname,
            "usager.prenoms": ", ".join(titre.given),
            "usager.sexe": titre.sex if titre.sex in ("M", "F") else "",
            "usager.date_naissance": _parts(born.day, born.month, born.year) if born else "",
            _NATIONALITE: titre.nationality if len(titre.nationality) == _ALPHA3 else "",
            _NUMERO: titre.number,
            _EXPIRE: _day(titre.expires),
        }
    return {champ: texte for champ, texte in said.items() if texte}


@dataclass(frozen=True, slots=True)
class _Saisi:
    """The fields of the form that hold."""

    nom_famille: str | None
    prenoms: tuple[str, ...]
    date_naissance: DatePartielle | None
    sexe: str | None


def _ecarts(textes: Mapping[str, str], titre: Mrz | Proposition) -> tuple[Ecart, ...]:
    form = _Saisi(
        nom_famille=_read(textes, "usager.nom_famille"),
        prenoms=_read(textes, "usager.prenoms") or (),
        date_naissance=_read(textes, "usager.date_naissance"),
        sexe=_read(textes, "usager.sexe"),
    )
    numero = textes.get(_NUMERO) or None
    if isinstance(titre, Proposition):
        return ecarts_proposition(form, titre, _read(textes, _LIEU) or "", numero)
    return ecarts(form, titre, numero)


def _more(textes: Mapping[str, str], titre: Mrz | Proposition) -> Iterator[tuple[str, str]]:
    """What is no part of the person on the title."""
    said = valeurs(titre)
    expires = _read(textes, _EXPIRE)
    if expires is not None and _EXPIRE in said and _day(expires) != said[_EXPIRE]:
        yield _EXPIRE, "La date d’expiration n’est pas celle du titre."
    country = _read(textes, _NATIONALITE)
    if country is not None and _NATIONALITE in said and country != said[_NATIONALITE]:
        yield _NATIONALITE, "La nationalité n’est pas celle du titre."


def _read(textes: Mapping[str, str], champ: str) -> Any:
    """The value of a field; None when it is empty, or does not hold: the form says so itself."""
    texte = textes.get(champ, "")
    if not texte:
        return None
    try:
        return lire(CHAMPS[champ], texte)
    except Illisible:
        return None


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


def _partial(day: DatePartielle | None) -> str:
    return "" if day is None else _parts(day.jour, day.mois, day.annee)


def _parts(day: int | None, month: int | None, year: int) -> str:
    """As much of a date as is known: a day without its month is none."""
    if month is None:
        return f"{year}"
    return f"{month:02}/{year}" if day is None else f"{day:02}/{month:02}/{year}"
