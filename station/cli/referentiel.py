"""`station referentiel`: the table of communes, postal codes and countries."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from station.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption

if TYPE_CHECKING:
    from station.referentiel.lookup import Referentiel
    from station.referentiel.places import Commune

app = typer.Typer(no_args_is_help=True)

TableOption = Annotated[
    Path | None, typer.Option("--table", help="Table à lire ; sinon celle des réglages.")
]
DayOption = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="Jour visé, AAAA-MM-JJ."),
]


@app.callback()
def _referentiel() -> None:
    """Reference data."""


@app.command()
def build(
    files: Annotated[
        list[Path], typer.Argument(help="Fichiers publics de l’INSEE et de La Poste, tels quels.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Table à écrire.")],
    comedec: Annotated[
        Path | None, typer.Option(help="Liste CSV (code_insee) des communes raccordées à COMEDEC.")
    ] = None,
    jour: DayOption = None,
) -> None:
    """Faire la table nationale d’après les fichiers publics, sans réseau."""
    from station.referentiel.build import Order, build
    from station.referentiel.opened import load

    build(Order(tuple(files), comedec, jour.date() if jour else None), out)
    with load(out) as reference:
        _say(reference, str(out))


@app.command()
def info(
    table: TableOption = None, as_json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """Dire ce qu’est la table installée, et si elle est intacte."""
    path = _path(table, config)
    with _load(path) as reference:
        intact = reference.whole()
        if as_json:
            said = {"table": path and str(path), **reference.notice, **reference.counts()}
            typer.echo(json.dumps(said | {"intacte": intact}, ensure_ascii=False))
        else:
            _say(reference, "table livrée avec la station" if path is None else str(path))
            typer.echo("intacte" if intact else "ALTÉRÉE : refaire la table")
    if not intact:
        raise typer.Exit(1)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="Début d’un nom, code postal ou code INSEE.")],
    jour: DayOption = None,
    countries: Annotated[bool, typer.Option("--pays", help="Chercher un pays.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=50, help="Nombre de réponses.")] = 20,
    table: TableOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Chercher une commune ou un pays, comme le fera la page de saisie."""
    at = jour.date() if jour else None
    with _load(_path(table, config)) as reference:
        find = reference.pays if countries else reference.communes
        found = find(text, at, limit)
    if as_json:
        for place in found:
            typer.echo(json.dumps(asdict(place), ensure_ascii=False, default=date.isoformat))
    elif found:
        Console().print(_listed(found))
    else:
        typer.echo("rien de ce nom")


def _path(table: Path | None, config: Path) -> Path | None:
    """The table of the option, else of the settings if there are any."""
    from station.config import load

    if table is not None or not config.is_file():
        return table
    return load(config).referentiel


def _load(path: Path | None) -> Referentiel:
    from station.referentiel.opened import load

    return load(path)


def _say(reference: Referentiel, name: str) -> None:
    notice, counts = reference.notice, reference.counts()
    typer.echo(f"{name} : table {notice['etendue']} du {notice['date']}")
    typer.echo(
        f"{counts['communes']} communes, {counts['anciennes']} anciens noms ou codes, "
        f"{counts['codes_postaux']} codes postaux, {counts['pays']} pays"
    )
    for source in json.loads(notice.get("sources", "[]")):
        typer.echo(f"  {source['nom']} : {source['lignes']} lignes, SHA-256 {source['sha256']}")
    typer.echo(f"{notice['producteur']} ; {notice['licence']}")
    typer.echo(f"empreinte {notice['empreinte']}")


def _listed(found: tuple[object, ...]) -> Table:
    from station.referentiel.places import Commune, Pays

    table = Table.grid(padding=(0, 2))
    for place in found:
        if isinstance(place, Commune):
            table.add_row(place.code, Text(place.libelle), _beside(place))
        elif isinstance(place, Pays):
            table.add_row(place.alpha3, Text(place.nom), Text(f"{place.insee} {place.alpha2}"))
    return table


def _beside(commune: Commune) -> Text:
    """Postal codes, the name it was found by, since or until when."""
    said = [" ".join(commune.codes_postaux[:4])]
    if commune.autre_nom:
        said.append(f"autre nom : {commune.autre_nom}")
    if commune.fin:
        said.append(f"jusqu’au {commune.fin:%d/%m/%Y} exclu")
    return Text(", ".join(part for part in said if part))
