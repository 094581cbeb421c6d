"""`python -m tests.bench.paper_statistics`: what is found of what is wrong on simulated scans.

Detection is the share of scans with the cause in which its finding is told, asked or refused;
false alarm is the share of clean scans in which it is. Seeds are none that a test or a limit knows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from simulators.faces import random_conforming, render
from simulators.paper import Kind, PageScan, PhotoScan, Recapture, page_scan, photo_scan
from station.capture import Sample
from station.quality.paper.page import check_page
from station.quality.paper.photo import find_photo
from station.quality.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from station.quality.report import QualityReport

Row = tuple[str, float, float | None, float]  # finding, detected, of those refused, false alarms
Causes = dict[str, dict[str, object]]  # by finding: fields of the scan
FIRST = 7000
FACES = 25
PHOTOS: Causes = {
    "DIMENSIONS": {"size": (30.0, 40.0)},
    "DIMENSIONS, 50 × 50": {"size": (50.0, 50.0)},
    "PLUSIEURS_PHOTOS": {"count": 2, "across": 0.0},
    "AUCUNE_PHOTO": {"count": 0},
    "PHOTO_COUPEE": {"off_edge": 4.0},
    "PLI": {"folds": 1},
    "REFLET": {"glare": 0.7},
    "TACHE": {"stains": 1},
    "POUSSIERES": {"dust": 150},
    "TRAME": {"raster": 0.6},
    "PHOTO_DE_PHOTO, tirage": {"recapture": Recapture.PRINT},
    "PHOTO_DE_PHOTO, écran": {"recapture": Recapture.SCREEN},
    "RESOLUTION": {"dpi": 300},
}
PAGES: Causes = {
    "FLOU": {"blur": 0.3},
    "PAGE_COUPEE": {"cut": 28.0, "bed": None},
    "PAGE_BLANCHE": {"blank": True, "coffee": 0.0},
    "REFLET": {"glare": 0.9},
    "CONTRASTE_FAIBLE": {"ink": 208},
    "RESOLUTION": {"dpi": 120},
}
TURNED = "à l’envers ou de côté : remise à l’endroit"


def main(
    count: Annotated[int, typer.Option(help="Scans with each cause.")] = 100,
    clean: Annotated[int, typer.Option(help="Clean scans.")] = 100,
) -> None:
    """Measure and print."""
    faces = [
        render(replace(random_conforming(FIRST + n), width=413, height=531)) for n in range(FACES)
    ]

    def photo(n: int, **cause: object) -> QualityReport:
        how = replace(_photo(n), **cause)  # type: ignore[arg-type]  # names of fields of the scan
        return find_photo(Sample(photo_scan(faces[n % FACES], how), how.dpi)).report

    def page(n: int, **cause: object) -> QualityReport:
        how = replace(_page(n), **cause)  # type: ignore[arg-type]  # names of fields of the scan
        return check_page(Sample(page_scan(how), how.dpi)).report

    console = Console()
    console.print(_table("photographs on the glass", _rows(photo, PHOTOS, (count, clean))))
    console.print(_table("pages", _rows(page, PAGES, (count, clean))))
    console.print(f"{TURNED} : {_set_upright(count):.2f}")


def _photo(n: int) -> PhotoScan:
    """A clean print, somewhere, turned by up to 15 degrees and any quarter, on five lids."""
    rng = np.random.default_rng([FIRST, n])
    return PhotoScan(
        bed=(240, 250, 225, 205, 30)[n % 5],
        angle=float(rng.uniform(-15, 15)) + 90 * (n % 4),
        across=float(rng.uniform(-15, 15)),
        down=float(rng.uniform(-3, 3)),
        shadow=float(rng.uniform(0.2, 0.9)),
        seed=FIRST + n,
    )


def _page(n: int) -> PageScan:
    rng = np.random.default_rng([FIRST, n])
    return PageScan(
        kind=list(Kind)[n % 3],
        dpi=200,
        bed=None if n % 4 else 30,
        skew=float(rng.uniform(-4, 4)),
        coffee=0.7 * (n % 5 == 0),
        seed=FIRST + n,
    )


def _rows(
    seen: Callable[..., QualityReport], causes: Causes, scans: tuple[int, int]
) -> Iterable[Row]:
    """For each cause how often it is found and refused, and found where it is not."""
    count, spotless = scans
    clean = [_codes(seen(n), Verdict.QUESTION) for n in range(spotless)]
    for name, cause in causes.items():
        code = name.partition(",")[0]
        found = [seen(n, **cause) for n in range(count)]
        told = sum(code in _codes(report, Verdict.QUESTION) for report in found)
        refused = sum(code in _codes(report, Verdict.FAIL) for report in found)
        false = sum(code in codes for codes in clean)
        yield name, told / count, refused / count, false / spotless
    any_false = sum(bool(codes) for codes in clean)
    yield "(any finding on a clean scan)", 0.0, None, any_false / spotless


def _codes(report: QualityReport, least: Verdict) -> set[str]:
    return {f.rule.code for f in report.findings if f.verdict >= least}


def _set_upright(count: int) -> float:
    """Share of pages lying any way round that end up the right way."""
    right = 0
    for n in range(count):
        how = replace(_page(n), turned=n % 4)
        right += check_page(Sample(page_scan(how), how.dpi)).turned == how.turned
    return right / count


def _table(title: str, rows: Iterable[Row]) -> Table:
    table = Table(title=title)
    for column in ("finding", "detected", "refused", "false alarm"):
        table.add_column(column)
    for name, told, refused, false in rows:
        table.add_row(
            name, f"{told:.2f}", "" if refused is None else f"{refused:.2f}", f"{false:.2f}"
        )
    return table


if __name__ == "__main__":
    typer.run(main)
