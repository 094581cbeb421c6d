"""What the agent reads about a place of birth: plain French, both names, the date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from station.referentiel.own import NATIONAL
from station.referentiel.places import Changement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from station.referentiel.places import Commune, Pays

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_MOST_LABEL = 60  # characters of what was typed that a sentence repeats
_MOST_NAMED = 6
_CHECK = "Vérifier sur l’acte de naissance ; la saisie est gardée."


def french(jour: date) -> str:
    """A day as one writes it: 1er janvier 2016."""
    number = "1er" if jour.day == 1 else str(jour.day)
    return f"{number} {_MONTHS[jour.month - 1]} {jour.year}"


def place(commune: Commune) -> str:
    """A name and its code."""
    return f"{commune.libelle} ({commune.code})"


def changed(
    then: Commune, after: Commune | None, today: Commune | None, abroad: Pays | None
) -> str:
    """The name of the day is right; what it is called now, and since when."""
    said = f"{place(then)} : {_event(then, after, abroad)}."
    if today is not None and after is not None and today != after:
        said += f" Aujourd’hui : {place(today)}."
    return said


def named_then(then: Commune, other: Commune, jour: date | None) -> str:
    """The label is of another time; the name of the day comes first."""
    when = f"Le {french(jour)}" if jour else "À une autre date"
    return f"{when}, le nom était {place(then)}, et non {other.libelle}{_span(other)}. {_CHECK}"


def apart(other: Commune, become: Commune, jour: date | None) -> str:
    """The label is a commune that has since gone into that of the code."""
    when = f"Le {french(jour)}, " if jour else ""
    since = f" depuis le {french(other.fin)}" if other.fin else ""
    return (
        f"{when}{other.libelle} avait son propre code, {other.code} ; "
        f"{place(become)}{since}. {_CHECK}"
    )


def another(then: Commune, label: str) -> str:
    """The code is that of another place."""
    return f"Le code {then.code} désigne {then.libelle}, et non « {_shown(label)} ». {_CHECK}"


def gone(commune: Commune, then: Commune | None, jour: date) -> str:
    """The commune was no more on the day of birth."""
    return (
        f"{place(commune)} n’existait plus le {french(jour)} : "
        f"{_event(commune, then, None)}. {_CHECK}"
    )


def not_yet(commune: Commune, was: Commune | None, jour: date) -> str:
    """The code or the commune came later; what it was on that day, where it is known."""
    since = f" depuis le {french(commune.debut)}" if commune.debut else ""
    said = f"{place(commune)} n’existe sous ce code que{since}."
    if was is not None:
        said += f" Le {french(jour)}, c’était {place(was)}."
    return f"{said} {_CHECK}"


def then_french(pays: Pays, former: Sequence[Commune]) -> str:
    """A country whose départements had codes of their own."""
    until = max(c.fin for c in former if c.fin is not None)
    codes = ", ".join(place(c) for c in former)
    return (
        f"Avant le {french(until)}, une naissance dans ce pays ({pays.nom}) se code par "
        f"département : {codes}. {_CHECK}"
    )


def several(found: Sequence[Commune]) -> str:
    """Communes of one name, and no code to tell them apart."""
    named = ", ".join(place(c) for c in found[:_MOST_NAMED])
    more = ", …" if len(found) > _MOST_NAMED else ""
    return f"Plusieurs communes portent ce nom : {named}{more}. Choisir la bonne dans la liste."


def unknown(label: str, notice: Mapping[str, str]) -> str:
    """No commune of that name, now or ever."""
    return _absent(f"« {_shown(label)} »", notice)


def unknown_code(code: str, notice: Mapping[str, str]) -> str:
    """No place of that code, now or ever."""
    return _absent(f"Le code {_shown(code)}", notice)


def _absent(what: str, notice: Mapping[str, str]) -> str:
    if notice.get("etendue") != NATIONAL:
        return f"{what} n’est pas dans la table réduite de ce poste, qui ne prouve rien. {_CHECK}"
    return f"{what} n’est pas dans la table des communes du {_dated(notice)}. {_CHECK}"


def _dated(notice: Mapping[str, str]) -> str:
    try:
        return french(date.fromisoformat(notice.get("date", "")))
    except ValueError:
        return "poste"


def _event(commune: Commune, after: Commune | None, abroad: Pays | None) -> str:
    since = f"le {french(commune.fin)}" if commune.fin else "depuis"
    if abroad is not None:
        return f"hors de France depuis {since} ; {abroad.nom} ({abroad.insee})"
    if after is None:
        return f"ce code n’a plus cours depuis {since}"
    match commune.changement:
        case Changement.NOM:
            return f"s’appelle {place(after)} depuis {since}"
        case Changement.FUSION:
            return f"commune réunie dans {place(after)} {since}"
        case Changement.DEPARTEMENT | Changement.CODE:
            return f"code changé {since}, {place(after)}"
        case _:
            return f"devenue {place(after)} {since}"


def _span(commune: Commune) -> str:
    if commune.debut is not None:
        return f", nom pris le {french(commune.debut)}"
    return f", nom quitté le {french(commune.fin)}" if commune.fin is not None else ""


def _shown(text: str) -> str:
    """What was typed, short and without what cannot be seen."""
    shown = "".join(c for c in text if c.isprintable())
    return shown if len(shown) <= _MOST_LABEL else shown[:_MOST_LABEL] + "…"
