"""`python -m tests.soak`: 200 dossiers in a row, with the memory of the station after each."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Annotated

import typer

from simulators.lab import Laboratory
from tests.soak.endurance import Endurance, endure
from tests.soak.releve import pente
from tests.web.browser.served import Served

LIMIT = 500.0  # MB of the server and its workers together
_STEPS = (1, 2, 5, 10, 20, 50, 100, 150, 200)


def main(
    dossiers: Annotated[int, typer.Option(min=4, help="How many.")] = 200,
) -> None:
    """Take dossiers one after the other; fails over the limit of memory, or where one is lost."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Laboratory(Path(folder)) as laboratory,
        Served(laboratory.config) as station,
    ):
        done = endure(laboratory, station, dossiers, _told)
        taken = sorted(dossier for dossier, _ in laboratory.cert.centre.store.dossiers())
        _summed(done)
        lost = taken != sorted(done.dossiers)
        typer.echo(f"at the CERT: {len(taken)} of {dossiers}, each once: {not lost}")
        said = station.tracebacks()
    if lost or said or _highest(done) > LIMIT:
        raise typer.Exit(1)


def _told(done: Endurance) -> None:
    count = len(done.releves)
    if count in _STEPS or count % 50 == 0:
        now = done.releves[-1]
        typer.echo(f"{count:>5}  {now.memoire:6.1f} MB  {now.fichiers} files  {now.fils} threads")


def _highest(done: Endurance) -> float:
    return max(one.memoire for one in done.releves)


def _summed(done: Endurance) -> None:
    typer.echo(f"highest {_highest(done):.1f} MB, {pente(done.releves) * 1000:.0f} kB a dossier")
    typer.echo(f"a dossier: {median(done.durees):.2f} s of the machine")
    for kind, seconds in sorted(done.requetes.items()):
        late = quantiles(seconds, n=20)[-1]
        typer.echo(f"{kind}: {median(seconds) * 1000:.0f} ms, 95 % {late * 1000:.0f} ms")


if __name__ == "__main__":
    typer.run(main)
