"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path,
    typer.Option("--config", envvar="STATION_CONFIG", help="Fichier de réglages de la station."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Résultat en JSON, un objet par ligne.")]
DEFAULT_CONFIG = Path("station.toml")
