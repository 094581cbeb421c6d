"""Tags for a PDF made of plain lines of text: what fpdf2 does not write itself.

Each line is one text object (BT … ET) of a page, in the order of writing. It becomes marked content
of an element of the structure tree (ISO 32000-1, 14.7 and 14.8); lines drawn are artifacts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, String

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Instruction = tuple[list[Any], Operator]

_OPENS = (Operator("BT"), Operator("re"), Operator("m"))
_SHOWS = frozenset({"Tj", "TJ", "'", '"'})
_PAINTS = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"})


@unique
class Role(StrEnum):
    """What a text is, in the standard types of structure."""

    H1 = "H1"
    H2 = "H2"
    P = "P"
    LI = "LI"  # within a list that begins with the first of a run


@dataclass(frozen=True, slots=True)
class Balise:
    """The element of the next `lignes` text objects; `suite` goes on with the one before."""

    role: Role
    lignes: int
    suite: bool = False


def baliser(raw: bytes, balises: Sequence[Balise], langue: str) -> bytes:
    """`raw` with a structure tree; raises `ValueError` when the texts are not as many as said."""
    with pikepdf.open(BytesIO(raw)) as pdf:
        tree = _Tree(pdf)
        elements = tree.elements(balises)
        for number, page in enumerate(pdf.pages):
            tree.mark(page, number, elements)
        if next(elements, None) is not None:
            raise ValueError("fewer texts than tags")
        tree.close(langue)
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


class _Tree:
    """The structure of one document under way."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self._document = self._element("Document", self._root)
        self._root.K = self._document
        self._parents = Array()

    def elements(self, balises: Sequence[Balise]) -> Iterator[Any]:
        """The element of each text object, made when the first of it comes."""
        held, items = self._document, None
        for balise in balises:
            if not balise.suite:
                if balise.role is not Role.LI:
                    items = None
                elif items is None:
                    items = self._element("L", self._document)
                held = self._leaf(balise.role, items)
            for _ in range(balise.lignes):
                yield held

    def mark(self, page: pikepdf.Page, number: int, elements: Iterator[Any]) -> None:
        """Mark the texts of `page`, and what is drawn as artifacts."""
        out: list[Instruction] = []
        held: list[Any] = []
        for run in _runs(pikepdf.parse_content_stream(page)):
            if _has(run, _SHOWS):
                element = next(elements, None)
                if element is None:
                    raise ValueError("more texts than tags")
                element.K.append(Dictionary(Type=Name.MCR, Pg=page.obj, MCID=len(held)))
                mark: list[Any] = [element.S, Dictionary(MCID=len(held))]
                held.append(element)
                out += [(mark, Operator("BDC")), *run, ([], Operator("EMC"))]
            elif _has(run, _PAINTS):
                out += [([Name.Artifact], Operator("BMC")), *run, ([], Operator("EMC"))]
            else:
                out += run
        page.Contents = self._pdf.make_stream(pikepdf.unparse_content_stream(out))
        page.StructParents = number
        page.Tabs = Name.S
        self._parents.append(number)
        self._parents.append(self._pdf.make_indirect(Array(held)))

    def close(self, langue: str) -> None:
        """Tie the tree to the document, and say that it is tagged."""
        self._root.ParentTree = self._pdf.make_indirect(Dictionary(Nums=self._parents))
        self._root.ParentTreeNextKey = len(self._pdf.pages)
        root = self._pdf.Root
        root.StructTreeRoot = self._root
        root.MarkInfo = Dictionary(Marked=True)
        root.Lang = String(langue)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)

    def _leaf(self, role: Role, items: Any) -> Any:
        if role is not Role.LI:
            return self._element(role, self._document)
        return self._element("LBody", self._element("LI", items))

    def _element(self, kind: str, parent: Any) -> Any:
        made = self._pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name(f"/{kind}"), P=parent, K=Array())
        )
        if parent is not self._root:
            parent.K.append(made)
        return made


def _runs(instructions: Iterable[Any]) -> Iterator[list[Instruction]]:
    """Text objects and paths whole, every other instruction alone."""
    run: list[Instruction] = []
    for one in instructions:
        operands, operator = one
        name = str(operator)
        run.append((list(operands), operator))
        if run[0][1] in _OPENS and name != "ET" and name not in _PAINTS:
            continue
        yield run
        run = []
    if run:
        yield run


def _has(run: list[Instruction], names: frozenset[str]) -> bool:
    return any(str(operator) in names for _, operator in run)
