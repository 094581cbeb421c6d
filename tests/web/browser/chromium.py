"""Debian's Chromium, driven by Playwright; nothing is downloaded, no other host is reached."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from tests.needs import programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Playwright

PATIENCE = 30_000  # ms until a page shows what it should; a busy machine is slow
_FLAGS = (
    "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip


def missing() -> tuple[str, ...]:
    """The Debian packages that are not here."""
    return programs(chromium="chromium")


@contextmanager
def driver() -> Iterator[Playwright]:
    """Playwright; while it is open, no other asyncio loop can run in this thread."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser with an empty profile."""
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        headless=True,
        chromium_sandbox=os.geteuid() != 0,  # root has no sandbox
        args=_FLAGS,
    )
    try:
        yield browser
    finally:
        browser.close()


def kill(browser: Browser) -> None:
    """SIGKILL the whole browser, as the end of power would."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    for process in sorted(told["processInfo"], key=lambda p: p["type"] != "browser"):
        try:
            os.kill(process["id"], signal.SIGKILL)
        except ProcessLookupError:  # it ended with the browser
            continue
