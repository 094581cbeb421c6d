"""A finding on a draft: what the CERT would say, from which rule, and where it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station.dossier.formulaire import Ecran


@unique
class Niveau(StrEnum):
    """How much a finding weighs; there is no third level."""

    BLOQUANT = "BLOQUANT"  # cannot be sealed
    A_JUSTIFIER = "A_JUSTIFIER"  # sealed with a typed reason that travels to the CERT


@dataclass(frozen=True, slots=True)
class Constat:
    """One finding: a stable code, a French sentence for the agent, the source of the rule.

    `ecran` is the screen that mends it. `champ` is what to look at there: a name of
    `station.dossier.formulaire.CHAMPS`, `piece.<type>` or `empreinte.<ISO number>`.
    """

    code: str
    niveau: Niveau
    phrase: str
    source: str
    ecran: Ecran
    champ: str | None = None


def bloquant(
    code: str, phrase: str, source: str, ecran: Ecran, champ: str | None = None
) -> Constat:
    """A finding that forbids the seal."""
    return Constat(code, Niveau.BLOQUANT, phrase, source, ecran, champ)


def a_justifier(
    code: str, phrase: str, source: str, ecran: Ecran, champ: str | None = None
) -> Constat:
    """A finding that wants a typed reason."""
    return Constat(code, Niveau.A_JUSTIFIER, phrase, source, ecran, champ)
