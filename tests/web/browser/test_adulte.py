"""An adult asks for a card and a passport in one visit: from the agent's card to the receipt.

The agent works by keys alone, the applicant on their own screen; nothing is called that a person
would not do. What the pages counted of it is then the figure of docs/mesures.md.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from simulators.document_scanner import Sheet
from simulators.lab import Laboratory
from station.mesures.bilan import bilans
from station.mesures.gestes import lignes
from tests.needs import need, programs
from tests.pdfa import faults, text_of
from tests.web.browser import entiers
from tests.web.browser.counter import login
from tests.web.browser.keyboard import Keyboard
from tests.web.browser.served import STATION, Served, until
from tests.web.browser.test_scellement import PARAPH
from tests.web.received import received

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from station.mesures.bilan import Bilan
    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web

ACTES, SECONDES = 60, 480  # the aim of the project, with a pre-demande
RAISON = "Lisible en entier, vérifié sur l’original."
_PAGE: Final = 3.0  # seconds a scanner takes for a page
_DPI: Final = 150


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """A laboratory of its own: a pre-demande is spent once. Its scanner takes its time."""
    with Laboratory(tmp_path_factory.mktemp("adulte")) as laboratory:
        laboratory.pages.pace = _PAGE
        yield laboratory


@pytest.fixture(scope="module")
def _served(laboratory: Laboratory) -> Iterator[Served]:
    with Served(laboratory.config) as station:
        yield station


def test_an_adult_with_a_pre_demande_from_login_to_receipt_within_sixty_acts(
    visit: Visit, model_folder: Path, tmp_path: Path
) -> None:
    assert model_folder
    need(programs(pdftotext="poppler-utils"))
    keys = Keyboard(visit.page)
    login(visit)
    visit.page.goto(f"{visit.station.url}/accueil")  # a draft of before may be in hand
    open_appointment(visit, keys)
    confirm_what_was_typed_at_home(visit, keys)
    scan_pieces(visit, keys)
    scan_photo(visit, keys)
    take_prints(visit, keys)
    sign(visit, keys)
    justify(visit, keys)
    dossier, numero = seal(visit, keys)
    judge_receipt(open_receipt(visit, keys), numero, tmp_path)
    keys.press("F2")
    visit.page.wait_for_url("**/accueil")
    judge_dossier(visit.laboratory, dossier)
    judge_figures(visit, dossier)


def open_appointment(visit: Visit, keys: Keyboard) -> None:
    """The first of the day; its pre-demande fills the dossier."""
    visit.see("#visite-1")
    keys.to(visit.page.locator("#visite-1"))
    keys.press("Enter")
    visit.page.wait_for_url("**/ouverture")
    expect(visit.page.locator("#bloc-predemande")).to_contain_text("champs repris")
    for titre in ("CNI", "PASSEPORT"):
        expect(visit.page.locator(f'[name="demande.{titre.lower()}"]')).to_be_checked()


def confirm_what_was_typed_at_home(visit: Visit, keys: Keyboard) -> None:
    """Three screens that say where their values come from, each confirmed by one key."""
    person = visit.laboratory.person.civil()
    go(visit, keys, "F3", "etat-civil")
    born = visit.page.locator('[data-champ="usager.nom_famille"]')
    expect(born).to_have_value(person["nom_famille"])
    expect(visit.page.locator('[data-origine-de="usager.nom_famille"]')).to_contain_text(
        "pré-demande"
    )
    go(visit, keys, "F3", "adresse")
    street = visit.page.locator('[data-champ="adresse.ligne1"]')
    expect(street).to_have_value(person["adresse"]["lignes"][0])


def scan_pieces(visit: Visit, keys: Keyboard) -> None:
    """The birth record with its date typed, the proof of address with its date read off its code.

    Both sheets are coarse: one is said to be readable here, the other at the check.
    """
    page = visit.page
    go(visit, keys, "F3", "pieces")
    lay(visit.laboratory, "acte.png")
    keys.press("F4")
    expect(page.locator(".pages > li")).to_have_count(1)
    keys.press("Alt+c")
    expect(page.locator("#pieces-piece")).to_contain_text("Répondu : conforme.")
    keys.to(page.locator("#ref-delivree_le"))
    keys.write(visit_day(visit.laboratory))
    keys.press("Alt+s")
    expect(page.locator("#pieces-piece h2").first).to_have_text("Justificatif de domicile")
    expect(piece(visit, "ACTE_NAISSANCE")).to_contain_text("conforme")
    lay(visit.laboratory, "domicile.png")
    keys.press("F4")
    expect(page.locator("#pieces-piece")).to_contain_text("Code 2D-Doc vérifié.")
    keys.press("F10")
    expect(page.locator("#ref-delivree_le")).not_to_have_value("")
    expect(piece(visit, "JUSTIF_DOMICILE")).to_contain_text("à vérifier")


def scan_photo(visit: Visit, keys: Keyboard) -> None:
    """The printed photograph from the glass; what is asked about it is looked at."""
    go(visit, keys, "F3", "photo")
    keys.press("F8")
    expect(visit.page.locator("#photo-portrait")).to_contain_text("gardée dans le dossier")
    keys.press("Alt+c")
    expect(visit.page.locator("#photo-regles")).not_to_contain_text("Tout est conforme")


def take_prints(visit: Visit, keys: Keyboard) -> None:
    """One key for each of the two fingers."""
    go(visit, keys, "F3", "empreintes")
    title = visit.page.locator("#empreintes-doigt .carte-tete h2")
    keys.press("F6")
    expect(title).to_have_text("Index gauche")
    keys.press("F6")
    expect(title).to_have_text("Empreintes prises")


def sign(visit: Visit, keys: Keyboard) -> None:
    """The applicant reads, confirms and signs on their own screen, opened by one key."""
    go(visit, keys, "F3", "signature")
    screen = entiers.second(visit)
    expect(screen.locator(".recap-usager")).to_contain_text("SPECIMEN")
    screen.get_by_role("button", name="je confirme").click()
    expect(screen.locator("#vue-usager")).to_have_attribute("data-moment", "SIGNATURE")
    entiers.sign(screen, PARAPH)
    screen.get_by_role("button", name="Valider").click()
    expect(screen.locator("#vue-usager")).to_have_attribute("data-moment", "MERCI")
    expect(visit.page.locator("#bloc-signature img")).to_be_visible()
    visit.page.bring_to_front()


def justify(visit: Visit, keys: Keyboard) -> None:
    """One finding is left; its reason is typed."""
    go(visit, keys, "F9", "verification")
    expect(visit.page.locator("#bloc-bilan")).to_contain_text("1 point est à justifier.")
    visit.see("[data-justifier=PAGE_JUSTIF_DOMICILE_QUESTION] textarea:focus")
    keys.write(RAISON)
    expect(visit.page.locator("#bloc-bilan")).to_contain_text("Rien ne manque")


def seal(visit: Visit, keys: Keyboard) -> tuple[str, str]:
    """The PIN again; the dossier and its number, once the CERT has signed for it."""
    go(visit, keys, "F12", "scellement")
    visit.see("#pin:focus")
    keys.write(visit.laboratory.pin)
    keys.press("F12")
    visit.see("[data-scelle]")
    expect(visit.page.locator("#bloc-envoi")).to_contain_text("accusé signé, vérifié")
    dossier = visit.page.locator("[data-scelle]").get_attribute("data-scelle") or ""
    return dossier, visit.page.locator(".colonnes strong").inner_text()


def open_receipt(visit: Visit, keys: Keyboard) -> bytes:
    """The PDF that the key of the receipt opens in a tab, as that browser gets it."""
    visit.watch.forgive("request to another host: chrome(-extension)?://")  # its viewer of PDF
    visit.page.wait_for_load_state()  # the keys of a page work once it is loaded
    with visit.page.context.expect_page() as tab:
        keys.press("F4")
    address = (
        f"{visit.station.url}{visit.page.locator('[data-raccourci=F4]').get_attribute('href')}"
    )
    answer = visit.page.context.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    tab.value.close()
    return answer.body()


def judge_receipt(pdf: bytes, numero: str, folder: Path) -> None:
    """PDF/A; number, titles and pieces on it; no picture of anything that was captured."""
    assert faults(pdf) == []
    said = text_of(pdf, folder)
    for words in (numero, "SPECIMEN", "Carte nationale d’identité", "Passeport"):
        assert words in said, words
    assert "Acte de naissance" in said
    assert "Justificatif de domicile" in said
    assert b"/Subtype/Image" not in pdf.replace(b" ", b"")


def judge_dossier(laboratory: Laboratory, dossier: str) -> None:
    """What the CERT finds inside: both titles and the reason; the pre-demande is spent."""
    opened = received(laboratory, dossier)
    assert {d["type_titre"] for d in opened.form["demandes"]} == {"CNI", "PASSEPORT"}
    assert RAISON in json.dumps(opened.manifest, ensure_ascii=False)
    begun = laboratory.predemandes.book.day[0]
    spent = laboratory.predemandes.book.find
    until(lambda: (spent(begun.numero) or begun).consumed_by, "the pre-demande is not spent")


def judge_figures(visit: Visit, dossier: str) -> None:
    """What this visit cost, by the function and by the command."""
    path = visit.station.config.parent / "data" / "mesures.jsonl"
    cost = until(lambda: whole(path, dossier), "the last page has not told its gestures")
    (told,) = json.loads(command(visit.station.config, "--json"))
    assert (told["dossier"], told["actes"]) == (dossier, cost.modele.actes)
    assert f"≤ {ACTES}" in command(visit.station.config)
    assert cost.modele.machine > 3 * _PAGE  # three scans were waited for
    assert cost.modele.actes <= ACTES
    assert cost.modele.total <= SECONDES


def whole(path: Path, dossier: str) -> Bilan | None:
    """The dossier in the file, as soon as its last page is there."""
    (found,) = bilans(lignes(path))
    assert str(found.dossier) == dossier
    return found if {"connexion", "accueil", "scelle"} <= set(found.ecrans) else None


def command(config: Path, *options: str) -> str:
    """What `station mesures` prints."""
    run = [str(STATION), "mesures", "--config", str(config), *options]
    return subprocess.run(run, check=True, capture_output=True, text=True).stdout


def go(visit: Visit, keys: Keyboard, key: str, ecran: str) -> None:
    """To a screen by its key."""
    keys.press(key)
    visit.page.wait_for_url(f"**/{ecran}")
    visit.see("h1")


def piece(visit: Visit, kind: str) -> Any:
    """The line of a document in the list."""
    return visit.page.locator("label", has=visit.page.locator(f"#piece-{kind}"))


def lay(laboratory: Laboratory, name: str) -> None:
    """One sheet into the feeder, and no other."""
    data = np.frombuffer((laboratory.form.parent / name).read_bytes(), np.uint8)
    sheet = Sheet(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8), _DPI)
    laboratory.pages.feeder.clear()
    laboratory.pages.feeder.append(sheet)


def visit_day(laboratory: Laboratory) -> str:
    """The day on which the birth record was issued."""
    form: dict[str, Any] = json.loads(laboratory.form.read_text())
    (issued,) = (
        p["reference"]["delivree_le"]
        for p in form["pieces"]
        if p["reference"]["type"] == "ACTE_NAISSANCE"
    )
    return "/".join(reversed(issued.split("-")))
