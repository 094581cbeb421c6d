"""What the titles cost, as far as it can be told (process.md §8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from station.rules.conditions import Faits
    from station.rules.regles import Reduction, ReglesTimbre, Tarif


@dataclass(frozen=True, slots=True)
class FraisTitre:
    """What one title may cost: amounts in cents, ascending; one when it is known.

    `phrases` says why, one sentence for the fee and one for each thing that changes it.
    """

    titre: str
    possibles: tuple[int, ...]
    phrases: tuple[str, ...]
    source: str

    @property
    def centimes(self) -> int | None:
        """The amount; None while it cannot be told."""
        return self.possibles[0] if len(self.possibles) == 1 else None

    @property
    def payant(self) -> bool | None:
        """Whether it costs anything; None while that cannot be told."""
        found = {amount > 0 for amount in self.possibles}
        return found.pop() if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Frais:
    """What the titles cost, each and together; cents."""

    titres: tuple[FraisTitre, ...]

    @property
    def total(self) -> int | None:
        """The sum; None while it cannot be told."""
        return self.au_moins if self.au_moins == self.au_plus else None

    @property
    def au_moins(self) -> int:
        """The least that the titles may cost together."""
        return sum(f.possibles[0] for f in self.titres)

    @property
    def au_plus(self) -> int:
        """The most that the titles may cost together."""
        return sum(f.possibles[-1] for f in self.titres)


def frais_de(faits: Faits, regles: ReglesTimbre) -> FraisTitre:
    """What the title of `faits` costs; raises `ConfigError` where the rules have no fee for it."""
    rows = tuple(_rows(faits, regles))
    if not rows:
        raise ConfigError(f"timbre: no fee for {faits['titre']}")
    changes = [s for s in regles.supplements if s.si.tient(faits)]
    cuts = [r for r in regles.reductions if r.si.tient(faits)]
    amounts = {_changed(row.centimes, changes, cuts) for row in rows}
    told = rows[0].phrase if len(rows) == 1 else "Le prix dépend de ce qui n’est pas encore saisi."
    also = [s.phrase for s in changes] + [r.phrase for r in cuts] if max(amounts) else []
    return FraisTitre(str(faits["titre"]), tuple(sorted(amounts)), (told, *also), rows[0].source)


def _changed(centimes: int, changes: list[Tarif], cuts: list[Reduction]) -> int:
    """The fee with what is added and taken off; what is free stays free."""
    if not centimes:
        return 0
    amount = centimes + sum(change.centimes for change in changes)
    for cut in cuts:
        amount = amount * cut.pourcent // 100
    return amount


def _rows(faits: Faits, regles: ReglesTimbre) -> Iterable[Tarif]:
    """The first row that holds, and those before it that may."""
    for row in regles.tarifs:
        holds = row.si.tient(faits)
        if holds is not False:
            yield row
        if holds:
            return
