"""What the table holds: communes, each as it was between two dates, and countries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@unique
class Nature(StrEnum):
    """What a code stands for; `TERRITOIRE` is a former département outside today's France."""

    COMMUNE = "commune"
    ARRONDISSEMENT = "arrondissement"
    DELEGUEE = "deleguee"
    TERRITOIRE = "territoire"


@unique
class Changement(StrEnum):
    """What ended a commune's name or code: kinds of event of the COG, variable MOD."""

    NOM = "nom"
    FUSION = "fusion"
    DEPARTEMENT = "departement"
    CODE = "code"
    INDEPENDANCE = "independance"
    AUTRE = "autre"


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune under one name and one code.

    It bears them from `debut` to the day before `fin`; None is as far as is known. `suite` is the
    code of what it became at `fin`, or of the commune it is a part of. `population` is 0 when the
    table does not say. `autre_nom` is the name that was looked for, when it is another one.
    """

    code: str
    libelle: str
    nature: Nature = Nature.COMMUNE
    debut: date | None = None
    fin: date | None = None
    changement: Changement | None = None
    suite: str | None = None
    population: int = 0
    comedec: bool = False
    codes_postaux: tuple[str, ...] = ()
    autre_nom: str | None = None

    @property
    def departement(self) -> str:
        """The code of its département: two characters, or three overseas."""
        return self.code[:3] if self.code.startswith(("97", "98")) else self.code[:2]

    def existe(self, jour: date) -> bool:
        """Whether it bore this name and this code on `jour`."""
        return (self.debut is None or self.debut <= jour) and (self.fin is None or jour < self.fin)


@dataclass(frozen=True, slots=True)
class Pays:
    """A country of ISO 3166-1; one that is no more has a `fin`. Absent codes are empty.

    `insee` is the code 99xxx; a French territory with a code of ISO has none.
    """

    alpha3: str
    alpha2: str
    insee: str
    nom: str
    debut: date | None = None
    fin: date | None = None
    autres: tuple[str, ...] = ()
