"""What stands in the fields of the form, as it was typed, scanned or sent, right or wrong.

Nothing that an agent typed is ever dropped because it is not yet right: a field holds raw text,
and `station.dossier.assemblage` makes typed parts of the application from it when it can.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from station.dossier.formulaire import CHAMPS
from station.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_TEXTE: Final = 1000  # characters; longer than any field may be, so that a paste is kept whole
_KEPT_HIDDEN = {"Cn", "Co", "Cs"}  # never text: unassigned, private, half of a pair


@unique
class Origine(StrEnum):
    """Who filled a field."""

    AGENT = "AGENT"
    PREDEMANDE = "PREDEMANDE"
    TITRE = "TITRE"  # the printed zone of the old title
    PUCE = "PUCE"  # its chip
    CODE = "CODE"  # a 2D-Doc or another code
    USAGER = "USAGER"  # the applicant, on the second screen
    USUEL = "USUEL"  # what is true of nearly everybody, put there at the opening


@dataclass(frozen=True, slots=True)
class Valeur:
    """The text of one field, and where it came from."""

    texte: str = field(repr=False)
    origine: Origine = Origine.AGENT


class Saisie:
    """The fields by their dotted names; an empty text is an absent field."""

    __slots__ = ("_valeurs",)

    def __init__(self) -> None:
        self._valeurs: dict[str, Valeur] = {}

    def put(self, champ: str, valeur: Valeur) -> None:
        """Fill one field, or empty it; raises `InvalidField` for an unknown one or endless text."""
        if champ not in CHAMPS:
            raise InvalidField("champ (unknown)")
        if valeur.texte:
            self._valeurs[champ] = Valeur(_bounded(champ, valeur.texte), valeur.origine)
        else:
            self._valeurs.pop(champ, None)

    def get(self, champ: str) -> str:
        """The text of a field, empty when it has none."""
        valeur = self._valeurs.get(champ)
        return "" if valeur is None else valeur.texte

    def oui(self, champ: str) -> bool:
        """Whether a box is ticked."""
        return self.get(champ) == "oui"

    def valeur(self, champ: str) -> Valeur | None:
        """The text of a field and its origin."""
        return self._valeurs.get(champ)

    def tapes(self) -> tuple[str, ...]:
        """The fields that hold more than what is usual of everybody."""
        return tuple(n for n, v in self._valeurs.items() if v.origine is not Origine.USUEL)

    def __iter__(self) -> Iterator[str]:
        return iter(self._valeurs)

    def __eq__(self, other: object) -> bool:
        """The same texts with the same origins, field by field."""
        return isinstance(other, Saisie) and self._valeurs == other._valeurs

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __bool__(self) -> bool:
        return bool(self._valeurs)

    def under(self, prefixe: str) -> Mapping[str, str]:
        """The texts of the fields below `prefixe`, by the rest of their names."""
        start = f"{prefixe}."
        found = self._valeurs.items()
        return {name[len(start) :]: v.texte for name, v in found if name.startswith(start)}


def _bounded(champ: str, texte: str) -> str:
    if len(texte) > MAX_TEXTE:
        raise InvalidField(f"{champ} (too_long)")
    if any(unicodedata.category(c) in _KEPT_HIDDEN for c in texte):
        raise InvalidField(f"{champ} (no_text)")
    return unicodedata.normalize("NFC", texte)
