"""`station outbox`: what waits for the CERT, and send it now or again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from station.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption

if TYPE_CHECKING:
    from station.outbox.tables import Entry

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_packages(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Lister les dossiers scellés, leur état et le dernier code reçu."""
    from station.config import load
    from station.outbox.store import Outbox

    with Outbox(load(config).outbox_path) as outbox:
        entries = outbox.entries()
    if as_json:
        for entry in entries:
            typer.echo(json.dumps(_as_json(entry), ensure_ascii=False))
    else:
        _show(entries)


@app.command()
def send(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Envoyer maintenant les dossiers en attente, puis relever les décisions du CERT."""
    from station.cert.client import exchange
    from station.cert.connection import delivering
    from station.config import load

    with delivering(load(config)) as delivery:
        done = exchange(delivery)
        left = len(delivery.waiting())
    typer.echo(
        f"{len(done.delivered)} dossier(s) accusé(s), {len(done.decisions)} décision(s), "
        f"{left} en attente."
    )
    if done.failures:
        raise done.failures[0]


@app.command()
def retry(
    numero: Annotated[str, typer.Argument(help="Le numéro du paquet refusé.")],
    raison: Annotated[str, typer.Option(help="Pourquoi il peut repartir, sans donnée nominative.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Remettre en file un paquet que le CERT a refusé ; la raison va au journal."""
    from station.config import load
    from station.errors import WrongState
    from station.journal import Journal
    from station.outbox.delivery import retry as again
    from station.outbox.store import Outbox

    settings = load(config)
    with Outbox(settings.outbox_path) as outbox:
        entry = outbox.numbered(numero)
        if entry is None:
            raise WrongState("no package of this number")
        again(outbox, Journal(settings.journal_path), entry, settings.station.id, raison)
    typer.echo(f"{numero} : remis en file.")


def _as_json(entry: Entry) -> dict[str, object]:
    return {
        "dossier": str(entry.id),
        "numero": entry.numero,
        "nature": entry.nature,
        "de": None if entry.parent is None else str(entry.parent),
        "etat": entry.state,
        "etat_depuis": entry.since.isoformat(),
        "depuis": entry.queued_at.isoformat(),
        "octets": entry.size,
        "essais": entry.tries,
        "code": entry.code,
        "purge": entry.purged,
    }


def _show(entries: list[Entry]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("Numéro", "Nature", "État", "Depuis", "Octets", "Essais", "Code", "Purgé")
    table.columns[0].no_wrap = True  # a number cut short is no number
    for entry in entries:
        cells = (
            entry.numero,
            entry.nature.lower(),
            entry.state,
            f"{entry.queued_at:%Y-%m-%d %H:%M} UTC",
            str(entry.size),
            str(entry.tries),
            entry.code or "",
            "oui" if entry.purged else "non",
        )
        table.add_row(*map(Text, cells))
    Console().print(table if entries else "Aucun dossier en attente.")
