"""What the pages count of the hands: each intention once, by keys or by the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from station.mesures.gestes import Ligne, lignes
from tests.web.browser.counter import opened
from tests.web.browser.served import until

if TYPE_CHECKING:
    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web


def test_an_intention_is_one_act_whatever_it_takes(visit: Visit) -> None:
    dossier = opened(visit, "etat-civil")
    page = visit.page
    page.locator('[data-champ="usager.nom_famille"]').click()
    page.keyboard.type("SPECIMEN")
    page.keyboard.press("Enter")
    page.keyboard.type("Anne")
    page.locator('[data-champ="usager.sexe"]').first.focus()
    page.keyboard.press("Space")
    page.get_by_role("link", name="Vérifier").click()
    page.wait_for_url("**/verification")
    told = noted(visit, dossier, "etat-civil")
    assert told.actes == 4  # two texts, a choice, a link; Enter only goes on
    assert told.touches == len("SPECIMEN") + 1 + len("Anne") + 1
    assert (told.clics, told.pointages, told.mains) == (2, 2, 3)


def test_a_shortcut_is_one_act_and_waiting_is_told(visit: Visit) -> None:
    dossier = opened(visit, "photo")
    page = visit.page
    page.keyboard.press("F8")
    visit.see("#photo-portrait img")
    page.keyboard.press("Alt+5")
    page.wait_for_url("**/adresse")
    told = noted(visit, dossier, "photo")
    assert (told.actes, told.touches) == (2, 3)
    assert told.attente_ms > 0


def noted(visit: Visit, dossier: str, ecran: str) -> Ligne:
    """What was told of this screen, as soon as its page has gone."""
    path = visit.station.config.parent / "data" / "mesures.jsonl"

    def look() -> Ligne | None:
        mine = (line for line in lignes(path) if str(line.dossier) == dossier)
        return next((line for line in mine if line.ecran == ecran), None)

    return until(look, f"nothing is told of {ecran}")
