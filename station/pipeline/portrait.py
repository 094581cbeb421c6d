"""The portrait, into the draft."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from station.capture import Modality, PortraitSource, wiped_on_error
from station.config import PHOTO, PHOTO_PAPIER
from station.dossier import reprise
from station.dossier.controle_photo import VISAGE_QUALITE
from station.dossier.draft import Justification
from station.dossier.jugements import INFANT, is_infant
from station.errors import AttemptsSpent, DeviceUnconfigured
from station.faces.assessment import Request, assess
from station.faces.providers import provider
from station.pipeline.recueil import captured, keep
from station.quality.paper.photo import find_photo
from station.quality.report import QualityReport
from station.records.encoded import encode_face

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from station.capture import Capture, Sample
    from station.dossier.draft import Draft
    from station.pipeline.recueil import Heard, Recueil

_TAKEN = {
    PortraitSource.PHOTO_PAPIER_SCAN: Modality.DOCUMENT,
    PortraitSource.CAMERA_DR: Modality.FACE,
}


class Portraits:
    """Captures of the portrait; one that the rules accept enters the draft at once.

    The last one stays in memory until it is forgotten, so that the agent may still keep it; what
    the draft holds is coded or encrypted, the pixels themselves are wiped. `guard` is held while
    the draft changes.
    """

    def __init__(
        self,
        recueil: Recueil,
        draft: Draft,
        guard: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._recueil, self._draft, self._guard = recueil, draft, guard
        self._last: tuple[Capture, QualityReport] | None = None
        self._waits = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.forget()

    @property
    def role(self) -> str:
        """The device that the source of the draft asks for."""
        paper = self._draft.portrait_source is PortraitSource.PHOTO_PAPIER_SCAN
        return PHOTO_PAPIER if paper and PHOTO_PAPIER in self._recueil.bench.names else PHOTO

    @property
    def waiting(self) -> Sample | None:
        """The last one, when the draft did not take it."""
        return self._last[0].samples[0] if self._waits and self._last else None

    def take(self, heard: Heard, seconds: float = 30.0) -> QualityReport:
        """Take the portrait from the source of the draft and judge it.

        A print is found on the scan and cropped; its own defects and those of the portrait make
        one report, and the scan is wiped. Raises what the device raises, and `DeviceUnconfigured`
        when it takes no pictures of the kind that the draft says.
        """
        self.forget()
        job = self._recueil.bench.capture(self.role, (), seconds)
        capture = captured(self._recueil, job, heard)
        if capture.modality is not _TAKEN[self._draft.portrait_source]:
            _wipe(capture)
            raise DeviceUnconfigured(f"{self.role}: no device for {self._draft.portrait_source}")
        if capture.modality is Modality.FACE:
            with wiped_on_error(capture.samples):
                report = self._report(capture.samples[0])
            return self._judged(capture, report)
        return self._on_paper(capture)

    def accept(self, raison: str) -> None:
        """Keep the last one although it is refused; `raison`, typed by the agent, travels with it.

        Raises `AttemptsSpent` when nothing was captured, `InvalidField` for a reason too short.
        """
        if self._last is None:
            raise AttemptsSpent("no capture of the portrait")
        reason = Justification.of({"code": VISAGE_QUALITE, "raison": raison})
        self._keep(*self._last, (reason,))

    def forget(self) -> None:
        """Wipe the last one; what the draft took stays there."""
        if self._last is not None:
            _wipe(self._last[0])
        self._last, self._waits = None, False

    def _on_paper(self, capture: Capture) -> QualityReport:
        try:
            found = find_photo(capture.samples[0])
        finally:
            _wipe(capture)
        if found.sample is None:
            return found.report
        with wiped_on_error((found.sample,)):
            report = self._report(found.sample)
        portrait = replace(capture, modality=Modality.FACE, samples=(found.sample,))
        both = QualityReport(found.report.findings + report.findings, report.policy)
        return self._judged(portrait, both)

    def _report(self, sample: Sample) -> QualityReport:
        return assess(sample, _request(self._recueil, self._draft)).report

    def _judged(self, capture: Capture, report: QualityReport) -> QualityReport:
        self._last, self._waits = (capture, report), True
        if report.verdict.accepts:
            self._keep(capture, report)
        return report

    def _keep(
        self, capture: Capture, report: QualityReport, reasons: tuple[Justification, ...] = ()
    ) -> None:
        encoded = encode_face(capture, report, self._recueil.settings.records)
        with self._guard():
            keep(self._recueil, self._draft, "visage", reprise.evidence(encoded, None, reasons))
            self._draft.put_portrait(encoded, reasons)
        self._waits = False


def take_visage(
    recueil: Recueil, draft: Draft, heard: Heard, seconds: float = 30.0
) -> QualityReport:
    """Take the portrait once, as `Portraits` does; it enters the draft when the rules accept it."""
    with Portraits(recueil, draft) as portraits:
        return portraits.take(heard, seconds)


def _wipe(capture: Capture) -> None:
    for sample in capture.samples:
        sample.wipe()


def _request(recueil: Recueil, draft: Draft) -> Request:
    """By the source of this draft, and the age of the applicant where it is known."""
    return Request(
        landmarks=provider(recueil.settings.models),
        source=draft.portrait_source,
        exemption=INFANT if is_infant(draft, datetime.now(UTC).date()) else None,
    )
