"""The papers of the counter: what they say, and that they are PDF/A."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pikepdf
import pytest

from station.capture import Finger
from station.codes.dessin import carres
from station.codes.symbols import Reader
from station.dossier.draft import Justification
from station.dossier.model import Motif, MotifExemption, Timbre
from station.dossier.piece import TypePiece
from station.errors import InvalidField
from station.papiers.lieu import nomme
from station.papiers.recepisse import Resume, recepisse, resume
from station.rules.regles import en_vigueur
from tests import needs
from tests.applications import TODAY, draft, piece
from tests.pdfa import faults, text_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REGLES = en_vigueur(TODAY)
LIEU = "Paris (75056)"
# Every letter with a sign of the languages of Europe written in Latin letters, and some others.
LETTRES = (
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ"
    "ĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĴĵĶķĸĹĺĻļĽľĿŀŁłŃńŅņŇňŊŋŌōŎŏŐőŒœ"
    "ŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžƏəǍǎǓǔǦǧǨǩǪǫǴǵȘșȚțḂḃḊḋḞḟṀṁṖṗṠṡṪṫẀẁẂẃẄẅẞỲỳ"
    "Nguyễn Đặng Łódź Ştefănescu J̌ M̄"
)


def said(**changed: object) -> Resume:
    whole = resume(draft().complete(TODAY, REGLES), LIEU, REGLES)
    return replace(whole, **changed)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def paper() -> bytes:
    return recepisse(said(titulaire=f"SPECIMEN {LETTRES}"))


def test_the_recepisse_breaks_no_clause_of_pdf_a(paper: bytes) -> None:
    assert faults(paper) == []
    assert recepisse(said()) == recepisse(said())


def _encrypted(pdf: pikepdf.Pdf, out: io.BytesIO) -> None:
    pdf.save(out, encryption=pikepdf.Encryption(owner="x"))


def _without(key: str) -> Callable[[pikepdf.Pdf, io.BytesIO], None]:
    def spoil(pdf: pikepdf.Pdf, out: io.BytesIO) -> None:
        del pdf.Root[key]
        pdf.save(out)

    return spoil


def _unembedded(pdf: pikepdf.Pdf, out: io.BytesIO) -> None:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item:
            del item["/FontFile2"]
    pdf.save(out)


def _scripted(pdf: pikepdf.Pdf, out: io.BytesIO) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))
    pdf.Root.OpenAction = pdf.make_indirect(action)
    pdf.save(out)


def _unmarked(pdf: pikepdf.Pdf, out: io.BytesIO) -> None:
    page = pdf.pages[0]
    kept = [
        step
        for step in pikepdf.parse_content_stream(page)
        if str(step.operator) not in {"BDC", "BMC", "EMC"}
    ]
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))
    pdf.save(out)


@pytest.mark.parametrize(
    ("spoil", "clause"),
    [
        (_encrypted, "6.1.3"),
        (_without("/OutputIntents"), "6.2.3"),
        (_without("/Lang"), "6.7.4"),
        (_without("/MarkInfo"), "6.7.2.2"),
        (_unembedded, "6.2.11.4"),
        (_scripted, "forbidden"),
        (_unmarked, "6.7: "),
    ],
)
def test_the_judge_finds_what_is_broken(
    paper: bytes, spoil: Callable[[pikepdf.Pdf, io.BytesIO], None], clause: str
) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        spoil(pdf, out)
    assert any(fault.startswith(clause) for fault in faults(out.getvalue()))


@needs.mark(needs.programs(pdffonts="poppler-utils"))
def test_poppler_finds_every_font_embedded_and_readable(paper: bytes, tmp_path: Path) -> None:
    (tmp_path / "r.pdf").write_bytes(paper)
    run = subprocess.run(["pdffonts", tmp_path / "r.pdf"], check=True, capture_output=True)
    rows = run.stdout.decode().splitlines()[2:]
    assert len(rows) == 2
    assert all(row.split()[4:7] == ["yes", "yes", "yes"] for row in rows), rows
    told = subprocess.run(["pdfinfo", tmp_path / "r.pdf"], check=True, capture_output=True)
    assert b"Tagged:          yes" in told.stdout
    assert b"Encrypted:       no" in told.stdout
    assert b"JavaScript:      no" in told.stdout


@needs.mark(needs.programs(pdftotext="poppler-utils"))
def test_every_letter_of_european_names_is_text(paper: bytes, tmp_path: Path) -> None:
    found = "".join(text_of(paper, tmp_path).split())
    for letters in LETTRES.split():
        for start in range(0, len(letters), 12):  # a name may be cut at the end of a line
            part = letters[start : start + 12]
            assert all(char in found for char in part), part


@needs.mark(needs.programs(pdftotext="poppler-utils"))
def test_what_the_font_lacks_is_a_question_mark(tmp_path: Path) -> None:
    pdf = recepisse(said(titulaire="SPECIMEN 漢 \U0001f600"))
    assert faults(pdf) == []
    assert "SPECIMEN ? ?" in text_of(pdf, tmp_path)


@needs.mark(needs.programs(pdftoppm="poppler-utils"))
def test_the_number_is_read_back_from_the_printed_page(paper: bytes, tmp_path: Path) -> None:
    (tmp_path / "r.pdf").write_bytes(paper)
    files = [str(tmp_path / "r.pdf"), str(tmp_path / "r")]
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-singlefile", *files], check=True)
    page = cv2.imread(str(tmp_path / "r.pgm"), cv2.IMREAD_GRAYSCALE)
    assert page is not None
    reader = Reader()
    try:
        (symbol,) = reader.read(np.asarray(page, np.uint8))
    finally:
        reader.close()
    assert symbol.data == said().numero.encode()


def test_nothing_of_the_biometrics_is_in_it(paper: bytes) -> None:
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        assert all("/XObject" not in page.Resources for page in pdf.pages)


def test_there_are_words_for_every_code() -> None:
    of = draft()
    of.exemptions = dict.fromkeys((Finger.RIGHT_THUMB,), MotifExemption.ABSENT)
    of.pieces += [piece(kind) for kind in TypePiece if kind is not TypePiece.ACTE_NAISSANCE]
    of.pieces = [
        p if p.reference.type is not TypePiece.JUSTIF_DOMICILE else of.pieces[1] for p in of.pieces
    ]
    words = resume(of.complete(TODAY, REGLES), LIEU, REGLES)
    assert words.exemptions == ("pouce droit : doigt absent (définitif)",)
    assert words.limite_mois is None
    assert words.attendus  # COMEDEC: the commune still has to answer
    stamps = [Timbre(numero=f"123456789012345{n}", achete_le=TODAY) for n in (6, 7)]
    for motif in Motif:
        of.demandes = [
            demande.model_copy(update={"motif": motif, "timbre": stamp})
            for demande, stamp in zip(of.demandes, stamps, strict=True)
        ]
        titles = resume(of.complete(TODAY, REGLES), LIEU, REGLES).titres
        assert all(" – " in title and "_" not in title for title in titles)


@needs.mark(needs.programs(pdftotext="poppler-utils"))
def test_temporary_injuries_of_all_fingers_limit_the_title(tmp_path: Path) -> None:
    of = draft()
    of.empreintes.clear()
    injured = [Finger(n) for n in (2, 3, 4, 7, 8, 9)]
    of.exemptions = dict.fromkeys(injured, MotifExemption.BLESSURE_TEMPORAIRE)
    of.justifications.append(_reason("EMPREINTE_EXEMPTION"))
    words = resume(of.complete(TODAY, REGLES), LIEU, REGLES)
    assert words.limite_mois == 12
    text = " ".join(text_of(recepisse(words), tmp_path).split())
    assert "Index droit : blessure temporaire (temporaire)" in text
    assert "la validité du titre est limitée à 12 mois" in text
    assert "dans les 3 mois" in text


def test_a_long_dossier_goes_on_to_the_next_page() -> None:
    pdf = recepisse(said(pieces=tuple(f"pièce n° {n} " + "mot " * 30 for n in range(40))))
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert len(read.pages) > 1
    assert faults(pdf) == []


def test_a_place_without_a_name_is_its_code(tmp_path: Path) -> None:
    assert nomme("75056") == "Paris (75056)"
    assert nomme("00000") == "commune 00000"
    (tmp_path / "damaged.sqlite").write_bytes(b"no table")
    assert nomme("75056", tmp_path / "damaged.sqlite") == "commune 75056"


@pytest.mark.parametrize("text", ["", "x" * 65])
def test_a_code_is_short(text: str) -> None:
    with pytest.raises(InvalidField):
        carres(text)


def _reason(code: str) -> Justification:
    return Justification.of({"code": code, "raison": "bras dans le plâtre, vu par l’agent"})
