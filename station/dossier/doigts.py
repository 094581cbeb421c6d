"""Which fingers a dossier holds: one function, over the rules in force (process.md §7).

One finger of each hand where both have one, else the first two of the hand that has; the order
within a hand, the number and the age are data.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from station.capture import Finger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from station.dossier.model import MotifExemption
    from station.rules.regles import ReglesEmpreinte


@unique
class Cas(StrEnum):
    """How far a titulaire is exempt."""

    AUCUN = "AUCUN"
    AGE = "AGE"  # too young: no capture at all
    PARTIEL = "PARTIEL"  # fewer fingers than the law asks for
    TOTAL = "TOTAL"  # no finger


@dataclass(frozen=True, slots=True)
class Creneaux:
    """The fingers to take, the case, and the months a title is limited to (None: not limited)."""

    doigts: tuple[Finger, ...]
    cas: Cas
    limite_mois: int | None = None


def creneaux(
    age: int, passes: Mapping[Finger, MotifExemption], regles: ReglesEmpreinte
) -> Creneaux:
    """The fingers to take from a person of `age` years who cannot give those of `passes`.

    A reason that is not lawful passes nothing over. Where no finger can be taken and one of the
    reasons is temporary, the title is limited.
    """
    if age < regles.age_min.valeur:
        return Creneaux((), Cas.AGE)
    lawful = {f: motif for f, motif in passes.items() if motif in regles.exemptions}
    hands = [
        [Finger(code) for code in hand.valeur if Finger(code) not in lawful]
        for hand in (regles.droite, regles.gauche)
    ]
    number = regles.nombre.valeur
    taken = _taken(hands, number)
    if len(taken) == number:
        return Creneaux(taken, Cas.AUCUN)
    if taken:
        return Creneaux(taken, Cas.PARTIEL)
    temporary = any(regles.exemptions[motif].duree == "temporaire" for motif in lawful.values())
    return Creneaux((), Cas.TOTAL, regles.limite_mois.valeur if temporary else None)


def _taken(hands: list[list[Finger]], number: int) -> tuple[Finger, ...]:
    """The first of each hand, or as many as are asked for of the only one."""
    there = [hand for hand in hands if hand]
    if len(there) == 1:
        return tuple(there[0][:number])
    return tuple(hand[0] for hand in there)
