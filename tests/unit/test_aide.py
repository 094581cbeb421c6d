"""The sheet for applicants: what it says, and that a reader that speaks can read it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from station.aide.balises import Balise, Role, baliser
from station.aide.fiche import Fiche, Ligne, Rubrique, euros, fiche
from station.aide.pdf import ecrire
from station.dossier.model import Motif, TypeTitre
from station.dossier.situation import Situation
from station.rules.regles import en_vigueur

if TYPE_CHECKING:
    from collections.abc import Iterator

JOUR = date(2026, 11, 25)
CNI, PASSEPORT = TypeTitre.CNI, TypeTitre.PASSEPORT


def of(mineur: bool | None, **motifs: Motif | None) -> Fiche:
    asked = {TypeTitre(name): motif for name, motif in motifs.items()}
    situation = Situation(lieu_depot="75056", demandes=asked, mineur=mineur)
    return fiche(situation, JOUR, en_vigueur(JOUR))


def said(sheet: Fiche, titre: str) -> str:
    (found,) = (r for r in sheet.rubriques if r.titre == titre)
    return "\n".join(f"{line.texte} {line.precision}" for line in found.lignes)


@pytest.mark.parametrize("mineur", [True, False, None])
@pytest.mark.parametrize(
    ("titre", "motif"),
    [
        (t, m)
        for t in TypeTitre
        for m in (*Motif, None)
        if (t, m) != (CNI, Motif.PAGES_VISA_PLEINES)
    ],
)
def test_every_case_has_a_sheet_on_paper(
    titre: TypeTitre, motif: Motif | None, mineur: bool | None
) -> None:
    sheet = of(mineur, **{titre: motif})
    assert "ustificatif de domicile" in said(sheet, "À apporter")
    assert said(sheet, "Prix")
    with pikepdf.open(BytesIO(ecrire(sheet))) as pdf:
        assert 1 <= len(pdf.pages) <= 2


def test_what_is_lost_costs_and_is_declared() -> None:
    lost = of(False, CNI=Motif.RENOUVELLEMENT_PERTE)
    assert ": 25\u00a0€." in said(lost, "Prix")
    assert "Déclaration de perte" in said(lost, "À apporter")
    assert "timbre" in said(lost, "Avant le rendez-vous")
    first = of(False, CNI=Motif.PREMIERE_DEMANDE)
    assert ": gratuit." in said(first, "Prix")
    assert "timbre" not in said(first, "Avant le rendez-vous")


def test_a_child_comes_with_who_represents_it() -> None:
    child = of(True, PASSEPORT=Motif.PREMIERE_DEMANDE)
    assert "représentant légal" in said(child, "Le jour du rendez-vous")
    assert "dès 12" in said(child, "Le jour du rendez-vous")
    assert ": de 17\u00a0€ à 42\u00a0€." in said(child, "Prix")
    adult = of(False, PASSEPORT=Motif.PREMIERE_DEMANDE)
    assert "représentant" not in str(adult.rubriques)
    assert ": 86\u00a0€." in said(adult, "Prix")
    both = of(False, PASSEPORT=Motif.PREMIERE_DEMANDE, CNI=Motif.RENOUVELLEMENT_VOL)
    assert said(both, "Prix").startswith("111\u00a0€ en tout.")


def test_without_a_motif_what_each_wants_is_named() -> None:
    told = said(of(False, CNI=None), "Selon le motif")
    assert "Déclaration de perte Renouvellement, titre perdu." in told
    assert "ancien titre" in told
    assert "visa" not in told
    assert "visa" in said(of(False, PASSEPORT=None), "Selon le motif")
    assert "Selon le motif" not in str(of(False, CNI=Motif.PREMIERE_DEMANDE).rubriques)


def test_every_text_it_rests_on_is_named_once() -> None:
    sources = of(None, CNI=None, PASSEPORT=None).sources
    assert "service-public F14807" in sources
    assert len(set(sources)) == len(sources)


def test_an_amount_is_written_as_in_french() -> None:
    assert [euros(8600), euros(1250), euros(5)] == ["86\u00a0€", "12,50\u00a0€", "0,05\u00a0€"]


def elements(raw: bytes) -> Iterator[tuple[str, int]]:
    """The type of each element of the structure, and how many texts it holds."""
    with pikepdf.open(BytesIO(raw)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr-FR"
        yield from _below(pdf.Root.StructTreeRoot.K)


def _below(element: Any) -> Iterator[tuple[str, int]]:
    kids = [kid for kid in element.K if kid.get("/S") is not None]
    yield str(element.S), len(element.K) - len(kids)
    for kid in kids:
        yield from _below(kid)


def test_headings_lists_and_items_are_tagged_in_their_order() -> None:
    two = Rubrique("Deux", (Ligne("a", "mot " * 60), Ligne("b")), a_cocher=True)
    sheet = Fiche("Titre", "cas", JOUR, (Rubrique("Un", (Ligne("seule"),)), two), ("source",))
    found = list(elements(ecrire(sheet)))
    kinds = " ".join(kind for kind, _ in found)
    item = "/LI /LBody"
    assert kinds == f"/Document /H1 /P /H2 /L {item} /H2 /L {item} {item} /P /P"
    assert [texts for kind, texts in found if kind == "/LBody"] == [1, 1 + 3, 1]


def test_every_text_on_paper_is_marked_and_every_stroke_is_an_artifact() -> None:
    with pikepdf.open(BytesIO(ecrire(of(True, CNI=None, PASSEPORT=None)))) as pdf:
        for page in pdf.pages:
            within: list[str] = []
            for one in pikepdf.parse_content_stream(page):
                name = str(one.operator)
                if name in ("BDC", "BMC"):
                    within.append(str(one.operands[0]))
                elif name == "EMC":
                    within.pop()
                elif name == "Tj":
                    assert len(within) == 1
                    assert within != ["/Artifact"]
                elif name in ("S", "B", "f"):
                    assert within == ["/Artifact"]
            assert within == []


@pytest.mark.parametrize("lignes", [0, 2])
def test_tags_that_do_not_fit_the_texts_are_refused(lignes: int) -> None:
    raw = ecrire(Fiche("Titre", "cas", JOUR, (), ("source",)))
    with pytest.raises(ValueError, match="texts than tags"):
        baliser(raw, [Balise(Role.P, 1)] * 3 + [Balise(Role.P, lignes)], "fr-FR")


def test_the_same_sheet_is_the_same_file() -> None:
    assert ecrire(of(False, CNI=None)) == ecrire(of(False, CNI=None))
