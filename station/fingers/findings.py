"""What is wrong with a hand on the glass, each thing by its name and its finger."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from station.fingers.advice import is_no_finger
from station.fingers.sight import look
from station.rules.acquisition import acquisition

if TYPE_CHECKING:
    from station.capture import Finger, Hand
    from station.fingers.boxes import Grey
    from station.fingers.hands import Naming
    from station.fingers.segmentation import Segmentation

_TWO_HANDS = 6  # fingers: more than one hand has without its thumb


@unique
class Severity(StrEnum):
    """What follows: the capture is refused, the agent is asked, or told."""

    REFUSE = "refuse"
    ASK = "ask"
    TELL = "tell"


@dataclass(frozen=True, slots=True)
class HandFinding:
    """One thing; `finger` is the one it concerns, None for the hand."""

    code: str
    message: str
    severity: Severity
    finger: Finger | None = None


def of_segmentation(grey: Grey, seen: Segmentation, expect: int) -> list[HandFinding]:
    """What the picture itself shows: no hand, too few or too many fingers."""
    limits = acquisition().vue
    if not seen.segments or is_no_finger(look(grey), limits):
        return [_refused("PAS_UNE_MAIN", "Aucun doigt reconnu : posez la main à plat.")]
    if seen.seen >= _TWO_HANDS:
        return [_refused("DEUX_MAINS", "Deux mains sur la vitre : posez-en une seule.")]
    if seen.seen > expect:
        return [_refused("TROP_DE_DOIGTS", _count(seen.seen, expect) + ".")]
    if len(seen.segments) < expect:
        said = _count(len(seen.segments), expect) + " : posez tous les doigts."
        return [_refused("TROP_PEU_DE_DOIGTS", said)]
    return []


def _count(seen: int, expect: int) -> str:
    return (
        f"{seen} doigt{'s' * (seen > 1)} vu{'s' * (seen > 1)}, {expect} attendu{'s' * (expect > 1)}"
    )


def of_naming(naming: Naming, hand: Hand | None) -> list[HandFinding]:
    """Whether this is the hand that was asked for; below the margin the agent is asked."""
    if naming.hand is None or hand is None:
        return []
    if naming.margin < acquisition().main.marge_mm:
        return [
            HandFinding("MAIN_INCERTAINE", "Vérifiez la main et les doigts posés.", Severity.ASK)
        ]
    if naming.hand is not hand:
        return [_refused("MAUVAISE_MAIN", "Ce n’est pas la main demandée : posez l’autre main.")]
    return []


def of_edges(seen: Segmentation, fingers: tuple[Finger, ...]) -> list[HandFinding]:
    """Fingers that the border of the picture cuts."""
    names = fingers or (None,) * len(seen.segments)
    said = "Doigt coupé par le bord : recentrez la main."
    return [
        _refused("DOIGT_COUPE", said, finger)
        for segment, finger in zip(seen.segments, names, strict=False)
        if segment.edge
    ]


def same_finger(finger: Finger) -> HandFinding:
    """A finger that seems to be there under another name."""
    return HandFinding("DOIGT_DEJA_SAISI", "Ce doigt semble déjà saisi.", Severity.ASK, finger)


def other_finger(finger: Finger, *, certain: bool) -> HandFinding:
    """Two attempts at one finger that do not look alike; without a judge it is only told."""
    said = "Cette empreinte ne ressemble pas à l’essai précédent : vérifiez le doigt posé."
    return HandFinding("DOIGT_CHANGE", said, Severity.ASK if certain else Severity.TELL, finger)


def residue() -> HandFinding:
    """What the applicant before left on the glass."""
    return _refused("RESIDU", "Trace de la personne précédente : nettoyez la vitre.")


def _refused(code: str, message: str, finger: Finger | None = None) -> HandFinding:
    return HandFinding(code, message, Severity.REFUSE, finger)
