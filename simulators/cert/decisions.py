"""What the examiner says, by scenario."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Scenario(StrEnum):
    """What becomes of a dossier that was taken."""

    ACCEPTE = "accepte"
    COMPLEMENT = "complement"
    REJETE = "rejete"


def said(scenario: Scenario) -> dict[str, str]:
    """The outcome, its code and a sentence for the agent (process.md §9)."""
    match scenario:
        case Scenario.ACCEPTE:
            return {"issue": "VALIDE"}
        case Scenario.COMPLEMENT:
            return {
                "issue": "COMPLEMENT_DEMANDE",
                "code": "PIECE_ILLISIBLE",
                "motif": "Le justificatif de domicile est illisible : le numériser à nouveau.",
            }
        case Scenario.REJETE:
            return {
                "issue": "REJETE",
                "code": "PHOTO_NON_CONFORME",
                "motif": "La photographie ne permet pas d’identifier le demandeur.",
            }
