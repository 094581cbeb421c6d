"""What every screen keeps to, asked of a page as it stands: each check leaves it as it was."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

# RGAA 4 asks for WCAG 2.1, levels A and AA.
_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
_AXE = "options => axe.run(document, options).then(found => found.violations)"
_ZOOMED = {
    "width": 640,
    "height": 400,
    "deviceScaleFactor": 2,
    "mobile": False,
}  # 1280×800 at 200 %

# What stands out on the right, but for what scrolls by itself inside the page.
_OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth + 1;
  const scrolls = (e) => {
    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(up).overflowX)) return true;
    }
    return false;
  };
  const out = [...document.body.querySelectorAll("*")]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > wide && !scrolls(e))
    .map((e) => e.outerHTML.slice(0, 120));
  const root = document.scrollingElement;
  return root.scrollWidth > root.clientWidth + 1 ? ["the page scrolls", ...out] : out;
}"""

_MOVING = """() => {
  const long = (said) => said.split(",").some((part) => parseFloat(part) > 0.01);
  return [...document.querySelectorAll("*")].filter((e) => {
    const s = getComputedStyle(e);
    return (s.animationName !== "none" && long(s.animationDuration))
      || long(s.transitionDuration) || s.scrollBehavior === "smooth";
  }).map((e) => e.outerHTML.slice(0, 120));
}"""

_PAINT = """() => new Promise((resolve) => {
  new PerformanceObserver((list, observer) => {
    const first = list.getEntriesByName("first-contentful-paint")[0];
    if (first) { observer.disconnect(); resolve(first.startTime); }
  }).observe({ type: "paint", buffered: true });
})"""

_BYTES = """() => [
  ...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource"),
].reduce((sum, entry) => sum + entry.transferSize, 0)"""


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.1 A and AA: rule, element and reason of each."""
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(_AXE, _RULES)
    return [
        f"{rule['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@contextmanager
def scheme(page: Page, wanted: str) -> Iterator[None]:
    """The colours of the page, "light" or "dark", for the length of a `with` block.

    Nothing moves meanwhile: a colour half-way between two is nobody's choice.
    """
    dark = wanted == "dark"
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    yield
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")


@contextmanager
def zoomed(page: Page) -> Iterator[None]:
    """A screen of 1280 pixels at 200 %, for the length of a `with` block (RGAA 10.4, 10.11)."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setDeviceMetricsOverride", _ZOOMED)
    yield
    session.send("Emulation.clearDeviceMetricsOverride")
    session.detach()


def overflowing(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    found: list[str] = page.evaluate(_OVERFLOW)
    return found


def moving(page: Page) -> list[str]:
    """What still moves for somebody who asked for less motion."""
    page.emulate_media(reduced_motion="reduce")
    found: list[str] = page.evaluate(_MOVING)
    page.emulate_media(reduced_motion="no-preference")
    return found


def first_paint(page: Page) -> float:
    """When the page first showed something, ms after its address was asked for."""
    return float(page.evaluate(_PAINT))


def transferred(page: Page) -> int:
    """Bytes the page has taken since its address was asked for, headers included."""
    return int(page.evaluate(_BYTES))
