"""`station records`: what a biometric record says of itself, and one form from another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from station.cli.options import JsonOption

if TYPE_CHECKING:
    from station.records.itl import Header

app = typer.Typer(no_args_is_help=True)
_TARGETS = "fir-2005, fir-2011, 39794-4, an2k, wsq, png, pgm"


@app.callback()
def _records() -> None:
    """Biometric records."""


@app.command()
def show(
    file: Annotated[
        Path,
        typer.Argument(help="BIT, FIR, FAC, bloc ISO/IEC 39794, ANSI/NIST-ITL ou image WSQ."),
    ],
    as_json: JsonOption = False,
) -> None:
    """Lire un enregistrement biométrique, le vérifier et décrire son contenu sans l’image."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from station.records.describe import describe
    from station.records.door import load

    said = {"file": str(file)} | describe(load(file))
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    table = Table.grid(padding=(0, 2))
    for name, value in said.items():
        table.add_row(name, Text(str(value)))
    Console().print(table)


@app.command()
def convert(
    file: Annotated[Path, typer.Argument(help="Image PNG, PGM, BMP ou WSQ, ou enregistrement.")],
    to: Annotated[str, typer.Option("--to", help=f"Forme demandée : {_TARGETS}.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Fichier à écrire.")],
    finger: Annotated[int | None, typer.Option(min=1, max=10, help="Doigt, code ISO.")] = None,
    dpi: Annotated[int | None, typer.Option(min=100, max=4000, help="Points par pouce.")] = None,
    recompress: Annotated[
        bool, typer.Option("--recompress", help="Accepter une seconde compression avec perte.")
    ] = False,
    origin: Annotated[str | None, typer.Option(help="Émetteur ANSI/NIST-ITL.")] = None,
    destination: Annotated[str | None, typer.Option(help="Destinataire ANSI/NIST-ITL.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Convertir une empreinte d’une forme à une autre, sans perte qui ne soit demandée."""
    from station.capture import Finger
    from station.records.convert import Target, Wish
    from station.records.convert import convert as converted

    if to not in set(Target):
        raise typer.BadParameter(f"formes connues : {_TARGETS}", param_hint="--to")
    chosen = None if finger is None else Finger(finger)
    done = converted(file, Wish(Target(to), chosen, dpi, recompress, _header(origin, destination)))
    for note in done.notes:
        typer.echo(note, err=True)
    _write(out, done.data)
    _say({"file": str(file), "to": to, "out": str(out)}, done.data, as_json=as_json)


def _header(origin: str | None, destination: str | None) -> Header | None:
    from datetime import UTC, datetime

    from station.records.itl import UNSAID, Header

    if origin is None and destination is None:
        return None
    return Header("0", origin or UNSAID, destination or UNSAID, datetime.now(UTC))


def _write(out: Path, data: bytes) -> None:
    """A print in clear, asked for: readable by its owner alone."""
    import os

    from station.errors import StorageError

    try:
        with open(  # Path.open takes no opener
            out, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)
        ) as file:
            file.write(data)
    except OSError as error:
        raise StorageError(f"{out.name}: {error.strerror}") from error


def _say(said: dict[str, object], data: bytes, *, as_json: bool) -> None:
    import hashlib

    said |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        typer.echo(f"{said['out']}: {said['to']}, {said['bytes']} octets, SHA-256 {said['sha256']}")
