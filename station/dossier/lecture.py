"""The text of a field as a value of its kind, or the sentence that says what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from station.dossier import champs
from station.dossier.champs import DatePartielle
from station.dossier.formulaire import Champ, Sorte

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

_DATE: Final = re.compile(r"(?:(?:(\d{1,2})[/.\- ])?(\d{1,2})[/.\- ])?(\d{4})", re.ASCII)
_COMPACT: Final = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_MONTANT: Final = re.compile(r"(\d{1,3})(?:[,.](\d{2}))?(?:[ \u00a0\u202f]?€)?", re.ASCII)
_DATE_FAUSSE: Final = "Cette date n’existe pas : écrire JJ/MM/AAAA, MM/AAAA ou AAAA."
_AVENIR: Final = "Cette date est dans l’avenir."
_PASSES: Final = ("date_naissance", "perte.date", "vol.date", "timbre.achete_le")
_TROP_LONG: Final = "Ce texte est trop long pour ce champ."
_PHRASES: Final = {
    "hidden_character": "Ce texte contient un caractère invisible : le retaper.",
    "not_a_name": "Ce nom contient un caractère que l’état civil n’admet pas.",
    "string_too_long": _TROP_LONG,
    "too_long": "Quinze prénoms au plus.",
    "blank": "Ce champ est vide.",
}
_FORMES: Final = {
    Sorte.CODE_POSTAL: "Ce code postal n’en est pas un.",
    Sorte.INSEE: "Un code INSEE de commune a cinq caractères.",
    Sorte.DEPARTEMENT: "Un département s’écrit 01 à 95, 2A, 2B ou 971 à 988.",
    Sorte.PAYS: "Choisir un pays de la liste.",
    Sorte.TELEPHONE: "Ce numéro de téléphone n’en est pas un.",
    Sorte.COURRIEL: "Cette adresse de courriel n’en est pas une.",
    Sorte.PREDEMANDE: "Un numéro de pré-demande a dix lettres ou chiffres.",
    Sorte.TIMBRE: "Un timbre fiscal a seize chiffres.",
}
_TYPES: Final[dict[Sorte, TypeAdapter[Any]]] = {
    Sorte.NOM: TypeAdapter(champs.Nom),
    Sorte.PRENOMS: TypeAdapter(champs.Prenoms),
    Sorte.LIBELLE: TypeAdapter(champs.Libelle),
    Sorte.LIGNE: TypeAdapter(champs.LigneAdresse),
    Sorte.PHRASE: TypeAdapter(champs.Phrase),
    Sorte.CODE_POSTAL: TypeAdapter(champs.CodePostal),
    Sorte.INSEE: TypeAdapter(champs.Insee),
    Sorte.DEPARTEMENT: TypeAdapter(champs.Departement),
    Sorte.PAYS: TypeAdapter(champs.Pays),
    Sorte.TELEPHONE: TypeAdapter(champs.Telephone),
    Sorte.COURRIEL: TypeAdapter(champs.Courriel),
    Sorte.PREDEMANDE: TypeAdapter(champs.Predemande),
    Sorte.TIMBRE: TypeAdapter(champs.NumeroTimbre),
}


class Illisible(Exception):
    """The text is no value of its field; the message is the sentence for the agent."""


def lire(champ: Champ, texte: str) -> Any:
    """The value of `texte` in the type that the model wants; raises `Illisible`."""
    return _LIRE.get(champ.sorte, _typed)(champ, texte)


def faute(champ: Champ, texte: str, jour: date | None = None) -> str:
    """What is wrong with `texte`, as the agent reads it; empty when nothing is.

    With `jour`, the day at the counter, a day that has to be past by then is held against it.
    """
    if not texte:
        return ""
    try:
        value = lire(champ, texte)
    except Illisible as error:
        return str(error)
    return a_venir(champ, value, jour) if jour else ""


def a_venir(champ: Champ, value: Any, jour: date) -> str:
    """A sentence when `value` is a day after `jour` in a field that holds what has happened."""
    if not champ.nom.endswith(_PASSES):
        return ""
    day = value.au_plus_tot() if isinstance(value, DatePartielle) else value
    return _AVENIR if day > jour else ""


def _typed(champ: Champ, texte: str) -> Any:
    value: object = texte
    if champ.sorte in _SERRES:
        value = "".join(c for c in texte if c not in " .\u00a0\u202f")
    if champ.sorte is Sorte.PRENOMS:
        value = tuple(part.strip() for part in texte.split(",") if part.strip())
    elif champ.sorte in _CAPITALES:
        value = str(value).strip().upper()
    try:
        return _TYPES[champ.sorte].validate_python(value)
    except ValidationError as error:
        kind = error.errors(include_input=False, include_url=False)[0]["type"]
        forme = _FORMES.get(champ.sorte, "Ce texte ne convient pas à ce champ.")
        raise Illisible(_PHRASES.get(kind, forme)) from None


_SERRES = {Sorte.TIMBRE, Sorte.TELEPHONE, Sorte.PREDEMANDE, Sorte.INSEE, Sorte.DEPARTEMENT}
_CAPITALES = {Sorte.CODE_POSTAL, Sorte.PAYS, Sorte.INSEE, Sorte.DEPARTEMENT}


def _date(_: Champ, texte: str) -> DatePartielle:
    compact = texte.strip()
    found = _COMPACT.fullmatch(compact) or _DATE.fullmatch(compact)
    if found is None:
        raise Illisible(_DATE_FAUSSE)
    jour, mois, annee = (int(part or 0) or None for part in found.groups())  # 00: unknown
    try:
        return DatePartielle.model_validate({"annee": annee, "mois": mois, "jour": jour})
    except ValidationError:
        raise Illisible(_DATE_FAUSSE) from None


def _jour(champ: Champ, texte: str) -> date:
    partielle = _date(champ, texte)
    if partielle.jour is None:
        raise Illisible("Écrire la date entière : JJ/MM/AAAA.")
    return partielle.au_plus_tot()


def _choix(champ: Champ, texte: str) -> str:
    found = next((choix for choix in champ.choix if choix == texte), None)
    if found is None:
        raise Illisible("Choisir l’une des réponses proposées.")
    return found


def _oui(_: Champ, texte: str) -> bool:
    if texte != "oui":
        raise Illisible("Cocher ou décocher la case.")
    return True


def _entier(_: Champ, texte: str) -> int:
    if not re.fullmatch(r"\d{1,4}", texte.strip(), re.ASCII):
        raise Illisible("Écrire un nombre entier.")
    return int(texte)


def _montant(_: Champ, texte: str) -> int:
    """The amount in cents."""
    found = _MONTANT.fullmatch(texte.strip())
    cents = 0 if found is None else int(found[1]) * 100 + int(found[2] or 0)
    if not cents:
        raise Illisible("Écrire un montant en euros : 86 ou 44,50.")
    return cents


_LIRE: Final[dict[Sorte, Callable[[Champ, str], Any]]] = {
    Sorte.DATE: _date,
    Sorte.JOUR: _jour,
    Sorte.CHOIX: _choix,
    Sorte.OUI: _oui,
    Sorte.ENTIER: _entier,
    Sorte.MONTANT: _montant,
}
