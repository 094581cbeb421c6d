"""The three forms by keys alone: pre-demande, fields that appear, places, title, codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.web.browser import formulaires
from tests.web.browser.counter import opened

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web

STAMP = "9876543210987654"
_KEPT = "[data-enregistrement=fait]"


def field(page: Page, nom: str) -> Locator:
    return page.locator(f"#c-{nom.replace('.', '-')}")


def test_the_number_comes_first_and_enter_brings_the_pre_demande(visit: Visit) -> None:
    opened(visit, "ouverture")
    page, begun = visit.page, formulaires.predemande(visit)
    expect(field(page, "demande.predemande")).to_be_focused()
    page.keyboard.type(begun.numero, delay=45)
    page.keyboard.press("Enter")
    expect(page.locator("#reponse-predemande")).to_contain_text("Pré-demande reprise")
    expect(page.locator("[data-principal]")).to_be_focused()
    expect(field(page, "demande.passeport")).to_be_checked()
    expect(page.locator("#prix")).to_have_text("86\u00a0€")
    page.keyboard.press("Enter")
    page.wait_for_url("**/etat-civil")
    expect(field(page, "usager.nom_famille")).to_have_value("SPECIMEN")
    expect(page.locator("[data-origine-de='usager.nom_famille']")).to_contain_text("pré-demande")


def test_a_pre_demande_that_is_spent_is_said_and_the_dossier_goes_on(visit: Visit) -> None:
    opened(visit, "ouverture")
    page = visit.page
    page.keyboard.type(visit.laboratory.predemandes.book.used.numero, delay=45)
    page.keyboard.press("Enter")
    expect(page.locator("#reponse-predemande")).to_contain_text("déjà été déposé")
    expect(field(page, "demande.cni")).to_be_focused()


def test_fields_of_a_loss_appear_under_the_hands_without_moving_them(visit: Visit) -> None:
    opened(visit, "ouverture")
    page = visit.page
    expect(field(page, "demande.predemande")).to_be_focused()
    page.keyboard.press("Alt+s")
    page.keyboard.press("Space")
    lost = page.locator("input[name='demande.cni.motif'][value=RENOUVELLEMENT_PERTE]")
    expect(lost).to_be_visible()
    expect(field(page, "demande.cni")).to_be_focused()
    expect(page.locator("[data-bloc=perte]")).to_be_hidden()
    lost.focus()
    page.keyboard.press("Space")
    expect(field(page, "perte.date")).to_be_visible()
    expect(lost).to_be_focused()
    expect(page.locator("#prix")).to_have_text("25\u00a0€")
    expect(page.locator(".exigees")).to_contain_text("Déclaration de perte")


def test_a_commune_is_chosen_by_keys_and_brings_its_departement(visit: Visit) -> None:
    opened(visit, "etat-civil")
    page = visit.page
    place = field(page, "usager.lieu_naissance.libelle")
    place.focus()
    page.keyboard.type("bourg-en", delay=45)
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(place).to_have_value("Bourg-en-Bresse")
    expect(field(page, "usager.lieu_naissance.departement")).to_have_value("01")
    page.reload()
    expect(place).to_have_value("Bourg-en-Bresse")


def test_a_country_typed_wrong_is_kept_and_said_to_be_none(visit: Visit) -> None:
    opened(visit, "etat-civil")
    page = visit.page
    country = field(page, "usager.nationalite")
    country.fill("Franse")
    page.keyboard.press("Tab")
    expect(page.locator("[data-erreur-de='usager.nationalite']")).to_contain_text(
        "pays de la liste"
    )
    page.reload()
    expect(country).to_have_value("Franse")


def test_a_date_without_strokes_holds_and_enter_goes_on(visit: Visit) -> None:
    opened(visit, "etat-civil")
    page = visit.page
    field(page, "usager.date_naissance").focus()
    page.keyboard.type("29021984", delay=45)
    page.keyboard.press("Enter")
    expect(field(page, "usager.lieu_naissance.libelle")).to_be_focused()
    page.locator(_KEPT).wait_for()
    expect(page.locator("[data-erreur-de='usager.date_naissance']")).to_be_empty()


def test_a_title_fills_what_is_empty_by_one_key_and_differs_in_sight(visit: Visit) -> None:
    formulaires.ecarts(visit)
    page = visit.page
    expect(page.locator("#c-usager-nom_famille-ecart")).to_contain_text("SPECIMEN")
    page.keyboard.press("Alt+r")
    expect(field(page, "usager.prenoms")).not_to_have_value("")
    expect(field(page, "usager.nom_famille")).to_have_value("SPECIMENT")
    page.locator("[data-reprendre='usager.nom_famille']").focus()
    page.keyboard.press("Enter")
    expect(field(page, "usager.nom_famille")).to_have_value("SPECIMEN")
    expect(field(page, "usager.nom_famille")).to_be_focused()
    expect(page.locator("#c-usager-nom_famille-ecart")).to_be_empty()


def test_a_difference_shows_as_soon_as_it_is_typed(visit: Visit) -> None:
    number = opened(visit, "etat-civil")
    page = visit.page
    formulaires.code(visit, formulaires.zone(visit), number)
    expect(page.locator("#lus .bandeau")).to_be_visible()
    field(page, "usager.nom_famille").focus()
    page.keyboard.type("SPECIMENT", delay=45)
    expect(page.locator("#c-usager-nom_famille-ecart")).to_contain_text("Reprendre")
    expect(field(page, "usager.nom_famille")).to_be_focused()
    page.keyboard.press("Backspace")
    expect(page.locator("#c-usager-nom_famille-ecart")).to_be_empty()


def test_the_code_of_a_keyboard_reader_never_lands_in_a_field(visit: Visit) -> None:
    opened(visit, "etat-civil", demande__passeport="oui", usager__prenoms="Anne")
    page = visit.page
    names = field(page, "usager.prenoms")
    names.focus()
    formulaires.scan(page, STAMP)
    expect(page.locator("#annonces")).to_contain_text("Timbre fiscal repris")
    expect(names).to_have_value("Anne")
    expect(names).to_be_focused()
    page.keyboard.press("Alt+z")
    expect(page.locator("#annonces")).to_contain_text("annulée")
    page.locator("[data-raccourci='Alt+3']").click()
    expect(field(page, "demande.passeport.timbre.numero")).to_have_value("")


def test_the_zone_of_a_keyboard_reader_comes_in_lines(visit: Visit) -> None:
    opened(visit, "etat-civil")
    page = visit.page
    field(page, "usager.nom_famille").focus()
    formulaires.scan(page, formulaires.zone(visit))
    expect(page.locator("#annonces")).to_contain_text("Titre lu")
    expect(field(page, "usager.nom_famille")).to_have_value("")
    expect(page.locator("#lus")).to_contain_text("champs vides")


def test_the_separators_of_a_2d_doc_come_through_the_keyboard(visit: Visit) -> None:
    opened(visit, "etat-civil")
    page = visit.page
    field(page, "usager.nom_famille").focus()
    formulaires.scan(page, formulaires.domicile(visit))
    expect(page.locator("#annonces")).to_contain_text("Justificatif de domicile vérifié")
    expect(field(page, "usager.nom_famille")).to_have_value("")


def test_a_name_typed_as_fast_as_a_reader_stays_a_name(visit: Visit) -> None:
    opened(visit, "etat-civil")
    page = visit.page
    field(page, "usager.prenoms").focus()
    formulaires.scan(page, "Jean-Baptiste, Anne")
    expect(field(page, "usager.prenoms")).to_have_value("Jean-Baptiste, Anne")
    expect(field(page, "usager.nom_usage")).to_be_focused()


def test_a_pre_demande_shown_on_the_home_page_opens_its_dossier(visit: Visit) -> None:
    opened(visit, "ouverture")
    page = visit.page
    page.goto(f"{visit.station.url}/accueil")
    formulaires.scan(page, formulaires.predemande(visit, 3).numero)
    page.wait_for_url("**/ouverture")
    expect(page.locator("#bloc-predemande")).to_contain_text("champs repris")


def test_two_windows_show_both_values_and_lose_none(visit: Visit) -> None:
    number = opened(visit, "etat-civil")
    page, other = visit.page, visit.page.context.new_page()
    visit.watch.forgive("409")
    other.goto(f"{visit.station.url}/dossiers/{number}/etat-civil")
    names = field(page, "usager.prenoms")
    names.focus()
    page.keyboard.type("Anne", delay=5)  # not sent yet: the other is quicker
    other.evaluate(
        """async (number) => {
          const { ecrire } = await import("/static/api.js");
          await ecrire(`/api/dossiers/${number}/champs/usager.prenoms`, { valeur: "Jeanne" });
        }""",
        number,
    )
    both = page.locator("[data-conflit='usager.prenoms']")
    expect(both).to_contain_text("Jeanne")
    expect(both).to_contain_text("Anne")
    expect(names).to_have_value("Anne")
    both.get_by_role("button", name="Garder ici").press("Enter")
    expect(both).to_have_count(0)
    expect(field(other, "usager.prenoms")).to_have_value("Anne")
    other.close()


def test_an_endless_paste_stays_in_sight_and_is_said(visit: Visit) -> None:
    opened(visit, "etat-civil")
    page = visit.page
    field(page, "usager.nom_famille").fill("X" * 1200)
    page.keyboard.press("Tab")
    said = page.locator("[data-erreur-de='usager.nom_famille']")
    expect(said).to_contain_text("1200 caractères")
    expect(field(page, "usager.nom_famille")).to_have_value("X" * 1200)
    field(page, "usager.nom_famille").fill("SPECIMEN")
    expect(said).to_be_empty()


def test_a_line_of_the_address_says_how_much_room_is_left(visit: Visit) -> None:
    opened(visit, "adresse")
    page = visit.page
    line = field(page, "adresse.ligne1")
    line.fill("X" * 36)
    expect(page.locator(".compteur").first).to_have_text("encore 2 caractères")
    line.fill("X" * 40)
    expect(page.locator(".compteur").first).to_have_text("2 caractères de trop sur cette ligne")
    expect(page.locator("[data-erreur-de='adresse.ligne1']")).to_contain_text("trop long")


def test_a_postal_code_brings_the_commune(visit: Visit) -> None:
    opened(visit, "adresse")
    page = visit.page
    field(page, "adresse.code_postal").focus()
    page.keyboard.type("02000", delay=45)
    page.keyboard.press("Enter")
    expect(field(page, "adresse.commune")).to_have_value("Laon")
    expect(field(page, "adresse.commune")).to_be_focused()


def test_a_proof_of_address_is_taken_over_by_one_key(visit: Visit) -> None:
    formulaires.justificatif(visit)
    page = visit.page
    expect(page.locator("#justificatif")).to_contain_text("Justificatif vérifié")
    page.keyboard.press("Alt+t")
    expect(page.locator("#lus .bandeau")).to_have_count(0)
    expect(field(page, "adresse.code_postal")).not_to_have_value("")
    expect(page.locator("[data-origine-de='adresse.ligne1']")).to_contain_text("code")
