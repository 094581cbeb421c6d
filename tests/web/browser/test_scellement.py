"""The last screens in a browser: two windows, a pen, the seal, and the way back."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from simulators.faults import Fault
from tests.web.browser import entiers
from tests.web.browser.counter import ADULTE, opened

if TYPE_CHECKING:
    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web

LOOPS = tuple(
    (0.15 + 0.7 * n / 80 + 0.03 * cos(n * pi / 6), 0.5 + 0.25 * sin(n * pi / 6)) for n in range(81)
)
PARAPH = (LOOPS, ((0.2, 0.75), (0.5, 0.72), (0.85, 0.78)))
LINE = (tuple((0.2 + 0.6 * n / 40, 0.5) for n in range(41)),)


def test_the_applicant_confirms_and_signs_on_their_own_screen(visit: Visit) -> None:
    dossier = entiers.whole(visit, confirmed=False, captured=False)
    entiers.at(visit, dossier, "signature")
    screen = entiers.second(visit)
    expect(visit.page.locator("[data-second-ecran]")).to_have_text("ouvert")
    screen.get_by_role("button", name="je confirme").click()
    expect(visit.page.locator("#bloc-recapitulatif")).to_contain_text("Confirmé par l’usager")
    expect(screen.locator("#vue-usager")).to_have_attribute("data-moment", "SIGNATURE")
    entiers.sign(screen, PARAPH)
    screen.get_by_role("button", name="Valider").click()
    expect(screen.locator("#vue-usager")).to_have_attribute("data-moment", "MERCI")
    expect(visit.page.locator("#bloc-signature img")).to_be_visible()
    screen.close()
    expect(visit.page.locator("[data-second-ecran]")).to_have_text("fermé")


def test_a_line_is_no_signature_and_the_page_says_why(visit: Visit) -> None:
    dossier = entiers.whole(visit, captured=False)
    entiers.at(visit, dossier, "signature")
    entiers.sign(visit.page, LINE)
    visit.page.keyboard.press("Alt+v")
    expect(visit.page.locator("[data-pave-refus]")).to_contain_text("trait droit")
    visit.page.get_by_role("button", name="Garder ce tracé").click()
    visit.page.locator("#c-trace-raison").fill("Ne peut tracer qu’un trait.")
    visit.page.get_by_role("button", name="Garder avec").click()
    expect(visit.page.locator("#bloc-signature")).to_contain_text("Signature prise")
    entiers.sign(visit.page, PARAPH)
    visit.page.keyboard.press("Alt+v")
    expect(visit.page.locator("#bloc-signature")).to_contain_text("Signature prise")


def test_the_pad_tells_pressure_and_time(visit: Visit) -> None:
    dossier = entiers.whole(visit, captured=False)
    entiers.at(visit, dossier, "signature")
    entiers.sign(visit.page, PARAPH)
    with visit.page.expect_request("**/signature") as sent:
        visit.page.keyboard.press("Alt+v")
    body = sent.value.post_data_json
    assert body is not None
    traits = body["traits"]
    points = [point for trait in traits for point in trait]
    assert len(traits) == len(PARAPH)
    assert len({force for _, _, force, _ in points}) > 1
    times = [t for *_, t in points]
    assert times == sorted(times)
    assert times[-1] > times[0]


def test_a_capture_is_seen_by_the_applicant(visit: Visit) -> None:
    opened(visit, "empreintes", **ADULTE)
    screen = entiers.second(visit)
    expect(screen.locator("#vue-usager")).to_have_attribute("data-moment", "EMPREINTES")
    visit.laboratory.scanner.faults.arm(Fault.NEVER_PRESENT)
    visit.page.keyboard.press("F6")
    expect(screen.locator("#vue-usager")).to_have_attribute("data-moment", "CAPTURE")
    expect(screen.locator("#consigne")).to_contain_text("doigt")
    visit.page.locator("[data-action=arreter]").click()
    expect(screen.locator("#vue-usager")).to_have_attribute("data-moment", "EMPREINTES")


def test_locked_the_applicants_screen_is_black(visit: Visit) -> None:
    opened(visit, "etat-civil", usager__nom_famille="SPECIMEN")
    screen = entiers.second(visit)
    expect(screen.locator("#vue-usager")).to_contain_text("SPECIMEN")
    visit.page.keyboard.press("Control+l")
    expect(screen.locator("#vue-usager")).to_have_attribute("data-moment", "FERMEE")
    expect(screen.locator("body")).not_to_contain_text("SPECIMEN")
    visit.page.wait_for_url("**/connexion*")  # and a tab that is closed on its way there hangs


def test_sealed_once_by_a_double_click_and_never_editable_on_the_way_back(visit: Visit) -> None:
    dossier = entiers.whole(visit)
    entiers.at(visit, dossier, "etat-civil")
    other = visit.page.context.new_page()
    other.goto(f"{visit.station.url}/dossiers/{dossier}/adresse")
    visit.page.bring_to_front()
    visit.page.keyboard.press("F9")
    visit.page.wait_for_url("**/verification")
    visit.page.keyboard.press("F12")
    visit.page.wait_for_url("**/scellement")
    visit.page.locator("#pin").fill(visit.laboratory.pin)
    visit.page.get_by_role("button", name="Sceller").dblclick()
    visit.see("[data-scelle]")
    other.wait_for_url("**/scellement")  # the other window follows
    expect(other.locator("h1")).to_have_text("Dossier scellé")
    for _ in range(2):
        visit.page.go_back()
        expect(visit.page.locator("h1")).to_have_text("Dossier scellé")
        expect(visit.page.locator("[data-champ]")).to_have_count(0)
    expect(visit.page.locator("#bloc-envoi")).to_contain_text("accusé signé, vérifié")


def test_a_reason_is_kept_as_it_is_typed(visit: Visit) -> None:
    entiers.to_justify(visit)
    field = visit.page.locator("[data-justifier=PIECE_DOC_PHOTO] textarea")
    field.fill("Aucun document : tout a été perdu.")
    field.blur()
    expect(visit.page.locator("#bloc-bilan")).not_to_contain_text("à justifier")
    visit.page.reload()
    expect(field).not_to_be_visible()
    visit.page.locator("summary", has_text="1 motif donné").click()
    expect(field).to_have_value("Aucun document : tout a été perdu.")
