"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from station.errors import StationError

ConfigOption = Annotated[
    Path,
    typer.Option("--config", envvar="STATION_CONFIG", help="Fichier de réglages de la station."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Résultat en JSON, un objet par ligne.")]
DEFAULT_CONFIG = Path("station.toml")


def each(files: list[Path], work: Callable[[Path], None]) -> None:
    """Do `work` for every file: one that fails is reported, the others are still done.

    Exit status 1 when any failed.
    """
    from station.cli.failure import say

    failed = False
    for path in files:
        try:
            work(path)
        except StationError as error:
            failed = True
            say(error)
    if failed:
        raise typer.Exit(1)
