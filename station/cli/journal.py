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
    certificate: Annotated[
        list[Path] | None,
        typer.Option(help="Certificat (PEM) d’une station : vérifier aussi les têtes signées."),
    ] = None,
) -> None:
    """Vérifier la chaîne du journal ; nommer la première ligne modifiée, retirée ou déplacée."""
    from cryptography import x509

    from station import journal
    from station.errors import ConfigError

    try:
        known = [x509.load_pem_x509_certificate(path.read_bytes()) for path in certificate or ()]
    except (OSError, ValueError) as error:
        raise ConfigError("a certificate cannot be read") from error
    verified = journal.verify(file, head, known)
    typer.echo(f"{file} : {verified.lines} lignes, chaîne intacte, tête {verified.head}.")
    if known:
        typer.echo(f"Lignes couvertes par une signature vérifiée : {verified.signed}.")
