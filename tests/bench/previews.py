"""Live pictures in the browser: how many are drawn a second, and how old each is by then."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from simulators.camera import Mode
from simulators.lab import Laboratory
from tests.bench.figure import Figure
from tests.web.browser.chromium import chromium, driver, missing
from tests.web.browser.counter import ADULTE, begin, login, show
from tests.web.browser.served import Served
from tests.web.browser.visit import visiting

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.browser.visit import Visit

_SECONDS = 6.0
_GAP, _AGE = 1000 / 15, 150.0  # aims, ms: 15 pictures a second, each seen in time
_HEAR = """seconds => {
  const drawn = [];
  window.heard = new Promise((done) => {
    document.addEventListener("station:apercu", ({ detail }) => {
      drawn.push([performance.now(), Date.now() - detail.quand]);
    });
    setTimeout(() => done(drawn), seconds * 1000);
  });
}"""


def measure(folder: Path) -> list[Figure]:
    """The camera before somebody who does not hold still, and a hand on a scanner of hands."""
    if missing():
        return []
    return [*_camera(folder), *_hand(folder)]


def _camera(folder: Path) -> list[Figure]:
    with Laboratory(folder / "lab-preview-camera") as laboratory:
        laboratory.camera.mode = Mode.MOVING
        return _figures("camera", laboratory, "photo", "F8")


def _hand(folder: Path) -> list[Figure]:
    with Laboratory(folder / "lab-preview-hand", slap=True) as laboratory:
        laboratory.service.model.lasts = 2 * _SECONDS
        return _figures("hand scanner", laboratory, "empreintes", "F6")


def _figures(name: str, laboratory: Laboratory, ecran: str, key: str) -> list[Figure]:
    with (
        Served(laboratory.config) as station,
        driver() as playwright,
        chromium(playwright) as browser,
        visiting(browser, station, laboratory) as visit,
    ):
        drawn = _drawn(visit, ecran, key)
    if len(drawn) < 2:
        return [Figure(f"preview, {name}: no picture", 0, "pictures")]
    ages = sorted(age for _, age in drawn)
    gap = (drawn[-1][0] - drawn[0][0]) / (len(drawn) - 1)
    late = ages[int(len(ages) * 0.95)]
    return [
        Figure(f"preview, {name}: from one to the next", gap, "ms", aim=_GAP),
        Figure(f"preview, {name}: age when drawn", statistics.median(ages), "ms", aim=_AGE),
        Figure(f"preview, {name}: age when drawn, 95 %", late, "ms", aim=_AGE),
    ]


def _drawn(visit: Visit, ecran: str, key: str) -> list[list[float]]:
    """When each picture was drawn (ms), and how long after the sensor saw it (ms)."""
    login(visit)
    show(visit, begin(visit, mobile=True), ecran, **ADULTE)
    visit.page.keyboard.press(key)
    visit.see("[data-image]")
    visit.page.evaluate(_HEAR, _SECONDS)
    drawn: list[list[float]] = visit.page.evaluate("window.heard")
    visit.page.keyboard.press("F7")
    visit.see("[data-etat=fini]")
    return drawn
