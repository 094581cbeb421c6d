"""`station predemande`: the appointments of the day and what applicants began online."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from station.cli.options import DEFAULT_CONFIG, ConfigOption

if TYPE_CHECKING:
    from pathlib import Path

    from station.predemande.agenda import Agenda

app = typer.Typer(no_args_is_help=True)


@app.command()
def day(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Lister les rendez-vous du jour, tels que relevés la dernière fois."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    found = _agenda(config).journee()
    if found is None:
        typer.echo("Aucun rendez-vous relevé : lancer « station predemande prefetch ».")
        return
    table = Table("Heure", "Titres", "Personne", "Pré-demande")
    for one in found.rendezvous:
        cells = (f"{one.heure:%H:%M}", ", ".join(one.titres), one.personne, one.numero or "sans")
        table.add_row(*map(Text, cells))
    Console().print(table)
    typer.echo(f"Relevé le {found.su_le.astimezone():%d/%m/%Y à %H:%M}.")


@app.command()
def show(
    numero: Annotated[str, typer.Argument(help="Numéro de pré-demande, 10 lettres ou chiffres.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Essayer une pré-demande : titres, origine et nombre de champs, sans les réponses."""
    found = _agenda(config).fetch(numero)
    asked = ", ".join(f"{titre} ({motif or 'sans motif'})" for titre, motif in found.titres.items())
    typer.echo(f"{asked or 'aucun titre'} ; {len(found.champs)} champs remplis.")
    typer.echo(f"Validée le {found.validee_le:%d/%m/%Y} ; lue : {found.source.lower()}.")
    if found.illisibles:
        typer.echo(f"Champs illisibles, à saisir : {', '.join(found.illisibles)}.")


@app.command()
def prefetch(
    config: ConfigOption = DEFAULT_CONFIG,
    tomorrow: Annotated[
        bool, typer.Option("--demain", help="Relever demain : mallette qui part sans réseau.")
    ] = False,
) -> None:
    """Relever les rendez-vous et leurs pré-demandes, gardés chiffrés jusqu’à minuit ce jour-là."""
    from datetime import timedelta

    agenda = _agenda(config)
    brought = agenda.prefetch(agenda.now().date() + timedelta(days=tomorrow))
    typer.echo(
        f"{brought.rendezvous} rendez-vous, {brought.predemandes} pré-demande(s) gardée(s), "
        f"{brought.ecartees} inutilisable(s)."
    )


@app.command()
def send(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Dire maintenant au service les pré-demandes déposées sans réseau."""
    agenda = _agenda(config)
    typer.echo(f"{agenda.flush()} pré-demande(s) dite(s), {agenda.waiting()} en attente.")


def _agenda(config: Path) -> Agenda:
    from station.config import load
    from station.errors import ConfigError
    from station.predemande.opening import agenda

    found = agenda(load(config))
    if found is None:
        raise ConfigError("no [predemande] in the settings")
    return found
