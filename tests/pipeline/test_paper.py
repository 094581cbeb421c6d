"""Paper on the scanner: a photograph becomes the portrait, pages become a piece."""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np
import pikepdf
import pytest
from PIL import Image

from simulators.camera import CameraSimulator
from simulators.document_scanner import DocumentScannerSimulator, Sheet
from simulators.paper import Kind, PageScan, PhotoScan, page_scan, photo_scan
from simulators.people import Person
from station import pipeline
from station.bench.bench import Bench
from station.capture import Capture, Modality, PortraitSource, Provenance, Sample
from station.config import PHOTO
from station.dossier import checks
from station.dossier.draft import Justification
from station.dossier.piece import TypePiece
from station.errors import DeviceUnconfigured, NotAnImage, PdfRefused
from station.quality.report import Verdict
from station.rules.regles import en_vigueur
from tests.applications import TODAY, draft
from tests.recueils import at_work, nobody

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from station.dossier.draft import Draft
    from station.pipeline import Recueil

PRINT = PhotoScan(glass=(70, 90), angle=-7)
SCANNER = Provenance("document-scanner", "SPECIMEN", "1", "1", simulated=False)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def station(stack: ExitStack, folder: Path, driver: str, port: str) -> Recueil:
    """A station at work whose portraits come from one device."""
    work = at_work(stack, folder)("serial-finger", "serial:///dev/null")
    device = {PHOTO: {"driver": driver, "port": port}}
    said = work.settings.model_dump(mode="json", exclude_none=True) | {"devices": device}
    settings = type(work.settings).model_validate(said)
    return replace(work, settings=settings, bench=stack.enter_context(Bench(settings.devices)))


def on_glass(stack: ExitStack, folder: Path, how: PhotoScan) -> Recueil:
    scan = photo_scan(Person(7).portrait(413, 531), how)
    scanner = stack.enter_context(DocumentScannerSimulator(Sheet(scan, how.dpi)))
    port = f"{scanner.url}?region=photo&dpi={how.dpi}"
    return station(stack, folder, "document-scanner", port)


def test_a_printed_photograph_becomes_the_portrait(stack: ExitStack, tmp_path: Path) -> None:
    work = on_glass(stack, tmp_path, PRINT)
    of = pipeline.open_draft(work, PortraitSource.PHOTO_PAPIER_SCAN)
    report = pipeline.take_visage(work, of, nobody)
    assert report.value("print.width") == pytest.approx(35, abs=0.2)
    assert {f.measure.name.partition(".")[0] for f in report.findings} == {"print", "face"}
    assert [f.rule.code for f in report.findings if f.verdict is Verdict.FAIL] == []
    assert of.visage is not None
    assert of.visage.master is not None
    with Image.open(io.BytesIO(of.visage.master.record)) as master:
        assert master.size == (827, 1063)
    again = pipeline.resume(work, of.id).visage
    assert again is not None
    assert again.record == of.visage.record


def test_an_empty_glass_gives_no_portrait(stack: ExitStack, tmp_path: Path) -> None:
    work = on_glass(stack, tmp_path, replace(PRINT, count=0))
    of = pipeline.open_draft(work, PortraitSource.PHOTO_PAPIER_SCAN)
    report = pipeline.take_visage(work, of, nobody)
    assert report.reasons == (
        "Aucune photo trouvée : posez-la face contre la vitre, loin des bords.",
    )
    assert of.visage is None


def test_a_camera_takes_no_print(stack: ExitStack, tmp_path: Path) -> None:
    camera = stack.enter_context(CameraSimulator(Person(7).portrait(640, 480)))
    work = station(stack, tmp_path, "video-camera", camera.url)
    of = pipeline.open_draft(work, PortraitSource.PHOTO_PAPIER_SCAN)
    with pytest.raises(DeviceUnconfigured):
        pipeline.take_visage(work, of, nobody)
    assert of.visage is None


def scans(*hows: PageScan) -> Capture:
    pages = tuple(Sample(page_scan(how), how.dpi) for how in hows)
    return Capture(Modality.DOCUMENT, pages, SCANNER)


def test_pages_become_one_file_each_with_its_measures() -> None:
    kept = pipeline.scanned(scans(PageScan(dpi=200, turned=2), PageScan(dpi=200, skew=3)), "Pièce")
    assert kept.media_type == "application/pdf"
    assert [m.name for m in kept.quality].count("page.skew") == 2
    with pikepdf.open(io.BytesIO(kept.record)) as pdf:
        assert len(pdf.pages) == 2


def test_a_page_that_is_refused_wants_a_typed_reason() -> None:
    of = draft()
    (rank,) = [n for n, p in enumerate(of.pieces) if p.reference.type is TypePiece.JUSTIF_DOMICILE]
    before = missing(of)
    of.pieces[rank] = replace(
        of.pieces[rank], pages=(pipeline.scanned(scans(PageScan(dpi=200, blank=True)), "x"),)
    )
    assert set(missing(of)) - set(before) == {"PAGE_JUSTIF_DOMICILE_QUALITE"}
    reason = Justification(code="PAGE_JUSTIF_DOMICILE_QUALITE", raison="original illisible")
    of.justifications.append(reason)
    assert missing(of) == before


def missing(of: Draft) -> tuple[str, ...]:
    return checks.missing(of, TODAY, en_vigueur(TODAY))


def test_a_file_enters_as_it_came_or_not_at_all() -> None:
    out = io.BytesIO()
    scan = page_scan(PageScan(kind=Kind.BIRTH, dpi=150))
    Image.fromarray(np.ascontiguousarray(scan[:, :, ::-1])).save(out, "JPEG", dpi=(150, 150))
    kept = pipeline.page(out.getvalue(), "acte.jpg")
    assert (kept.record, kept.media_type) == (out.getvalue(), "image/jpeg")
    assert any(m.name == "page.blur" for m in kept.quality)
    with pytest.raises(NotAnImage):
        pipeline.page(b"GIF89a" + bytes(40), "acte.gif")
    with pytest.raises(PdfRefused):
        pipeline.page(b"%PDF-1.7 " + uuid4().bytes, "acte.pdf")
