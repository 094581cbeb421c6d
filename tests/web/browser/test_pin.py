"""The PIN of the agent's card, in each of the three places that ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.web.browser import entiers
from tests.web.browser.counter import opened
from tests.web.browser.keyboard import Keyboard
from tests.web.browser.visit import AWAY

if TYPE_CHECKING:
    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web

WRONG = "000000"


def test_the_last_try_is_asked_for_at_the_login(visit: Visit) -> None:
    visit.open("/connexion")
    spend_it(visit, "#connexion", "Enter")
    visit.see("#etat")


def test_the_last_try_is_asked_for_after_a_restart(visit: Visit) -> None:
    opened(visit, "etat-civil")
    name = visit.page.locator("#c-usager-nom_famille")
    visit.watch.forgive(AWAY)
    visit.station.kill()
    name.press_sequentially("SPECIMEN")
    visit.station.start()
    spend_it(visit, "#reconnexion form", "Enter")
    expect(visit.page.locator("#reconnexion")).not_to_be_visible()
    visit.page.wait_for_load_state()
    expect(name).to_have_value("SPECIMEN")


def test_the_last_try_is_asked_for_at_the_seal(visit: Visit) -> None:
    entiers.ready("scellement")(visit)
    spend_it(visit, "#scellement", "F12")
    visit.see("[data-scelle]")


def spend_it(visit: Visit, form: str, key: str) -> None:
    """Two wrong codes; the right one is not tried before the box says that it may be."""
    visit.watch.forgive(f"{AWAY}|409")
    typed, keys = visit.page.locator(f"{form} [data-pin]"), Keyboard(visit.page)
    box = visit.page.locator(f"{form} input[type=checkbox]")
    expect(typed).to_be_focused()
    visit.page.wait_for_load_state()
    for pin in (WRONG, WRONG, visit.laboratory.pin):
        expect(box).not_to_be_visible()
        submit(visit, keys, pin, key)
        expect(typed).to_be_focused()
        expect(typed).to_have_value("")
    expect(box).to_be_visible()
    keys.write(visit.laboratory.pin)
    keys.to(box)
    keys.press("Space", key)


def submit(visit: Visit, keys: Keyboard, pin: str, key: str) -> None:
    """Type and send it; the station has refused when this returns."""
    keys.write(pin)
    with visit.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        keys.press(key)
    assert not answer.value.ok
