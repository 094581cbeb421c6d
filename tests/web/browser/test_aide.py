"""The page that helps to prepare a pre-demande, in a browser: no station and no laboratory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from station.api.aide import create_aide
from station.api.server import serving
from tests.web.browser import checks
from tests.web.browser.chromium import PATIENCE
from tests.web.browser.visit import VIEWPORT, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.web


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    width, height = VIEWPORT
    with serving(create_aide("75056"), 0) as url:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
        context.set_default_timeout(PATIENCE)
        watch = Watch()
        watch.follow(context)
        page = context.new_page()
        page.goto(url)
        yield page
        assert watch.unforgiven() == []
        context.close()


def choose_a_lost_card(page: Page) -> None:
    page.get_by_label("Carte nationale d’identité", exact=True).check()
    page.get_by_label("Motif (Carte nationale d’identité)").select_option("RENOUVELLEMENT_PERTE")


def test_pieces_and_price_follow_each_field(page: Page) -> None:
    choose_a_lost_card(page)
    expect(page.locator("#prix")).to_have_text("25\u00a0€")
    expect(page.locator("#apporter")).to_contain_text("Déclaration de perte")
    born = page.locator('[data-champ="usager.date_naissance"]')
    born.fill("31/02/2000")
    born.blur()
    expect(page.locator('[data-erreur-de="usager.date_naissance"]')).to_contain_text("n’existe pas")
    expect(born).to_have_attribute("aria-invalid", "true")
    born.fill("01/02/2000")
    born.blur()
    expect(born).not_to_have_attribute("aria-invalid", "true")


def test_on_paper_is_the_recap_and_no_form(page: Page) -> None:
    choose_a_lost_card(page)
    name = page.locator('[data-champ="usager.nom_famille"]')
    name.fill("<b>SPECIMEN</b>")
    name.blur()
    page.emulate_media(media="print")
    recap = page.locator("#recapitulatif")
    expect(recap).to_be_visible()
    expect(recap).to_contain_text("<b>SPECIMEN</b>")
    expect(name).to_be_hidden()


def test_axe_finds_nothing_and_nothing_is_kept(page: Page) -> None:
    choose_a_lost_card(page)
    expect(page.locator("#prix")).not_to_be_empty()
    assert checks.violations(page) == []
    page.reload()
    expect(page.locator("#prix")).to_be_empty()
    assert (
        page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0
    )
