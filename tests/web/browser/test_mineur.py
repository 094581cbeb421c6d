"""Minors whose parents are divorced, by keys from the agent's card to the receipt.

The agent works by keys alone, the child and the parent on the applicant's screen.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from simulators import sheets
from simulators.document_scanner import Sheet
from tests.needs import need, programs
from tests.pdfa import faults, text_of
from tests.web.browser import entiers
from tests.web.browser.counter import login
from tests.web.browser.keyboard import Keyboard
from tests.web.browser.saisies import type_fields
from tests.web.browser.test_scellement import LOOPS, PARAPH
from tests.web.received import received

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.lab import Laboratory
    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web

TODAY = datetime.now(UTC).date()
BORN = TODAY - timedelta(days=14 * 365 + 90)  # 14 years old
RECENT = f"{TODAY - timedelta(days=20):%d/%m/%Y}"
STAMP = "7654321098765432"
OTHER_HAND = (LOOPS[20:], ((0.3, 0.2), (0.4, 0.6), (0.55, 0.25), (0.7, 0.7)))
PLACE = "Bourg-en-Bresse"
MOTHER, FATHER = "SPECIMEN", "ESSAI-SPECIMEN"

OPENING = {
    "demande.cni": "oui",
    "demande.cni.motif": "PREMIERE_DEMANDE",
    "demande.passeport": "oui",
    "demande.passeport.motif": "PREMIERE_DEMANDE",
}
STAMPED = {
    "demande.passeport.timbre.numero": STAMP,
    "demande.passeport.timbre.achete_le": RECENT,
    "titre_ancien.type": "AUCUN",
    "ouverture.mineur": "oui",
}
CHILD = {
    "usager.nom_famille": FATHER,
    "usager.prenoms": "Zoé, Inès",
    "usager.sexe": "F",
    "usager.date_naissance": f"{BORN:%d/%m/%Y}",
    "usager.lieu_naissance.libelle": PLACE,
    "usager.lieu_naissance.departement": "01",
    "usager.taille_cm": "158",
    "usager.couleur_yeux": "VERT",
    "usager.mode_acquisition": "NAISSANCE_EN_FRANCE",
}
FILED_BY = {
    "representant.nom_famille": MOTHER,
    "representant.prenoms": "Anne",
    "representant.role": "MERE",
    "representant.piece_identite": "Carte nationale d’identité X4SPECIMEN",
}
PARENTS = {
    "parent1.nom_famille": MOTHER,
    "parent1.prenoms": "Anne",
    "parent1.date_naissance": "03/02/1985",
    "parent2.nom_famille": FATHER,
    "parent2.prenoms": "Marc",
    "parent2.date_naissance": "1983",
}
HOME = {
    "adresse.ligne1": "1 RUE DU SPECIMEN",
    "adresse.code_postal": "01000",
    "adresse.commune": PLACE,
}
OTHER_HOME = {
    "alternee.ligne1": "3 IMPASSE DU SPECIMEN",
    "alternee.code_postal": "01000",
    "alternee.commune": PLACE,
}
PIECES = {  # what the rules ask for, and the date that the agent reads off it
    "Acte de naissance": ("ACTE_NAISSANCE", RECENT),
    "Justificatif de domicile": ("JUSTIF_DOMICILE", RECENT),
    "Pièce d’identité du représentant légal": ("ID_REPRESENTANT", ""),
    "Jugement relatif à la résidence": ("JUGEMENT_GARDE", ""),
}
AUTHORITY = "Justificatif de l’autorité parentale"


def test_a_girl_of_14_with_two_homes_from_login_to_receipt(
    visit: Visit, model_folder: Path, tmp_path: Path
) -> None:
    assert model_folder
    need(programs(pdftotext="poppler-utils"))
    keys = Keyboard(visit.page)
    login(visit)
    visit.page.goto(f"{visit.station.url}/accueil")  # a draft of before may be in hand
    open_request(visit, keys)
    say_who_she_is(visit, keys)
    say_where_she_lives(visit, keys)
    see_what_is_missing(visit, keys)
    scan_pieces(visit, keys)
    take_photo_and_prints(visit, keys)
    both_sign(visit, keys)
    numero = seal(visit, keys)
    judge_receipt(visit, numero, tmp_path)
    judge_package(visit)


def open_request(visit: Visit, keys: Keyboard) -> None:
    """Card and passport; ticked a minor, the list of pieces and the fee are those of a minor."""
    page = visit.page
    keys.press("F7")
    page.wait_for_url("**/ouverture")
    keys.press("Alt+s")
    type_fields(keys, OPENING)
    type_fields(keys, STAMPED)
    asked = page.locator(".exigees li:not(.possible) .titre")
    expect(page.locator("#exiges")).to_contain_text("Pièce d’identité du représentant légal")
    assert "jugement" not in " ".join(asked.all_inner_texts()).lower()  # one home so far
    expect(page.locator("#prix")).to_have_text("17\u00a0€ à 42\u00a0€")  # her age is not known yet


def say_who_she_is(visit: Visit, keys: Keyboard) -> None:
    """The child, the parent who files, both parents; without the latter the station says so."""
    page = visit.page
    go(visit, keys, "F3", "etat-civil")
    type_fields(keys, CHILD)
    go(visit, keys, "F9", "verification")
    expect(page.locator("#bloc-constats")).to_contain_text(
        "Le représentant légal du mineur manque."
    )
    go(visit, keys, "Alt+4", "etat-civil")
    type_fields(keys, FILED_BY | PARENTS)


def say_where_she_lives(visit: Visit, keys: Keyboard) -> None:
    """With the mother one week, with the father the other: both addresses."""
    page = visit.page
    go(visit, keys, "Alt+5", "adresse")
    type_fields(keys, HOME)
    type_fields(keys, {"alternee.oui": "oui"})
    type_fields(keys, OTHER_HOME)
    go(visit, keys, "Alt+3", "ouverture")
    expect(page.locator("#prix")).to_have_text("17\u00a0€")
    expect(page.locator("#exiges")).to_contain_text("Jugement relatif à la résidence")
    expect(page.locator("#exiges")).to_contain_text("Le représentant légal et le titulaire")


def see_what_is_missing(visit: Visit, keys: Keyboard) -> None:
    """No seal, and why: each piece by its name, both signatures, nothing of the other parent."""
    page = visit.page
    go(visit, keys, "F9", "verification")
    found = page.locator("#bloc-constats")
    missing = found.locator("li", has_text="Pièce manquante : ")
    expect(missing).to_have_count(len(PIECES) + 1)
    for name in (*PIECES, AUTHORITY):
        expect(found).to_contain_text(f"Pièce manquante : {name[:1].lower()}{name[1:]}")
    expect(found).to_contain_text(
        "Deux adresses ne s’inscrivent que sur une décision ou une convention de résidence"
    )
    expect(found).to_contain_text("La signature du représentant légal et du titulaire manque.")
    expect(found).not_to_contain_text("accord de l’autre parent")
    keys.press("F12")
    expect(page.locator("h1")).to_have_text("Vérification")


def scan_pieces(visit: Visit, keys: Keyboard) -> None:
    """Each document is scanned; the birth record proves the authority of a parent as well."""
    page = visit.page
    go(visit, keys, "Alt+6", "pieces")
    asked = page.locator("[aria-labelledby=groupe-DEMANDEE] .titre")
    names = list(PIECES)
    expect(asked).to_have_text([*names[:2], AUTHORITY, *names[2:]])
    for rank, (name, (kind, issued)) in enumerate(PIECES.items()):
        keys.to(page.locator("[aria-labelledby=groupe-DEMANDEE] input:checked"))
        keys.press(*["ArrowDown"] * bool(rank))
        expect(page.locator("#pieces-piece h2").first).to_have_text(name)
        lay(visit.laboratory, name)
        keys.press("F4")
        expect(page.locator(".pages > li")).to_have_count(1)
        if page.locator("[data-raccourci='Alt+C']").count():
            keys.press("Alt+c")
        if issued:
            keys.to(page.locator("#ref-delivree_le"))
            keys.write(issued)
            keys.press("Tab")
        line = page.locator("label", has=page.locator(f"#piece-{kind}"))
        expect(line).to_contain_text("conforme")
        expect(asked).to_have_text(names)
    expect(page.locator("#etapes")).to_contain_text("Pièces")


def take_photo_and_prints(visit: Visit, keys: Keyboard) -> None:
    """From 12 on two prints are taken."""
    page = visit.page
    go(visit, keys, "F3", "photo")
    keys.press("F8")
    expect(page.locator("#photo-portrait")).to_contain_text("gardée dans le dossier")
    keys.press("Alt+c")
    expect(page.locator("#photo-regles")).not_to_contain_text("Tout est conforme")
    go(visit, keys, "F3", "empreintes")
    title = page.locator("#empreintes-doigt .carte-tete h2")
    expect(title).to_have_text("Index droit")
    keys.press("F6")
    expect(title).to_have_text("Index gauche")
    keys.press("F6")
    expect(title).to_have_text("Empreintes prises")


def both_sign(visit: Visit, keys: Keyboard) -> None:
    """Confirmed by touch; then the mother signs, then the girl, each asked by what they are."""
    page = visit.page
    go(visit, keys, "F3", "signature")
    screen = entiers.second(visit)
    screen.get_by_role("button", name="je confirme").click()
    view = screen.locator("#vue-usager")
    for who, asked, hand in (
        ("REPRESENTANT", "Signature du représentant légal.", PARAPH),
        ("TITULAIRE", "Signature du titulaire.", OTHER_HAND),
    ):
        expect(view).to_have_attribute("data-signataire", who)
        expect(view).to_contain_text(asked)
        expect(page.locator(f"#signataire-{who}")).to_be_checked()
        entiers.sign(screen, hand)
        screen.get_by_role("button", name="Valider").click()
        expect(page.locator(f"[data-signature={who}]")).to_contain_text("Signature prise")
    expect(view).to_have_attribute("data-moment", "MERCI")
    expect(page.locator("#bloc-signature img")).to_have_count(2)
    screen.close()
    page.bring_to_front()


def seal(visit: Visit, keys: Keyboard) -> str:
    """Nothing is missing any more; the number of the dossier, once the CERT has signed for it."""
    page = visit.page
    go(visit, keys, "F9", "verification")
    expect(page.locator("#bloc-bilan")).to_contain_text("Rien ne manque")
    go(visit, keys, "F12", "scellement")
    visit.see("#pin:focus")
    keys.write(visit.laboratory.pin)
    keys.press("F12")
    visit.see("[data-scelle]")
    expect(page.locator("#bloc-envoi")).to_contain_text("accusé signé, vérifié")
    return page.locator(".colonnes strong").first.inner_text()


def judge_receipt(visit: Visit, numero: str, folder: Path) -> None:
    """PDF/A, with the number, the holder, both titles and the four pieces; no biometrics."""
    page = visit.page
    href = page.locator("a[href$='recepisse.pdf']").first.get_attribute("href")
    pdf = page.context.request.get(f"{visit.station.url}{href}").body()
    assert faults(pdf) == []
    said = " ".join(text_of(pdf, folder).split())
    for words in (numero, FATHER, "Carte nationale d’identité", "Passeport", *PIECES):
        assert words in said, words
    assert b"/Subtype/Image" not in pdf.replace(b" ", b"")


def judge_package(visit: Visit) -> None:
    """What the CERT finds: who files, both homes, both signatures, under their names."""
    dossier = visit.page.locator("[data-scelle]").get_attribute("data-scelle") or ""
    opened = received(visit.laboratory, dossier)
    usager = opened.form["usager"]
    assert usager["representant_legal"]["role"] == "MERE"
    assert usager["adresse"]["lignes"] == [HOME["adresse.ligne1"]]
    assert usager["residence_alternee"]["lignes"] == [OTHER_HOME["alternee.ligne1"]]
    kinds = {piece["type"] for piece in opened.form["pieces"]}
    assert kinds == {kind for kind, _ in PIECES.values()}
    signed = {name: part for name, part in opened.parts.items() if name.startswith("signature-")}
    assert set(signed) == {
        f"signature-{who}.{form}"
        for who in ("titulaire", "representant")
        for form in ("png", "cbeff")
    }
    assert len(set(signed.values())) == len(signed)
    assert {"empreintes/02.cbeff", "empreintes/07.cbeff", "visage.cbeff"} <= set(opened.parts)


def test_a_child_of_9_gives_no_print_and_the_parent_alone_signs(visit: Visit) -> None:
    keys, page = Keyboard(visit.page), visit.page
    login(visit)
    visit.page.goto(f"{visit.station.url}/accueil")  # a draft of before may be in hand
    keys.to(page.locator("#visite-2"))  # parents apart, two homes, filed by the mother
    keys.press("Enter")
    page.wait_for_url("**/ouverture")
    expect(page.locator("#prix")).to_have_text("17\u00a0€")
    expect(page.locator("#exiges")).to_contain_text("Jugement relatif à la résidence")
    go(visit, keys, "Alt+8", "empreintes")
    expect(page.locator("main")).to_contain_text("12 ans")
    expect(page.locator("#prendre")).to_have_count(0)
    go(visit, keys, "Alt+9", "signature")
    expect(page.locator("#bloc-signature")).to_contain_text("Le représentant légal signe")
    expect(page.locator("#bloc-conservation section")).to_have_count(0)  # no prints, no choice
    keys.press("Alt+r")
    expect(page.locator("#bloc-recapitulatif")).to_contain_text("après lecture à voix haute")
    entiers.sign(page, PARAPH)
    keys.press("Alt+v")
    expect(page.locator("[data-signature=REPRESENTANT]")).to_contain_text("Signature prise")
    expect(page.locator("[data-signature]")).to_have_count(1)
    go(visit, keys, "F9", "verification")
    said = page.locator("#bloc-constats").inner_text()
    assert "signature" not in said.lower()
    assert "empreinte" not in said.lower()


def go(visit: Visit, keys: Keyboard, key: str, ecran: str) -> None:
    """To a screen by its key."""
    keys.press(key)
    visit.page.wait_for_url(f"**/{ecran}")
    visit.see("h1")


def lay(laboratory: Laboratory, title: str) -> None:
    """One sheet with that title into the feeder, and no other."""
    sheet = sheets.page(title.upper(), ("copie integrale", f"{FATHER} Zoe", "fait a SPECIMEN"), 300)
    laboratory.pages.feeder.clear()
    laboratory.pages.feeder.append(Sheet(np.asarray(sheet, np.uint8), 300))
