"""One laboratory, one station and one browser for this folder; a tab of its own for each test.

They end with the folder: while Playwright is open, nothing else runs an event loop in the thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulators.lab import Laboratory
from tests.needs import need
from tests.web.browser import chromium
from tests.web.browser.served import Served
from tests.web.browser.visit import Visit, visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Playwright


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    need(chromium.missing())
    with chromium.driver() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium.chromium(playwright) as browser:
        yield browser


@pytest.fixture
def doomed(playwright: Playwright) -> Iterator[Browser]:
    """A browser of the test's own, for it to kill."""
    with chromium.chromium(playwright) as browser:
        yield browser


@pytest.fixture(scope="package")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """Every simulator, the agent's card among them (or the token that stands in for it)."""
    with Laboratory(tmp_path_factory.mktemp("lab")) as laboratory:
        yield laboratory


@pytest.fixture(scope="package")
def _served(laboratory: Laboratory) -> Iterator[Served]:
    with Served(laboratory.config) as station:
        yield station


@pytest.fixture
def station(_served: Served) -> Iterator[Served]:
    """The station, running, whatever the test before did to it; it must foresee everything."""
    if not _served.running:
        _served.start()
    yield _served
    assert _served.tracebacks() == ""


@pytest.fixture
def visit(browser: Browser, station: Served, laboratory: Laboratory) -> Iterator[Visit]:
    """A tab in a context of its own; errors of the console or the policy fail the test."""
    with visiting(browser, station, laboratory) as visit:
        yield visit
