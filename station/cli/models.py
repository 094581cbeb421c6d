"""`station models`: the files that landmarks of a face come from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from station.faces.models import ENVIRONMENT

app = typer.Typer(no_args_is_help=True)

FolderOption = Annotated[
    Path | None,
    typer.Option("--dir", envvar=ENVIRONMENT, help="Dossier des modèles."),
]
WheelOption = Annotated[
    Path | None,
    typer.Option("--wheel", help="Roue déjà téléchargée, pour un poste sans réseau."),
]


@app.callback()
def _models() -> None:
    """Landmark models."""


@app.command()
def install(wheel: WheelOption = None, folder: FolderOption = None) -> None:
    """Installer les modèles de visage : fichiers figés, vérifiés un par un."""
    from station.faces import models
    from station.faces.fetch import fetch

    where = folder or models.folder()
    written = fetch(where) if wheel is None else models.install(wheel, where)
    typer.echo(f"{len(written)} fichiers vérifiés dans {where}")


@app.command()
def check(folder: FolderOption = None) -> None:
    """Vérifier que les modèles installés sont ceux attendus."""
    from station.faces import models

    where = folder or models.folder()
    for name in models.NETWORKS:
        models.read(where, name)
        typer.echo(f"{name} : conforme")
