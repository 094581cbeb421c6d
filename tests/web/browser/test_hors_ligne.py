"""A day without a line: what was fetched in the morning serves, three dossiers wait and then go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from simulators.lab import Laboratory
from simulators.people import Person
from tests.pdfa import faults
from tests.web import dossier_entier
from tests.web.agents import fill
from tests.web.browser import entiers
from tests.web.browser.counter import login
from tests.web.browser.keyboard import Keyboard
from tests.web.browser.served import Served
from tests.web.browser.test_adulte import (
    confirm_what_was_typed_at_home,
    open_appointment,
    open_receipt,
)
from tests.web.browser.visit import AWAY, visiting

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web

BACK = 90_000  # ms until everything has gone, once the line is back


def test_three_dossiers_of_a_day_without_a_line_arrive_once_each(
    browser: Browser, model_folder: Path, tmp_path: Path
) -> None:
    assert model_folder
    with (
        Laboratory(tmp_path / "lab") as laboratory,
        Served(laboratory.config) as station,
        visiting(browser, station, laboratory) as visit,
    ):
        visit.watch.forgive(AWAY)
        keys = Keyboard(visit.page)
        login(visit)
        visit.page.wait_for_url("**/accueil")
        expect(visit.page.locator("#rendez-vous")).to_contain_text("rendez-vous, liste de")
        cut(laboratory)
        sealed = [from_the_copy_of_the_day(visit, keys)]
        waiting(visit, 1)
        laboratory.seat(Person(41))
        sealed.append(new(visit, keys, "F8"))  # at somebody's home, the portrait by the camera
        waiting(visit, 2)
        visit.page.goto("about:blank")
        station.restart()
        login(visit)
        visit.page.wait_for_url("**/accueil")
        waiting(visit, 2)
        laboratory.seat(Person(42))
        sealed.append(new(visit, keys, "F7"))
        waiting(visit, 3)
        restore(laboratory)
        liaison = visit.page.locator(".liaison")
        expect(liaison).to_contain_text("rien à envoyer", timeout=BACK)
        expect(liaison).to_contain_text("En ligne")
        for dossier in sealed:
            visit.page.goto(f"{station.url}/suivi/{dossier}")
            expect(visit.page.locator("#historique")).to_contain_text("Accusé de réception")
        taken = sorted(dossier for dossier, _ in laboratory.cert.centre.store.dossiers())
        assert taken == sorted(sealed)
        assert station.tracebacks() == ""


def cut(laboratory: Laboratory) -> None:
    """Neither the CERT nor the pre-demandes can be reached."""
    for service in (laboratory.cert, laboratory.predemandes):
        service.line.cut()


def restore(laboratory: Laboratory) -> None:
    """Both can."""
    for service in (laboratory.cert, laboratory.predemandes):
        service.line.restore()


def from_the_copy_of_the_day(visit: Visit, keys: Keyboard) -> str:
    """The first appointment, whose pre-demande was kept in the morning."""
    open_appointment(visit, keys)
    confirm_what_was_typed_at_home(visit, keys)
    return finished(visit, keys)


def new(visit: Visit, keys: Keyboard, key: str) -> str:
    """A dossier begun by `key` of the home page, without a pre-demande."""
    visit.page.goto(f"{visit.station.url}/accueil")
    keys.press(key)
    visit.page.wait_for_url("**/ouverture")
    dossier = number(visit)
    with entiers.speaking(visit) as client:
        for nom, valeur in dossier_entier.typed(visit.laboratory.person).items():
            assert fill(client, dossier, nom, valeur).is_success
    return finished(visit, keys)


def finished(visit: Visit, keys: Keyboard) -> str:
    """Captured, confirmed, sealed; the receipt is printed without a line."""
    dossier = number(visit)
    with entiers.speaking(visit) as client:
        dossier_entier.capture_all(client, dossier, visit.laboratory)
        dossier_entier.confirm(client, dossier)
    entiers.at(visit, dossier, "scellement")
    entiers.seal(visit)
    expect(visit.page.locator("#bloc-envoi")).to_contain_text("Le centre ne répond pas")
    assert faults(open_receipt(visit, keys)) == []
    return dossier


def waiting(visit: Visit, count: int) -> None:
    """The bar of every page says that there is no line, how many wait and since when."""
    visit.page.goto(f"{visit.station.url}/accueil")
    liaison = visit.page.locator(".liaison")
    expect(liaison).to_contain_text("Hors ligne")
    expect(liaison).to_contain_text(f"{count} à envoyer, depuis")


def number(visit: Visit) -> str:
    """The dossier of the page."""
    return visit.page.url.split("/dossiers/")[1].split("/")[0]
