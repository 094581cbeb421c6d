"""The portrait, into the draft."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from station.capture import Modality, PortraitSource
from station.config import PHOTO
from station.dossier import reprise
from station.errors import DeviceUnconfigured
from station.pipeline.recueil import captured, keep
from station.quality.face import assess_face
from station.quality.paper.photo import find_photo
from station.quality.report import QualityReport
from station.records.encoded import encode_face

if TYPE_CHECKING:
    from station.capture import Capture
    from station.dossier.draft import Draft
    from station.pipeline.recueil import Heard, Recueil


_TAKEN = {
    PortraitSource.PHOTO_PAPIER_SCAN: Modality.DOCUMENT,
    PortraitSource.CAMERA_DR: Modality.FACE,
}


def take_visage(
    recueil: Recueil, draft: Draft, heard: Heard, seconds: float = 30.0
) -> QualityReport:
    """Take the portrait from the source of `draft` and judge it; it enters the draft if accepted.

    A print is found on the scan and cropped; its own defects and those of the portrait make one
    report, and the scan is wiped. Raises what the device raises, and `DeviceUnconfigured` when
    it takes no pictures of the kind that the draft says.
    """
    capture = captured(recueil, recueil.bench.capture(PHOTO, (), seconds), heard)
    if capture.modality is not _TAKEN[draft.portrait_source]:
        _wipe(capture)
        raise DeviceUnconfigured(f"{PHOTO}: no device for {draft.portrait_source}")
    if capture.modality is Modality.FACE:
        return _judged(recueil, draft, capture, assess_face(capture.samples[0]))
    found = find_photo(capture.samples[0])
    _wipe(capture)
    if found.sample is None:
        return found.report
    portrait = replace(capture, modality=Modality.FACE, samples=(found.sample,))
    report = assess_face(found.sample)
    both = QualityReport(found.report.findings + report.findings, report.policy)
    return _judged(recueil, draft, portrait, both)


def _wipe(capture: Capture) -> None:
    for sample in capture.samples:
        sample.wipe()


def _judged(
    recueil: Recueil, draft: Draft, capture: Capture, report: QualityReport
) -> QualityReport:
    if report.verdict.accepts:
        draft.visage = encode_face(capture, report, recueil.settings.records)
        keep(recueil, draft, "visage", reprise.evidence(draft.visage))
    return report
