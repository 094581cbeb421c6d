"""`station records`: what a biometric record says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from station.cli.options import JsonOption

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _records() -> None:
    """Biometric records."""


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help="Modèle CBEFF (BIT), enregistrement FIR ou FAC.")],
    as_json: JsonOption = False,
) -> None:
    """Lire un enregistrement biométrique, le vérifier et décrire son contenu sans l’image."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from station.records.describe import describe, load

    said = {"file": str(file)} | describe(load(file))
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    table = Table.grid(padding=(0, 2))
    for name, value in said.items():
        table.add_row(name, Text(str(value)))
    Console().print(table)
