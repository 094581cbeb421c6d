"""A sheet on paper: A4, real text, tagged for readers that speak (ISO 32000-1, 14.8)."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from station.aide.balises import Balise, Role, baliser

if TYPE_CHECKING:
    from station.aide.fiche import Fiche, Ligne, Rubrique

MENTION: Final = "Fiche d’aide non officielle. Elle ne vaut ni décision, ni liste complète des cas."
_ENCODING: Final = "windows-1252"  # of the fonts every PDF reader has: all French letters
_MARGIN, _BOX, _INDENT = 20, 3.5, 7  # mm
_SIZES: Final = {  # points; line in mm
    Role.H1: (20, 9.0),
    Role.H2: (14, 7.5),
    Role.P: (11, 5.5),
    Role.LI: (11, 5.5),
}
_SMALL: Final = (9, 4.5)


def ecrire(fiche: Fiche) -> bytes:
    """The PDF of `fiche`; the same sheet gives the same bytes."""
    page = _Page()
    page.pdf.set_title(fiche.titre)
    page.pdf.set_creation_date(datetime.combine(fiche.jour, time(), UTC))
    page.write(Role.H1, fiche.titre, bold=True)
    page.write(Role.P, fiche.cas)
    for rubrique in fiche.rubriques:
        _section(page, rubrique)
    page.space()
    page.write(Role.P, f"{MENTION} Règles en vigueur le {fiche.jour:%d/%m/%Y}.", small=True)
    page.write(Role.P, f"Sources : {' ; '.join(fiche.sources)}.", small=True)
    return baliser(bytes(page.pdf.output()), page.balises, "fr-FR")


def _section(page: _Page, rubrique: Rubrique) -> None:
    page.space()
    page.write(Role.H2, rubrique.titre, bold=True)
    for ligne in rubrique.lignes:
        page.item(ligne, rubrique.a_cocher)


class _Page:
    """A document under way, and what each of its texts is."""

    def __init__(self) -> None:
        self.balises: list[Balise] = []
        self.pdf = FPDF(format="A4")
        self.pdf.core_fonts_encoding = _ENCODING
        self.pdf.set_lang("fr-FR")
        self.pdf.set_margin(_MARGIN)
        self.pdf.set_auto_page_break(auto=True, margin=_MARGIN)
        self.pdf.add_page()

    def space(self) -> None:
        """A little room before the next part."""
        self.pdf.ln(2.5)

    def item(self, ligne: Ligne, box: bool) -> None:
        """One line of a list, with a box to tick or a dash."""
        _, high = _SIZES[Role.LI]
        self.pdf.set_left_margin(_MARGIN + _INDENT)
        if self.pdf.will_page_break(2 * high):
            self.pdf.add_page()
        x, y = float(_MARGIN), self.pdf.get_y()
        if box:
            self.pdf.rect(x, y + (high - _BOX) / 2, _BOX, _BOX)
        else:
            self.pdf.line(x, y + high / 2, x + _BOX, y + high / 2)
        self.write(Role.LI, ligne.texte)
        if ligne.precision:
            self.write(Role.LI, ligne.precision, small=True, suite=True)
        self.pdf.set_left_margin(_MARGIN)
        self.pdf.ln(1)

    def write(
        self, role: Role, text: str, *, bold: bool = False, small: bool = False, suite: bool = False
    ) -> None:
        """A text in full width; `suite` belongs to the element before it."""
        points, high = _SMALL if small else _SIZES[role]
        text = text.encode(_ENCODING, "replace").decode(_ENCODING)
        self.pdf.set_font("Helvetica", "B" if bold else "", points)
        self.pdf.set_x(self.pdf.l_margin)
        said = MethodReturnValue.LINES
        lines = self.pdf.multi_cell(0, high, text, align="L", dry_run=True, output=said)
        self.pdf.multi_cell(0, high, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        count = len(lines) if isinstance(lines, list) else 1
        self.balises.append(Balise(role, count, suite))
