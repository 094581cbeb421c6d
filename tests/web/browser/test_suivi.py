"""After the seal, by keys: a complement to its yes, a title handed over, a package sent again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from playwright.sync_api import expect

from simulators.cert.decisions import Issue, Scenario
from station.outbox.cycle import Etat
from tests.web import lecteurs
from tests.web.browser import suivis
from tests.web.browser.counter import begin, login, opened
from tests.web.browser.served import until
from tests.web.scelles import scelles

if TYPE_CHECKING:
    from tests.web.browser.visit import Visit
    from tests.web.scelles import Scelles

pytestmark = pytest.mark.web

_NOTED = (
    "[name=receveur][value=TITULAIRE]",
    "[name=ancien_titre][value=RENDU]",
    "[name=titulaire_present]",
    "[name=passeport_signe]",
    "[name=emargement]",
)


def test_a_complement_is_taken_to_its_yes(visit: Visit) -> None:
    login(visit)
    (dossier,) = suivis.behind(
        visit, lambda sealed: str(sealed.asked(champs=["usager.courriel"]).id)
    )
    page = visit.page
    page.goto(f"{visit.station.url}/accueil")
    page.locator("#complements a").last.press("Enter")
    page.goto(f"{visit.station.url}/suivi/{dossier}")
    page.keyboard.press("F7")
    page.wait_for_url("**/adresse")
    expect(page.locator(".bandeau")).to_contain_text("À fournir")
    page.locator('[data-champ="usager.courriel"]').fill("specimen@example.fr")
    page.locator('[data-champ="usager.courriel"]').blur()
    expect(page.locator('[data-raccourci="F12"]')).to_be_enabled()
    page.keyboard.press("F12")
    page.wait_for_url("**/scellement")
    page.locator("#pin").fill(visit.laboratory.pin)
    page.keyboard.press("F12")
    expect(page.locator("h1")).to_have_text("Dossier scellé")
    with scelles(visit.laboratory) as sealed:
        visit.laboratory.cert.centre.suite = Scenario.ACCEPTE

        def accepted() -> bool | None:
            sealed.exchange()
            entry = sealed.recueil.outbox.entry(UUID(dossier))
            return True if entry is not None and entry.state is Etat.VALIDE else None

        until(accepted, "the CERT has not accepted")
    page.goto(f"{visit.station.url}/suivi/{dossier}")
    expect(page.locator("#etat-dossier")).to_contain_text("accepté")


def test_a_title_is_handed_over(visit: Visit) -> None:
    title = lecteurs.title(visit.laboratory)
    login(visit)

    def there(sealed: Scelles) -> str:
        package = sealed.sent()
        centre = visit.laboratory.cert.centre
        for step in (Issue.EN_INSTRUCTION, Issue.VALIDE, Issue.EN_PRODUCTION):
            centre.advance(str(package.id), step)
        centre.advance(str(package.id), Issue.DISPONIBLE, {"CNI": title.printed.number})
        sealed.exchange()
        return str(package.id)

    (dossier,) = suivis.behind(visit, there)
    page = visit.page
    page.goto(f"{visit.station.url}/suivi/{dossier}")
    page.keyboard.press("F7")
    page.wait_for_url("**/remise")
    page.locator("#secret").fill(title.printed.can)
    page.keyboard.press("F4")
    expect(page.locator("#remise-puce")).to_contain_text("numéro attendu")
    expect(page.locator("#remise-puce img")).to_be_visible()
    page.keyboard.press("F6")
    expect(page.locator("#remise-empreinte .badge")).to_have_text("Concordant")
    for name in _NOTED:
        page.locator(name).press("Space")
    expect(page.locator("#remise-obstacles")).to_contain_text("peut être remis")
    page.keyboard.press("F12")
    page.wait_for_url(f"**/suivi/{dossier}")
    expect(page.locator("#etat-dossier")).to_contain_text("titre remis")


def test_a_refused_package_goes_again(visit: Visit) -> None:
    login(visit)
    (dossier,) = suivis.behind(visit, suivis.refused)
    page = visit.page
    page.goto(f"{visit.station.url}/suivi/{dossier}")
    page.locator("#suivi-dossier summary").press("Enter")
    page.locator("[name=raison]").fill("certificat remplacé")
    page.locator("[name=raison]").press("Enter")
    expect(page.locator("#annonces")).to_contain_text("à nouveau en file")
    expect(page.locator("#historique")).to_contain_text("Renvoi demandé par l’agent")


def test_a_draft_is_given_up_in_two_steps_and_by_no_single_key(visit: Visit) -> None:
    login(visit)
    number = begin(visit)
    page = visit.page
    page.goto(f"{visit.station.url}/accueil")
    line = page.locator(f'#brouillons li:has(a[href*="{number}"])')
    line.locator("summary").press("Enter")
    line.get_by_role("button").press("Enter")  # no reason: nothing happens
    expect(line).to_be_visible()
    line.locator("select").select_option("DOUBLON")
    line.get_by_role("button").press("Enter")
    expect(page.locator("#annonces")).to_contain_text("détruit")
    expect(line).to_have_count(0)


def test_the_search_finds_what_is_masked_and_opens_it(visit: Visit) -> None:
    who = {"usager__nom_famille": "Wintzenheim", "usager__prenoms": "Odile"}
    number = opened(visit, "etat-civil", **who)
    page = visit.page
    page.goto(f"{visit.station.url}/accueil")
    page.keyboard.press("Control+k")
    page.keyboard.type("wintz")
    expect(page.locator("[data-filtrable] > li:visible")).to_have_count(1)
    expect(page.locator("#brouillons li:visible")).to_contain_text("W******* O.")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/dossiers/{number}/**")


def test_a_technician_tries_a_sensor_without_a_session(visit: Visit) -> None:
    visit.open("/diagnostic")
    page = visit.page
    page.locator("#essai-empreintes").press("Enter")
    expect(page.locator("#essai-dit")).to_contain_text("Essai terminé")
    with page.expect_download() as told:
        page.locator("#exporter").press("Enter")
    said = json.loads(told.value.path().read_text())
    assert said["essais"][0]["appareil"] == "empreintes"
    assert "carte" in said["appareils"]
