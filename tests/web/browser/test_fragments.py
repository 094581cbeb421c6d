"""A part of a page that is put in place of itself leaves the agent where they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.web.browser.visit import Visit

pytestmark = pytest.mark.web

_FOLDED = """<div id="essai"><p>{}</p><details><summary>Motifs donnés</summary>
<button>Modifier</button></details></div>"""
_PUT = "(html) => { document.querySelector('main').innerHTML = html; }"
_RENEW = """async (html) => {
  const { remplacer } = await import("/static/fragments.js");
  remplacer({ essai: html });
}"""


@pytest.fixture
def folded(visit: Visit) -> Visit:
    visit.open()
    visit.page.evaluate(_PUT, _FOLDED.format("avant"))
    return visit


def test_a_summary_that_has_the_focus_stays_folded(folded: Visit) -> None:
    folded.page.locator("#essai summary").focus()
    renew(folded)
    expect(folded.page.locator("#essai summary")).to_be_focused()
    expect(folded.page.locator("#essai button")).not_to_be_visible()


def test_a_summary_that_was_unfolded_stays_so(folded: Visit) -> None:
    folded.page.locator("#essai summary").press("Enter")
    renew(folded)
    expect(folded.page.locator("#essai summary")).to_be_focused()
    expect(folded.page.locator("#essai button")).to_be_visible()


def test_a_button_that_has_the_focus_is_still_shown(folded: Visit) -> None:
    folded.page.locator("#essai summary").press("Enter")
    folded.page.locator("#essai button").focus()
    renew(folded)
    expect(folded.page.locator("#essai button")).to_be_focused()
    expect(folded.page.locator("#essai button")).to_be_visible()


def renew(visit: Visit) -> None:
    visit.page.evaluate(_RENEW, _FOLDED.format("après"))
    expect(visit.page.locator("#essai p")).to_have_text("après")
