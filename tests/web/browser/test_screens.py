"""Every screen: WCAG 2.1 A and AA in both colours, keyboard, zoom, motion, console, hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.browser import checks
from tests.web.browser.keyboard import Keyboard
from tests.web.browser.screens import SCREENS, Screen
from tests.web.browser.visit import Visit, visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from simulators.lab import Laboratory
    from tests.web.browser.served import Served

pytestmark = pytest.mark.web


@pytest.fixture(scope="module", params=SCREENS, ids=lambda screen: screen.name)
def screen(
    request: pytest.FixtureRequest, browser: Browser, _served: Served, laboratory: Laboratory
) -> Iterator[Visit]:
    """A tab that stands on the screen; the checks change nothing, so that they share it."""
    wanted: Screen = request.param
    if not _served.running:
        _served.start()
    with visiting(browser, _served, laboratory) as visit:
        wanted.reach(visit)
        yield visit


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(screen: Visit, scheme: str) -> None:
    with checks.scheme(screen.page, scheme):
        assert checks.violations(screen.page) == []


def test_every_control_is_reached_by_keys_and_shows_its_focus(screen: Visit) -> None:
    keyboard = Keyboard(screen.page)
    assert keyboard.walk() == keyboard.walk(back=True)


def test_at_200_percent_nothing_scrolls_sideways(screen: Visit) -> None:
    with checks.zoomed(screen.page):
        assert checks.overflowing(screen.page) == []
        assert checks.violations(screen.page) == []


def test_nothing_moves_for_who_asks_for_less_motion(screen: Visit) -> None:
    assert checks.moving(screen.page) == []


def test_nothing_went_wrong_on_the_way(screen: Visit) -> None:
    assert screen.watch.unforgiven() == []
    assert screen.station.tracebacks() == ""
