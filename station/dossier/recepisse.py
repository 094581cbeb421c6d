"""The recepisse: one page of PDF, French, handed to the applicant. No biometrics, no emblem.

The same application gives the same bytes: the only date is that of the deposit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from station.dossier.mots import DOIGTS, MOTS

if TYPE_CHECKING:
    from datetime import date

    from station.dossier.draft import Dossier

MENTION: Final = "Spécimen – logiciel non homologué"
_MARGIN, _LINE, _LABEL = 20, 7, 55  # mm
_ENCODING: Final = "windows-1252"  # of the fonts every PDF reader has: all French letters


@dataclass(frozen=True, slots=True)
class Resume:
    """What the recepisse says of an application, in words."""

    numero: str
    date_depot: date
    titulaire: str = field(repr=False)
    titres: tuple[str, ...]
    pieces: tuple[str, ...]
    exemptions: tuple[str, ...]


def resume(dossier: Dossier) -> Resume:
    """The words for `dossier`."""
    usager = dossier.usager
    return Resume(
        numero=dossier.numero,
        date_depot=dossier.demandes[0].date_depot,
        titulaire=f"{usager.nom_famille} {' '.join(usager.prenoms)}",
        titres=tuple(f"{MOTS[d.type_titre]} – {MOTS[d.motif]}" for d in dossier.demandes),
        pieces=tuple(MOTS[piece.reference.type] for piece in dossier.pieces),
        exemptions=tuple(
            f"{DOIGTS[e.doigt - 1]} : {MOTS[e.motif]} ({MOTS[e.duree]})" for e in dossier.exemptions
        ),
    )


def recepisse(said: Resume) -> bytes:
    """The page, PDF; names beyond Latin letters of Western Europe show a question mark."""
    pdf = FPDF(format="A4")
    pdf.core_fonts_encoding = _ENCODING
    pdf.set_creation_date(datetime.combine(said.date_depot, time(), UTC))
    pdf.set_title("Récépissé de dépôt")
    pdf.set_lang("fr-FR")
    pdf.set_margin(_MARGIN)
    pdf.add_page()
    _heading(pdf, "Récépissé de dépôt d’une demande de titre")
    _row(pdf, "Numéro de demande", (said.numero,))
    _row(pdf, "Date de dépôt", (f"{said.date_depot:%d/%m/%Y}",))
    _row(pdf, "Titulaire", (said.titulaire,))
    _row(pdf, "Titres demandés", said.titres)
    _row(pdf, "Pièces présentées", said.pieces)
    _row(pdf, "Empreintes non prises", said.exemptions or ("aucune",))
    _mention(pdf)
    return bytes(pdf.output())


def _heading(pdf: FPDF, text: str) -> None:
    pdf.set_font("Helvetica", "B", 16)
    pdf.cell(0, 3 * _LINE, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _row(pdf: FPDF, label: str, lines: tuple[str, ...]) -> None:
    for rank, line in enumerate(lines):
        pdf.set_font("Helvetica", "B", 11)
        pdf.cell(_LABEL, _LINE, label if rank == 0 else "")
        pdf.set_font("Helvetica", "", 11)
        pdf.multi_cell(0, _LINE, _printable(line), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _mention(pdf: FPDF) -> None:
    pdf.ln(2 * _LINE)
    pdf.set_font("Helvetica", "I", 11)
    pdf.multi_cell(
        0,
        _LINE,
        f"{MENTION}. Ce document ne vaut ni titre, ni décision.",
        new_x=XPos.LMARGIN,
        new_y=YPos.NEXT,
    )


def _printable(text: str) -> str:
    return text.encode(_ENCODING, "replace").decode(_ENCODING)
