"""Pages of a dossier."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from station.capture import Modality, Provenance, wiped_on_error
from station.config import PIECES
from station.errors import DeviceUnconfigured, NotAnImage
from station.pipeline.recueil import captured
from station.records.documents import seen_page, seen_pages
from station.records.encoded import Encoded
from station.records.pdf_writing import pages_pdf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from station.capture import Capture, Sample
    from station.pipeline.recueil import Heard, Recueil
    from station.quality.report import Measure, QualityReport
    from station.records.documents import Seen

PDF = "application/pdf"
_KINDS = {b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"%PDF-": PDF}


def take_page(
    recueil: Recueil, heard: Heard, seconds: float = 120.0, role: str = PIECES
) -> Capture:
    """The pages on the document scanner, one sample each, not yet checked: nothing is kept.

    Raises what the scanner raises, and `DeviceUnconfigured` when the device of the role takes no
    pages. Whoever has looked at the samples wipes them.
    """
    capture = captured(recueil, recueil.bench.capture(role, (), seconds), heard)
    if capture.modality is not Modality.DOCUMENT:
        for sample in capture.samples:
            sample.wipe()
        raise DeviceUnconfigured(f"{role}: a device that takes no pages")
    return capture


@dataclass(frozen=True, eq=False, slots=True)
class Lue:
    """One page, or a file of pages: judged, and not yet kept.

    `samples` are its pages straight and upright, where they can be seen.
    """

    encoded: Encoded
    reports: tuple[QualityReport, ...]
    samples: tuple[Sample, ...] = field(repr=False)

    @property
    def accepted(self) -> bool:
        """Whether nothing speaks against any page of it."""
        return all(report.verdict.accepts for report in self.reports)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What speaks against it, each thing once."""
        return tuple(dict.fromkeys(r for report in self.reports for r in report.reasons))

    def wipe(self) -> None:
        """Overwrite the pictures; the coded page stays."""
        for sample in self.samples:
            with suppress(ValueError):  # of a decoder: not ours to write
                sample.wipe()


def sheets(capture: Capture, title: str) -> Iterator[Lue]:
    """Each page of a scan as a PDF of its own; the scan is wiped as they are made.

    Raises as `scanned` does.
    """
    for rank, sample in enumerate(capture.samples):
        with wiped_on_error(capture.samples):
            seen = seen_page(sample)
            straight = sample if seen.sample is None else seen.sample
            made = pages_pdf([straight], title)
        alone = capture.alone(rank)
        encoded = Encoded(made, PDF, "PDF/A-2b", alone.id, alone.device, _measures([seen]))
        yield Lue(encoded, (seen.report,), (straight,))
        sample.wipe()


def brought(data: bytes, name: str) -> Lue:
    """A file that somebody brings, as it came, judged page by page; raises as `page` does."""
    kinds = [kind for magic, kind in _KINDS.items() if data.startswith(magic)]
    if not kinds:
        raise NotAnImage(f"{name}: neither PNG, JPEG nor PDF")
    device = Provenance("file", "", "", "", simulated=False)
    seen = tuple(seen_pages(data, name))
    encoded = Encoded(data, kinds[0], "page", uuid4(), device, _measures(seen))
    shown = tuple(page.sample for page in seen if page.sample is not None)
    return Lue(encoded, tuple(page.report for page in seen), shown)


def count(encoded: Encoded) -> int:
    """How many pages a kept file has."""
    return max(1, sum(measure.name == "page.size" for measure in encoded.quality))


def scanned(capture: Capture, title: str) -> Encoded:
    """The pages of a scan as one PDF, straight and upright, with the measures of each.

    Raises `NotAnImage` for what is no page, `PdfRefused` when they outgrow the limits.
    """
    seen = [seen_page(sample) for sample in capture.samples]
    straight = [page.sample for page in seen if page.sample is not None]
    made = pages_pdf(straight, title)
    return Encoded(made, PDF, "PDF/A-2b", capture.id, capture.device, _measures(seen))


def page(data: bytes, name: str) -> Encoded:
    """A file that somebody brings, as it came, with the measures of its pages.

    Raises `NotAnImage` for what is neither PNG, JPEG nor PDF, `PdfRefused` for a PDF that may not
    enter a dossier.
    """
    return brought(data, name).encoded


def _measures(pages: Iterable[Seen]) -> tuple[Measure, ...]:
    return tuple(finding.measure for page in pages for finding in page.report.findings)
