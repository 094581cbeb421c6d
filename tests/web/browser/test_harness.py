"""The checks themselves, each on something that is wrong, and what the tests may break."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, expect

from tests.web.browser import checks, chromium
from tests.web.browser.keyboard import Keyboard
from tests.web.browser.visit import Visit, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from simulators.lab import Laboratory
    from tests.web.browser.served import Served

pytestmark = pytest.mark.web


def spoil(visit: Visit, html: str) -> None:
    """Put `html` on the page of the devices; styles go by the DOM, which the policy allows."""
    visit.open()
    visit.see("#appareils tr")
    visit.page.evaluate(
        "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", html
    )


def style(visit: Visit, selector: str, **said: str) -> None:
    visit.page.locator(selector).evaluate("(e, said) => Object.assign(e.style, said)", said)


def test_axe_sees_a_field_without_a_label(visit: Visit) -> None:
    spoil(visit, "<input>")
    assert [found.split(":")[0] for found in checks.violations(visit.page)] == ["label"]


def test_axe_sees_grey_on_grey_in_one_scheme_only(visit: Visit) -> None:
    spoil(visit, "<p id=gris>texte</p>")
    style(visit, "#gris", color="light-dark(#999, #fff)", background="light-dark(#fff, #000)")
    for scheme, found in (("dark", []), ("light", ["color-contrast"])):
        with checks.scheme(visit.page, scheme):
            said = checks.violations(visit.page)
        assert [one.split(":")[0] for one in said] == found


def test_a_focus_that_is_not_seen_is_an_error(visit: Visit) -> None:
    spoil(visit, "")
    before = Keyboard(visit.page).walk()
    spoil(visit, "<button id=un>un</button><button id=deux>deux</button>")
    assert Keyboard(visit.page).walk() == before + 2
    style(visit, "#deux", outline="none")
    with pytest.raises(AssertionError, match="not seen"):
        Keyboard(visit.page).to(visit.page.get_by_role("button", name="deux"))


def test_a_control_that_tab_misses_is_an_error(visit: Visit) -> None:
    spoil(visit, "<button id=un>un</button><a href='/' id=deux>deux</a>")
    visit.page.locator("#deux").evaluate(
        "e => document.addEventListener('focusin', ({target}) => target === e && e.blur())"
    )
    with pytest.raises(AssertionError, match="not reached"):
        Keyboard(visit.page).walk()


def test_what_is_too_wide_at_200_percent_is_found(visit: Visit) -> None:
    spoil(visit, "<div id=boite><p id=large>texte</p></div>")
    style(visit, "#boite", display="grid")
    style(visit, "#large", width="700px", maxWidth="none")
    assert checks.overflowing(visit.page) == []
    with checks.zoomed(visit.page):
        assert checks.overflowing(visit.page)[0] == "the page scrolls"
    style(visit, "#boite", overflow="auto", maxWidth="300px")
    with checks.zoomed(visit.page):
        assert checks.overflowing(visit.page) == []


def test_what_moves_in_spite_of_the_wish_is_found(visit: Visit) -> None:
    spoil(visit, "<p id=glisse>texte</p>")
    visit.page.locator("#glisse").evaluate(
        "e => e.style.setProperty('transition', 'color 1s', 'important')"
    )
    assert len(checks.moving(visit.page)) == 1


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("() => console.error('faute')", "faute"),
        ("() => { setTimeout(() => { throw new Error('jamais prise'); }) }", "jamais prise"),
        ("() => document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')",
         "Content Security Policy"),
        ("() => { new Image().src = 'http://site.example/' }",
         "another host|Content Security Policy"),
        ("() => { location.href = 'http://site.example/' }", "another host"),
    ],
)  # fmt: skip
def test_the_watch_hears_what_goes_wrong(visit: Visit, deed: str, said: str) -> None:
    visit.open()
    visit.see("#appareils tr")
    assert visit.watch.unforgiven() == []
    visit.page.evaluate(deed)
    visit.page.wait_for_timeout(300)  # ms; the console is heard a little later
    assert visit.watch.unforgiven()
    visit.watch.forgive(said)
    assert visit.watch.unforgiven() == []


def test_the_page_of_devices_comes_back_after_the_station_was_killed(
    visit: Visit, station: Served
) -> None:
    visit.open()
    visit.see("#appareils tr")
    visit.watch.forgive("ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|401")
    station.kill()
    expect(visit.page.locator("#file")).to_contain_text("Station injoignable")
    station.start()
    visit.open()
    visit.see("#appareils tr")


def test_a_device_whose_process_is_killed_is_started_again(visit: Visit, station: Served) -> None:
    visit.open()
    visit.see("#appareils tr")
    station.kill_worker("photo")
    visit.page.reload()
    visit.see("#appareils tr:has-text('photo'):has-text('prêt')")


def test_a_killed_browser_leaves_the_station_at_work(
    doomed: Browser, visit: Visit, station: Served, laboratory: Laboratory
) -> None:
    with visiting(doomed, station, laboratory) as lost:
        lost.open()
        lost.see("#appareils tr")
        chromium.kill(doomed)
        with pytest.raises(Error, match="closed"):
            lost.page.reload()
    visit.open()
    visit.see("#appareils tr")
