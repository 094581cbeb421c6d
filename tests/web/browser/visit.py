"""One tab on one running station, and everything that goes wrong in it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.web.browser.chromium import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

    from simulators.lab import Laboratory
    from tests.web.browser.served import Served

AWAY = "net::ERR_|401|423"  # what a browser says of a server that is not there, or knows nobody
VIEWPORT = (1280, 800)  # CSS pixels: the smallest screen of a counter


@dataclass  # no slots: Playwright keeps its wrappers on the object
class Watch:
    """Errors of the console, breaches of the content policy, requests to other hosts."""

    faults: list[str] = field(default_factory=list)
    _forgiven: list[str] = field(default_factory=list)

    def forgive(self, pattern: str) -> None:
        """What a test brings about itself, as a regular expression."""
        self._forgiven.append(pattern)

    def unforgiven(self) -> list[str]:
        """Every fault no pattern matches."""
        return [f for f in self.faults if not any(re.search(p, f) for p in self._forgiven)]

    def follow(self, context: BrowserContext) -> None:
        """Hear every tab of `context`; its first one decides which host is ours."""
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.faults.append(f"exception: {error.error}"))
        context.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            where = message.location["url"]
            self.faults.append(f"console {message.type}: {message.text} ({where})")

    def _asked(self, request: Request) -> None:
        to = urlsplit(request.url)
        if to.scheme not in {"data", "blob"} and to.hostname != "127.0.0.1":
            self.faults.append(f"request to another host: {request.url}")


@dataclass(frozen=True, slots=True)
class Visit:
    """A tab with nothing in it yet: no cookie, no storage, no cache."""

    page: Page
    station: Served
    laboratory: Laboratory
    watch: Watch

    def open(self, path: str = "/diagnostic") -> None:
        """Go to `path` with the token of the running station."""
        self.page.goto(f"{self.station.url}{path}#jeton={self.station.token}")

    def see(self, selector: str) -> None:
        """Wait until something that matches `selector` is on the screen."""
        expect(self.page.locator(selector).first).to_be_visible()


@contextmanager
def visiting(
    browser: Browser, station: Served, laboratory: Laboratory, scheme: str = "light"
) -> Iterator[Visit]:
    """A visit in a context of its own; at its end nothing may have gone wrong."""
    width, height = VIEWPORT
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="fr-FR",
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch()
    watch.follow(context)
    try:
        yield Visit(context.new_page(), station, laboratory, watch)
        assert not watch.unforgiven(), watch.unforgiven()
    finally:
        context.close()
