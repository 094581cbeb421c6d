"""The portrait by keys: a bad one is replaced; a scanner that is unplugged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from simulators.faults import Fault
from tests.web.browser.counter import opened

if TYPE_CHECKING:
    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web


def test_a_bad_photograph_is_replaced_by_a_good_one(visit: Visit, model_folder: object) -> None:
    assert model_folder
    scanner = visit.laboratory.pages
    good = scanner.glass
    assert good is not None
    scanner.glass = replace(
        good, pixels=np.asarray(cv2.GaussianBlur(good.pixels, (0, 0), 12), np.uint8)
    )
    try:
        opened(visit, "photo")
        visit.page.keyboard.press("F8")
        expect(visit.page.locator("#photo-portrait")).to_contain_text("pas encore gardée")
        expect(visit.page.locator("#photo-regles")).to_contain_text("Refusé")
    finally:
        scanner.glass = good
    visit.page.keyboard.press("F8")
    expect(visit.page.locator("#photo-portrait")).to_contain_text("gardée dans le dossier")
    expect(visit.page.locator("[data-texte]")).to_contain_text("Photo gardée")


def test_the_questions_of_a_portrait_are_answered_by_one_key(
    visit: Visit, model_folder: object
) -> None:
    assert model_folder
    opened(visit, "photo")
    visit.page.keyboard.press("F8")
    rules = visit.page.locator("#photo-regles")
    expect(rules).to_contain_text("Tout est conforme")
    expect(rules).to_contain_text("Question – Tête nue")
    visit.page.keyboard.press("Alt+c")
    expect(rules).to_contain_text("Question – Tête nue – répondu")
    expect(rules).not_to_contain_text("Tout est conforme")
    visit.page.goto(visit.page.url.replace("/photo", "/verification"))
    expect(visit.page.locator("[data-constat=VISAGE_TETE_COUVERTE]")).to_contain_text("motif donné")


def test_a_scanner_that_is_unplugged_costs_one_scan(visit: Visit) -> None:
    scanner = visit.laboratory.pages
    scanner.faults.arm(Fault.UNPLUG, after=2)  # its capabilities and its state are asked first
    opened(visit, "photo")
    visit.page.keyboard.press("F8")
    expect(visit.page.locator("[data-texte]")).to_contain_text("DEV-")
    expect(visit.page.locator(".portrait.manque")).to_be_visible()
    scanner.replug()
    visit.page.keyboard.press("F8")
    expect(visit.page.locator("#photo-portrait")).to_contain_text("Qualité")
