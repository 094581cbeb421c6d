"""Prints by keys: a finger that is missing, one that is bandaged, one that is refused, a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from simulators.faults import Fault
from simulators.prints import Conditions
from station.capture import Finger
from tests.web.browser.counter import ADULTE, opened

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web

INDEX = Finger.RIGHT_INDEX


def passed(page: Page, rank: int) -> None:
    """Pass over the finger shown, for the reason of this rank, by keys alone."""
    page.keyboard.press("Control+D")
    page.locator("#passer[open] input").nth(rank).focus()
    page.keyboard.press("Space")
    page.keyboard.press("F10")


def test_one_finger_is_missing_and_the_next_one_bandaged(visit: Visit) -> None:
    opened(visit, "empreintes", **ADULTE)
    page = visit.page
    passed(page, 0)
    expect(page.locator("#empreintes-doigt .carte-tete h2")).to_have_text("Majeur droit")
    passed(page, 1)
    expect(page.locator("#empreintes-doigt .carte-tete h2")).to_have_text("Annulaire droit")
    page.keyboard.press("F6")
    expect(page.locator("#empreintes-doigt .carte-tete h2")).to_have_text("Index gauche")
    page.keyboard.press("F6")
    expect(page.locator("#empreintes-doigt .carte-tete h2")).to_have_text("Empreintes prises")
    said = page.locator("#empreintes-mains").inner_text()
    assert "doigt absent" in said
    assert "blessure temporaire" in said


def test_a_refused_print_is_kept_with_a_reason(visit: Visit) -> None:
    laboratory = visit.laboratory
    laboratory.scanner.present(INDEX, laboratory.person.print_of(INDEX, Conditions(fill=0.3)))
    try:
        opened(visit, "empreintes", **ADULTE)
        page = visit.page
        page.keyboard.press("F6")
        expect(page.locator(".verdict")).to_contain_text("à refaire")
    finally:
        laboratory.scanner.present(INDEX, laboratory.person.finger(INDEX))
    page.keyboard.press("Control+G")
    page.keyboard.type("Peau abîmée, un seul essai possible.")
    page.keyboard.press("F10")
    expect(page.locator("#annonces")).to_contain_text("gardée avec son motif")


def test_a_scanner_that_dies_in_the_middle_costs_one_capture(visit: Visit) -> None:
    visit.laboratory.scanner.faults.arm(Fault.NEVER_PRESENT)
    opened(visit, "empreintes", **ADULTE)
    page = visit.page
    page.keyboard.press("F6")
    expect(page.locator("[data-direct]")).to_have_attribute("data-etat", "en-cours")
    expect(page.locator("[data-texte]")).to_contain_text("Posez le doigt")
    visit.station.kill_worker("empreintes")
    expect(page.locator("[data-texte]")).to_contain_text("DEV-")
    visit.laboratory.scanner.faults.disarm()
    page.keyboard.press("F6")
    expect(page.locator("[data-texte]")).to_contain_text("Index droit : bonne.")


def test_a_capture_is_stopped_by_a_key(visit: Visit) -> None:
    visit.laboratory.scanner.faults.arm(Fault.NEVER_PRESENT)
    opened(visit, "empreintes", **ADULTE)
    visit.page.keyboard.press("F6")
    expect(visit.page.locator("[data-texte]")).to_contain_text("Posez le doigt")
    visit.page.keyboard.press("F7")
    expect(visit.page.locator("[data-texte]")).to_contain_text("CAP-002")
