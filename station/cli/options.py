"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from station.capture import Finger
from station.errors import StationError

ConfigOption = Annotated[
    Path,
    typer.Option("--config", envvar="STATION_CONFIG", help="Fichier de réglages de la station."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Résultat en JSON, un objet par ligne.")]
MissingOption = Annotated[str, typer.Option(help="Codes ISO des doigts absents : 3,5.")]
DEFAULT_CONFIG = Path("station.toml")


def finger_codes(text: str) -> frozenset[Finger]:
    """The fingers of `MissingOption`; anything else is wrong usage."""
    try:
        return frozenset(Finger(int(code)) for code in text.split(",") if code.strip())
    except ValueError:
        raise typer.BadParameter(f"{text!r}: codes de 1 à 10, séparés par des virgules") from None


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
