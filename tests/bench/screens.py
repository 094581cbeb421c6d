"""How soon each screen shows something, and how much it asks of the station."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from simulators.lab import Laboratory
from tests.bench.figure import Figure
from tests.web.browser.checks import first_paint, transferred
from tests.web.browser.chromium import chromium, driver, missing
from tests.web.browser.screens import SCREENS
from tests.web.browser.served import Served
from tests.web.browser.visit import visiting

if TYPE_CHECKING:
    from pathlib import Path

_RUNS = 5
_PAINT, _KB = 1000.0, 200.0  # aims: ms, and kB with an empty cache


def measure(folder: Path) -> list[Figure]:
    """First contentful paint and bytes of every screen, each in a browser that knows nothing."""
    if missing():
        return []
    with (
        Laboratory(folder / "lab-screens") as laboratory,
        Served(laboratory.config) as station,
        driver() as playwright,
        chromium(playwright) as browser,
    ):
        figures = []
        for screen in SCREENS:
            paints, size = [], 0
            for _ in range(_RUNS):
                with visiting(browser, station, laboratory) as visit:
                    screen.reach(visit)
                    paints.append(first_paint(visit.page))
                    size = transferred(visit.page)
            paint = statistics.median(paints)
            figures += [
                Figure(f"screen {screen.name}: first paint", paint, "ms", aim=_PAINT),
                Figure(f"screen {screen.name}: transferred", size / 1000, "kB", aim=_KB),
            ]
    return figures
