"""What the examiner says: the outcomes of a dossier, and scenarios of several in a row."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Any

Words = dict[str, Any]


@unique
class Scenario(StrEnum):
    """What becomes of a dossier that was taken."""

    ACCEPTE = "accepte"
    COMPLEMENT = "complement"
    REJETE = "rejete"
    DISPONIBLE = "disponible"  # accepted, printed, back at the counter, all at once
    MUET = "muet"  # nothing is said until somebody at the CERT says it


@unique
class Issue(StrEnum):
    """A step in the life of a dossier (process.md §9)."""

    EN_INSTRUCTION = "EN_INSTRUCTION"
    COMPLEMENT_DEMANDE = "COMPLEMENT_DEMANDE"
    VALIDE = "VALIDE"
    REJETE = "REJETE"
    EN_PRODUCTION = "EN_PRODUCTION"
    DISPONIBLE = "DISPONIBLE"
    REMIS = "REMIS"
    DETRUIT = "DETRUIT"


ILLEGIBLE: Words = {
    "issue": Issue.COMPLEMENT_DEMANDE,
    "code": "PIECE_ILLISIBLE",
    "motif": "Le justificatif de domicile est illisible : le numériser à nouveau.",
    "demande": {"pieces": ["JUSTIF_DOMICILE"]},
}
LATE: Words = {
    "issue": Issue.REJETE,
    "code": "PIECE_MANQUANTE",
    "motif": "Le complément demandé n’est pas arrivé dans le délai de trois mois.",
}


def said(scenario: Scenario, titres: list[dict[str, str]]) -> list[Words]:
    """What is published, in order: outcome, code and sentence; `titres` when they are printed."""
    match scenario:
        case Scenario.MUET:
            return []
        case Scenario.ACCEPTE:
            return [{"issue": Issue.VALIDE}]
        case Scenario.COMPLEMENT:
            return [ILLEGIBLE]
        case Scenario.REJETE:
            return [
                {
                    "issue": Issue.REJETE,
                    "code": "PHOTO_NON_CONFORME",
                    "motif": "La photographie ne permet pas d’identifier le demandeur.",
                }
            ]
        case Scenario.DISPONIBLE:
            steps = (Issue.EN_INSTRUCTION, Issue.VALIDE, Issue.EN_PRODUCTION)
            last = {"issue": Issue.DISPONIBLE, "titres": titres}
            return [*({"issue": step} for step in steps), last]
