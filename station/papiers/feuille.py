"""The one layout of all papers: headings, rows, paragraphs, lists, a code, boxes to sign in.

Every block is kept on one page. Plain words, no emblem, no picture of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fpdf.enums import MethodReturnValue, XPos, YPos

from station.codes.dessin import MARGE, carres
from station.papiers.archive import POLICE, Archive

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

MENTION: Final = "Spécimen – logiciel non homologué"
_MARGIN, _LINE, _LABEL, _GAP = 20.0, 5.5, 52.0, 2.0  # mm
_BIG, _MIDDLE, _TEXT, _SMALL = 15, 11, 10, 8  # points
_CODE = 26.0  # mm, the side of the code with its margin
_BOX = 24.0  # mm, the height of a box to sign in
_BULLET = "– "


@dataclass(frozen=True, slots=True)
class Entete:
    """What every paper of a file begins with: its number, the day, the place in words."""

    numero: str
    jour: date
    lieu: str


class Feuille:
    """A paper being written from top to bottom; `octets` ends it."""

    def __init__(self, titre: str, le: date) -> None:
        self._pdf = Archive(titre, le)
        self._pdf.set_margin(_MARGIN)
        self._below = 0.0  # where the code ends, on the first page
        self._pdf.add_page()
        self._block("H1", titre, style="B", size=_BIG, line=8.0)
        self._rule()

    def entete(self, said: Entete) -> None:
        """The number of the file, also as a QR code, the day and the place."""
        self._pdf.pied = f"Dossier {said.numero} – "
        self._code(said.numero, f"Code QR du numéro {said.numero}")
        self.ligne("Numéro de dossier", (said.numero,))
        self.ligne("Le", (f"{said.jour:%d/%m/%Y}",))
        self.ligne("À", (said.lieu,))

    def intertitre(self, texte: str) -> None:
        """A heading within the paper; it is never the last line of a page."""
        self._room(3 * _LINE + _GAP)
        self._pdf.ln(_GAP)
        self._block("H2", texte, style="B", size=_MIDDLE)

    def ligne(self, nom: str, valeurs: Iterable[str]) -> None:
        """A name and what stands beside it, one line for each of `valeurs`."""
        pdf = self._pdf
        name, text = pdf.imprimable(nom), pdf.imprimable("\n".join(valeurs))
        width = self._width - _LABEL
        self._room(max(self._height(name, _LABEL, "B"), self._height(text, width)))
        top = pdf.y
        with pdf.element("P"):
            self._cell(_LABEL, name, "B")
        bottom = pdf.y
        pdf.set_xy(pdf.l_margin + _LABEL, top)
        with pdf.element("P"):
            self._cell(width, text)
        pdf.y = max(bottom, pdf.y)

    def paragraphe(self, texte: str) -> None:
        """A paragraph."""
        self._pdf.ln(_GAP)
        self._block("P", texte)

    def liste(self, textes: Iterable[str]) -> None:
        """A list, one paragraph for each of `textes`."""
        for texte in textes:
            self._block("P", _BULLET + texte)

    def _code(self, texte: str, decrit: str) -> None:
        """`texte` as a QR code, what follows stands to its left; `decrit` says what it is."""
        squares = carres(texte)
        pdf = self._pdf
        module = _CODE / (len(squares) + 2 * MARGE)
        left = pdf.w - pdf.r_margin - _CODE + MARGE * module
        top = pdf.y + MARGE * module
        self._below = pdf.y + _CODE
        with pdf.element("Figure", decrit):
            pdf.set_fill_color(0)
            for row, line in enumerate(squares):
                for start, length in _runs(line):
                    x, y = left + start * module, top + row * module
                    pdf.rect(x, y, length * module, module, style="F")

    def signatures(self, noms: Iterable[str], phrase: str = "") -> None:
        """Boxes side by side to sign in, each with its name above and a place for the date.

        `phrase` is what is signed for; it stands on the page of the boxes.
        """
        names = tuple(noms)
        pdf = self._pdf
        above = self._height(pdf.imprimable(phrase), pdf.epw) if phrase else 0.0
        self._room(above + _BOX + 3 * _LINE + 3 * _GAP)
        if phrase:
            self.paragraphe(phrase)
        pdf.ln(_GAP)
        width, top = pdf.epw / len(names), pdf.y
        for rank, name in enumerate(names):
            pdf.set_xy(pdf.l_margin + rank * width, top)
            with pdf.element("P"):
                pdf.set_font(POLICE, "B", _SMALL)
                said = pdf.imprimable(f"{name}\nDate :")
                pdf.multi_cell(width - _GAP, _LINE, said, align="L")
            with pdf.artifice():
                pdf.rect(pdf.l_margin + rank * width, top + 2 * _LINE, width - _GAP, _BOX)
        pdf.set_xy(pdf.l_margin, top + 2 * _LINE + _BOX + _GAP)

    def octets(self, portee: str) -> bytes:
        """The file; its last words say what the paper is not, then `portee`."""
        self._pdf.ln(_GAP)
        self._rule()
        self._block("P", f"{MENTION}. {portee}", size=_SMALL, line=4.5)
        return bytes(self._pdf.output())

    def _block(
        self, kind: str, text: str, *, style: str = "", size: int = _TEXT, line: float = _LINE
    ) -> None:
        pdf = self._pdf
        said = pdf.imprimable(text)
        self._room(self._height(said, self._width, style, size=size, line=line))
        with pdf.element(kind):
            self._cell(self._width, said, style, size=size, line=line)

    def _cell(
        self, width: float, text: str, style: str = "", *, size: int = _TEXT, line: float = _LINE
    ) -> None:
        self._pdf.set_font(POLICE, style, size)
        self._pdf.multi_cell(width, line, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    @property
    def _width(self) -> float:
        """What a block may take: the page, or what the code leaves of it."""
        beside = self._pdf.page == 1 and self._pdf.y < self._below
        return float(self._pdf.epw - (_CODE if beside else 0))

    def _height(
        self, text: str, width: float, style: str = "", *, size: int = _TEXT, line: float = _LINE
    ) -> float:
        self._pdf.set_font(POLICE, style, size)
        lines = self._pdf.multi_cell(
            width, line, text, align="L", dry_run=True, output=MethodReturnValue.LINES
        )
        return line * len(lines) if isinstance(lines, list) else line

    def _room(self, height: float) -> None:
        """A new page when less than `height` is left of this one."""
        if self._pdf.will_page_break(height):
            self._pdf.add_page()

    def _rule(self) -> None:
        pdf = self._pdf
        with pdf.artifice():
            pdf.line(pdf.l_margin, pdf.y, pdf.w - pdf.r_margin, pdf.y)
        pdf.ln(_GAP)


def _runs(line: tuple[bool, ...]) -> Iterable[tuple[int, int]]:
    """Where ink begins in a row of modules, and how far it goes."""
    start: int | None = None
    for rank, ink in enumerate((*line, False)):
        if ink and start is None:
            start = rank
        elif not ink and start is not None:
            yield start, rank - start
            start = None
