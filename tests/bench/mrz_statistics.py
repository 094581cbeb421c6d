"""How zones are read from synthetic titles: `python -m tests.bench.mrz_statistics [TITLES]`.

Titles turned up to 5 degrees, blurred, noisy, bolder or lighter, JPEG 60 to 90. The same font made
the print and the templates, so real scans will do worse; `wrong` is what matters: characters taken
for sure that are not.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import date

import numpy as np
from rich.console import Console
from rich.table import Table

from simulators import title_pages, titles
from simulators.people import Person
from simulators.title_pages import Wear
from simulators.titles import Holder
from station.codes.mrz import page
from station.codes.mrz.decide import UNSURE

TODAY = date(2026, 11, 25)
FORMATS = {"TD3": titles.td3, "TD1": titles.td1, "CNI": titles.cni}
COLUMNS = ("format", "dpi", "found", "whole", "right %", "unsure %", "wrong", "settled", "ms")
LETTERS = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def holder(rng: np.random.Generator, seed: int) -> Holder:
    """Somebody with a number in which letters and digits mix."""
    number = f"{rng.integers(10, 99)}{''.join(rng.choice(LETTERS, 2))}{rng.integers(0, 99999):05}"
    return Holder.of(Person(seed).civil(), number)


def wear(rng: np.random.Generator, seed: int) -> Wear:
    """An ordinary bad scan."""
    return Wear(
        angle=float(rng.uniform(-5, 5)),
        blur=float(rng.uniform(0.5, 1.2)),
        noise=float(rng.uniform(3, 9)),
        weight=float(rng.uniform(-0.4, 0.4)),
        jpeg=int(rng.integers(60, 90)),
        seed=seed,
    )


def measured(name: str, dpi: int, count: int) -> tuple[str, ...]:
    """One row of the table."""
    seen: Counter[str] = Counter()
    for seed in range(count):
        rng = np.random.default_rng([seed, 6])
        lines = FORMATS[name](holder(rng, seed))
        scan = title_pages.scan(lines, dpi, wear(rng, seed))
        begun = time.perf_counter()
        found = page.find(scan, TODAY)
        seen["us"] += round((time.perf_counter() - begun) * 1e6)
        if found is None or len(found.reading.lines[0]) != len(lines[0]):
            continue
        pairs = list(zip("".join(lines), "".join(found.reading.lines), strict=True))
        seen["found"] += 1
        seen["whole"] += found.mrz is not None
        seen["right"] += sum(a == b for a, b in pairs)
        seen["unsure"] += sum(b == UNSURE for _, b in pairs)
        seen["all"] += len(pairs)
        seen["settled"] += sum(d.settled for d in found.reading.doubts)
    shares = (f"{100 * seen[key] / max(1, seen['all']):.2f}" for key in ("right", "unsure"))
    wrong = seen["all"] - seen["right"] - seen["unsure"]
    rates = (f"{seen[key]}/{count}" for key in ("found", "whole"))
    spent = f"{seen['us'] / 1000 / count:.0f}"
    return name, str(dpi), *rates, *shares, str(wrong), str(seen["settled"]), spent


def main(count: int) -> None:
    """Print the table."""
    table = Table(*COLUMNS)
    for name in FORMATS:
        for dpi in (300, 200, 150):
            table.add_row(*measured(name, dpi, count))
    Console().print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
