"""`python -m tests.bench --out FILE`: a table on the screen, the same figures in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.bench import (
    cards,
    codes,
    dossier,
    faces,
    fingers,
    live,
    locks,
    pages,
    paper,
    places,
    previews,
    records,
    scanner,
    screens,
    seal,
    start,
    titles,
)

if TYPE_CHECKING:
    from tests.bench.figure import Figure


def main(
    out: Annotated[Path, typer.Option(help="Where the JSON goes.")] = Path("bench-out/bench.json"),
) -> None:
    """Measure everything; exit status 0 whatever the figures are."""
    out.parent.mkdir(parents=True, exist_ok=True)
    figures: list[Figure] = []
    for measure in (
        start.measure,
        screens.measure,
        previews.measure,
        scanner.measure,
        fingers.measure,
        faces.measure,
        live.measure,
        locks.measure,
        pages.measure,
        paper.measure,
        codes.measure,
        places.measure,
        cards.measure,
        records.measure,
        seal.measure,
        dossier.measure,
        titles.measure,
    ):
        figures += measure(out.parent)
    out.write_text(json.dumps([f.as_dict() for f in figures], indent=1) + "\n")
    Console().print(_table(figures))


def _table(figures: list[Figure]) -> Table:
    table = Table(title="dr-station, this machine, one run")
    table.add_column("what")
    for column in ("measured", "beside", "ratio", "aim"):
        table.add_column(column, justify="right")
    table.add_column("")
    for figure in figures:
        table.add_row(*figure.row())
    return table


typer.run(main)
