"""What ISO 19005-2 (PDF/A-2) asks of a paper, clause by clause, read with pikepdf and fontTools.

No validator of others is at hand on every machine (veraPDF is Java, and in no package archive we
use), so these are the clauses that a page of text and lines can break, each checked on the file as
a reader would find it. The syntax itself is judged by qpdf, the fonts by poppler in the tests.
"""

from __future__ import annotations

import io
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pikepdf
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FORBIDDEN_KEYS = {
    "/AA", "/JS", "/JavaScript", "/Launch", "/OPI", "/EmbeddedFiles", "/XFA", "/NeedsRendering",
    "/TR", "/AcroForm", "/Requirements", "/Encrypt",
}  # fmt: skip
_TABLE = (  # ISO 32000-1, Annex A
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* g G gs h i ID j J k K"
    " l m M MP n q Q re RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W"
    " W* y ' \""
)
_OPERATORS = set(_TABLE.split())
_SHOWING = {"Tj", "TJ", "'", '"'}
_PAINTING = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh"}
_SUBSET = re.compile(r"/[A-Z]{6}\+.+")


def faults(data: bytes) -> list[str]:
    """Every clause that the file breaks; none for a paper that may call itself PDF/A-2u."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [f"qpdf: {line}" for line in pdf.check_pdf_syntax()]
        found += [*_file(data, pdf), *_metadata(pdf), *_intent(pdf), *_objects(pdf)]
        for page in pdf.pages:
            found += _page(pdf, page)
    return found


def _file(data: bytes, pdf: pikepdf.Pdf) -> Iterator[str]:
    head = data.split(b"\n", 2)
    if not re.fullmatch(rb"%PDF-1\.[0-7]", head[0]):
        yield "6.1.2: header"
    if not (head[1].startswith(b"%") and len([b for b in head[1][1:] if b > 127]) >= 4):
        yield "6.1.2: four bytes above 127 after the header"
    if not data.rstrip(b"\r\n").endswith(b"%%EOF"):
        yield "6.1.3: data after the end"
    if len(pdf.trailer.get("/ID", [])) != 2:
        yield "6.1.3: no file identifier"
    if pdf.is_encrypted:
        yield "6.1.3: encrypted"
    if str(pdf.Root.get("/Lang", "")) != "fr-FR":
        yield "6.7.4: language"
    if "/MarkInfo" not in pdf.Root or not pdf.Root.MarkInfo.Marked:
        yield "6.7.2.2: not marked"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    stream = pdf.Root.Metadata
    if "/Filter" in stream or str(stream.Type) != "/Metadata":
        yield "6.6.2.1: metadata"
    with pdf.open_metadata() as said:
        if (said["pdfaid:part"], said["pdfaid:conformance"]) != ("2", "U"):
            yield "6.6.4: identification"
        if not said["dc:title"]:
            yield "dc:title"


def _intent(pdf: pikepdf.Pdf) -> Iterator[str]:
    intents = list(pdf.Root.get("/OutputIntents", []))
    if [str(intent.S) for intent in intents] != ["/GTS_PDFA1"]:
        yield "6.2.3: output intent"
        return
    profile = bytes(intents[0].DestOutputProfile.read_bytes())
    if profile[36:40] != b"acsp" or profile[16:20] != b"RGB ":
        yield "6.2.3: profile"


def _objects(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if not isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        for key in set(item.keys()) & _FORBIDDEN_KEYS:
            yield f"forbidden {key}"
        if isinstance(item, pikepdf.Stream):
            yield from _stream(item)
        if item.get("/Type") == "/Font" and item.get("/Subtype") == "/Type0":
            yield from _font(item)
        elif item.get("/Type") == "/Font" and "CIDFont" not in str(item.get("/Subtype")):
            yield f"6.2.11.4: font {item.get('/BaseFont')} not embedded"


def _stream(item: pikepdf.Stream) -> Iterator[str]:
    if "/LZWDecode" in str(item.get("/Filter", "")) or set(item.keys()) & {"/F", "/FFilter"}:
        yield "6.1.7: filter or external file"
    if item.get("/Subtype") == "/PS" or item.get("/Interpolate", False):
        yield "6.2.8, 6.2.9: object"


def _font(font: Any) -> Iterator[str]:
    (inner,) = font.DescendantFonts
    descriptor = inner.FontDescriptor
    if not _SUBSET.fullmatch(str(font.BaseFont)) or "/FontFile2" not in descriptor:
        yield "6.2.11.4: font not embedded"
        return
    if "/ToUnicode" not in font or "/CIDToGIDMap" not in inner:
        yield "6.2.11.7: no Unicode, or no map of glyphs"
        return
    program = TTFont(io.BytesIO(bytes(descriptor.FontFile2.read_bytes())))
    glyphs = bytes(inner.CIDToGIDMap.read_bytes())
    scale = 1000 / program["head"].unitsPerEm
    for cid, width in _widths(inner):
        gid = int.from_bytes(glyphs[2 * cid : 2 * cid + 2])
        true = program["hmtx"][program.getGlyphName(gid)][0] * scale
        if gid and abs(true - width) > 1:
            yield f"6.2.11.5: width of {cid}"


def _widths(font: Any) -> Iterator[tuple[int, float]]:
    row = list(font.W)
    while row:
        first, second = int(row.pop(0)), row.pop(0)
        if isinstance(second, pikepdf.Array):
            yield from ((first + n, float(w)) for n, w in enumerate(second))
        else:
            width = float(row.pop(0))
            yield from ((cid, width) for cid in range(first, int(second) + 1))


def _page(pdf: pikepdf.Pdf, page: pikepdf.Page) -> Iterator[str]:
    if "/Annots" in page:
        yield "6.3: annotations"
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    if page.StructParents not in list(numbers)[::2]:
        yield "6.7.3: page not in the structure"
    yield from _structure(page)
    fonts = {name: _known(font) for name, font in page.Resources.Font.items()}
    font = ""
    for step in pikepdf.parse_content_stream(page):
        if str(step.operator) == "Tf":
            font = str(step.operands[0])
        if str(step.operator) in _SHOWING:
            yield from _shown(step.operands, fonts[font])


def _structure(page: pikepdf.Page) -> Iterator[str]:
    """Operators that exist, balanced, and nothing drawn outside a marked sequence."""
    depth, marks = 0, 0
    for op in (str(step.operator) for step in pikepdf.parse_content_stream(page)):
        if op not in _OPERATORS:
            yield f"6.2.2: operator {op}"
        depth += {"q": 1, "Q": -1}.get(op, 0)
        marks += {"BDC": 1, "BMC": 1, "EMC": -1}.get(op, 0)
        if depth > 28:
            yield "6.1.13: nested too deep"
        if op in _SHOWING | _PAINTING and not marks:
            yield f"6.7: {op} outside the structure"
    if depth or marks:
        yield "unbalanced"


def _known(font: Any) -> dict[int, str]:
    """CIDs of the font that have a glyph, and what they stand for."""
    glyphs = bytes(font.DescendantFonts[0].CIDToGIDMap.read_bytes())
    table: dict[int, str] = {}
    for line in bytes(font.ToUnicode.read_bytes()).decode().splitlines():
        if pair := re.fullmatch(r"<([0-9A-F]{4})> <([0-9A-F]+)>", line.strip()):
            cid = int(pair[1], 16)
            if any(glyphs[2 * cid : 2 * cid + 2]):
                table[cid] = bytes.fromhex(pair[2]).decode("utf-16-be")
    return table


def _shown(operands: Any, known: dict[int, str]) -> Iterator[str]:
    parts = operands[0] if isinstance(operands[0], pikepdf.Array) else [operands[0]]
    for part in parts:
        if not isinstance(part, pikepdf.String):
            continue
        raw = bytes(part)
        for cid in (int.from_bytes(raw[n : n + 2]) for n in range(0, len(raw), 2)):
            if known.get(cid, "\0") in {"\0", "\ufeff", "\ufffe"}:
                yield f"6.2.11.7, 6.2.11.8: character {cid} without glyph or Unicode"


def text_of(pdf: bytes, folder: Path) -> str:
    """What poppler reads off the pages."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", "-layout", str(path), "-"]
    run = subprocess.run(command, check=True, capture_output=True)
    return run.stdout.decode()
