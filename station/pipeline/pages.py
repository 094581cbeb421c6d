"""Pages of a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from station.capture import Modality, Provenance
from station.config import PIECES
from station.errors import DeviceUnconfigured, NotAnImage
from station.pipeline.recueil import captured
from station.records.documents import seen_page, seen_pages
from station.records.encoded import Encoded
from station.records.pdf_writing import pages_pdf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from station.capture import Capture
    from station.pipeline.recueil import Heard, Recueil
    from station.quality.report import Measure
    from station.records.documents import Seen

PDF = "application/pdf"
_KINDS = {b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"%PDF-": PDF}


def take_page(recueil: Recueil, heard: Heard, seconds: float = 120.0) -> Capture:
    """The pages on the document scanner, one sample each, not yet checked: nothing is kept.

    Raises what the scanner raises, and `DeviceUnconfigured` when the device of the role takes no
    pages. Whoever has looked at the samples wipes them.
    """
    capture = captured(recueil, recueil.bench.capture(PIECES, (), seconds), heard)
    if capture.modality is not Modality.DOCUMENT:
        for sample in capture.samples:
            sample.wipe()
        raise DeviceUnconfigured(f"{PIECES}: a device that takes no pages")
    return capture


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
    kinds = [kind for magic, kind in _KINDS.items() if data.startswith(magic)]
    if not kinds:
        raise NotAnImage(f"{name}: neither PNG, JPEG nor PDF")
    device = Provenance("file", "", "", "", simulated=False)
    return Encoded(data, kinds[0], "page", uuid4(), device, _measures(seen_pages(data, name)))


def _measures(pages: Iterable[Seen]) -> tuple[Measure, ...]:
    return tuple(finding.measure for page in pages for finding in page.report.findings)
