"""Documents by keys: scanned, a file brought, a blurred page refused then kept with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from simulators import sheets
from simulators.faults import Fault
from tests.web.browser.counter import opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web

FIRST = {"demande__cni": "oui", "demande__cni__motif": "PREMIERE_DEMANDE"}


def test_a_document_is_scanned_and_its_date_typed(visit: Visit) -> None:
    opened(visit, "pieces", **FIRST)
    page = visit.page
    page.keyboard.press("F4")
    expect(page.locator(".pages > li")).to_have_count(3)
    expect(page.locator("[data-texte]")).to_contain_text("3 pages gardées.")
    expect(page.locator("#numeriser")).to_be_focused()  # and not the button that takes all away
    page.locator("#ref-delivree_le").fill("32/01/2026")
    page.keyboard.press("Tab")
    expect(page.locator("#ref-delivree_le")).to_have_attribute("aria-invalid", "true")
    page.locator("#ref-delivree_le").fill("01/11/2026")
    page.keyboard.press("Tab")
    expect(page.locator("label", has=page.locator("#piece-ACTE_NAISSANCE"))).to_contain_text(
        "conforme"
    )


def test_a_blurred_file_is_refused_then_kept_with_a_reason(visit: Visit, tmp_path: Path) -> None:
    sheet = sheets.page("ACTE DE NAISSANCE", ("copie integrale", "SPECIMEN Anne"))
    path = tmp_path / "acte.png"
    path.write_bytes(sheets.png(np.asarray(cv2.GaussianBlur(sheet, (0, 0), 5), np.uint8)))
    opened(visit, "pieces", **FIRST)
    page = visit.page
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator("#pieces-piece")).to_contain_text("Page refusée.")
    expect(page.locator(".pages > li")).to_have_count(0)
    page.keyboard.press("Control+G")
    page.keyboard.type("Seul exemplaire, original illisible.")
    page.keyboard.press("F10")
    expect(page.locator(".pages > li")).to_have_count(1)
    expect(page.locator("#pieces-piece")).to_contain_text("Motif : Seul exemplaire")


def test_a_scanner_that_is_unplugged_costs_one_scan(visit: Visit) -> None:
    scanner = visit.laboratory.pages
    scanner.faults.arm(Fault.UNPLUG, after=2)  # its capabilities and its state are asked first
    opened(visit, "pieces", **FIRST)
    page = visit.page
    page.keyboard.press("F4")
    expect(page.locator("[data-texte]")).to_contain_text("DEV-")
    expect(page.locator(".pages > li")).to_have_count(0)
    scanner.replug()
    page.keyboard.press("F4")
    expect(page.locator(".pages > li")).to_have_count(3)


def test_fields_typed_in_one_go_are_all_kept(visit: Visit) -> None:
    dossier = opened(visit, "pieces", **FIRST)
    page = visit.page
    page.locator("#ref-delivree_le").click()
    page.keyboard.type("01/11/2026")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("ACTE 12")
    page.keyboard.press("F3")
    page.wait_for_url("**/photo")
    page.goto(f"{visit.station.url}/dossiers/{dossier}/pieces")
    expect(page.locator("#ref-delivree_le")).to_have_value("01/11/2026")
    expect(page.locator("#ref-numero")).to_have_value("ACTE 12")


def test_arrows_in_the_list_end_where_they_end(visit: Visit) -> None:
    opened(visit, "pieces", **FIRST)
    page = visit.page
    page.locator("#piece-ACTE_NAISSANCE").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#pieces-piece h2").first).to_have_text("Attestation d’hébergement")
