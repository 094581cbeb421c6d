"""The dossiers of a file of gestures, one by one and all together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from station.mesures.klm import Modele, modele

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from station.mesures.gestes import Ligne


@dataclass(frozen=True, slots=True)
class Bilan:
    """One dossier: its model, and the seconds each screen was open."""

    dossier: UUID
    modele: Modele
    ecrans: dict[str, float]


def bilans(lignes: Iterable[Ligne]) -> tuple[Bilan, ...]:
    """A `Bilan` for each dossier, in the order in which they were begun."""
    found: dict[UUID, list[Ligne]] = defaultdict(list)
    for ligne in lignes:
        found[ligne.dossier].append(ligne)
    return tuple(_bilan(dossier, visits) for dossier, visits in found.items())


def milieu(bilans: Iterable[Bilan]) -> Modele:
    """The medians over all dossiers; zeros when there is none."""
    models = [one.modele for one in bilans]
    if not models:
        return Modele(0, 0.0, 0.0)
    return Modele(
        round(median(m.actes for m in models)),
        median(m.agent for m in models),
        median(m.machine for m in models),
    )


def _bilan(dossier: UUID, visits: list[Ligne]) -> Bilan:
    screens: dict[str, float] = defaultdict(float)
    for visit in visits:
        screens[visit.ecran] += visit.duree_ms / 1000
    return Bilan(dossier, modele(visits), dict(screens))
