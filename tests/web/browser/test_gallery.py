"""Every macro in a real browser, under the policy of the station; communes come over HTTP."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from station.api import security
from station.web.static_files import FILES
from tests import galerie
from tests.web.browser import checks
from tests.web.browser.chromium import PATIENCE
from tests.web.browser.keyboard import Keyboard
from tests.web.browser.visit import VIEWPORT, Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

PAGES = {
    "/galerie": galerie.galerie,
    "/declaration": galerie.declaration,
    "/connexion": galerie.connexion,
    "/usager": galerie.usager,
}
COMMUNES = (
    {"code": "38185", "libelle": "Grenoble", "precision": "Isère"},
    {"code": "70274", "libelle": "Grenant-lès-Specimen", "precision": "Haute-Saône"},
    {"code": "93066", "libelle": "Saint-Denis", "precision": "Seine-Saint-Denis"},
    {"code": "97411", "libelle": "Saint-Denis", "precision": "La Réunion"},
)


class Answers(BaseHTTPRequestHandler):
    """Pages, static files and communes; the headers are those of the station."""

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path in PAGES:
            self._send(200, "text/html; charset=utf-8", PAGES[asked.path]().encode())
        elif (name := asked.path.removeprefix("/static/")) in FILES:
            self._send(200, FILES[name].media_type, FILES[name].content)
        elif asked.path == "/api/communes":
            self._communes(parse_qs(asked.query)["q"][0].lower())
        else:
            self._json(423, {"code": "AGT-001", "message": "session verrouillée", "remede": ""})

    def _communes(self, q: str) -> None:
        assert self.headers["X-Station-Token"] == "jeton-de-test"
        self._json(200, [one for one in COMMUNES if one["libelle"].lower().startswith(q)])

    def _json(self, status: int, content: object) -> None:
        self._send(status, "application/json", json.dumps(content).encode())

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in {**security._HEADERS, "Content-Type": kind}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal of the tests."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    width, height = VIEWPORT
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="fr-FR", base_url=site
    )
    watch = Watch()
    watch.follow(context)
    watch.forgive(r"423 \(Locked\)")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()
    assert watch.unforgiven() == []


@pytest.fixture
def gallery(page: Page) -> Page:
    page.goto("/galerie")
    return page


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing(page: Page, path: str, colours: str) -> None:
    page.goto(path)
    with checks.scheme(page, colours):
        assert checks.violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_when_enlarged_or_narrow(page: Page, path: str) -> None:
    page.goto(path)
    with checks.zoomed(page):
        assert checks.overflowing(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert checks.overflowing(page) == []
    assert checks.moving(page) == []


@pytest.mark.parametrize("back", [False, True])
def test_the_keyboard_reaches_everything(gallery: Page, back: bool) -> None:
    assert Keyboard(gallery).walk(back=back) > 30


def test_a_key_clicks_the_button_that_shows_it(gallery: Page) -> None:
    button = gallery.get_by_role("button", name="Empreinte F6")
    button.evaluate("button => button.addEventListener('click', () => button.dataset.heard = 1)")
    gallery.get_by_label("Prénoms").focus()
    gallery.keyboard.press("F6")
    expect(button).to_have_attribute("data-heard", "1")
    expect(button).to_be_focused()


def test_a_digit_of_any_keyboard_goes_to_the_screen(gallery: Page) -> None:
    azerty = "{ key: '(', code: 'Digit5', altKey: true, bubbles: true, cancelable: true }"
    with gallery.expect_request("**/ecran/5"):
        gallery.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {azerty}))")


def test_enter_goes_through_the_fields_and_never_sends_them(gallery: Page) -> None:
    gallery.get_by_label("Prénoms").focus()
    gallery.keyboard.press("Enter")
    expect(gallery.get_by_label("Nom d’usage")).to_be_focused()
    gallery.get_by_label("Féminin").focus()
    gallery.keyboard.press("Enter")
    expect(gallery.get_by_label("Taille")).to_be_focused()


def test_what_is_chosen_gives_its_code_and_the_next_field(gallery: Page) -> None:
    commune = gallery.get_by_label("Commune de naissance", exact=True).first
    commune.fill("gren")
    gallery.get_by_role("option").nth(1).wait_for()
    gallery.keyboard.press("ArrowDown")
    gallery.keyboard.press("ArrowDown")
    assert commune.get_attribute("aria-activedescendant") is not None
    gallery.keyboard.press("Enter")
    expect(commune).to_have_value("Grenant-lès-Specimen")
    expect(gallery.locator("[data-code]").first).to_have_value("70274")
    expect(gallery.get_by_label("Pays de naissance").first).to_be_focused()


@pytest.mark.parametrize(
    ("typed", "code"), [("GRENOBLE", "38185"), ("Saint-Denis", ""), ("Nulle-Part", "")]
)
def test_only_one_place_of_that_name_is_taken_as_typed(
    gallery: Page, typed: str, code: str
) -> None:
    commune = gallery.get_by_label("Commune de naissance", exact=True).first
    with gallery.expect_response("**/api/communes**"):
        commune.fill(typed)
        gallery.keyboard.press("Tab")
    expect(gallery.locator("[data-code]").first).to_have_value(code)


def test_axe_finds_nothing_in_an_open_list_or_dialog(gallery: Page) -> None:
    gallery.get_by_label("Commune de naissance", exact=True).first.fill("saint")
    gallery.get_by_role("option").nth(1).wait_for()
    gallery.keyboard.press("ArrowDown")
    assert checks.violations(gallery) == []
    gallery.keyboard.press("Escape")
    gallery.get_by_role("button", name="Passer ce doigt…").click()
    assert checks.violations(gallery) == []


def test_a_dialog_keeps_what_was_typed(gallery: Page) -> None:
    opener = gallery.get_by_role("button", name="Passer ce doigt…")
    opener.click()
    gallery.get_by_label("Blessure temporaire").check()
    gallery.keyboard.press("Escape")
    expect(gallery.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    expect(gallery.get_by_label("Blessure temporaire")).to_be_checked()


def test_enter_stays_in_the_dialog(gallery: Page) -> None:
    gallery.get_by_role("button", name="Passer ce doigt…").click()
    gallery.get_by_label("Blessure temporaire").check()
    gallery.keyboard.press("Enter")
    expect(gallery.get_by_role("button", name="Passer ce doigt", exact=True)).to_be_focused()


def test_what_cannot_be_done_has_no_key(gallery: Page) -> None:
    button = gallery.get_by_role("button", name="Sceller F12")
    button.evaluate("button => button.addEventListener('click', () => button.dataset.heard = 1)")
    gallery.keyboard.press("F12")
    assert button.get_attribute("data-heard") is None


def test_behind_a_dialog_no_key_of_the_page_works(gallery: Page) -> None:
    gallery.get_by_role("button", name="Passer ce doigt…").click()
    gallery.keyboard.press("F9")
    expect(gallery.get_by_role("dialog")).to_be_visible()
    assert gallery.url.endswith("/galerie")


def test_a_click_on_a_drawn_finger_is_one_on_its_button(gallery: Page) -> None:
    gallery.locator("[data-doigt='3'] path").click(position={"x": 12, "y": 20})
    expect(gallery.get_by_label("Majeur droit")).to_be_checked()
    expect(gallery.locator("[data-doigt='3']")).to_have_class("doigt d-a_prendre d-actif")


def test_a_locked_station_leads_to_the_login_and_back(gallery: Page) -> None:
    call = "import('/static/api.js').then(({ lire }) => lire('/api/dossier').catch(() => 0))"
    gallery.evaluate(f"{call} && undefined")
    gallery.wait_for_url("**/connexion?retour=%2Fgalerie")
