"""The server, the browser, or both killed in the middle of a dossier: nothing lost, same place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from simulators.faults import Fault
from tests.web.browser import chromium, entiers, prises
from tests.web.browser.counter import login, opened
from tests.web.browser.visit import AWAY, visiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web

KEPT = "#photo-portrait:has-text('gardée dans le dossier')"


class Killed(StrEnum):
    """What gets SIGKILL."""

    SERVER = "server"
    BROWSER = "browser"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a dossier: how an agent gets there, and what is seen there afterwards."""

    ecran: str
    go: Callable[[Visit], None]
    seen: str  # a selector

    def __str__(self) -> str:
        return self.ecran


def _typed(visit: Visit) -> None:
    opened(visit, "etat-civil")
    visit.page.locator("#c-usager-nom_famille").press_sequentially("SPECIMEN")
    visit.see("body[data-enregistrement=fait]")
    visit.page.locator("#c-usager-prenoms").focus()


def _scanned(visit: Visit) -> None:
    prises.documents_scanned(visit)
    visit.see(".lues")


def _one_finger(visit: Visit) -> None:
    prises.hands(visit)
    visit.page.keyboard.press("F6")
    visit.see("[data-texte]:text('bonne')")


def _under_way(visit: Visit) -> None:
    _one_finger(visit)
    visit.laboratory.scanner.faults.arm(Fault.NEVER_PRESENT)
    visit.page.keyboard.press("F6")
    visit.see("[data-direct][data-etat=en-cours]")


def _photo(visit: Visit) -> None:
    prises.portrait_taken(visit)
    visit.see(KEPT)


def _signed(visit: Visit) -> None:
    dossier = entiers.whole(visit, captured=False)
    entiers.at(visit, dossier, "signature")
    visit.see("#bloc-recapitulatif:has-text('Confirmé')")


MOMENTS = (
    Moment("etat-civil", _typed, "#c-usager-nom_famille"),
    Moment("pieces", _scanned, "#piece-JUSTIF_DOMICILE:checked"),
    Moment("photo", _photo, KEPT),
    Moment("empreintes", _one_finger, "#doigt-7:checked"),
    Moment("empreintes", _under_way, "#doigt-7:checked"),
    Moment("signature", _signed, "#bloc-recapitulatif:has-text('Confirmé')"),
)
_PLAIN = [(moment, Killed.SERVER) for moment in MOMENTS]
_WORSE = [
    (MOMENTS[1], Killed.BROWSER),
    (MOMENTS[3], Killed.BROWSER),
    (MOMENTS[0], Killed.MACHINE),
    (MOMENTS[5], Killed.MACHINE),
]


def crash(killed: Killed, lost: Visit, browser: Browser) -> None:
    """SIGKILL; what was killed of the station is started again, as the service manager does."""
    if killed is not Killed.SERVER:
        chromium.kill(browser)
    if killed is not Killed.BROWSER:
        lost.station.kill()
        lost.station.start()


@pytest.mark.parametrize(("moment", "killed"), _PLAIN + _WORSE, ids=str)
def test_a_dossier_is_taken_up_where_it_was(
    moment: Moment, killed: Killed, visit: Visit, doomed: Browser
) -> None:
    with visiting(doomed, visit.station, visit.laboratory) as lost:
        lost.watch.forgive(AWAY)
        moment.go(lost)
        place = lost.page.url
        crash(killed, lost, doomed)
        visit.laboratory.scanner.faults.disarm()
        after = lost
        if killed is not Killed.SERVER:
            after = visit
            after.open("/connexion")
        after.see("#pin:focus")  # an open page goes there by itself
        after.page.wait_for_load_state()  # and takes Enter once it is loaded
        after.page.keyboard.type(visit.laboratory.pin)
        after.page.keyboard.press("Enter")
        after.see(moment.seen)
        assert after.page.url == place


def test_what_is_typed_while_the_server_is_away_waits_for_the_pin(visit: Visit) -> None:
    opened(visit, "etat-civil", usager__prenoms="Éloïse")
    name, pin = visit.page.locator("#c-usager-nom_famille"), visit.page.locator("#reconnexion-pin")
    visit.watch.forgive(f"{AWAY}|409")
    visit.station.kill()
    name.press_sequentially("SPECIMEN")
    expect(visit.page.locator("#annonces")).to_contain_text("La station ne répond pas")
    visit.station.start()
    expect(pin).to_be_focused()
    pin.fill("000000")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#reconnexion-dit")).to_contain_text("CRT-")
    pin.fill(visit.laboratory.pin)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#reconnexion")).not_to_be_visible()
    visit.page.reload()
    expect(name).to_have_value("SPECIMEN")
    expect(visit.page.locator("#c-usager-prenoms")).to_have_value("Éloïse")


def test_a_seal_cut_short_is_sealed_once(visit: Visit) -> None:
    dossier = entiers.whole(visit)
    entiers.at(visit, dossier, "scellement")
    visit.watch.forgive(AWAY)
    visit.page.locator("#pin").fill(visit.laboratory.pin)
    visit.page.keyboard.press("F12")
    visit.station.kill()
    visit.page.goto("about:blank")  # the page would go to the login by itself, some time
    visit.station.start()
    login(visit)
    entiers.at(visit, dossier, "scellement")
    if visit.page.locator("#pin").is_visible():  # it was cut before the seal: once more
        entiers.seal(visit)
    visit.see("#bloc-envoi[data-final=oui]")
    taken = [name for name, _ in visit.laboratory.cert.centre.store.dossiers()]
    assert taken.count(dossier) == 1
