"""PDF/A-2u out of fpdf2 (ISO 19005-2): embedded fonts, sRGB, metadata, and marked content.

fpdf2 keeps what the level forbids out of the file, and adds the output intent. From here come the
metadata, which hold no other date than that of the paper, so that the same paper gives the same
bytes, and the structure: every text and figure is in its place of the tree (ISO 32000-1 §14.7),
every line and frame is an artifact (§14.8.2.2).
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, time
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Final

from fpdf import FPDF
from fpdf.enums import DocumentCompliance
from fpdf.fonts import TTFFont

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

POLICE: Final = "DejaVu"
_FONTS = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_LANGUAGE = "fr-FR"
_MAKER = "dr-station"
_FOOT, _LINE, _SMALL = 14.0, 4.5, 8  # mm, mm, points
_UNKNOWN = "?"  # PDF/A forbids the glyph of what a font lacks (ISO 19005-2 §6.2.11.8)
_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
 <rdf:Description rdf:about="" xmp:CreateDate="{le}" xmp:ModifyDate="{le}" xmp:MetadataDate="{le}"
 xmp:CreatorTool="{maker}" pdf:Producer="{maker}"
 pdfaid:part="{level.part}" pdfaid:conformance="{level.conformance}">
 <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{titre}</rdf:li></rdf:Alt></dc:title>
 <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
 </rdf:Description></rdf:RDF></x:xmpmeta>"""


class Archive(FPDF):
    """An A4 document called `titre`, dated `le`; lengths are millimetres."""

    def __init__(self, titre: str, le: date) -> None:
        level = DocumentCompliance.PDFA_2U
        super().__init__(format="A4", enforce_compliance=level)
        moment = datetime.combine(le, time(), UTC)
        self.set_creation_date(moment)
        self.set_title(titre)
        self.set_lang(_LANGUAGE)
        self.set_xmp_metadata(
            _XMP.format(
                le=moment.isoformat(), maker=_MAKER, level=level, titre=escape(titre),
                language=_LANGUAGE,
            )
        )  # fmt: skip
        self.pied = ""  # printed before the rank of the page
        self._known: set[int] = set()
        folder = resources.files("station.papiers") / "polices"
        for style, name in _FONTS.items():
            with resources.as_file(folder / name) as path:
                self.add_font(POLICE, style, path)
        for font in self.fonts.values():
            self._known |= set(font.cmap) if isinstance(font, TTFFont) else set()

    def footer(self) -> None:
        """Under every page: the file it belongs to and its rank, so that no sheet is lost."""
        with self.artifice():
            self.set_y(-_FOOT)
            self.set_font(POLICE, "", _SMALL)
            self.cell(0, _LINE, f"{self.pied}page {self.page}", align="R")

    def imprimable(self, texte: str) -> str:
        """`texte` with a question mark for each character that the font does not have."""
        return "".join(c if ord(c) in self._known or c == "\n" else _UNKNOWN for c in texte)

    @contextmanager
    def element(self, sorte: str, decrit: str | None = None) -> Iterator[None]:
        """What is drawn within is one element of the structure: `H1`, `H2`, `P`, `Figure`."""
        mcid = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{sorte}", mcid=mcid, alt_text=decrit)
        with self._marked(f"/{sorte} <</MCID {mcid}>> BDC"):
            yield

    @contextmanager
    def artifice(self) -> Iterator[None]:
        """What is drawn within says nothing: a line, a frame."""
        with self._marked("/Artifact BMC"):
            yield

    @contextmanager
    def _marked(self, operator: str) -> Iterator[None]:
        page = self.page
        self._out(operator)
        yield
        if self.page != page:
            raise RuntimeError("a marked sequence across two pages")
        self._out("EMC")
