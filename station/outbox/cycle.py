"""The life of a dossier as data (process.md §9): its states, and what may follow what.

    BROUILLON → COMPLET → SCELLE → EN_FILE → TRANSMIS → ACCUSE → EN_INSTRUCTION
    EN_INSTRUCTION → VALIDE → EN_PRODUCTION → DISPONIBLE → REMIS | DETRUIT
    EN_INSTRUCTION → COMPLEMENT_DEMANDE → SCELLE (its complement is sealed) → EN_INSTRUCTION
    EN_INSTRUCTION → REJETE
    EN_FILE | TRANSMIS → REFUSE → EN_FILE      (the CERT does not take the package: it is kept)
    BROUILLON | COMPLET → ANNULE

A complement and a hand-over are packages of their own in the queue: EN_FILE to ACCUSE or REFUSE.
The CERT need not publish every step: `NEXT` holds the steps it may leave out.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@unique
class Etat(StrEnum):
    """Where a dossier is."""

    BROUILLON = "BROUILLON"
    COMPLET = "COMPLET"
    ANNULE = "ANNULE"
    SCELLE = "SCELLE"
    EN_FILE = "EN_FILE"
    TRANSMIS = "TRANSMIS"
    ACCUSE = "ACCUSE"
    REFUSE = "REFUSE"
    EN_INSTRUCTION = "EN_INSTRUCTION"
    COMPLEMENT_DEMANDE = "COMPLEMENT_DEMANDE"
    VALIDE = "VALIDE"
    REJETE = "REJETE"
    EN_PRODUCTION = "EN_PRODUCTION"
    DISPONIBLE = "DISPONIBLE"
    REMIS = "REMIS"
    DETRUIT = "DETRUIT"


@unique
class Nature(StrEnum):
    """What a package of the queue is."""

    DOSSIER = "DOSSIER"
    COMPLEMENT = "COMPLEMENT"
    REMISE = "REMISE"


_DECIDED = {Etat.VALIDE, Etat.COMPLEMENT_DEMANDE, Etat.REJETE}
NEXT: Final[Mapping[Etat, frozenset[Etat]]] = {
    Etat.BROUILLON: frozenset({Etat.COMPLET, Etat.ANNULE}),
    Etat.COMPLET: frozenset({Etat.BROUILLON, Etat.SCELLE, Etat.ANNULE}),
    Etat.SCELLE: frozenset({Etat.EN_FILE, Etat.EN_INSTRUCTION, *_DECIDED}),
    Etat.EN_FILE: frozenset({Etat.TRANSMIS, Etat.ACCUSE, Etat.REFUSE}),
    Etat.TRANSMIS: frozenset({Etat.ACCUSE, Etat.REFUSE}),
    Etat.REFUSE: frozenset({Etat.EN_FILE}),
    Etat.ACCUSE: frozenset({Etat.EN_INSTRUCTION, *_DECIDED}),
    Etat.EN_INSTRUCTION: frozenset(_DECIDED),
    Etat.COMPLEMENT_DEMANDE: frozenset({Etat.SCELLE, Etat.EN_INSTRUCTION, *_DECIDED}),
    Etat.VALIDE: frozenset({Etat.EN_PRODUCTION, Etat.DISPONIBLE}),
    Etat.EN_PRODUCTION: frozenset({Etat.DISPONIBLE}),
    Etat.DISPONIBLE: frozenset({Etat.REMIS, Etat.DETRUIT}),
    Etat.REMIS: frozenset({Etat.REMIS}),  # the CERT confirms what the counter has recorded
    Etat.REJETE: frozenset(),
    Etat.DETRUIT: frozenset(),
    Etat.ANNULE: frozenset(),
}
"""What may follow each state."""

WAITING: Final = (Etat.EN_FILE, Etat.TRANSMIS)
"""States of a package that is still to be sent."""

CLOSED: Final = (Etat.REJETE, Etat.REMIS, Etat.DETRUIT)
"""States after which nobody at the counter does anything more for the dossier."""


def may(before: Etat, after: Etat) -> bool:
    """Whether `after` may follow `before`."""
    return after in NEXT[before]
