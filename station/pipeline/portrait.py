"""The portrait, into the draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.config import PHOTO
from station.dossier import reprise
from station.pipeline.recueil import captured, keep
from station.quality.face import assess_face
from station.records.encoded import encode_face

if TYPE_CHECKING:
    from station.dossier.draft import Draft
    from station.pipeline.recueil import Heard, Recueil
    from station.quality.report import QualityReport


def take_visage(
    recueil: Recueil, draft: Draft, heard: Heard, seconds: float = 30.0
) -> QualityReport:
    """Capture the portrait and judge it; it enters the draft unless the verdict is FAIL.

    What the draft keeps is coded or encrypted; the pixels themselves are wiped.
    """
    capture = captured(recueil, recueil.bench.capture(PHOTO, (), seconds), heard)
    (sample,) = capture.samples
    try:
        report = assess_face(sample)
        if report.verdict.accepts:
            draft.visage = encode_face(capture, report, recueil.settings.records)
            keep(recueil, draft, "visage", reprise.evidence(draft.visage))
    finally:
        sample.wipe()
    return report
