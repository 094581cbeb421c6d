"""When a row of a table of rules applies: facts, some of them unknown, held against a condition.

A condition is data. It holds, or does not, or cannot be told yet: `None`, where a fact that
decides is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Self

from pydantic import Field, model_validator

from station.rules.dated import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

_OLDEST: Final = 150  # years
Annees = Annotated[int, Field(ge=0, le=_OLDEST)]
Valeurs = Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Plage:
    """What an age may be, in full years, both ends included; one value when it is known."""

    au_moins: int = 0
    au_plus: int = _OLDEST


class Tranche(Frozen):
    """An age range of a rule, in full years: from `des`, below `avant`."""

    des: Annees = 0
    avant: Annees = _OLDEST + 1

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.des >= self.avant:
            raise ValueError("an age range that nobody is in")
        return self


Fait = bool | str | Plage | None
"""What is known of one thing; None when nothing is."""
Faits = Mapping[str, Fait]


class Si(Frozen):
    """The condition of a row: every field that it names must hold, whatever the others are.

    Lists name the values of which the fact must be one.
    """

    titre: Valeurs | None = None
    motif: Valeurs | None = None
    age: Tranche | None = None
    mode: Valeurs | None = None
    departement: Valeurs | None = None  # of the deposit; three figures overseas
    titre_connu: bool | None = None  # whether it can be told if the title held proves anything
    titre_probant: bool | None = None  # whether it proves civil status and nationality
    titre_perime: bool | None = None
    comedec: bool | None = None
    mode_acquisition: Valeurs | None = None
    heberge: bool | None = None
    residence_alternee: bool | None = None
    majeur_protege: bool | None = None
    nom_usage: bool | None = None
    origine_nom_usage: Valeurs | None = None
    role_representant: Valeurs | None = None
    photo_sur_place: bool | None = None
    payant: bool | None = None

    def tient(self, faits: Faits) -> bool | None:
        """Whether the condition holds of `faits`; None when that cannot be told yet."""
        return et(_tient(getattr(self, nom), faits.get(nom)) for nom in self.model_fields_set)


def et(found: Iterable[bool | None]) -> bool | None:
    """All of `found`: one that does not hold decides, one that is unknown leaves it open."""
    answers = set(found)
    if False in answers:
        return False
    return None if None in answers else True


def ou(found: Iterable[bool | None]) -> bool | None:
    """Any of `found`: one that holds decides, one that is unknown leaves it open."""
    answers = set(found)
    if True in answers:
        return True
    return None if None in answers else False


def _tient(condition: bool | tuple[str, ...] | Tranche, fait: Fait) -> bool | None:
    if fait is None:
        return None
    if isinstance(condition, Tranche):
        return _dans(condition, fait) if isinstance(fait, Plage) else False
    if isinstance(condition, tuple):
        return fait in condition
    return fait is condition


def _dans(tranche: Tranche, age: Plage) -> bool | None:
    if age.au_plus < tranche.des or age.au_moins >= tranche.avant:
        return False
    if tranche.des <= age.au_moins and age.au_plus < tranche.avant:
        return True
    return None
