"""PDF: what the station makes of pages, and what it refuses from outside."""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from simulators.paper import Kind, PageScan, page_scan
from station.capture import Sample
from station.errors import PdfRefused
from station.records.pdf_reading import read_pdf
from station.records.pdf_writing import pages_pdf
from station.rules.documents import PdfFait, documents
from tests import needs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def pages() -> list[Sample]:
    return [Sample(page_scan(PageScan(kind=kind, dpi=300)), 300) for kind in Kind]


@pytest.fixture(scope="module")
def made(pages: list[Sample]) -> bytes:
    return pages_pdf(pages, "Justificatif de domicile")


def test_pages_become_one_file_of_an_image_a_page_of_their_size(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == len(Kind)
        for page in pdf.pages:
            assert [float(v) for v in page.mediabox] == pytest.approx([0, 0, 595, 842], abs=1)
            image = page.Resources.XObject.Page
            assert str(image.Filter) == "/DCTDecode"


def test_it_has_what_pdf_a_asks_for(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        with pdf.open_metadata() as said:
            assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("2", "B")
            assert said["dc:title"] == str(pdf.docinfo["/Title"])
        (intent,) = list(pdf.Root.OutputIntents)
        assert str(intent.S) == "/GTS_PDFA1"
        assert bytes(intent.DestOutputProfile.read_bytes())[36:40] == b"acsp"
        assert "/ID" in pdf.trailer


def test_the_same_pages_give_the_same_bytes(pages: list[Sample], made: bytes) -> None:
    assert pages_pdf(pages, "Justificatif de domicile") == made


def test_it_stays_under_its_limit_and_over_its_resolution(pages: list[Sample]) -> None:
    rules = documents().pdf_fait
    tight = PdfFait(**(rules.model_dump() | {"octets_max": 480_000}))
    small = pages_pdf(pages, "x", tight)
    assert len(small) <= 480_000
    with pikepdf.open(io.BytesIO(small)) as pdf:
        widths = [int(page.Resources.XObject.Page.Width) for page in pdf.pages]
    assert min(widths) >= 1239  # 210 mm at 150 dpi
    with pytest.raises(PdfRefused, match="150 dpi"):
        pages_pdf(pages, "x", PdfFait(**(rules.model_dump() | {"octets_max": 60_000})))


def test_a_page_of_black_ink_is_kept_grey_and_a_coloured_one_in_colour(made: bytes) -> None:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        spaces = [str(page.Resources.XObject.Page.ColorSpace) for page in pdf.pages]
    assert spaces == ["/DeviceRGB", "/DeviceGray", "/DeviceGray"]


@needs.mark(needs.programs(pdftoppm="poppler-utils"))
def test_another_reader_shows_the_same_page(
    tmp_path: Path, pages: list[Sample], made: bytes
) -> None:
    (tmp_path / "a.pdf").write_bytes(made)
    command = ["pdftoppm", "-r", "60", "-l", "1", "-png", "a.pdf", "shown"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    (path,) = tmp_path.glob("shown*.png")
    shown = cv2.imread(str(path))
    assert shown is not None
    height, width = shown.shape[:2]
    wanted = cv2.resize(pages[0].pixels, (width, height), interpolation=cv2.INTER_AREA)
    assert np.abs(shown.astype(float) - wanted).mean() < 4


def test_a_file_of_scans_comes_back_page_by_page(made: bytes) -> None:
    found = read_pdf(made, "a.pdf")
    assert [round(page.width) for page in found] == [210, 210, 210]
    assert all(page.image is not None and page.image[:2] == b"\xff\xd8" for page in found)


def _edited(made: bytes, edit: Callable[[pikepdf.Pdf], None], **how: Any) -> bytes:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        edit(pdf)
        out = io.BytesIO()
        pdf.save(out, **how)
        return out.getvalue()


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _buried_script(pdf: pikepdf.Pdf) -> None:
    action = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.URI, Next=action))
    pdf.pages[1].Annots = Array([pdf.make_indirect(link)])


def _launch(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.Launch, F=String("calc.exe")))


def _attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.xml"] = b"<a/>"


def _xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array([]))


def _elsewhere(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots = Array(
        [Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.GoToR, F=String("other.pdf")))]
    )


def _film(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia)])


def _many(pdf: pikepdf.Pdf) -> None:
    for _ in range(20):
        pdf.pages.append(pdf.pages[0])


def _nothing(_: pikepdf.Pdf) -> None:
    """As it is."""


def _nested(pdf: pikepdf.Pdf) -> None:
    inner = Array([])
    for _ in range(90):
        inner = Array([inner])
    pdf.Root.Deep = inner


@pytest.mark.parametrize(
    ("edit", "how", "said"),
    [
        (_script, {}, "script"),
        (_buried_script, {}, "script"),
        (_launch, {}, "starts a program"),
        (_attachment, {}, "attachment"),
        (_xfa, {}, "XFA"),
        (_elsewhere, {}, "another file"),
        (_film, {}, "film"),
        (_many, {}, "23 pages"),
        (_nested, {}, "damaged"),
        (_nothing, {"encryption": pikepdf.Encryption(owner="o", user="u")}, "encrypted"),
        (_nothing, {"encryption": pikepdf.Encryption(owner="o", user="")}, "encrypted"),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_what_a_page_of_paper_would_not_hold_is_refused(
    made: bytes, edit: Callable[[pikepdf.Pdf], None], how: dict[str, Any], said: str
) -> None:
    with pytest.raises(PdfRefused, match=said):
        read_pdf(_edited(made, edit, **how), "a.pdf")


def test_a_link_to_the_web_is_no_reason_to_refuse_a_bill(made: bytes) -> None:
    def link(pdf: pikepdf.Pdf) -> None:
        action = Dictionary(S=Name.URI, URI=String("https://specimen.example"))
        pdf.pages[0].Annots = Array([Dictionary(Subtype=Name.Link, A=action)])

    assert len(read_pdf(_edited(made, link), "a.pdf")) == 3


@pytest.mark.parametrize("cut", [5, 40, 2000])
def test_half_a_file_or_none_is_refused(made: bytes, cut: int) -> None:
    with pytest.raises(PdfRefused):
        read_pdf(made[:cut], "a.pdf")


def test_a_file_that_unfolds_without_end_is_ended(made: bytes) -> None:
    def bomb(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(b"q Q\n" * 60_000_000)

    limits = documents().pdf_recu.model_copy(update={"memoire_mo": 64, "secondes": 4})
    data = _edited(made, bomb, compress_streams=True)
    assert len(data) < limits.octets_max
    with pytest.raises(PdfRefused, match=r"damaged|64 MB"):
        read_pdf(data, "a.pdf", limits)


def test_a_file_larger_than_allowed_is_not_even_opened() -> None:
    with pytest.raises(PdfRefused, match="larger"):
        read_pdf(b"%PDF-" + bytes(documents().pdf_recu.octets_max), "a.pdf")
