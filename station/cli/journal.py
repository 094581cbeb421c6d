"""`station journal`: check the audit log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _journal() -> None:
    """Audit log."""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Le journal, par exemple journal.jsonl.")],
    head: Annotated[
        str | None, typer.Option(help="Empreinte attendue, relevée dans un dossier scellé.")
    ] = None,
) -> None:
    """Vérifier la chaîne du journal ; nommer la première ligne modifiée, retirée ou déplacée."""
    from station import journal

    verified = journal.verify(file, head)
    typer.echo(f"{file} : {verified.lines} lignes, chaîne intacte, tête {verified.head}.")
